/** The browsers that are signed in, and a way to sign out those that should not be. */
import { useAnswer } from '../../account/use-answer.ts';
import { endSessions, fetchSessions } from '../../exchange/sessions.ts';
import { Button } from '../../ui/button.tsx';
import styles from './accounts.module.css';
import type { PlaceProps } from './accounts-dialog.tsx';

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function SessionList({ go }: PlaceProps) {
  const { value: sessions, problem, take } = useAnswer(fetchSessions);
  const end = async (handle?: string) => {
    const ended = await endSessions(handle);
    take(ended.ok ? await fetchSessions() : ended);
  };
  return (
    <>
      <ul className={styles.list}>
        {sessions?.map(({ handle, browser, openedAtMs, pages, isThis }) => (
          <li key={handle} className={styles.row} data-in-use={isThis}>
            <span className={styles.name}>
              <span className={styles.word}>{browser}</span>
              <span className={styles.note}>
                {`since ${clock.format(openedAtMs)}${isThis ? ', this one' : pages > 0 ? ', open now' : ''}`}
              </span>
            </span>
            {!isThis && <Button onClick={() => void end(handle)}>Sign out</Button>}
          </li>
        ))}
      </ul>
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.actions}>
        <Button kind="quiet" onClick={() => go({ at: 'list' })}>
          All accounts
        </Button>
        <Button kind="quiet" onClick={() => go({ at: 'sign-in' })}>
          Passphrase
        </Button>
        <Button kind="quiet" onClick={() => go({ at: 'passkeys' })}>
          Passkeys
        </Button>
        <Button disabled={(sessions?.length ?? 0) < 2} onClick={() => void end()}>
          Sign out all others
        </Button>
      </div>
    </>
  );
}
