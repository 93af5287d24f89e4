/** Stops all trading from the screen: a button that opens a question, and a bar that cannot be overlooked afterwards. */
import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { connectionStore } from '../../exchange/connection.ts';
import { armTrading, haltTrading } from '../../exchange/kill.ts';
import { faultSentence } from '../../exchange/rest.ts';
import { Button } from '../../ui/button.tsx';
import { CheckBox } from '../../ui/check-box.tsx';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { NoticeBar } from '../../ui/notice-bar.tsx';
import { notify } from '../../workspace/notices.ts';
import { haltDetail, haltTitle } from './halt-words.ts';
import styles from './kill-switch.module.css';

async function tellProblem(asked: ReturnType<typeof haltTrading>, title: string): Promise<void> {
  const answer = await asked;
  if (!answer.ok) notify({ tone: 'problem', title, text: faultSentence(answer.problem) });
}

/** Alt+Shift+H asks, Enter halts: on a keyboard's place, since its character depends on the layout. */
const isHotkey = ({ altKey, shiftKey, code }: KeyboardEvent): boolean =>
  altKey && shiftKey && code === 'KeyH';

function HaltQuestion({ isLocked, onClose }: { readonly isLocked: boolean; readonly onClose: () => void }) {
  const [closesPositions, setClosesPositions] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  const halt = () => {
    void tellProblem(haltTrading(closesPositions), 'Trading was NOT halted');
    onClose();
  };
  return (
    <Dialog title="Halt trading" onClose={onClose}>
      <p className={styles.text}>
        Cancels every open order of every symbol, and lets nothing be opened until you arm trading again.
        Closing stays possible.
      </p>
      {isLocked && (
        <p className={styles.text}>
          No account is unlocked, so NOTHING CAN BE CANCELED NOW: it happens as soon as one is. Until then use
          the exchange’s own page.
        </p>
      )}
      <CheckBox
        label="Also close every position, at the market"
        isChecked={closesPositions}
        onChange={setClosesPositions}
      />
      <Button ref={button} kind="danger" onClick={halt}>
        {closesPositions ? 'Cancel all orders and close all positions' : 'Cancel all orders'}
      </Button>
    </Dialog>
  );
}

/** For the bar above everything. */
export function KillSwitch() {
  const [isAsking, setIsAsking] = useState(false);
  const hasKey = useStore(connectionStore, ({ status }) => status?.hasKey === true);
  const isLocked = useStore(connectionStore, ({ status }) => status?.key.state === 'locked');
  const isHalted = useStore(connectionStore, ({ status }) => status?.halt !== undefined);
  const canHalt = (hasKey || isLocked) && !isHalted;
  useEffect(() => {
    if (!canHalt) return;
    const ask = (event: KeyboardEvent) => {
      if (!isHotkey(event)) return;
      event.preventDefault();
      setIsAsking(true);
    };
    window.addEventListener('keydown', ask);
    return () => window.removeEventListener('keydown', ask);
  }, [canHalt]);
  if (!canHalt) return null;
  return (
    <>
      <Button
        kind="quiet"
        title="Stop all trading: the kill switch (Alt+Shift+H)"
        onClick={() => setIsAsking(true)}
      >
        Halt
      </Button>
      {isAsking && <HaltQuestion isLocked={isLocked} onClose={() => setIsAsking(false)} />}
    </>
  );
}

/** Over the whole width for as long as trading is halted. */
export function HaltBar() {
  const halt = useStore(connectionStore, ({ status }) => status?.halt);
  if (halt === undefined || halt.at === 'armed') return null;
  return (
    <NoticeBar tone="down" title={haltTitle(halt)} text={haltDetail(halt)}>
      <span className={styles.ways}>
        {!halt.closesPositions && (
          <ConfirmButton
            text="Close every position"
            question="Press again to close all"
            title="Closes every position of every symbol at the market; trading stays halted"
            onConfirm={() => void tellProblem(haltTrading(true), 'Positions are NOT being closed')}
          />
        )}
        <ConfirmButton
          text="Arm trading again"
          question="Press again to arm"
          title="Orders may be opened again"
          onConfirm={() => void tellProblem(armTrading(), 'Trading was not armed')}
        />
      </span>
    </NoticeBar>
  );
}
