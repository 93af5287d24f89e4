/** The accounts that are kept, with what can be done with each; the paper exchange is always among them. */
import type { AccountSummary } from '#contract/accounts.ts';
import { lockAccounts, switchAccount } from '../../exchange/accounts.ts';
import { Button } from '../../ui/button.tsx';
import styles from './accounts.module.css';
import type { PlaceProps } from './accounts-dialog.tsx';

const STATES: Readonly<Record<AccountSummary['state'], string>> = {
  'in-use': 'in use',
  open: 'unlocked',
  locked: 'locked',
  damaged: 'key file damaged',
  'other-host': 'for another server',
};

export function AccountList({ view, act, go }: PlaceProps) {
  const isOnPaper = view.environment === 'paper';
  const hasOpen = view.accounts.some(({ state }) => state === 'open' || state === 'in-use');
  return (
    <>
      <ul className={styles.list}>
        {!view.connectable.includes('paper') && (
          <li className={styles.row} data-in-use={isOnPaper}>
            <Name environment="paper" name="Paper exchange" note="play money, no key" />
            {!isOnPaper && (
              <Button onClick={() => void act(() => switchAccount('paper'))} title="Trade with play money">
                Use
              </Button>
            )}
          </li>
        )}
        {view.accounts.map((account) => (
          <Row
            key={`${account.environment} ${account.name}`}
            account={account}
            view={view}
            act={act}
            go={go}
          />
        ))}
      </ul>
      <div className={styles.actions}>
        <Button kind="quiet" onClick={() => go({ at: 'sessions' })}>
          Browsers
        </Button>
        <Button kind="quiet" title="Keys that bots sign with" onClick={() => go({ at: 'keys' })}>
          Bots
        </Button>
        {hasOpen && (
          <Button
            kind="quiet"
            title="Forget every unlocked key until its passphrase is given again"
            onClick={() => void act(lockAccounts)}
          >
            Lock all
          </Button>
        )}
        <Button kind="main" onClick={() => go({ at: 'connect' })}>
          Connect an account
        </Button>
      </div>
    </>
  );
}

function Row({ account, act, go }: PlaceProps & { readonly account: AccountSummary }) {
  const { environment, name, keyEnding, state } = account;
  const note = [keyEnding === undefined ? '' : `key …${keyEnding}`, STATES[state]].filter(Boolean).join(', ');
  return (
    <li className={styles.row} data-in-use={state === 'in-use'}>
      <Name environment={environment} name={name} note={note} />
      {state === 'locked' && <Button onClick={() => go({ at: 'unlock', account })}>Unlock</Button>}
      {state === 'open' && (
        <Button onClick={() => void act(() => switchAccount(environment, name))}>Use</Button>
      )}
      {state !== 'damaged' && state !== 'other-host' && (
        <Button kind="quiet" onClick={() => go({ at: 'passphrase', account })}>
          Passphrase
        </Button>
      )}
      <Button kind="quiet" onClick={() => go({ at: 'disconnect', account })}>
        Disconnect
      </Button>
    </li>
  );
}

function Name(props: { readonly environment: string; readonly name: string; readonly note: string }) {
  const { environment, name, note } = props;
  return (
    <span className={styles.name}>
      <span className={styles.tag} data-environment={environment}>
        {environment}
      </span>
      <span className={styles.word}>{name}</span>
      <span className={styles.note}>{note}</span>
    </span>
  );
}
