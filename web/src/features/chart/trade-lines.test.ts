import { describe, expect, it } from 'vitest';
import type { OrderID, ProductSymbol } from '#contract/brand.ts';
import { money, price, qty, ratio } from '#contract/decimal.ts';
import type { Order, Position, Product } from '#contract/model.ts';
import { crossingOf, linesOf, tradesAtOnce } from './trade-lines.ts';

const symbol = 'BTCUSDT' as ProductSymbol;
const product = { symbol, tickSize: price('0.1'), priceMax: price('500000') } as Product;
const position = {
  symbol,
  posSide: 'Merged',
  side: 'Buy',
  size: qty('0.05'),
  value: money('3000'),
  avgEntryPrice: price('60000'),
  liquidationPrice: price('54000'),
  termRealisedPnl: money('-1.8'),
} as unknown as Position;
const order = {
  orderID: 'a' as OrderID,
  symbol,
  side: 'Sell',
  price: price('61000'),
  ordStatus: 'New',
} as unknown as Order;
const empty = { product, takerFeeRate: ratio('0.0006'), positions: [], openOrders: [], requests: new Map() };

describe('the lines on the chart', () => {
  it('are a position’s entry, break-even and liquidation, and each order’s price', () => {
    const lines = linesOf({ ...empty, positions: [position], openOrders: [order] });
    expect(lines.map(({ kind, price }) => [kind, price])).toEqual([
      ['position', '60000'],
      ['break-even', '60072.1'],
      ['liquidation', '54000'],
      ['order', '61000'],
    ]);
  });

  it('leave out what belongs to another product, and what has no price', () => {
    const other = { ...order, symbol: 'ETHUSDT' as ProductSymbol };
    const market = { ...order, price: price('0') };
    expect(linesOf({ ...empty, openOrders: [other, market] })).toEqual([]);
  });

  it('stand at the trigger of an order that waits for one', () => {
    const stop = {
      ...order,
      price: price('0'),
      ordStatus: 'Untriggered',
      trigger: { price: price('58000') },
    };
    expect(linesOf({ ...empty, openOrders: [stop as unknown as Order] })).toMatchObject([{ price: '58000' }]);
  });

  it('have no liquidation where no price can do it', () => {
    const backed = { ...position, liquidationPrice: price('0.1') };
    const kinds = linesOf({ ...empty, positions: [backed] }).map(({ kind }) => kind);
    expect(kinds).toEqual(['position', 'break-even']);
  });

  it('stand where an order was asked to go, under the same key, until the stream tells', () => {
    const requests = new Map([['a', { kind: 'amend', at: 'asking', price: price('62000') } as const]]);
    const [line] = linesOf({ ...empty, openOrders: [order], requests });
    const [rested] = linesOf({ ...empty, openOrders: [order] });
    expect(line).toMatchObject({ price: '62000', request: { at: 'asking' } });
    expect(line?.key).toBe(rested?.key);
  });

  it('are every price of the order in the ticket, each a line of its own', () => {
    const prices = { limit: price('59000'), takeProfit: price('62000'), stopLoss: price('58000') };
    const lines = linesOf({
      ...empty,
      draft: { symbol, side: 'Buy', isConditional: false, qty: qty('1'), prices },
    });
    expect(lines.map(({ key, price }) => [key, price])).toEqual([
      ['draft limit', '59000'],
      ['draft takeProfit', '62000'],
      ['draft stopLoss', '58000'],
    ]);
    const held = { key: 'draft stopLoss', price: price('58100') };
    const moved = linesOf({ ...empty, draft: { symbol, side: 'Buy', isConditional: false, prices }, held });
    expect(moved.map(({ price }) => price)).toEqual(['59000', '62000', '58100']);
  });

  it('draw a protection out of a position, which stays where it was entered', () => {
    const held = { key: 'position BTCUSDT Merged', price: price('58000') };
    const lines = linesOf({ ...empty, positions: [position], held });
    expect(lines.find(({ kind }) => kind === 'protection')?.price).toBe('58000');
    expect(lines.find(({ kind }) => kind === 'position')?.price).toBe('60000');
  });

  it('follow the hand that holds one', () => {
    const held = { key: 'order a', price: price('60500') };
    expect(linesOf({ ...empty, openOrders: [order], held })).toMatchObject([{ price: '60500' }]);
  });
});

it('warns of a limit that would trade at once', () => {
  const best = { bid: price('60000'), ask: price('60000.1') };
  expect(crossingOf('Buy', price('60000.1'), best)).toBe(true);
  expect(crossingOf('Buy', price('60000'), best)).toBe(false);
  expect(crossingOf('Sell', price('60000'), best)).toBe(true);
  expect(crossingOf('Sell', price('60000'), {})).toBe(false);
});

it('warns of no limit that waits for a trigger', () => {
  const best = { bid: price('60000'), ask: price('60000.1') };
  const limitLine = (isConditional: boolean) => {
    const prices = { limit: price('60001'), trigger: price('62000') };
    const lines = linesOf({ ...empty, draft: { symbol, side: 'Buy', isConditional, prices } });
    return lines.map((line) => tradesAtOnce(line, best));
  };
  expect(limitLine(false)).toEqual([true, false]);
  expect(limitLine(true)).toEqual([false, false]);
});
