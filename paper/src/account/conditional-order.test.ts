import { describe, expect, it } from 'vitest';
import type { ClOrdID } from '#contract/brand.ts';
import type { AmendOrder, CommandResult } from '../commands.ts';
import { openAccountStore } from '../store/libsql-store.ts';
import {
  BTC,
  createTestbed,
  lots,
  type PlaceOptions,
  rate,
  type Testbed,
  ticks,
  units,
} from '../testing/testbed.ts';
import { CONDITIONALS_MAX } from './order.ts';

const codeOf = (result: CommandResult): number => (result.ok ? 0 : result.refusal.code);

/** A market around 100,000.0 with room to either side; last, mark and index are there. */
function createMarket(options: Parameters<typeof createTestbed>[0] = {}): Testbed {
  const bed = createTestbed(options);
  bed.setMark(1_000_000);
  bed.setIndex(1_000_000);
  quote(bed);
  bed.crowd('Buy', 1_000_000, 1);
  bed.crowd('Sell', 1_000_000, 1);
  return bed;
}

function quote(bed: Testbed): void {
  bed.crowd('Sell', 1_000_010, 1000);
  bed.crowd('Buy', 999_990, 1000);
}

/** The crowd trades one lot with itself at this price, which becomes the last price. */
function print(bed: Testbed, price: number): void {
  bed.exchange.crowd.limit(BTC.symbol, 'Buy', ticks(price), lots(1), false);
  bed.exchange.crowd.limit(BTC.symbol, 'Sell', ticks(price), lots(1), false);
}

const stop = (options: Partial<PlaceOptions> & Pick<PlaceOptions, 'side'>): PlaceOptions => ({
  ordType: 'Stop',
  qty: 5,
  stopPx: options.side === 'Buy' ? 1_010_000 : 990_000,
  clOrdID: 's',
  ...options,
});

const named = (clOrdID: string) => ({ by: 'clOrdID' as const, clOrdID: clOrdID as ClOrdID });

const amend = (clOrdID: string, change: Partial<AmendOrder>): AmendOrder => ({
  kind: 'amend',
  symbol: BTC.symbol,
  order: named(clOrdID),
  posSide: 'Merged',
  ...change,
});

const life = (bed: Testbed, clOrdID = 's'): string[] =>
  bed
    .orderEvents()
    .filter(({ order }) => order.clOrdID === clOrdID)
    .map(({ execStatus, order }) => `${execStatus} ${order.ordStatus}`);

const openOrder = (bed: Testbed, clOrdID = 's') =>
  bed.exchange.openOrders(bed.account).find((order) => order.clOrdID === clOrdID);

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

