/** Positions that are over and what funding cost, page by page as REST has them. Newest first. */
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ProductSymbol } from '#contract/brand.ts';
import type { ClosedPosition, FundingFee } from '#contract/model.ts';
import type { Result } from '#contract/result.ts';
import { parseClosedPositions } from '#contract/wire/closed-positions.ts';
import { parseFundingFees } from '#contract/wire/funding-fees.ts';
import { closedPositionsRequest, type ExchangeRequest, fundingFeesRequest } from '#contract/wire/requests.ts';
import { askExchange } from '../exchange/rest.ts';
import { valueOrThrow } from '../exchange/rest-cache.ts';
import { ACCOUNT_QUERIES, SETTLE_CURRENCY, useIsAccountKnown } from './account-store.ts';

/** The most that the exchange answers at once. */
const PAGE_ROWS = 200;
/** No stream tells of these: asked again this often while they are looked at. */
const ASK_EVERY_MS = 30_000;

export interface Past<Row> {
  readonly rows: readonly Row[];
  readonly isLoading: boolean;
  /** Why some are missing. */
  readonly problem?: string;
  /** Absent when there is nothing older. */
  readonly loadOlder?: () => void;
}

interface Source<Row> {
  readonly key: readonly string[];
  readonly request: (offset: number) => ExchangeRequest;
  readonly parse: (body: unknown) => Result<readonly Row[]>;
}

function usePast<Row>({ key, request, parse }: Source<Row>): Past<Row> {
  const isKnown = useIsAccountKnown();
  const pages = useInfiniteQuery({
    queryKey: [...ACCOUNT_QUERIES, ...key],
    queryFn: async ({ pageParam }) => valueOrThrow(await askExchange(request(pageParam), parse)),
    initialPageParam: 0,
    getNextPageParam: (last: readonly Row[], all) =>
      last.length < PAGE_ROWS ? undefined : all.length * PAGE_ROWS,
    enabled: isKnown,
    refetchInterval: ASK_EVERY_MS,
    refetchOnMount: 'always',
  });
  return {
    rows: pages.data?.pages.flat() ?? [],
    isLoading: !isKnown || pages.isPending,
    ...(pages.error === null ? {} : { problem: pages.error.message }),
    ...(pages.hasNextPage ? { loadOlder: () => void pages.fetchNextPage() } : {}),
  };
}

export const useClosedPositions = (): Past<ClosedPosition> =>
  usePast({
    key: ['closed-positions'],
    request: (offset) => closedPositionsRequest({ currency: SETTLE_CURRENCY, offset, limit: PAGE_ROWS }),
    parse: parseClosedPositions,
  });

/** The exchange tells these of one product at a time. */
export const useFundingFees = (symbol: ProductSymbol): Past<FundingFee> =>
  usePast({
    key: ['funding-fees', symbol],
    request: (offset) => fundingFeesRequest(symbol, offset, PAGE_ROWS),
    parse: parseFundingFees,
  });
