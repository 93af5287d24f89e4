import { expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { price, qty } from '#contract/decimal.ts';
import type { Trade, TradeUpdate } from '#contract/model.ts';
import { applyTradeUpdate } from './tape-store.ts';

const SYMBOL = 'BTCUSDT' as ProductSymbol;
const trade = (atMs: number): Trade => ({ atMs, side: 'Buy', price: price('1'), qty: qty('1') });
const update = (kind: TradeUpdate['kind'], sequence: number, trades: readonly Trade[]): TradeUpdate => ({
  kind,
  symbol: SYMBOL,
  sequence,
  trades,
});

it('puts new trades on top, and the same message only once', () => {
  const first = applyTradeUpdate(undefined, update('snapshot', 1, [trade(2), trade(1)]));
  const second = applyTradeUpdate(first, update('incremental', 2, [trade(4), trade(3)]));
  expect(second?.trades.map(({ atMs }) => atMs)).toEqual([4, 3, 2, 1]);
  expect(applyTradeUpdate(second, update('incremental', 2, [trade(4), trade(3)]))).toBe(second);
});

it('starts over with a snapshot', () => {
  const before = applyTradeUpdate(undefined, update('snapshot', 50, [trade(9)]));
  const after = applyTradeUpdate(before, update('snapshot', 2, [trade(1)]));
  expect(after?.trades.map(({ atMs }) => atMs)).toEqual([1]);
});

it('holds two hundred trades and no more', () => {
  let tape = applyTradeUpdate(undefined, update('snapshot', 1, []));
  for (let sequence = 2; sequence < 500; sequence++) {
    tape = applyTradeUpdate(tape, update('incremental', sequence, [trade(sequence)]));
  }
  expect(tape?.trades).toHaveLength(200);
  expect(tape?.trades[0]?.atMs).toBe(499);
});
