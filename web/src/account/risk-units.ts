/** How near liquidation the exchange itself sees each part of the account. No stream of ours tells it: asked now and then. */
import { useQuery } from '@tanstack/react-query';
import type { RiskUnit } from '#contract/model.ts';
import { riskUnitsRequest } from '#contract/wire/requests.ts';
import { parseRiskUnits } from '#contract/wire/risk-units.ts';
import { askExchange } from '../exchange/rest.ts';
import { valueOrThrow } from '../exchange/rest-cache.ts';
import { ACCOUNT_QUERIES, useIsAccountKnown } from './account-store.ts';

const ASK_EVERY_MS = 15_000;

export function useRiskUnits(): readonly RiskUnit[] | undefined {
  const isKnown = useIsAccountKnown();
  const { data } = useQuery({
    queryKey: [...ACCOUNT_QUERIES, 'risk-units'],
    queryFn: async () => valueOrThrow(await askExchange(riskUnitsRequest(), parseRiskUnits)),
    enabled: isKnown,
    refetchInterval: ASK_EVERY_MS,
    refetchOnMount: 'always',
  });
  return data;
}
