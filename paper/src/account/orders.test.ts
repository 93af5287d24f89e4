import { describe, expect, it } from 'vitest';
import type { ClOrdID, OrderID } from '#contract/brand.ts';
import type { CommandResult } from '../commands.ts';
import { BTC, createTestbed, lots, type PlaceOptions, rate, ticks, units, XRP } from '../testing/testbed.ts';
import { OPEN_ORDERS_MAX } from './order.ts';

const codeOf = (result: CommandResult): number => (result.ok ? 0 : result.refusal.code);

/** A market around 100,000.0: bids below, offers above, the mark between. */
function createMarket() {
  const bed = createTestbed();
  bed.setMark(1_000_000);
  bed.crowd('Sell', 1_000_010, 10);
  bed.crowd('Sell', 1_000_020, 10);
  bed.crowd('Buy', 999_990, 10);
  bed.crowd('Buy', 999_980, 10);
  return bed;
}

const amend = (clOrdID: string, change: { price?: number; qty?: number }) => ({
  kind: 'amend' as const,
  symbol: BTC.symbol,
  order: { by: 'clOrdID' as const, clOrdID: clOrdID as ClOrdID },
  posSide: 'Merged' as const,
  ...(change.price === undefined ? {} : { price: ticks(change.price) }),
  ...(change.qty === undefined ? {} : { qty: lots(change.qty) }),
});

const cancel = (clOrdID: string) => ({
  kind: 'cancel' as const,
  symbol: BTC.symbol,
  order: { by: 'clOrdID' as const, clOrdID: clOrdID as ClOrdID },
  posSide: 'Merged' as const,
});

describe('acknowledgements and events', () => {
  it('[ORD1] an acknowledgement shows the order before matching, the events what became of it', () => {
    const bed = createMarket();
    const result = bed.place({ side: 'Buy', qty: 15, clOrdID: 'm' });
    expect(result).toMatchObject({
      ok: true,
      orders: [{ execStatus: 'PendingNew', order: { ordStatus: 'Created', leavesQty: 15, cumQty: 0 } }],
    });
    expect(
      bed.orderEvents().map((event) => [event.execStatus, event.order.ordStatus, event.order.leavesQty]),
    ).toEqual([
      ['New', 'New', 15],
      ['TakerFill', 'PartiallyFilled', 5],
      ['TakerFill', 'Filled', 0],
    ]);
  });

  it('[ORD1] the account event comes once, after everything else', () => {
    const bed = createMarket();
    const from = bed.events.length;
    bed.place({ side: 'Buy', qty: 15 });
    const kinds = bed.events.slice(from).map((event) => event.kind);
    expect(kinds.filter((kind) => kind === 'account')).toHaveLength(1);
    expect(kinds.at(-1)).toBe('account');
  });

  it('[ORD2] a market order carries a protected price and is ImmediateOrCancel', () => {
    const bed = createMarket();
    const result = bed.place({ side: 'Buy', qty: 1 });
    expect(result).toMatchObject({
      orders: [{ order: { price: 1_050_000, timeInForce: 'ImmediateOrCancel' } }],
    });
  });

  it('[ORD2] a market order does not trade beyond its protected price', () => {
    const bed = createTestbed();
    bed.setMark(1_000_000);
    bed.crowd('Sell', 1_060_000, 10);
    expect(bed.place({ side: 'Buy', qty: 1, clOrdID: 'm' }).ok).toBe(true);
    expect(bed.statuses()).toEqual({ m: 'Canceled' });
  });

  it('[ORD2] a market order that meets no liquidity is accepted, then canceled', () => {
    const bed = createTestbed();
    expect(bed.place({ side: 'Buy', qty: 1, clOrdID: 'm' }).ok).toBe(true);
    expect(bed.statuses()).toEqual({ m: 'Canceled' });
  });

  it('[ORD7] amend and cancel acknowledge PendingReplace with the new price and PendingCancel with what is still open', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 5, price: 990_000, clOrdID: 'a' });
    expect(bed.apply(amend('a', { price: 990_010 }))).toMatchObject({
      orders: [{ execStatus: 'PendingReplace', order: { ordStatus: 'New', price: 990_010, leavesQty: 5 } }],
    });
    expect(bed.apply(cancel('a'))).toMatchObject({
      orders: [{ execStatus: 'PendingCancel', order: { ordStatus: 'New', leavesQty: 5 } }],
    });
    expect(bed.orderEvents().map((event) => event.execStatus)).toEqual(['New', 'Replaced', 'Canceled']);
    expect(bed.exchange.openOrders(bed.account)).toEqual([]);
    expect(bed.exchange.recentOrders(bed.account)).toMatchObject([
      { clOrdID: 'a', ordStatus: 'Canceled', leavesQty: 0 },
    ]);
  });
});

