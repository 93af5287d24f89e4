/** What the account pays per unit of traded value, as the exchange tells it: its fee tier. */
import { useQuery } from '@tanstack/react-query';
import type { ProductSymbol, Ratio } from '#contract/brand.ts';
import type { FeeRates } from '#contract/model.ts';
import { parseFeeRates } from '#contract/wire/fee-rates.ts';
import { feeRatesRequest } from '#contract/wire/requests.ts';
import { askExchange } from '../exchange/rest.ts';
import { valueOrThrow } from '../exchange/rest-cache.ts';
import { ACCOUNT_QUERIES, SETTLE_CURRENCY, useIsAccountKnown } from './account-store.ts';
import { TAKER_FEE_RATE } from './fee-rates.ts';

/** The tier changes once a day at most. */
const REFRESH_MS = 60 * 60_000;

/** Undefined while the exchange has not told. */
export function useFeeRates(symbol: ProductSymbol): FeeRates | undefined {
  const isKnown = useIsAccountKnown();
  const { data } = useQuery({
    queryKey: [...ACCOUNT_QUERIES, 'fee-rates'],
    queryFn: async () => valueOrThrow(await askExchange(feeRatesRequest(SETTLE_CURRENCY), parseFeeRates)),
    enabled: isKnown,
    staleTime: REFRESH_MS,
  });
  return data?.get(symbol);
}

/** What closing at market costs: of a standard account while the exchange has not told. */
export const useTakerFeeRate = (symbol: ProductSymbol): Ratio => useFeeRates(symbol)?.taker ?? TAKER_FEE_RATE;
