/** What is done with an account that is kept: unlock it, give it another passphrase, part with it. */
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { AccountSummary } from '#contract/accounts.ts';
import { changePassphrase, disconnectAccount, unlockAccount } from '../../exchange/accounts.ts';
import { Button } from '../../ui/button.tsx';
import { PlainField } from '../../ui/plain-field.tsx';
import styles from './accounts.module.css';
import type { PlaceProps } from './accounts-dialog.tsx';

export const PASSPHRASE_CHARS_MIN = 12;

/** The fields' texts; what was hidden leaves the form at once. */
export function readForm(event: FormEvent<HTMLFormElement>): Readonly<Record<string, string>> {
  event.preventDefault();
  const form = event.currentTarget;
  const texts = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  for (const input of form.querySelectorAll<HTMLInputElement>('input[type=password]')) input.value = '';
  return texts;
}

type FormProps = PlaceProps & { readonly account: AccountSummary };

function Actions(props: { readonly go: PlaceProps['go']; readonly children: ReactNode }) {
  return (
    <div className={styles.actions}>
      <Button kind="quiet" onClick={() => props.go({ at: 'list' })}>
        All accounts
      </Button>
      {props.children}
    </div>
  );
}

const Which = ({ account: { environment, name, keyEnding } }: { readonly account: AccountSummary }) => (
  <p className={styles.name}>
    <span className={styles.tag} data-environment={environment}>
      {environment}
    </span>
    <span className={styles.word}>{name}</span>
    <span className={styles.note}>{keyEnding === undefined ? '' : `key …${keyEnding}`}</span>
  </p>
);

export function UnlockForm({ account, act, go }: FormProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    const { passphrase = '' } = readForm(event);
    void act(() => unlockAccount(account, passphrase));
  };
  return (
    <form className={styles.form} onSubmit={submit} autoComplete="off">
      <Which account={account} />
      <PlainField label="Passphrase" name="passphrase" isHidden inputRef={input} />
      <p className={styles.note}>Until then only the market is shown, and nothing can be traded.</p>
      <Actions go={go}>
        <Button kind="main" type="submit">
          Unlock
        </Button>
      </Actions>
    </form>
  );
}

export function PassphraseForm({ account, act, go }: FormProps) {
  const [isUnequal, setIsUnequal] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    const { old = '', next = '', again = '' } = readForm(event);
    setIsUnequal(next !== again);
    if (next === again) void act(() => changePassphrase(account, old, next));
  };
  return (
    <form className={styles.form} onSubmit={submit} autoComplete="off">
      <Which account={account} />
      <PlainField label="Passphrase so far" name="old" isHidden />
      <PlainField label="New passphrase" name="next" isHidden lengthMin={PASSPHRASE_CHARS_MIN} />
      <PlainField label="New passphrase again" name="again" isHidden />
      {isUnequal && (
        <p className={styles.problem} role="alert">
          The two new passphrases are not the same.
        </p>
      )}
      <Actions go={go}>
        <Button kind="main" type="submit">
          Change
        </Button>
      </Actions>
    </form>
  );
}

export function DisconnectForm({ account, act, go }: FormProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    void act(() => disconnectAccount(account));
  };
  return (
    <form className={styles.form} onSubmit={submit} autoComplete="off">
      <Which account={account} />
      <p>
        Its key is erased from this machine. Orders and positions on the exchange stay as they are, and the
        key itself stays valid there until you delete it.
      </p>
      <PlainField
        label={`Type ${account.name} to go on`}
        name="typed"
        pattern={account.name}
        title={account.name}
      />
      <Actions go={go}>
        <Button kind="danger" type="submit">
          Disconnect
        </Button>
      </Actions>
    </form>
  );
}
