/** The gate: the trading screen for whoever is signed in, the way in for everyone else. */
import { QueryClientProvider } from '@tanstack/react-query';
import { useStore } from 'zustand';
import { restCache } from '../exchange/rest-cache.ts';
import { sessionStore } from '../exchange/session.ts';
import { assertNever } from '../lib/assert.ts';
import { SignedOut, Unreachable } from './signed-out.tsx';
import { TradeScreen } from './trade-screen.tsx';

export function App() {
  const session = useStore(sessionStore);
  switch (session.at) {
    // A moment on loopback: an empty page flickers less than words would.
    case 'opening':
      return null;
    case 'unreachable':
      return <Unreachable />;
    case 'signed-out':
      return <SignedOut why={session.why} />;
    case 'signed-in':
      return (
        <QueryClientProvider client={restCache}>
          <TradeScreen />
        </QueryClientProvider>
      );
    default:
      return assertNever(session);
  }
}
