/** The account's worth at the newest marks; re-renders only when a figure that is shown changes. */
import { useSyncExternalStore } from 'react';
import { accountStore, SETTLE_CURRENCY } from '../../account/account-store.ts';
import { type AccountFigures, deriveFigures } from '../../account/pnl.ts';
import { onShownTickers, tickerNow } from '../../market/ticker-store.ts';

let shown: AccountFigures | undefined;

/** The same object until a figure changes, so that it can be compared by identity. */
function figuresNow(): AccountFigures | undefined {
  const { wallets, positions } = accountStore.getState();
  const wallet = wallets.get(SETTLE_CURRENCY);
  if (wallet === undefined) {
    shown = undefined;
    return undefined;
  }
  const now = deriveFigures(wallet, positions.values(), (symbol) => tickerNow(symbol)?.markPrice);
  const isSame =
    shown !== undefined &&
    shown.balance === now.balance &&
    shown.used === now.used &&
    shown.unrealisedPnl === now.unrealisedPnl;
  if (!isSame) shown = now;
  return shown;
}

function onFigures(listener: () => void): () => void {
  const stopAccount = accountStore.subscribe(listener);
  const stopTickers = onShownTickers(listener);
  return () => {
    stopAccount();
    stopTickers();
  };
}

/** Undefined while no wallet is known. */
export const useFigures = (): AccountFigures | undefined => useSyncExternalStore(onFigures, figuresNow);
