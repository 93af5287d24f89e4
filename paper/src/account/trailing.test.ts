import { describe, expect, it } from 'vitest';
import type { ClOrdID } from '#contract/brand.ts';
import type { AmendOrder, CommandResult, Instructions, Trail } from '../commands.ts';
import { openAccountStore } from '../store/libsql-store.ts';
import { BTC, createTestbed, type PlaceOptions, rate, type Testbed, ticks } from '../testing/testbed.ts';

const codeOf = (result: CommandResult): number => (result.ok ? 0 : result.refusal.code);

function createMarket(options: Parameters<typeof createTestbed>[0] = {}): Testbed {
  const bed = createTestbed(options);
  bed.setMark(1_000_000);
  bed.crowd('Sell', 1_000_010, 1000);
  bed.crowd('Buy', 999_990, 1000);
  return bed;
}

const by = (offset: number): Trail['offset'] => ({ by: 'ticks', ticks: offset });

interface Trailing {
  readonly side?: 'Buy' | 'Sell';
  readonly peg?: Trail['peg'];
  readonly offset?: Trail['offset'];
  readonly stopPx?: number;
  readonly more?: Partial<PlaceOptions>;
}

/** Of a long, 1,000 ticks below the best mark price, unless told otherwise. */
function trailing({
  side = 'Sell',
  peg = 'TrailingStopPeg',
  offset = by(-1000),
  stopPx = 0,
  more = {},
}: Trailing = {}) {
  const isWaiting = peg === 'TrailingTakeProfitPeg';
  const instructions: Instructions = {
    trigger: {
      source: 'ByMarkPrice',
      price: ticks(stopPx),
      direction: (side === 'Sell') === isWaiting ? 'Rising' : 'Falling',
    },
    trail: { peg, offset },
  };
  return {
    side,
    qty: 0,
    ordType: 'Stop',
    closeOnTrigger: true,
    clOrdID: 't',
    instructions,
    ...more,
  } as const;
}

const openOrder = (bed: Testbed, clOrdID = 't') =>
  bed.exchange.openOrders(bed.account).find((order) => order.clOrdID === clOrdID);
const triggerPrice = (bed: Testbed) => openOrder(bed)?.instructions?.trigger?.price;

const amend = (change: Partial<AmendOrder>): AmendOrder => ({
  kind: 'amend',
  symbol: BTC.symbol,
  order: { by: 'clOrdID', clOrdID: 't' as ClOrdID },
  posSide: 'Merged',
  ...change,
});

describe('a trailing stop', () => {
  it('[TSL1] follows the best price at its distance, never back, and triggers on the way down', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(trailing());
    const seen = [1_000_500, 1_000_200, 1_002_000, 1_001_500].map((mark) => {
      bed.setMark(mark);
      return triggerPrice(bed);
    });
    expect(seen).toEqual([999_500, 999_500, 1_001_000, 1_001_000]);
    bed.setMark(1_001_000);
    expect(bed.leg().size).toBe(0);
    expect(bed.statuses().t).toBe('Filled');
  });

  it('[TSL1] of a short mirrors that', () => {
    const bed = createMarket();
    bed.place({ side: 'Sell', qty: 10 });
    bed.place(trailing({ side: 'Buy', offset: by(1000) }));
    expect(triggerPrice(bed)).toBe(1_001_000);
    bed.setMark(998_000);
    expect(triggerPrice(bed)).toBe(999_000);
    bed.setMark(999_000);
    expect(bed.leg().size).toBe(0);
  });

  it('[TSL1] tells every move of its trigger, and nothing else', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(trailing());
    for (const mark of [1_000_500, 999_900, 1_000_600]) bed.setMark(mark);
    const told = bed.orderEvents().filter(({ order }) => order.clOrdID === 't');
    expect(told.map(({ execStatus, order }) => [execStatus, order.instructions?.trigger?.price])).toEqual([
      ['Registered', 999_000],
      ['Replaced', 999_500],
      ['Replaced', 999_600],
    ]);
  });

  it('[TSL2] by a share of the best price is rounded away from the market', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(trailing({ offset: { by: 'rate', rate: rate('-0.01') } }));
    expect(triggerPrice(bed)).toBe(990_000);
    bed.setMark(1_000_001);
    // 1 % of 1,000,001 is 10,000.01.
    expect(triggerPrice(bed)).toBe(990_000);
    bed.setMark(1_100_000);
    expect(triggerPrice(bed)).toBe(1_089_000);
  });

  it('[TSL3] with a stop price begins at whichever is tighter', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(trailing({ stopPx: 999_800 }));
    expect(triggerPrice(bed)).toBe(999_800);
    bed.setMark(1_000_500);
    expect(triggerPrice(bed)).toBe(999_800);
    bed.setMark(1_001_500);
    expect(triggerPrice(bed)).toBe(1_000_500);
  });

  it('[TSL4] with an activation price waits for that, then follows from there', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(trailing({ peg: 'TrailingTakeProfitPeg', stopPx: 1_010_000 }));
    bed.setMark(990_000);
    expect(openOrder(bed)?.instructions).toMatchObject({
      trigger: { price: 1_010_000, direction: 'Rising' },
    });
    bed.setMark(1_011_000);
    expect(openOrder(bed)?.instructions).toMatchObject({
      trigger: { price: 1_010_000, direction: 'Falling' },
      trail: { best: 1_011_000 },
    });
    bed.setMark(1_013_000);
    bed.setMark(1_012_001);
    expect(bed.leg().size).toBe(10);
    bed.setMark(1_012_000);
    expect(bed.leg().size).toBe(0);
  });

  it('[TSL5] an amended distance counts from the best price so far', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(trailing());
    bed.setMark(1_005_000);
    bed.setMark(1_004_800);
    bed.apply(amend({ trailOffset: by(-3000) }));
    expect(triggerPrice(bed)).toBe(1_002_000);
    expect(codeOf(bed.apply(amend({ trailOffset: by(-100) })))).toBe(11087);
    expect(triggerPrice(bed)).toBe(1_002_000);
  });

  it('[TSL5] a new distance before activation only waits', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(trailing({ peg: 'TrailingTakeProfitPeg', stopPx: 1_010_000 }));
    bed.apply(amend({ trailOffset: by(-3000) }));
    expect(triggerPrice(bed)).toBe(1_010_000);
    bed.setMark(1_010_000);
    expect(triggerPrice(bed)).toBe(1_007_000);
  });

  it('[TSL6] may open a position too: a buy that follows a falling market', () => {
    const bed = createMarket();
    bed.place(trailing({ side: 'Buy', offset: by(500), more: { closeOnTrigger: false, qty: 5 } }));
    bed.setMark(990_000);
    bed.setMark(990_500);
    expect(bed.leg()).toMatchObject({ side: 'Buy', size: 5 });
  });

  it('[STO10] goes on from where it was after a restart', () => {
    const store = openAccountStore(':memory:');
    const before = createMarket({ store });
    before.place({ side: 'Buy', qty: 10 });
    before.place(trailing());
    before.setMark(1_005_000);
    const kept = openOrder(before);
    const after = createTestbed({ store });
    expect(openOrder(after)).toEqual(kept);
    after.setMark(1_004_500);
    expect(triggerPrice(after)).toBe(1_004_000);
    after.setMark(1_004_000);
    expect(openOrder(after)).toBeUndefined();
  });
});

