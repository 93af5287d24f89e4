/** Ways in beside the link: the passphrase where one is set, a passkey where one was made under this name. */
import { type FormEvent, useEffect, useState } from 'react';
import type { SignInWays } from '#contract/sign-in.ts';
import { type Fault, faultSentence } from '../exchange/rest.ts';
import { waitingLinkToken } from '../exchange/session.ts';
import { fetchSignInWays, signInWithPassphrase } from '../exchange/sign-in.ts';
import { Button } from '../ui/button.tsx';
import { PlainField } from '../ui/plain-field.tsx';
import styles from './signed-out.module.css';

export function SignInPassphrase() {
  const [ways, setWays] = useState<SignInWays>();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);
  useEffect(() => {
    void fetchSignInWays().then((fetched) => fetched.ok && setWays(fetched.value));
  }, []);
  if (ways === undefined) return null;
  // From another machine it is one of two.
  const isOffered = ways.withPassphrase && (!ways.needsLink || waitingLinkToken() !== undefined);
  const trying = async (tried: Promise<Fault | undefined>) => {
    setIsBusy(true);
    const fault = await tried;
    setIsBusy(false);
    if (fault !== undefined) setProblem(faultSentence(fault));
  };
  const withPasskey = async () => (await import('../exchange/passkeys.ts')).signInWithPasskey();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const passphrase = String(new FormData(form).get('passphrase'));
    form.reset();
    void trying(signInWithPassphrase(passphrase));
  };
  return (
    <form className={styles.passphrase} onSubmit={submit}>
      {isOffered && (
        <>
          <PlainField
            label={ways.needsLink ? 'Your sign-in passphrase' : 'Or sign in with your passphrase'}
            name="passphrase"
            isHidden
          />
          <Button kind="main" type="submit" disabled={isBusy}>
            Sign in
          </Button>
        </>
      )}
      {ways.withPasskey && (
        <Button disabled={isBusy} onClick={() => void trying(withPasskey())}>
          Sign in with a passkey
        </Button>
      )}
      {problem !== undefined && <p role="alert">{problem}</p>}
    </form>
  );
}
