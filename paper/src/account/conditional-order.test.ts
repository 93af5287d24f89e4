import { describe, expect, it } from 'vitest';
import { openAccountStore } from '../store/libsql-store.ts';
import {
  amend,
  codeOf,
  createMarket,
  life,
  named,
  openOrder,
  print,
  quote,
  stop,
} from '../testing/conditionals.ts';
import { BTC, createTestbed, lots, ticks, units } from '../testing/testbed.ts';

describe('a conditional order waits', () => {
  it('[TRG1] acknowledged as registered, open, untriggered, with nothing in the market and nothing locked', () => {
    const bed = createMarket();
    const result = bed.place(stop({ side: 'Buy' }));
    const order = {
      ordStatus: 'Untriggered',
      price: 0,
      qty: 5,
      leavesQty: 0,
      timeInForce: 'ImmediateOrCancel',
    };
    expect(result).toMatchObject({ ok: true, orders: [{ execStatus: 'Registered', order }] });
    expect(openOrder(bed)).toMatchObject({
      ...order,
      instructions: { trigger: { source: 'ByMarkPrice', price: 1_010_000, direction: 'Rising' } },
    });
    expect(life(bed)).toEqual(['Registered Untriggered']);
    expect(bed.exchange.wallet(bed.account).used).toBe(0n);
  });

  it.each([
    ['Stop', 'Buy', 1_010_000, 'Rising'],
    ['Stop', 'Sell', 990_000, 'Falling'],
    ['MarketIfTouched', 'Buy', 990_000, 'Falling'],
    ['MarketIfTouched', 'Sell', 1_010_000, 'Rising'],
  ] as const)(
    '[TRG2] a %s %s waits for %i %s and takes what the market has',
    (ordType, side, stopPx, direction) => {
      const bed = createMarket();
      bed.place(stop({ ordType, side, stopPx }));
      expect(openOrder(bed)?.instructions?.trigger?.direction).toBe(direction);
      const towards = direction === 'Rising' ? 1 : -1;
      bed.setMark(stopPx - towards);
      expect(life(bed)).toEqual(['Registered Untriggered']);
      bed.setMark(stopPx);
      expect(life(bed)).toEqual([
        'Registered Untriggered',
        'Triggered Triggered',
        'New New',
        'TakerFill Filled',
      ]);
      expect(bed.leg()).toMatchObject({ side, size: 5 });
    },
  );

  it.each([
    ['StopLimit', 'Buy', 1_010_000],
    ['LimitIfTouched', 'Sell', 1_010_000],
  ] as const)('[TRG2] a %s %s rests at its own price once it is triggered', (ordType, side, stopPx) => {
    const bed = createMarket();
    const price = side === 'Buy' ? 999_000 : 1_020_000;
    bed.place(stop({ ordType, side, stopPx, price }));
    bed.setMark(stopPx);
    expect(openOrder(bed)).toMatchObject({ ordStatus: 'New', price, leavesQty: 5 });
    const levels = bed.exchange.book(BTC.symbol).levels(side, 5);
    expect(levels.at(-1)).toEqual([price, 5]);
  });

  it('[TRG3] each source triggers on its own price and on no other', () => {
    const bed = createMarket();
    for (const source of ['ByLastPrice', 'ByMarkPrice', 'ByIndexPrice'] as const) {
      bed.place(stop({ side: 'Buy', source, clOrdID: source }));
    }
    const waiting = () => bed.exchange.openOrders(bed.account).map(({ clOrdID }) => clOrdID);
    bed.setIndex(1_010_000);
    expect(waiting()).toEqual(['ByLastPrice', 'ByMarkPrice']);
    bed.setMark(1_011_000);
    expect(waiting()).toEqual(['ByLastPrice']);
    bed.exchange.crowd.market(BTC.symbol, 'Buy', lots(2000));
    print(bed, 1_010_000);
    expect(waiting()).toEqual([]);
  });

  it('[TRG4] what one price passes triggers in the order in which it was passed, then by age', () => {
    const bed = createMarket();
    const placed = [
      ['far', 1_020_000],
      ['near', 1_010_000],
      ['near, later', 1_010_000],
    ] as const;
    for (const [clOrdID, stopPx] of placed) bed.place(stop({ side: 'Buy', qty: 1, clOrdID, stopPx }));
    bed.setMark(1_030_000);
    const triggered = bed.orderEvents().filter(({ execStatus }) => execStatus === 'Triggered');
    expect(triggered.map(({ order }) => order.clOrdID)).toEqual(['near', 'near, later', 'far']);
  });

  it('[TRG5] a trade inside one order triggers too, though the price has turned by its end, and after it is done', () => {
    const bed = createMarket();
    bed.place(stop({ side: 'Sell', source: 'ByLastPrice', stopPx: 999_000, clOrdID: 'first' }));
    bed.place(stop({ side: 'Sell', source: 'ByLastPrice', stopPx: 998_000, clOrdID: 'second' }));
    bed.crowd('Buy', 999_000, 3);
    bed.crowd('Buy', 998_000, 100);
    // Sweeps the bids down to 999,000: the first triggers, sells down to 998,000, and so triggers the second.
    bed.exchange.crowd.market(BTC.symbol, 'Sell', lots(1001));
    expect(life(bed, 'first').at(-1)).toBe('TakerFill Filled');
    expect(life(bed, 'second').at(-1)).toBe('TakerFill Filled');
    const kinds = bed.orderEvents().map(({ order, execStatus }) => `${order.clOrdID} ${execStatus}`);
    expect(kinds.indexOf('second Triggered')).toBeGreaterThan(kinds.lastIndexOf('first TakerFill'));
  });

  it('[TRG6] costs are asked when it triggers: without the balance it is rejected then', () => {
    const bed = createMarket({ deposit: units('10') });
    expect(bed.place(stop({ side: 'Buy', qty: 500 })).ok).toBe(true);
    bed.setMark(1_010_000);
    expect(life(bed)).toEqual(['Registered Untriggered', 'Triggered Triggered', 'CreateRejected Rejected']);
    expect(bed.orderEvents().at(-1)?.refusal?.code).toBe(11001);
    expect(bed.exchange.openOrders(bed.account)).toEqual([]);
    expect(bed.exchange.recentOrders(bed.account)).toMatchObject([{ ordStatus: 'Rejected' }]);
  });
});

