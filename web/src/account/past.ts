/** A history as REST has it, page by page, the newest first. */
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Result } from '#contract/result.ts';
import type { ExchangeRequest } from '#contract/wire/requests.ts';
import { askExchange } from '../exchange/rest.ts';
import { valueOrThrow } from '../exchange/rest-cache.ts';
import { ACCOUNT_QUERIES, useIsAccountKnown } from './account-store.ts';

/** The most that the exchange answers at once. */
export const PAGE_ROWS = 200;
/** Of what no stream tells. */
const ASK_EVERY_MS = 30_000;

export interface Past<Row> {
  readonly rows: readonly Row[];
  readonly isLoading: boolean;
  /** Why some are missing. */
  readonly problem?: string;
  readonly retry: () => void;
  /** Absent when there is nothing older. */
  readonly loadOlder?: () => void;
}

export interface PastSource<Row> {
  readonly key: readonly string[];
  readonly request: (offset: number) => ExchangeRequest;
  readonly parse: (body: unknown) => Result<readonly Row[]>;
  /** A stream tells what is new; else it is asked again and again while it is looked at. */
  readonly isStreamed?: boolean;
}

export function usePast<Row>({ key, request, parse, isStreamed = false }: PastSource<Row>): Past<Row> {
  const isKnown = useIsAccountKnown();
  const pages = useInfiniteQuery({
    queryKey: [...ACCOUNT_QUERIES, ...key],
    queryFn: async ({ pageParam }): Promise<readonly Row[]> =>
      valueOrThrow(await askExchange(request(pageParam), parse)),
    initialPageParam: 0,
    getNextPageParam: (last, all) => (last.length < PAGE_ROWS ? undefined : all.length * PAGE_ROWS),
    enabled: isKnown,
    staleTime: isStreamed ? Number.POSITIVE_INFINITY : 0,
    refetchOnMount: isStreamed ? true : 'always',
    // Each time asks for every page that was loaded: who reads far back is not disturbed.
    refetchInterval: ({ state }) =>
      isStreamed || (state.data?.pages.length ?? 0) > 1 ? false : ASK_EVERY_MS,
  });
  return {
    rows: pages.data?.pages.flat() ?? [],
    isLoading: !isKnown || pages.isPending,
    ...(pages.error === null ? {} : { problem: pages.error.message }),
    retry: () => void pages.refetch(),
    ...(pages.hasNextPage && !pages.isFetchingNextPage
      ? { loadOlder: () => void pages.fetchNextPage() }
      : {}),
  };
}
