/** Own executions: history as REST has it, and what the stream has told since, each execution once. Newest first. */
import type { Fill } from '#contract/model.ts';
import { tradingListRequest } from '#contract/wire/requests.ts';
import { parseTradingList } from '#contract/wire/trading-list.ts';
import { SETTLE_CURRENCY, useStreamFills } from './account-store.ts';
import { mergeFills } from './apply-account.ts';
import { PAGE_ROWS, type Past, usePast } from './past.ts';

export function useFills(): Past<Fill> {
  const streamed = useStreamFills();
  const past = usePast({
    key: ['fills'],
    request: (offset) => tradingListRequest({ currency: SETTLE_CURRENCY, offset, limit: PAGE_ROWS }),
    parse: parseTradingList,
    isStreamed: true,
  });
  return { ...past, rows: mergeFills(streamed, past.rows) };
}
