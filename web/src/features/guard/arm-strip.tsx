/** Whether this page may open anything with real money, where the order is made: disarmed until somebody arms it. */
import { type FormEvent, useState } from 'react';
import { useStore } from 'zustand';
import type { ArmingState } from '#contract/status.ts';
import { connectionStore } from '../../exchange/connection.ts';
import { armPage, disarmPage } from '../../exchange/guard.ts';
import { faultSentence } from '../../exchange/rest.ts';
import { Button } from '../../ui/button.tsx';
import { PlainField } from '../../ui/plain-field.tsx';
import styles from './guard.module.css';

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

/** Nothing where nobody has to arm: with play money, and without a key. */
export function ArmStrip() {
  const arming = useStore(connectionStore, ({ status }) => status?.arming);
  if (arming === undefined) return null;
  return arming.at === 'armed' ? <Armed {...arming} /> : <Disarmed {...arming} />;
}

function Armed({ untilMs }: Extract<ArmingState, { at: 'armed' }>) {
  return (
    <p className={styles.armed} role="status">
      <span title="It falls back ten minutes after your last order, and when the last page is closed">
        Armed until {clock.format(untilMs)}
      </span>
      <Button kind="quiet" onClick={() => void disarmPage()}>
        Disarm
      </Button>
    </p>
  );
}

function Disarmed({ needsPassphrase }: Extract<ArmingState, { at: 'disarmed' }>) {
  const [problem, setProblem] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const passphrase = new FormData(form).get('passphrase');
    form.reset();
    setIsBusy(true);
    const armed = await armPage(needsPassphrase ? String(passphrase) : undefined);
    setIsBusy(false);
    setProblem(armed.ok ? undefined : faultSentence(armed.problem));
  };
  return (
    <form className={styles.disarmed} aria-label="Arm trading" onSubmit={(event) => void submit(event)}>
      <p>
        <strong>Disarmed.</strong> Nothing is opened with real money until you arm trading. Closing and
        canceling always work.
      </p>
      <div className={styles.proof}>
        {needsPassphrase && <PlainField label="Passphrase of the key" name="passphrase" isHidden />}
        <Button kind="main" type="submit" disabled={isBusy}>
          Arm
        </Button>
      </div>
      {problem !== undefined && <p role="alert">{problem}</p>}
    </form>
  );
}