describe('refusals of trailing stops', () => {
  const isolate = (bed: Testbed) =>
    bed.apply({ kind: 'set-leverage', symbol: BTC.symbol, leverage: { mode: 'OneWay', value: rate('10') } });

  it.each<[number, string, Trailing]>([
    [11087, 'a stop price above the price', { stopPx: 1_000_001 }],
    [11088, 'a stop price beyond liquidation', { stopPx: 0, offset: by(-95_000) }],
    [11091, 'a distance above the price', { offset: by(1000) }],
    [11091, 'no distance', { offset: by(0) }],
    [11093, 'an activation below the price', { peg: 'TrailingTakeProfitPeg', stopPx: 999_999 }],
    [11046, 'a distance beyond the range', { offset: by(-999_999) }],
    [11086, 'another type than Stop', { stopPx: 1_010_000, more: { ordType: 'MarketIfTouched' } }],
  ])('[REJ11] %i of a long: %s', (code, _what, options) => {
    const bed = createMarket();
    isolate(bed);
    bed.place({ side: 'Buy', qty: 10 });
    expect(codeOf(bed.place(trailing(options)))).toBe(code);
  });

  it.each<[number, string, Trailing]>([
    [11090, 'a stop price below the price', { stopPx: 999_999 }],
    [11089, 'a stop price beyond liquidation', { offset: by(95_000) }],
    [11092, 'a distance below the price', { offset: by(-1000) }],
    [11094, 'an activation above the price', { peg: 'TrailingTakeProfitPeg', stopPx: 1_000_001 }],
  ])('[REJ11] %i of a short: %s', (code, _what, options) => {
    const bed = createMarket();
    isolate(bed);
    bed.place({ side: 'Sell', qty: 10 });
    expect(codeOf(bed.place(trailing({ side: 'Buy', offset: by(1000), ...options })))).toBe(code);
  });

  it('[REJ11] 11095: a position has one of the whole; a plain stop-loss beside it is another order', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    expect(bed.place(trailing()).ok).toBe(true);
    expect(codeOf(bed.place(trailing({ more: { clOrdID: 'second' } })))).toBe(11095);
    const loss = { side: 'Sell', qty: 0, ordType: 'Stop', closeOnTrigger: true, stopPx: 990_000 } as const;
    expect(bed.place(loss).ok).toBe(true);
  });

  it('[REJ4] what does not trail has no distance to amend (11086), what trails keeps its source (11038)', () => {
    const bed = createMarket();
    bed.setIndex(1_000_000);
    bed.place({ side: 'Buy', qty: 10 });
    bed.place({ side: 'Buy', qty: 1, ordType: 'Stop', stopPx: 1_010_000, clOrdID: 't' });
    expect(codeOf(bed.apply(amend({ trailOffset: by(-10) })))).toBe(11086);
    bed.apply({ kind: 'cancel-all', symbol: BTC.symbol, untriggered: true });
    bed.place(trailing({ more: { clOrdID: 'u' } }));
    const order = { by: 'clOrdID', clOrdID: 'u' as ClOrdID } as const;
    expect(codeOf(bed.apply(amend({ order, triggerSource: 'ByIndexPrice' })))).toBe(11038);
  });
});
