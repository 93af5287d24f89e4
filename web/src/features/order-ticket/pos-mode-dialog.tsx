/** One-way or hedged, for one product. The exchange switches only while nothing is open there. */
import { useState } from 'react';
import type { PosMode } from '#contract/vocabulary.ts';
import { refetchSettings } from '../../account/settings.ts';
import { setPosMode } from '../../exchange/commands.ts';
import { faultSentence } from '../../exchange/rest.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { TicketContext } from './facts.ts';
import styles from './order-ticket.module.css';

const NOTES: Readonly<Record<PosMode, string>> = {
  OneWay: 'One position: a sell makes a long smaller, then turns it short.',
  Hedged: 'A long and a short position side by side: each order says which one it opens or closes.',
};

/** What stands in the way of a switch, in words. */
export function switchBlockedBy({ positions, openOrders, product }: TicketContext): string | undefined {
  const things = [
    ...(positions.length === 0 ? [] : ['close the position']),
    ...(openOrders.length === 0 ? [] : ['cancel the open orders']),
  ];
  if (things.length === 0) return undefined;
  return `To switch, first ${things.join(' and ')} of ${product.symbol}.`;
}

export function PosModeDialog(props: { readonly context: TicketContext; readonly onClose: () => void }) {
  const { context, onClose } = props;
  const [target, setTarget] = useState(context.settings.posMode);
  const [problem, setProblem] = useState<string>();
  const [isSending, setIsSending] = useState(false);
  const blocked = switchBlockedBy(context);
  const isSame = target === context.settings.posMode;
  const apply = async () => {
    if (isSending) return;
    setIsSending(true);
    const answer = await setPosMode(context.product.symbol, target);
    setIsSending(false);
    if (!answer.ok) return setProblem(faultSentence(answer.problem));
    void refetchSettings();
    onClose();
  };
  return (
    <Dialog title={`Position mode · ${context.product.symbol}`} onClose={onClose}>
      <Choice
        label="Position mode"
        value={target}
        isDisabled={blocked !== undefined}
        options={[
          { value: 'OneWay', label: 'One-way' },
          { value: 'Hedged', label: 'Hedged' },
        ]}
        onChoose={(mode) => {
          setProblem(undefined);
          setTarget(mode);
        }}
      />
      <p className={styles.note}>{NOTES[target]}</p>
      {blocked !== undefined && <p className={styles.blocked}>{blocked}</p>}
      {problem !== undefined && (
        <p className={styles.error} role="alert">
          {problem}
        </p>
      )}
      <Button
        kind="main"
        disabled={blocked !== undefined || isSame || isSending}
        onClick={() => void apply()}
      >
        {isSending ? 'Switching…' : 'Switch'}
      </Button>
    </Dialog>
  );
}
