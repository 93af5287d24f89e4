/** What stands here instead of the screen while nobody is signed in: why, and the way in. */
import type { ReactNode } from 'react';
import type { SignedOutWhy } from '../exchange/session.ts';
import { LogoMark } from '../ui/icons.tsx';
import { SignInPassphrase } from './sign-in-passphrase.tsx';
import styles from './signed-out.module.css';

const REASONS: Readonly<Record<SignedOutWhy, string>> = {
  'no-link': 'This browser is not signed in to Perpdeck.',
  'link-refused': 'That sign-in link was used before, or is too old.',
  'second-factor': 'The link is right. From another machine your sign-in passphrase is needed beside it.',
  ended: 'Your session has ended: it was signed out, idle for too long, or Perpdeck was restarted.',
};

export function SignedOut({ why }: { readonly why: SignedOutWhy }) {
  return (
    <Screen title="Signed out">
      <p>{REASONS[why]}</p>
      <ol className={styles.steps}>
        <li>Go to the terminal where Perpdeck is running.</li>
        <li>
          Press <kbd>Enter</kbd> there: it prints a new sign-in link.
        </li>
        <li>Open the link in this browser. It works once, for ten minutes.</li>
      </ol>
      <SignInPassphrase />
    </Screen>
  );
}

export function Unreachable() {
  return (
    <Screen title="Perpdeck does not answer">
      <p>It may have been stopped. Start it again in its terminal; this page keeps trying.</p>
    </Screen>
  );
}

function Screen({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <main className={styles.screen}>
      <div className={styles.card}>
        <p className={styles.logo}>
          <LogoMark /> Perpdeck
        </p>
        <h1 className={styles.title}>{title}</h1>
        {children}
      </div>
    </main>
  );
}