describe('amending and canceling what waits', () => {
  it('[TRG7] moves the trigger: the old price does nothing, the new one does', () => {
    const bed = createMarket();
    bed.place(stop({ side: 'Buy' }));
    expect(bed.apply(amend('s', { triggerPrice: ticks(1_020_000) }))).toMatchObject({
      orders: [{ execStatus: 'PendingReplace', order: { ordStatus: 'Untriggered' } }],
    });
    expect(openOrder(bed)?.instructions?.trigger?.price).toBe(1_020_000);
    bed.setMark(1_010_000);
    expect(openOrder(bed)?.ordStatus).toBe('Untriggered');
    bed.setMark(1_020_000);
    expect(life(bed).at(-1)).toBe('TakerFill Filled');
  });

  it('[TRG7] changes size, limit price and source while it waits', () => {
    const bed = createMarket();
    bed.place(stop({ ordType: 'StopLimit', side: 'Buy', price: 1_000_000 }));
    bed.apply(amend('s', { qty: lots(7), price: ticks(1_000_005), triggerSource: 'ByIndexPrice' }));
    bed.setMark(1_050_000);
    expect(openOrder(bed)).toMatchObject({ qty: 7, price: 1_000_005, ordStatus: 'Untriggered' });
    bed.setIndex(1_010_000);
    expect(openOrder(bed)).toMatchObject({ ordStatus: 'New', leavesQty: 7 });
  });

  it.each([
    [11065, {}],
    [11067, { price: ticks(1_000_000) }],
    [11043, { triggerPrice: ticks(999_000) }],
    [11045, { triggerPrice: ticks(5_000_001) }],
    [11046, { triggerPrice: ticks(9_999) }],
    [11058, { qty: lots(0) }],
  ])('[REJ4] refuses %i and changes nothing', (code, change) => {
    const bed = createMarket();
    bed.place(stop({ side: 'Buy' }));
    const before = openOrder(bed);
    expect(codeOf(bed.apply(amend('s', change)))).toBe(code);
    expect(openOrder(bed)).toEqual(before);
    expect(life(bed).at(-1)).toBe('ReplaceRejected Untriggered');
  });

  it('[REJ4] a trigger that was reached cannot be amended (11015), and a plain order has none (11038)', () => {
    const bed = createMarket();
    bed.place(stop({ ordType: 'StopLimit', side: 'Buy', price: 990_000 }));
    bed.setMark(1_010_000);
    expect(codeOf(bed.apply(amend('s', { triggerPrice: ticks(1_020_000) })))).toBe(11015);
    bed.place({ side: 'Buy', qty: 1, price: 990_000, clOrdID: 'plain' });
    expect(codeOf(bed.apply(amend('plain', { triggerPrice: ticks(1_020_000) })))).toBe(11038);
  });

  it('[TRG8] canceled while it waits it ends Deactivated, and its id is free of the market', () => {
    const bed = createMarket();
    bed.place(stop({ side: 'Buy' }));
    expect(
      bed.apply({ kind: 'cancel', symbol: BTC.symbol, order: named('s'), posSide: 'Merged' }),
    ).toMatchObject({
      orders: [{ execStatus: 'PendingCancel', order: { ordStatus: 'Untriggered' } }],
    });
    expect(life(bed).at(-1)).toBe('Canceled Deactivated');
    bed.setMark(1_020_000);
    expect(bed.leg().size).toBe(0);
    expect(bed.exchange.recentOrders(bed.account)).toMatchObject([{ ordStatus: 'Deactivated' }]);
  });

  it('[ORD10] cancel-all speaks of one kind at a time: active orders, or those that wait', () => {
    const bed = createMarket();
    bed.place(stop({ side: 'Buy' }));
    bed.place({ side: 'Buy', qty: 1, price: 990_000, clOrdID: 'active' });
    const all = (untriggered: boolean) => bed.apply({ kind: 'cancel-all', symbol: BTC.symbol, untriggered });
    expect(all(true)).toMatchObject({ orders: [{ order: { clOrdID: 's' } }] });
    expect(bed.exchange.openOrders(bed.account).map(({ clOrdID }) => clOrdID)).toEqual(['active']);
    bed.place(stop({ side: 'Buy', clOrdID: 'again' }));
    expect(all(false)).toMatchObject({ orders: [{ order: { clOrdID: 'active' } }] });
    expect(bed.exchange.openOrders(bed.account).map(({ clOrdID }) => clOrdID)).toEqual(['again']);
  });
});

