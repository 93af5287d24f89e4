import { describe, expect, it } from 'vitest';
import { codeOf, createMarket, isolate, stop } from '../testing/conditionals.ts';
import { createTestbed, type PlaceOptions } from '../testing/testbed.ts';
import { CONDITIONALS_MAX } from './order.ts';

describe('refusals of conditional orders', () => {
  it.each<[number, string, Partial<PlaceOptions> & Pick<PlaceOptions, 'side'>]>([
    [11043, 'a rising trigger the price is at already', { side: 'Buy', stopPx: 1_000_000 }],
    [11044, 'a falling trigger the price is at already', { side: 'Sell', stopPx: 1_000_000 }],
    [11045, 'a trigger price above the range', { side: 'Buy', stopPx: 5_000_001 }],
    [11046, 'a trigger price below the range', { side: 'Sell', stopPx: 9_999 }],
    [11053, 'a limit price above the range', { side: 'Buy', ordType: 'StopLimit', price: 5_000_001 }],
    [11056, 'too large a size', { side: 'Buy', qty: 10_000_001 }],
    [11058, 'no size', { side: 'Buy', qty: 0 }],
    [11036, 'market with PostOnly', { side: 'Buy', timeInForce: 'PostOnly' }],
    [11057, 'reduce-only while flat', { side: 'Sell', reduceOnly: true }],
    [11013, 'the whole position while flat', { side: 'Sell', qty: 0, closeOnTrigger: true }],
    [11059, 'a part of the position while flat', { side: 'Sell', closeOnTrigger: true }],
  ])('[REJ8] %i: %s', (code, _what, options) => {
    const bed = createMarket();
    expect(codeOf(bed.place(stop(options)))).toBe(code);
    expect(bed.orderEvents()).toMatchObject([
      { execStatus: 'CreateRejected', order: { ordStatus: 'Rejected' } },
    ]);
    expect(bed.exchange.openOrders(bed.account)).toEqual([]);
  });

  it.each([
    [11040, 'ByMarkPrice'],
    [11041, 'ByIndexPrice'],
    [11042, 'ByLastPrice'],
  ] as const)('[REJ8] %i: no price yet to trigger on, %s', (code, source) => {
    const bed = createTestbed();
    expect(codeOf(bed.place(stop({ side: 'Buy', source })))).toBe(code);
  });

  it.each<[number, string, Partial<PlaceOptions> & Pick<PlaceOptions, 'side'>]>([
    [11014, 'the whole position on its own side', { side: 'Buy', qty: 0, closeOnTrigger: true }],
    [11060, 'a part of it on its own side', { side: 'Buy', closeOnTrigger: true }],
    [11057, 'reduce-only on its own side', { side: 'Buy', reduceOnly: true }],
    [11048, 'a stop-loss above the price', { side: 'Sell', qty: 0, closeOnTrigger: true, stopPx: 1_000_001 }],
    [
      11047,
      'a take-profit below the price',
      { side: 'Sell', ordType: 'MarketIfTouched', qty: 0, closeOnTrigger: true, stopPx: 999_999 },
    ],
    [
      11049,
      'a stop-loss beyond liquidation',
      { side: 'Sell', qty: 0, closeOnTrigger: true, stopPx: 905_000 },
    ],
  ])('[REJ8] %i with a long: %s', (code, _what, options) => {
    const bed = createMarket();
    isolate(bed);
    bed.place({ side: 'Buy', qty: 10 });
    expect(codeOf(bed.place(stop(options)))).toBe(code);
  });

  it.each<[number, string, Partial<PlaceOptions>]>([
    [11052, 'a stop-loss below the price', { stopPx: 999_999 }],
    [11050, 'a take-profit above the price', { ordType: 'MarketIfTouched', stopPx: 1_000_001 }],
    [11051, 'a stop-loss beyond liquidation', { stopPx: 1_095_000 }],
  ])('[REJ8] %i with a short: %s', (code, _what, options) => {
    const bed = createMarket();
    isolate(bed);
    bed.place({ side: 'Sell', qty: 10 });
    const order = stop({ side: 'Buy', qty: 0, closeOnTrigger: true, ...options });
    expect(codeOf(bed.place(order))).toBe(code);
  });

  it('[REJ8] 11054: a closing limit price beyond bankruptcy, of a long and of a short', () => {
    const close = { ordType: 'StopLimit', qty: 0, closeOnTrigger: true } as const;
    const long = createMarket();
    isolate(long);
    long.place({ side: 'Buy', qty: 10 });
    expect(codeOf(long.place(stop({ ...close, side: 'Sell', price: 899_000 })))).toBe(11054);
    expect(codeOf(long.place(stop({ ...close, side: 'Sell', price: 901_000 })))).toBe(0);
    const short = createMarket();
    isolate(short);
    short.place({ side: 'Sell', qty: 10 });
    expect(codeOf(short.place(stop({ ...close, side: 'Buy', price: 1_101_000 })))).toBe(11054);
  });

  it('[REJ8] 11084 and 11083: a position has one stop-loss and one take-profit of the whole', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    const loss = stop({ side: 'Sell', qty: 0, closeOnTrigger: true });
    const profit = { ...loss, ordType: 'MarketIfTouched' as const, stopPx: 1_010_000, clOrdID: 'p' };
    expect([bed.place(loss).ok, bed.place(profit).ok]).toEqual([true, true]);
    expect(codeOf(bed.place({ ...loss, clOrdID: 'second' }))).toBe(11084);
    expect(codeOf(bed.place({ ...profit, clOrdID: 'third' }))).toBe(11083);
  });

  it(`[REJ8] 11031: ${CONDITIONALS_MAX} may wait in a leg`, () => {
    const bed = createMarket();
    for (let made = 0; made < CONDITIONALS_MAX; made++) {
      bed.place(stop({ side: 'Buy', qty: 1, clOrdID: `s${made}` }));
    }
    expect(codeOf(bed.place(stop({ side: 'Buy', qty: 1, clOrdID: 'one more' })))).toBe(11031);
  });

  it('[REJ8] 11085: an id that waits is taken', () => {
    const bed = createMarket();
    bed.place(stop({ side: 'Buy' }));
    expect(codeOf(bed.place({ side: 'Buy', qty: 1, price: 990_000, clOrdID: 's' }))).toBe(11085);
  });
});