describe('time in force', () => {
  it('[ORD3] a post-only order that would cross is accepted, then canceled, and nothing trades', () => {
    const bed = createMarket();
    const result = bed.place({
      side: 'Buy',
      qty: 1,
      price: 1_000_010,
      timeInForce: 'PostOnly',
      clOrdID: 'p',
    });
    expect(result.ok).toBe(true);
    expect(bed.statuses()).toEqual({ p: 'Canceled' });
    expect(bed.events.some((event) => event.kind === 'trade')).toBe(false);
  });

  it('[ORD3] a post-only order that does not cross rests and pays the maker fee', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 1, price: 1_000_000, timeInForce: 'PostOnly', clOrdID: 'p' });
    bed.crowd('Sell', 1_000_000, 1);
    const [fill] = bed.exchange.recentFills(bed.account);
    expect(fill?.execution).toMatchObject({ isMaker: true, feeRate: rate('0.0001'), fee: units('0.01') });
  });

  it('[ORD3] amending a post-only order across the market cancels it', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 1, price: 999_000, timeInForce: 'PostOnly', clOrdID: 'p' });
    expect(bed.apply(amend('p', { price: 1_000_010 })).ok).toBe(true);
    expect(bed.statuses()).toEqual({ p: 'Canceled' });
  });

  it('[ORD4] fill-or-kill fills whole or not at all', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 21, price: 1_000_020, timeInForce: 'FillOrKill', clOrdID: 'too much' });
    bed.place({ side: 'Buy', qty: 20, price: 1_000_020, timeInForce: 'FillOrKill', clOrdID: 'just right' });
    expect(bed.statuses()).toEqual({ 'too much': 'Canceled', 'just right': 'Filled' });
  });

  it('[ORD5] immediate-or-cancel takes what is there and cancels the rest', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 15, price: 1_000_010, timeInForce: 'ImmediateOrCancel', clOrdID: 'i' });
    expect(bed.exchange.recentOrders(bed.account)).toMatchObject([
      { ordStatus: 'Canceled', cumQty: 10, leavesQty: 0 },
    ]);
    expect(bed.exchange.openOrders(bed.account)).toEqual([]);
  });

  it('[ORD6] what a good-till-cancel order does not fill rests at its price', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 15, price: 1_000_010, clOrdID: 'g' });
    expect(bed.exchange.book(BTC.symbol).bestBid).toBe(1_000_010);
    expect(bed.exchange.openOrders(bed.account)).toMatchObject([
      { clOrdID: 'g', ordStatus: 'PartiallyFilled', leavesQty: 5 },
    ]);
  });

  it('[ORD5] a market order with PostOnly makes no sense and is refused', () => {
    const bed = createMarket();
    expect(codeOf(bed.place({ side: 'Buy', qty: 1, timeInForce: 'PostOnly' }))).toBe(11036);
  });
});

describe('queues', () => {
  /** Another trader's order of 5 behind (or before) ours at 990,000. */
  function createQueue() {
    const bed = createMarket();
    const other = bed.exchange.openAccount('other', units('10000'));
    bed.place({ side: 'Buy', qty: 5, price: 990_000, clOrdID: 'ours' });
    bed.place({ side: 'Buy', qty: 5, price: 990_000, clOrdID: 'theirs' }, other);
    bed.exchange.crowd.market(BTC.symbol, 'Sell', lots(20));
    return { bed, other, sellOne: () => bed.exchange.crowd.market(BTC.symbol, 'Sell', lots(1)) };
  }

  it('[ORD8] a smaller size at the same price keeps its place', () => {
    const { bed, sellOne } = createQueue();
    bed.apply(amend('ours', { qty: 3 }));
    sellOne();
    expect(bed.exchange.openOrders(bed.account)).toMatchObject([{ cumQty: 1, leavesQty: 2, qty: 3 }]);
  });

  it('[ORD8] a larger size goes to the end of the queue', () => {
    const { bed, other, sellOne } = createQueue();
    bed.apply(amend('ours', { qty: 6 }));
    sellOne();
    expect(bed.exchange.openOrders(bed.account)).toMatchObject([{ cumQty: 0 }]);
    expect(bed.exchange.openOrders(other)).toMatchObject([{ cumQty: 1 }]);
  });

  it('[ORD8] a new price may trade at once', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 12, price: 990_000, clOrdID: 'a' });
    bed.apply(amend('a', { price: 1_000_010 }));
    expect(bed.orderEvents().map((event) => [event.execStatus, event.order.leavesQty])).toEqual([
      ['New', 12],
      ['Replaced', 12],
      ['TakerFill', 2],
    ]);
    expect(bed.exchange.book(BTC.symbol).bestBid).toBe(1_000_010);
  });

  it('[ORD8] an amended size counts what is filled already', () => {
    const { bed, sellOne } = createQueue();
    sellOne();
    expect(codeOf(bed.apply(amend('ours', { qty: 1 })))).toBe(11012);
    expect(bed.apply(amend('ours', { qty: 2 })).ok).toBe(true);
    expect(bed.exchange.openOrders(bed.account)).toMatchObject([{ qty: 2, cumQty: 1, leavesQty: 1 }]);
  });
});

