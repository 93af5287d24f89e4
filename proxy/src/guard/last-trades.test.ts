import { expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { readAccount } from '#contract/wire/account-stream.ts';
import { createLastTrades } from './last-trades.ts';

const BTC = 'BTCUSDT' as ProductSymbol;
const ETH = 'ETHUSDT' as ProductSymbol;

/** What a message says of one leg, and of no fill. */
function told(type: 'snapshot' | 'incremental', size: string, atMs: number) {
  const row = {
    ...{ symbol: BTC, posSide: 'Merged', posMode: 'OneWay', side: size === '0' ? 'None' : 'Buy', size },
    ...{ valueRv: '6000', leverageRr: '10', positionMarginRv: '600' },
  };
  const read = readAccount({ type, sequence: 1, timestamp: atMs * 1e6, positions_p: [row] });
  if (!read.ok) throw new Error(read.problem.message);
  return read.value.update;
}

it('a row that shows another size tells of a trade, though its fill was lost', () => {
  const trades = createLastTrades();
  trades.hear(told('snapshot', '1', 1_000));
  trades.hear(told('incremental', '1', 2_000));
  expect(trades.ofMs(BTC)).toBe(0);
  trades.hear(told('incremental', '2', 3_000));
  trades.hear(told('incremental', '2', 4_000));
  expect([trades.ofMs(BTC), trades.ofMs(ETH)]).toEqual([3_000, 0]);
  // It may be a new snapshot that makes it good.
  trades.hear(told('snapshot', '0', 5_000));
  expect(trades.ofMs(BTC)).toBe(5_000);
});
