/** The passkeys that sign in to this Perpdeck under the name it is open by, and ways to make and remove one. */
import { useAnswer } from '../../account/use-answer.ts';
import { fetchPasskeys, makePasskey, removePasskey } from '../../exchange/passkeys.ts';
import { Button } from '../../ui/button.tsx';
import styles from './accounts.module.css';
import type { PlaceProps } from './accounts-dialog.tsx';

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function PasskeyList({ go }: PlaceProps) {
  const { value: view, problem, take } = useAnswer(fetchPasskeys);
  return (
    <>
      <p className={styles.note}>
        {view?.canAdd === false
          ? 'Browsers make passkeys only for a name with TLS, not for 127.0.0.1: see --host in docs/operations.md.'
          : 'A passkey signs in without the terminal’s link: with this device’s fingerprint, face or PIN.'}
      </p>
      <ul className={styles.list}>
        {view?.passkeys.map(({ id, madeIn, addedAtMs }) => (
          <li key={id} className={styles.row}>
            <span className={styles.name}>
              <span className={styles.word}>{madeIn}</span>
              <span className={styles.note}>since {clock.format(addedAtMs)}</span>
            </span>
            <Button onClick={() => void removePasskey(id).then(take)}>Remove</Button>
          </li>
        ))}
      </ul>
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.actions}>
        <Button kind="quiet" onClick={() => go({ at: 'sessions' })}>
          Back
        </Button>
        <Button kind="main" disabled={view?.canAdd !== true} onClick={() => void makePasskey().then(take)}>
          Make a passkey
        </Button>
      </div>
    </>
  );
}
