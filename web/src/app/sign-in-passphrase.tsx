/** The passphrase that signs a browser in without the terminal: asked for where one is set. */
import { type FormEvent, useEffect, useState } from 'react';
import { faultSentence } from '../exchange/rest.ts';
import { fetchSignInWays, signInWithPassphrase } from '../exchange/sign-in.ts';
import { Button } from '../ui/button.tsx';
import { PlainField } from '../ui/plain-field.tsx';
import styles from './signed-out.module.css';

export function SignInPassphrase() {
  const [isOffered, setIsOffered] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);
  useEffect(() => {
    void fetchSignInWays().then((ways) => setIsOffered(ways.ok && ways.value.withPassphrase));
  }, []);
  if (!isOffered) return null;
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const passphrase = String(new FormData(form).get('passphrase'));
    form.reset();
    setIsBusy(true);
    const fault = await signInWithPassphrase(passphrase);
    setIsBusy(false);
    if (fault !== undefined) setProblem(faultSentence(fault));
  };
  return (
    <form className={styles.passphrase} onSubmit={(event) => void submit(event)}>
      <PlainField label="Or sign in with your passphrase" name="passphrase" isHidden />
      <Button kind="main" type="submit" disabled={isBusy}>
        Sign in
      </Button>
      {problem !== undefined && <p role="alert">{problem}</p>}
    </form>
  );
}
