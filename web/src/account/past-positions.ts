/** Positions that are over and what funding cost. Newest first. */
import type { ProductSymbol } from '#contract/brand.ts';
import type { ClosedPosition, FundingFee } from '#contract/model.ts';
import { parseClosedPositions } from '#contract/wire/closed-positions.ts';
import { parseFundingFees } from '#contract/wire/funding-fees.ts';
import { closedPositionsRequest, fundingFeesRequest } from '#contract/wire/requests.ts';
import { SETTLE_CURRENCY } from './account-store.ts';
import { PAGE_ROWS, type Past, usePast } from './past.ts';

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