describe('left over as limit', () => {
  it('[ORD11] a market order of this kind rests what it could not take, at the price of its last fill', () => {
    const bed = createTestbed();
    bed.setMark(1_000_000);
    bed.crowd('Sell', 1_000_010, 3);
    bed.place({ side: 'Buy', qty: 5, ordType: 'MarketAsLimit', clOrdID: 's' });
    expect(openOrder(bed)).toMatchObject({ ordStatus: 'PartiallyFilled', price: 1_000_010, leavesQty: 2 });
    expect(bed.exchange.book(BTC.symbol).bestBid).toBe(1_000_010);
  });

  it('[ORD11] one that took nothing has no price to rest at and is canceled', () => {
    const bed = createTestbed();
    bed.setMark(1_000_000);
    bed.place({ side: 'Buy', qty: 5, ordType: 'MarketAsLimit', clOrdID: 's' });
    expect(bed.statuses()).toEqual({ s: 'Canceled' });
  });

  it.each([
    ['StopAsLimit', 1_010_000],
    ['MarketIfTouchedAsLimit', 990_000],
  ] as const)('[ORD11] a %s does so once it is triggered', (ordType, stopPx) => {
    const bed = createMarket({ deposit: units('20000') });
    bed.place(stop({ ordType, side: 'Buy', qty: 1005, stopPx }));
    bed.setMark(stopPx);
    expect(openOrder(bed)).toMatchObject({ price: 1_000_010, leavesQty: 5 });
  });
});

describe('a restart', () => {
  it('[STO10] what waited waits on; a trigger that was passed meanwhile comes with the first price', () => {
    const store = openAccountStore(':memory:');
    const before = createMarket({ store });
    before.place(stop({ side: 'Buy', clOrdID: 'passed' }));
    before.place(stop({ side: 'Buy', stopPx: 1_200_000, clOrdID: 'not yet' }));
    before.place(stop({ side: 'Sell', ordType: 'StopLimit', price: 980_000, clOrdID: 'below' }));
    const waiting = before.exchange.openOrders(before.account);
    const after = createTestbed({ store });
    expect(after.exchange.openOrders(after.account)).toEqual(waiting);
    quote(after);
    after.setMark(1_100_000);
    expect(after.exchange.openOrders(after.account).map(({ clOrdID }) => clOrdID)).toEqual([
      'not yet',
      'below',
    ]);
    expect(after.leg()).toMatchObject({ side: 'Buy', size: 5 });
  });

  it('[TRG3] the last price of before can be told to an exchange that has just opened', () => {
    const store = openAccountStore(':memory:');
    createMarket({ store }).place(stop({ side: 'Buy', source: 'ByLastPrice' }));
    const after = createTestbed({ store });
    quote(after);
    after.exchange.setLastPrice(BTC.symbol, ticks(1_009_999));
    expect(openOrder(after)?.ordStatus).toBe('Untriggered');
    after.exchange.setLastPrice(BTC.symbol, ticks(1_010_000));
    expect(openOrder(after)).toBeUndefined();
  });
});
