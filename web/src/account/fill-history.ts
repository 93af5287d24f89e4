/** Own executions: history as REST has it, and what the stream has told since, each execution once. Newest first. */
import { useQuery } from '@tanstack/react-query';
import type { Fill } from '#contract/model.ts';
import { tradingListRequest } from '#contract/wire/requests.ts';
import { parseTradingList } from '#contract/wire/trading-list.ts';
import { askExchange } from '../exchange/rest.ts';
import { valueOrThrow } from '../exchange/rest-cache.ts';
import { ACCOUNT_QUERIES, SETTLE_CURRENCY, useIsAccountKnown, useStreamFills } from './account-store.ts';
import { mergeFills } from './apply-account.ts';

async function fetchFills(): Promise<readonly Fill[]> {
  return valueOrThrow(await askExchange(tradingListRequest({ currency: SETTLE_CURRENCY }), parseTradingList));
}

export interface FillHistory {
  readonly fills: readonly Fill[];
  /** Why older ones are missing. */
  readonly problem?: string;
  readonly isLoading: boolean;
}

export function useFills(): FillHistory {
  const streamed = useStreamFills();
  const isKnown = useIsAccountKnown();
  const history = useQuery({
    queryKey: [...ACCOUNT_QUERIES, 'fills'],
    queryFn: fetchFills,
    enabled: isKnown,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return {
    fills: mergeFills(streamed, history.data ?? []),
    isLoading: history.isPending,
    ...(history.error === null ? {} : { problem: history.error.message }),
  };
}
