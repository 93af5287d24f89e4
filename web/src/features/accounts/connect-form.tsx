/** An API key of the exchange, checked there before it is kept. */
import { type FormEvent, useState } from 'react';
import type { Environment } from '#contract/vocabulary.ts';
import { connectAccount } from '../../exchange/accounts.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { PlainField } from '../../ui/plain-field.tsx';
import styles from './accounts.module.css';
import type { PlaceProps } from './accounts-dialog.tsx';
import { PASSPHRASE_CHARS_MIN, readForm } from './passphrase-forms.tsx';

const NOTES: Readonly<Record<Environment, string>> = {
  paper: 'Another paper exchange, with play money.',
  testnet: 'The exchange’s test network: play money, an account and a key of its own.',
  mainnet:
    'Real money. Let the key read and trade contracts, never withdraw, and bind it to your IP address.',
};
const NAMES: Readonly<Record<Environment, string>> = {
  paper: 'Paper',
  testnet: 'Testnet',
  mainnet: 'Mainnet',
};

/** A name that nobody has yet. */
function freeName(taken: readonly string[]): string {
  if (!taken.includes('main')) return 'main';
  let number = 2;
  while (taken.includes(`account-${number}`)) number += 1;
  return `account-${number}`;
}

export function ConnectForm({ view, act, go }: PlaceProps) {
  const [environment, setEnvironment] = useState<Environment>(
    view.connectable.includes(view.environment) ? view.environment : (view.connectable[0] ?? 'testnet'),
  );
  const [isUnequal, setIsUnequal] = useState(false);
  const taken = view.accounts.filter((one) => one.environment === environment).map(({ name }) => name);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    const { name = '', apiKey = '', secret = '', passphrase = '', again = '' } = readForm(event);
    setIsUnequal(passphrase !== again);
    if (passphrase === again)
      void act(() => connectAccount({ environment, name, apiKey, secret, passphrase }));
  };
  return (
    <form className={styles.form} onSubmit={submit} autoComplete="off">
      <Choice
        label="Environment"
        value={environment}
        options={view.connectable.map((value) => ({ value, label: NAMES[value] }))}
        onChoose={setEnvironment}
      />
      <p className={styles.note}>{NOTES[environment]}</p>
      <PlainField
        key={environment}
        label="Name"
        name="name"
        defaultValue={freeName(taken)}
        pattern="[A-Za-z0-9][A-Za-z0-9_\-]*"
        title="Letters, digits, hyphens and underscores"
        lengthMax={32}
      />
      <PlainField label="API key" name="apiKey" lengthMax={256} />
      <PlainField label="API secret" name="secret" isHidden />
      <PlainField label="Passphrase" name="passphrase" isHidden lengthMin={PASSPHRASE_CHARS_MIN} />
      <PlainField label="Passphrase again" name="again" isHidden />
      <p className={styles.note}>
        The passphrase encrypts the key on this machine and unlocks it at each start. At least{' '}
        {PASSPHRASE_CHARS_MIN} characters; it cannot be recovered.
      </p>
      {isUnequal && (
        <p className={styles.problem} role="alert">
          The two passphrases are not the same.
        </p>
      )}
      <div className={styles.actions}>
        <Button kind="quiet" onClick={() => go({ at: 'list' })}>
          All accounts
        </Button>
        <Button kind="main" type="submit">
          Connect
        </Button>
      </div>
    </form>
  );
}
