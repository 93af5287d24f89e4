/** How a symbol is set up: position mode, and margin mode and leverage of each leg. */
import { useQuery } from '@tanstack/react-query';
import type { ProductSymbol, Ratio } from '#contract/brand.ts';
import { costRate } from '#contract/cost.ts';
import type { Product, SymbolSettings } from '#contract/model.ts';
import type { PosSide, Side } from '#contract/vocabulary.ts';
import { parseAccountPositions } from '#contract/wire/account-positions.ts';
import { accountPositionsRequest } from '#contract/wire/requests.ts';
import { askExchange } from '../exchange/rest.ts';
import { restCache, valueOrThrow } from '../exchange/rest-cache.ts';
import { ACCOUNT_QUERIES, SETTLE_CURRENCY, useStreamSettings } from './account-store.ts';
import { effectiveLeverage } from './pnl.ts';

export type LegSettings = SymbolSettings['legs'][number];

const SETTINGS_KEY = [...ACCOUNT_QUERIES, 'settings'];

async function fetchSettings(): Promise<readonly SymbolSettings[]> {
  const request = accountPositionsRequest(SETTLE_CURRENCY);
  return valueOrThrow(await askExchange(request, parseAccountPositions)).settings;
}

/** The stream's word; for a symbol it has not spoken of, REST's. Undefined until either has told. */
export function useSettings(symbol: ProductSymbol): SymbolSettings | undefined {
  const streamed = useStreamSettings(symbol);
  const asked = useQuery({
    queryKey: SETTINGS_KEY,
    queryFn: fetchSettings,
    enabled: streamed === undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return streamed ?? asked.data?.find((settings) => settings.symbol === symbol);
}

/** To be called after a change was accepted, for a symbol the stream does not speak of. */
export const refetchSettings = (): Promise<void> => restCache.invalidateQueries({ queryKey: SETTINGS_KEY });

export const legOf = (settings: SymbolSettings, posSide: PosSide): LegSettings | undefined =>
  settings.legs.find((leg) => leg.posSide === posSide);

/** Margin that an opening order locks per unit of value: the account's own figure, else worked out. */
export function costRateOf(
  leg: LegSettings,
  { side, product, takerFeeRate }: { side: Side; product: Product; takerFeeRate: Ratio },
): Ratio {
  const told = side === 'Buy' ? leg.buyValueToCost : leg.sellValueToCost;
  return told ?? costRate(side, effectiveLeverage(leg.leverage, product), takerFeeRate);
}
