/** The browsers that are signed in, and a way to sign out those that should not be. */
import { useEffect, useState } from 'react';
import type { SessionSummary } from '#contract/api.ts';
import { type Fault, faultSentence } from '../../exchange/rest.ts';
import { endSessions, fetchSessions } from '../../exchange/sessions.ts';
import type { Result } from '../../lib/result.ts';
import { Button } from '../../ui/button.tsx';
import styles from './accounts.module.css';
import type { PlaceProps } from './accounts-dialog.tsx';

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function SessionList({ go }: PlaceProps) {
  const [sessions, setSessions] = useState<readonly SessionSummary[]>();
  const [problem, setProblem] = useState<string>();
  const take = (fetched: Result<readonly SessionSummary[], Fault>) => {
    if (fetched.ok) setSessions(fetched.value);
    else setProblem(faultSentence(fetched.fault));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is shown.
  useEffect(() => {
    void fetchSessions().then(take);
  }, []);
  const end = async (handle?: string) => {
    const ended = await endSessions(handle);
    if (!ended.ok) return setProblem(faultSentence(ended.fault));
    take(await fetchSessions());
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
