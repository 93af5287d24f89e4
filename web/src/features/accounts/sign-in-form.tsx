/** Sets a passphrase that signs browsers in without the terminal's link, or takes it away again. */
import { type FormEvent, useState } from 'react';
import { type Fault, faultSentence } from '../../exchange/rest.ts';
import { setSignInPassphrase } from '../../exchange/sign-in.ts';
import { Button } from '../../ui/button.tsx';
import { PlainField } from '../../ui/plain-field.tsx';
import styles from './accounts.module.css';
import type { PlaceProps } from './accounts-dialog.tsx';
import { PASSPHRASE_CHARS_MIN, readForm } from './passphrase-forms.tsx';

export function SignInForm({ go }: PlaceProps) {
  const [problem, setProblem] = useState<string>();
  const show = (fault: Fault | undefined) => {
    if (fault === undefined) go({ at: 'sessions' });
    else setProblem(faultSentence(fault));
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    const { passphrase = '', again = '' } = readForm(event);
    if (passphrase !== again) return setProblem('The two passphrases are not the same.');
    void setSignInPassphrase(passphrase).then(show);
  };
  return (
    <form className={styles.form} onSubmit={submit} autoComplete="off">
      <p className={styles.note}>
        Signs a browser of this machine in where the terminal’s link is not at hand. It unlocks no key.
      </p>
      <PlainField label="Passphrase" name="passphrase" isHidden lengthMin={PASSPHRASE_CHARS_MIN} />
      <PlainField label="Passphrase again" name="again" isHidden />
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.actions}>
        <Button kind="quiet" onClick={() => go({ at: 'sessions' })}>
          Back
        </Button>
        <Button kind="quiet" onClick={() => void setSignInPassphrase(undefined).then(show)}>
          Links only
        </Button>
        <Button kind="main" type="submit">
          Set
        </Button>
      </div>
    </form>
  );
}