describe('refusals', () => {
  const cases: readonly [string, PlaceOptions, number][] = [
    ['a price above the highest', { side: 'Buy', qty: 1, price: 5_000_001 }, 11053],
    ['a price below the lowest', { side: 'Buy', qty: 1, price: 9_999 }, 11055],
    ['a price that is not a whole number of ticks', { side: 'Buy', qty: 1, price: 990_000.5 }, 30000],
    ['a size that is not a whole number of lots', { side: 'Buy', qty: 1.5, price: 990_000 }, 30000],
    ['no size', { side: 'Buy', qty: 0, price: 990_000 }, 11058],
    ['a size above the largest', { side: 'Buy', qty: 10_000_001, price: 990_000 }, 11056],
    ['a value below the smallest', { on: XRP, side: 'Buy', qty: 2, price: 3600 }, 11115],
    ['a cost above what is free', { side: 'Buy', qty: 1000, price: 1_000_000 }, 11001],
    ['a position above what the leverage allows', { side: 'Buy', qty: 200_001, price: 1_000_000 }, 11081],
    [
      'a position side that the mode has not got',
      { side: 'Buy', qty: 1, price: 990_000, posSide: 'Long' },
      20004,
    ],
    ['reduce-only without a position', { side: 'Sell', qty: 1, price: 1_000_000, reduceOnly: true }, 11011],
  ];
  it.each(cases)('[REJ1] %s', (_what, options, code) => {
    const bed = createMarket();
    expect(codeOf(bed.place({ ...options, clOrdID: 'r' }))).toBe(code);
    expect(bed.orderEvents()).toMatchObject([
      {
        execStatus: 'CreateRejected',
        refusal: { code },
        order: { ordStatus: 'Rejected', leavesQty: options.qty },
        posSideAfter: 'None',
      },
    ]);
    expect(bed.exchange.openOrders(bed.account)).toEqual([]);
    expect(bed.exchange.recentOrders(bed.account)).toEqual([]);
    expect(bed.exchange.wallet(bed.account).used).toBe(0n);
  });

  it('[REJ2] a client order id may not come twice, open or recently closed', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 1, price: 990_000, clOrdID: 'same' });
    expect(codeOf(bed.place({ side: 'Buy', qty: 1, price: 990_000, clOrdID: 'same' }))).toBe(11085);
    bed.apply(cancel('same'));
    expect(codeOf(bed.place({ side: 'Buy', qty: 1, price: 990_000, clOrdID: 'same' }))).toBe(11085);
  });

  it('[REJ2] a rejected order leaves its id free', () => {
    const bed = createMarket();
    expect(codeOf(bed.place({ side: 'Buy', qty: 1000, price: 1_000_000, clOrdID: 'again' }))).toBe(11001);
    expect(bed.place({ side: 'Buy', qty: 1, price: 990_000, clOrdID: 'again' }).ok).toBe(true);
  });

  it('[REJ3] amending or canceling what is not open is OM_ORDER_NOT_FOUND', () => {
    const bed = createMarket();
    const refusal = { ok: false, refusal: { code: 10002, msg: 'OM_ORDER_NOT_FOUND' } };
    expect(bed.apply(amend('nobody', { price: 990_000 }))).toEqual(refusal);
    expect(bed.apply(cancel('nobody'))).toEqual(refusal);
    expect(
      bed.apply({
        kind: 'cancel',
        symbol: BTC.symbol,
        order: { by: 'orderID', orderID: 'nobody' as OrderID },
        posSide: 'Merged',
      }),
    ).toEqual(refusal);
  });

  it('[REJ3] the position side is checked on amend and cancel too', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 1, price: 990_000, clOrdID: 'a' });
    expect(codeOf(bed.apply({ ...amend('a', { price: 990_010 }), posSide: 'Long' }))).toBe(20004);
    expect(codeOf(bed.apply({ ...cancel('a'), posSide: 'Short' }))).toBe(20004);
    expect(bed.exchange.openOrders(bed.account)).toHaveLength(1);
  });

  it('[REJ4] a refused amend changes nothing and is reported', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 5, price: 990_000, clOrdID: 'a' });
    const before = bed.exchange.openOrders(bed.account);
    expect(codeOf(bed.apply(amend('a', { qty: 1000 })))).toBe(11001);
    expect(codeOf(bed.apply(amend('a', { price: 5_000_001 })))).toBe(11053);
    expect(codeOf(bed.apply(amend('a', {})))).toBe(11065);
    expect(
      bed
        .orderEvents()
        .slice(1)
        .map((event) => event.execStatus),
    ).toEqual(Array(3).fill('ReplaceRejected'));
    expect(bed.exchange.openOrders(bed.account)).toEqual(before);
  });

  it('[REJ5] an unknown product is TE_SYMBOL_INVALID', () => {
    const bed = createTestbed();
    const unknown = 'NOPEUSDT' as typeof BTC.symbol;
    expect(codeOf(bed.apply({ kind: 'cancel-all', symbol: unknown, untriggered: false }))).toBe(11027);
    expect(codeOf(bed.apply({ kind: 'switch-pos-mode', symbol: unknown, target: 'Hedged' }))).toBe(11027);
  });

  it('[REJ6] active orders of a leg are limited', () => {
    const bed = createTestbed();
    for (let made = 0; made < OPEN_ORDERS_MAX; made++) {
      expect(bed.place({ side: 'Buy', qty: 1, price: 10_000 + made }).ok).toBe(true);
    }
    expect(codeOf(bed.place({ side: 'Buy', qty: 1, price: 10_000 }))).toBe(11032);
  });

  it('[REJ7] an order that would start with a loss the account cannot bear is refused', () => {
    const bed = createTestbed({ deposit: units('1100') });
    bed.setMark(1_000_000);
    bed.crowd('Sell', 1_040_000, 100);
    // 0.1 BTC at 10x costs 1,052 USDT, but it would start 400 USDT below the mark price.
    expect(codeOf(bed.place({ side: 'Buy', qty: 100 }))).toBe(11082);
  });
});

