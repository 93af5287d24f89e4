/** Whose orders these are, in the top bar; opens the accounts. A locked key is asked for at once. */
import { lazy, Suspense, useState } from 'react';
import { useStore } from 'zustand';
import type { KeyState } from '#contract/status.ts';
import { connectionStore } from '../../exchange/connection.ts';
import { Button } from '../../ui/button.tsx';
import styles from './accounts.module.css';

/** Seldom needed: loaded when it is. */
const AccountsDialog = lazy(async () => ({
  default: (await import('./accounts-dialog.tsx')).AccountsDialog,
}));

function describe(key: KeyState, isPaper: boolean): readonly [word: string, title: string] {
  switch (key.state) {
    case 'none':
      return ['Connect', 'No API key: only the market is shown. Connect an account to trade.'];
    case 'locked':
      return ['Unlock', 'The API key is locked: only the market is shown.'];
    case 'given':
      return isPaper
        ? ['Accounts', 'The paper exchange needs no key. Connect an account to trade on testnet or mainnet.']
        : ['Accounts', 'The API key came from the environment variables.'];
    case 'open':
      return [key.account, `Orders are signed with the key of the account “${key.account}”.`];
  }
}

export function AccountButton() {
  const key = useStore(connectionStore, ({ status }) => status?.key);
  const isPaper = useStore(connectionStore, ({ status }) => status?.environment === 'paper');
  const silent = useStore(connectionStore, ({ status }) => status?.silentBots?.join(', '));
  const [wish, setWish] = useState<'open' | 'closed'>();
  if (key === undefined) return null;
  const [word, title] = describe(key, isPaper);
  const isOpen = wish === 'open' || (wish === undefined && key.state === 'locked');
  const isWanted = key.state === 'locked' || key.state === 'none';
  return (
    <>
      <Button
        kind={silent !== undefined ? 'danger' : isWanted ? 'main' : 'quiet'}
        title={silent === undefined ? title : `Fallen silent: ${silent}. Look under Bots at what was done.`}
        onClick={() => setWish('open')}
      >
        <span className={styles.buttonWord}>{silent === undefined ? word : `Silent: ${silent}`}</span>
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <AccountsDialog isLocked={key.state === 'locked'} onClose={() => setWish('closed')} />
        </Suspense>
      )}
    </>
  );
}
