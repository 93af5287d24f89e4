/** The accounts: which are kept, which one signs, and the ways to connect, unlock, lock and part with one. */
import { useEffect, useState } from 'react';
import type { AccountAnswer, AccountSummary, AccountsView } from '#contract/accounts.ts';
import type { Result } from '#contract/result.ts';
import { fetchAccounts } from '../../exchange/accounts.ts';
import { type Fault, faultSentence } from '../../exchange/rest.ts';
import { assertNever } from '../../lib/assert.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { AccountList } from './account-list.tsx';
import styles from './accounts.module.css';
import { ConnectForm } from './connect-form.tsx';
import { KeyList } from './key-list.tsx';
import { NewKeyForm } from './new-key-form.tsx';
import { PasskeyList } from './passkey-list.tsx';
import { DisconnectForm, PassphraseForm, UnlockForm } from './passphrase-forms.tsx';
import { SessionList } from './session-list.tsx';
import { SignInForm } from './sign-in-form.tsx';

/** What the dialog shows. */
export type Place =
  | { readonly at: 'list' }
  | { readonly at: 'connect' }
  | { readonly at: 'sessions' | 'sign-in' | 'passkeys' | 'keys' | 'new-key' }
  | { readonly at: 'unlock' | 'passphrase' | 'disconnect'; readonly account: AccountSummary };

/** Does something and says how it went; the dialog waits meanwhile. */
export type Act = (work: () => Promise<Result<AccountAnswer, Fault>>) => Promise<void>;

const TITLES: Readonly<Record<Place['at'], string>> = {
  list: 'Accounts',
  connect: 'Connect an account',
  sessions: 'Signed-in browsers',
  'sign-in': 'Sign-in passphrase',
  keys: 'Keys for bots',
  'new-key': 'New key for a bot',
  passkeys: 'Passkeys',
  unlock: 'Unlock',
  passphrase: 'Change passphrase',
  disconnect: 'Disconnect',
};

/** Where it begins: at the one thing there is to do, if there is one. */
function firstPlace({ accounts, environment }: AccountsView, isLocked: boolean): Place {
  if (accounts.length === 0) return { at: 'connect' };
  const [locked, ...others] = accounts.filter(
    (account) => account.environment === environment && account.state === 'locked',
  );
  return isLocked && locked !== undefined && others.length === 0
    ? { at: 'unlock', account: locked }
    : { at: 'list' };
}

export function AccountsDialog(props: { readonly isLocked: boolean; readonly onClose: () => void }) {
  const { isLocked, onClose } = props;
  const [view, setView] = useState<AccountsView>();
  const [place, setPlace] = useState<Place>();
  const [problem, setProblem] = useState<string>();
  const [message, setMessage] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);

  const refresh = async () => {
    const fetched = await fetchAccounts();
    if (!fetched.ok) return setProblem(faultSentence(fetched.problem));
    setView(fetched.value);
    setPlace((now) => now ?? firstPlace(fetched.value, isLocked));
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it opens.
  useEffect(() => {
    void refresh();
  }, []);
  const go = (next: Place) => {
    setProblem(undefined);
    setMessage(undefined);
    setPlace(next);
  };
  const act: Act = async (work) => {
    setProblem(undefined);
    setMessage(undefined);
    setIsBusy(true);
    const answer = await work();
    setIsBusy(false);
    if (!answer.ok) return setProblem(faultSentence(answer.problem));
    setMessage(answer.value.message);
    setPlace({ at: 'list' });
    await refresh();
  };

  return (
    <Dialog title={TITLES[place?.at ?? 'list']} onClose={onClose}>
      {message !== undefined && (
        <p className={styles.message} role="status">
          {message}
        </p>
      )}
      {view !== undefined && place !== undefined && (
        <fieldset className={styles.place} disabled={isBusy}>
          <PlaceShown view={view} place={place} act={act} go={go} />
        </fieldset>
      )}
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}

export interface PlaceProps {
  readonly view: AccountsView;
  readonly act: Act;
  readonly go: (next: Place) => void;
}

function PlaceShown({ place, ...rest }: PlaceProps & { readonly place: Place }) {
  switch (place.at) {
    case 'list':
      return <AccountList {...rest} />;
    case 'connect':
      return <ConnectForm {...rest} />;
    case 'sessions':
      return <SessionList {...rest} />;
    case 'sign-in':
      return <SignInForm {...rest} />;
    case 'keys':
      return <KeyList {...rest} />;
    case 'new-key':
      return <NewKeyForm {...rest} />;
    case 'passkeys':
      return <PasskeyList {...rest} />;
    case 'unlock':
      return <UnlockForm account={place.account} {...rest} />;
    case 'passphrase':
      return <PassphraseForm account={place.account} {...rest} />;
    case 'disconnect':
      return <DisconnectForm account={place.account} {...rest} />;
    default:
      return assertNever(place);
  }
}