describe('cancel all', () => {
  it('[ORD10] cancels the active orders of one product and tells how many', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 1, price: 990_000 });
    bed.place({ side: 'Sell', qty: 1, price: 1_100_000 });
    const none = bed.apply({ kind: 'cancel-all', symbol: BTC.symbol, untriggered: true });
    expect(none).toEqual({ ok: true, orders: [] });
    const both = bed.apply({ kind: 'cancel-all', symbol: BTC.symbol, untriggered: false });
    expect(both.ok && both.orders.map((ack) => ack.execStatus)).toEqual(['PendingCancel', 'PendingCancel']);
    expect(bed.exchange.openOrders(bed.account)).toEqual([]);
  });
});

describe('the crowd', () => {
  it('[CRD1] keeps its place when it shrinks, loses it when it grows, and pays nobody', () => {
    const bed = createTestbed();
    const { crowd } = bed.exchange;
    const first = crowd.limit(BTC.symbol, 'Sell', ticks(1_000_010), lots(5), true);
    const second = crowd.limit(BTC.symbol, 'Sell', ticks(1_000_010), lots(5), true);
    if (first === undefined || second === undefined) throw new Error('Both rest');
    crowd.resize(first, lots(4));
    expect(crowd.market(BTC.symbol, 'Buy', lots(1))).toBe(1);
    expect([first.leavesQty, second.leavesQty]).toEqual([3, 5]);
    crowd.resize(first, lots(9));
    crowd.market(BTC.symbol, 'Buy', lots(5));
    expect([first.leavesQty, second.leavesQty]).toEqual([9, 0]);
    crowd.cancel(first);
    expect(first.leavesQty).toBe(0);
    expect(crowd.market(BTC.symbol, 'Buy', lots(1))).toBe(0);
    expect(bed.exchange.ledger()).toMatchObject({ fees: 0n });
  });

  it('[CRD1] a post-only order that would cross does not rest', () => {
    const bed = createMarket();
    const { crowd } = bed.exchange;
    expect(crowd.limit(BTC.symbol, 'Buy', ticks(1_000_010), lots(1), true)).toBeUndefined();
    expect(crowd.limit(BTC.symbol, 'Buy', ticks(1_000_010), lots(10), false)).toBeUndefined();
    expect(bed.exchange.book(BTC.symbol)).toMatchObject({ bestBid: 999_990, bestAsk: 1_000_020 });
  });
});