describe('amending and cancelling what waits', () => {
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

function isolate(bed: Testbed): void {
  bed.apply({ kind: 'set-leverage', symbol: BTC.symbol, leverage: { mode: 'OneWay', value: rate('10') } });
}

describe('conditional orders that close', () => {
  const whole = (options: Partial<PlaceOptions> = {}) =>
    stop({ side: 'Sell', qty: 0, closeOnTrigger: true, ...options });

  it('[TRG9] one without a size has the size of the position, however that changes', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    expect(bed.place(whole())).toMatchObject({ orders: [{ order: { qty: 10 } }] });
    bed.place({ side: 'Buy', qty: 5 });
    expect(openOrder(bed)?.qty).toBe(15);
    bed.place({ side: 'Sell', qty: 12 });
    expect(openOrder(bed)?.qty).toBe(3);
    bed.setMark(990_000);
    expect(bed.leg().size).toBe(0);
    expect(life(bed).at(-1)).toBe('TakerFill Filled');
  });

  it('[TRG9] its size cannot be amended (11068)', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(whole());
    expect(codeOf(bed.apply(amend('s', { qty: lots(5) })))).toBe(11068);
    expect(codeOf(bed.apply(amend('s', { qty: lots(10), triggerPrice: ticks(980_000) })))).toBe(0);
  });

  it('[TRG10] closing orders of a position that is gone are deactivated; others wait on', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(whole());
    bed.place(stop({ side: 'Sell', reduceOnly: true, clOrdID: 'part' }));
    bed.place(stop({ side: 'Sell', clOrdID: 'entry' }));
    bed.place({ side: 'Sell', qty: 10 });
    expect(life(bed).at(-1)).toBe('Canceled Deactivated');
    expect(life(bed, 'part').at(-1)).toBe('Canceled Deactivated');
    expect(bed.exchange.openOrders(bed.account).map(({ clOrdID }) => clOrdID)).toEqual(['entry']);
  });

  it('[TRG10] one cancels the other: the take-profit closes the position, the stop-loss goes', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(whole({ clOrdID: 'loss' }));
    bed.place(whole({ clOrdID: 'profit', ordType: 'MarketIfTouched', stopPx: 1_010_000 }));
    bed.setMark(1_010_000);
    expect(life(bed, 'profit').at(-1)).toBe('TakerFill Filled');
    expect(life(bed, 'loss').at(-1)).toBe('Canceled Deactivated');
    expect(bed.exchange.openOrders(bed.account)).toEqual([]);
  });

  it('[TRG10] two that one price makes due: the second finds nothing to close', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(whole({ clOrdID: 'a', stopPx: 995_000 }));
    bed.place(whole({ clOrdID: 'b', qty: 10, stopPx: 990_000 }));
    bed.setMark(980_000);
    expect([life(bed, 'a').at(-1), life(bed, 'b').at(-1)]).toEqual([
      'TakerFill Filled',
      'Canceled Deactivated',
    ]);
    expect(bed.leg().size).toBe(0);
  });

  it('[TRG11] close-on-trigger makes room: orders of its side that leave it too little to close are canceled', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place({ side: 'Sell', qty: 10, price: 1_050_000, clOrdID: 'in the way' });
    bed.place({ side: 'Buy', qty: 10, price: 900_000, clOrdID: 'other side' });
    bed.place(whole());
    bed.setMark(990_000);
    expect(life(bed, 'in the way').at(-1)).toBe('Canceled Canceled');
    expect(life(bed).at(-1)).toBe('TakerFill Filled');
    expect(bed.exchange.openOrders(bed.account).map(({ clOrdID }) => clOrdID)).toEqual(['other side']);
  });

  it('[TRG11] a reduce-only one cancels nobody and is cut to the position', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place({ side: 'Sell', qty: 10, price: 1_050_000, clOrdID: 'resting' });
    bed.place(stop({ side: 'Sell', qty: 50, reduceOnly: true }));
    bed.place({ side: 'Sell', qty: 4 });
    bed.setMark(990_000);
    expect(bed.leg().size).toBe(0);
    expect(bed.exchange.openOrders(bed.account).map(({ clOrdID }) => clOrdID)).toEqual(['resting']);
    expect(bed.exchange.recentOrders(bed.account)[0]).toMatchObject({ clOrdID: 's', qty: 6, cumQty: 6 });
  });

  it('[TRG12] the mark price passes a stop before the liquidation price', () => {
    const bed = createMarket();
    isolate(bed);
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(whole({ stopPx: 950_000 }));
    bed.setMark(890_000);
    expect(life(bed)).toContain('TakerFill Filled');
    expect(bed.orderEvents().some(({ order }) => order.clOrdID.startsWith('liq-'))).toBe(false);
  });

  it('[TRG10] liquidation takes the closing orders with the position', () => {
    const bed = createMarket();
    isolate(bed);
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(whole({ source: 'ByIndexPrice', stopPx: 950_000 }));
    bed.setMark(890_000);
    expect(bed.leg().size).toBe(0);
    expect(bed.exchange.openOrders(bed.account)).toEqual([]);
  });

  it('[MOD2] the position mode cannot change under a conditional order', () => {
    const bed = createMarket();
    bed.place(stop({ side: 'Buy' }));
    expect(codeOf(bed.apply({ kind: 'switch-pos-mode', symbol: BTC.symbol, target: 'Hedged' }))).toBe(20004);
  });

  it('[POS8] the closing side of a hedged leg is reduce-only for conditional orders too', () => {
    const bed = createMarket();
    bed.apply({ kind: 'switch-pos-mode', symbol: BTC.symbol, target: 'Hedged' });
    expect(codeOf(bed.place(stop({ side: 'Sell', posSide: 'Long' })))).toBe(11057);
    bed.place({ side: 'Buy', qty: 3, posSide: 'Long' });
    bed.place(stop({ side: 'Sell', posSide: 'Long' }));
    bed.setMark(990_000);
    expect(bed.leg('Long').size).toBe(0);
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
