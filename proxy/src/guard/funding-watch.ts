/**
 * Learns what funding was paid: a position's sum of it changes on the private stream, and the exchange's history says how
 * much and when. The history lags, so it is asked once more a little later. Milliseconds.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { FundingFee, PositionRow } from '#contract/model.ts';
import type { ExchangeReader } from '../exchange/exchange-reader.ts';
import type { Time } from '../time.ts';
import type { AccountView } from './account-view.ts';

/** The exchange's histories follow within half a minute. */
const LAG_MS = 45_000;

export interface FundingWatchNeeds {
  readonly view: AccountView;
  readonly reader: Pick<ExchangeReader, 'fundingFees'>;
  readonly time: Time;
  onFee(fee: FundingFee): void;
}

export function watchFunding({ view, reader, time, onFee }: FundingWatchNeeds): () => void {
  /** The sum that each leg has paid, as last told. */
  const paid = new Map<string, string>();
  const waiting = new Map<ProductSymbol, () => void>();

  const ask = async (symbol: ProductSymbol): Promise<void> => {
    for (const fee of (await reader.fundingFees(symbol)) ?? []) onFee(fee);
  };
  const look = (symbol: ProductSymbol) => {
    waiting.get(symbol)?.();
    const again = time.after(LAG_MS, () => {
      waiting.delete(symbol);
      void ask(symbol);
    });
    waiting.set(symbol, again);
    void ask(symbol);
  };
  const hear = ({ symbol, posSide, position }: PositionRow) => {
    if (position === undefined) return;
    const leg = `${symbol} ${posSide}`;
    const { cumFundingFee } = position;
    // The first time too: what was paid today before this start is in the history.
    if (paid.get(leg) !== cumFundingFee) look(symbol);
    paid.set(leg, cumFundingFee);
  };
  view.onPositions((rows) => {
    for (const row of rows) hear(row);
  });
  return () => {
    for (const cancel of waiting.values()) cancel();
  };
}
