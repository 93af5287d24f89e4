/** The account's cross margin ratio at the newest marks: many cells show it, and it is worked out once per change. */
import type { Ratio } from '#contract/brand.ts';
import { productNow } from '../market/products.ts';
import { tickerNow, tickersVersion } from '../market/ticker-store.ts';
import { accountStore, SETTLE_CURRENCY } from './account-store.ts';
import type { Account } from './apply-account.ts';
import { deriveCrossMarginRatio } from './pnl.ts';

let known:
  | { readonly account: Account; readonly version: number; readonly ratio: Ratio | undefined }
  | undefined;

export function crossMarginRatioNow(): Ratio | undefined {
  const account = accountStore.getState();
  const version = tickersVersion();
  if (known?.account === account && known.version === version) return known.ratio;
  const wallet = account.wallets.get(SETTLE_CURRENCY);
  const marks = { markOf: (symbol: Parameters<typeof tickerNow>[0]) => tickerNow(symbol)?.markPrice };
  const ratio =
    wallet &&
    deriveCrossMarginRatio(wallet, [...account.positions.values()], { ...marks, productOf: productNow });
  known = { account, version, ratio };
  return ratio;
}
