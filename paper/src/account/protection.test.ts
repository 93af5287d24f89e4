import { describe, expect, it } from 'vitest';
import type { ClOrdID } from '#contract/brand.ts';
import type { AmendOrder, CommandResult, Instructions, Protection } from '../commands.ts';
import { openAccountStore } from '../store/libsql-store.ts';
import {
  BTC,
  createTestbed,
  lots,
  type PlaceOptions,
  type Testbed,
  ticks,
  units,
} from '../testing/testbed.ts';

const codeOf = (result: CommandResult): number => (result.ok ? 0 : result.refusal.code);

/** A market around 100,000.0; every price is known. */
function createMarket(options: Parameters<typeof createTestbed>[0] = {}): Testbed {
  const bed = createTestbed(options);
  bed.setMark(1_000_000);
  bed.setIndex(1_000_000);
  bed.crowd('Buy', 1_000_000, 1);
  bed.crowd('Sell', 1_000_000, 1);
  bed.crowd('Sell', 1_000_010, 1000);
  bed.crowd('Buy', 999_990, 1000);
  return bed;
}

const at = (price: number, more: Partial<Protection> = {}): Protection => ({
  source: 'ByMarkPrice',
  price: ticks(price),
  ...more,
});

/** Of a long: above and below. */
const BOTH: Instructions = { takeProfit: at(1_050_000), stopLoss: at(950_000) };

const entry = (options: Partial<PlaceOptions> = {}): PlaceOptions => ({
  side: 'Buy',
  qty: 10,
  clOrdID: 'entry',
  instructions: BOTH,
  ...options,
});

/** Type, trigger price and size of what waits. */
const waiting = (bed: Testbed) =>
  bed.exchange
    .openOrders(bed.account)
    .filter(({ ordStatus }) => ordStatus === 'Untriggered')
    .map(({ ordType, side, qty, instructions }) => [ordType, side, instructions?.trigger?.price, qty]);

const amend = (change: Partial<AmendOrder>): AmendOrder => ({
  kind: 'amend',
  symbol: BTC.symbol,
  order: { by: 'clOrdID', clOrdID: 'entry' as ClOrdID },
  posSide: 'Merged',
  ...change,
});

describe('protections an entry brings along', () => {
  it('[ATT1] wait with the entry and lock nothing until it opens something', () => {
    const bed = createMarket();
    const result = bed.place(entry({ price: 990_000 }));
    expect(result).toMatchObject({ orders: [{ execStatus: 'PendingNew', order: { instructions: BOTH } }] });
    expect(waiting(bed)).toEqual([]);
    bed.setMark(940_000);
    expect(bed.leg().size).toBe(0);
  });

  it('[ATT1] become conditional orders of the whole position with the first fill, and follow its size', () => {
    const bed = createMarket();
    bed.place(entry({ price: 999_995 }));
    bed.crowd('Sell', 999_995, 4);
    expect(waiting(bed)).toEqual([
      ['MarketIfTouched', 'Sell', 1_050_000, 4],
      ['Stop', 'Sell', 950_000, 4],
    ]);
    bed.crowd('Sell', 999_995, 6);
    expect(waiting(bed).map(([, , , qty]) => qty)).toEqual([10, 10]);
    const [profit] = bed.exchange.openOrders(bed.account);
    expect(profit).toMatchObject({
      clOrdID: '',
      reduceOnly: true,
      instructions: { closeOnTrigger: true, isWholePosition: true },
    });
  });

  it('[ATT1] of a short lie the other way round', () => {
    const bed = createMarket();
    bed.place(entry({ side: 'Sell', instructions: { takeProfit: at(950_000), stopLoss: at(1_050_000) } }));
    expect(waiting(bed)).toEqual([
      ['MarketIfTouched', 'Buy', 950_000, 10],
      ['Stop', 'Buy', 1_050_000, 10],
    ]);
  });

  it.each([
    ['take-profit', 1_050_000],
    ['stop-loss', 950_000],
  ])('[ATT2] one cancels the other: the %s closes the position, and nothing is left', (_name, mark) => {
    const bed = createMarket();
    bed.place(entry());
    bed.setMark(mark);
    expect(bed.leg().size).toBe(0);
    expect(bed.exchange.openOrders(bed.account)).toEqual([]);
    const statuses = bed.exchange.recentOrders(bed.account).map(({ ordStatus }) => ordStatus);
    expect(statuses.sort()).toEqual(['Deactivated', 'Filled', 'Filled']);
  });

  it('[ATT2] a position closed by hand takes them along', () => {
    const bed = createMarket();
    bed.place(entry());
    bed.place({ side: 'Sell', qty: 10, reduceOnly: true });
    expect(waiting(bed)).toEqual([]);
  });

  it('[ATT3] with a limit they rest there, and the stop-loss clears a take-profit that rests', () => {
    const bed = createMarket();
    const takeProfit = at(1_050_000, { limit: ticks(1_060_000) });
    bed.place(entry({ instructions: { takeProfit, stopLoss: at(950_000) } }));
    bed.setMark(1_050_000);
    expect(bed.exchange.openOrders(bed.account)).toMatchObject([
      { ordType: 'LimitIfTouched', ordStatus: 'New', price: 1_060_000, leavesQty: 10 },
      { ordType: 'Stop', ordStatus: 'Untriggered', qty: 10 },
    ]);
    bed.setMark(950_000);
    expect(bed.leg().size).toBe(0);
    expect(bed.exchange.openOrders(bed.account)).toEqual([]);
  });

  it('[ATT4] a canceled entry leaves those of what it had opened', () => {
    const bed = createMarket();
    bed.place(entry({ price: 999_995 }));
    bed.crowd('Sell', 999_995, 4);
    bed.apply({ kind: 'cancel-all', symbol: BTC.symbol, untriggered: false });
    expect(waiting(bed).map(([, , , qty]) => qty)).toEqual([4, 4]);
  });

  it('[ATT4] canceled by hand they do not come back with the rest of the entry', () => {
    const bed = createMarket();
    bed.place(entry({ price: 999_995 }));
    bed.crowd('Sell', 999_995, 4);
    bed.apply({ kind: 'cancel-all', symbol: BTC.symbol, untriggered: true });
    bed.crowd('Sell', 999_995, 6);
    expect(waiting(bed)).toEqual([]);
  });

  it('[ATT5] of a second entry take the place of the first one’s', () => {
    const bed = createMarket();
    bed.place(entry({ price: 999_995, clOrdID: 'first' }));
    bed.place(entry({ price: 999_994, clOrdID: 'second', instructions: { stopLoss: at(960_000) } }));
    bed.crowd('Sell', 999_995, 10);
    bed.crowd('Sell', 999_994, 10);
    expect(waiting(bed)).toEqual([
      ['MarketIfTouched', 'Sell', 1_050_000, 20],
      ['Stop', 'Sell', 960_000, 20],
    ]);
  });

  it('[ATT5] an entry that first closes the other side brings them once it opens its own', () => {
    const bed = createMarket();
    bed.place(entry({ price: 999_995 }));
    bed.crowd('Buy', 999_996, 5);
    bed.place({ side: 'Sell', qty: 5 });
    bed.crowd('Sell', 999_995, 3);
    expect(waiting(bed)).toEqual([]);
    bed.crowd('Sell', 999_995, 7);
    expect(bed.leg()).toMatchObject({ side: 'Buy', size: 5 });
    expect(waiting(bed).map(([, , , qty]) => qty)).toEqual([5, 5]);
  });

  it('[ATT6] a price that is past its trigger when the entry fills triggers at once', () => {
    const bed = createMarket();
    bed.place(entry({ price: 970_000, instructions: { stopLoss: at(960_000) } }));
    bed.setMark(955_000);
    bed.crowd('Buy', 969_000, 50);
    bed.exchange.crowd.market(BTC.symbol, 'Sell', lots(1010));
    expect(bed.leg().size).toBe(0);
    expect(bed.exchange.recentOrders(bed.account).map(({ ordStatus }) => ordStatus)).toEqual([
      'Filled',
      'Filled',
    ]);
  });

  it('[ATT6] prices that traded before the entry filled, in the same order, trigger nothing', () => {
    const bed = createMarket();
    bed.place(
      entry({ price: 999_980, instructions: { takeProfit: at(999_985, { source: 'ByLastPrice' }) } }),
    );
    // Sells through 999,990 first, which is above the take-profit, then into the entry.
    bed.exchange.crowd.market(BTC.symbol, 'Sell', lots(1010));
    expect(bed.leg().size).toBe(10);
    expect(waiting(bed)).toEqual([['MarketIfTouched', 'Sell', 999_985, 10]]);
  });

  it('[ATT1] come with a conditional entry too, once it has triggered and filled', () => {
    const bed = createMarket();
    bed.place(entry({ ordType: 'Stop', stopPx: 1_010_000 }));
    expect(waiting(bed)).toEqual([['Stop', 'Buy', 1_010_000, 10]]);
    bed.setMark(1_010_000);
    expect(waiting(bed).map(([ordType]) => ordType)).toEqual(['MarketIfTouched', 'Stop']);
  });

  it('[STO10] survive a restart with their entry, filled or not', () => {
    const store = openAccountStore(':memory:');
    const before = createMarket({ store });
    before.place(entry({ price: 999_995 }));
    before.crowd('Sell', 999_995, 4);
    const after = createTestbed({ store });
    after.setMark(1_000_000);
    after.crowd('Sell', 999_995, 6);
    expect(waiting(after).map(([, , , qty]) => qty)).toEqual([10, 10]);
  });
});

describe('amending the protections of an entry', () => {
  it('[ATT7] moves them, adds one by the default source, and takes one away, in the same place of the queue', () => {
    const bed = createMarket();
    bed.place(entry({ price: 999_995, instructions: { takeProfit: at(1_050_000) } }));
    const first = bed.exchange.book(BTC.symbol).levels('Buy', 1);
    bed.apply(amend({ takeProfit: ticks(1_040_000), stopLoss: ticks(960_000) }));
    const open = () => bed.exchange.openOrders(bed.account)[0]?.instructions;
    expect(open()).toEqual({ takeProfit: at(1_040_000), stopLoss: at(960_000) });
    bed.apply(amend({ takeProfit: ticks(0) }));
    expect(open()).toEqual({ stopLoss: at(960_000) });
    expect(bed.exchange.book(BTC.symbol).levels('Buy', 1)).toEqual(first);
    bed.crowd('Sell', 999_995, 10);
    expect(waiting(bed)).toEqual([['Stop', 'Sell', 960_000, 10]]);
  });

  it('[REJ4] refuses what a new order would be refused for, and a price beyond its own protection', () => {
    const bed = createMarket();
    bed.place(entry({ price: 990_000, instructions: { takeProfit: at(995_000) } }));
    expect(codeOf(bed.apply(amend({ stopLoss: ticks(991_000) })))).toBe(11048);
    expect(codeOf(bed.apply(amend({ price: ticks(996_000) })))).toBe(11047);
    bed.place({ side: 'Buy', qty: 1 });
    expect(codeOf(bed.apply(amend({ stopLoss: ticks(980_000) })))).toBe(11074);
    expect(codeOf(bed.apply(amend({ price: ticks(991_000) })))).toBe(0);
  });
});

describe('refusals of protections', () => {
  const bought = (instructions: Instructions) => entry({ price: 990_000, instructions });
  const sold = (instructions: Instructions) => entry({ side: 'Sell', price: 1_010_000, instructions });
  it.each<[number, string, PlaceOptions]>([
    [11047, 'a long’s take-profit not above its entry', bought({ takeProfit: at(990_000) })],
    [11048, 'a long’s stop-loss not below its entry', bought({ stopLoss: at(990_000) })],
    [11050, 'a short’s take-profit not below its entry', sold({ takeProfit: at(1_010_000) })],
    [11052, 'a short’s stop-loss not above its entry', sold({ stopLoss: at(1_010_000) })],
    [
      11048,
      'a market entry’s stop-loss above the price it watches',
      entry({ instructions: { stopLoss: at(1_000_001) } }),
    ],
    [11075, 'a take-profit above the range', bought({ takeProfit: at(5_000_001) })],
    [11076, 'a take-profit below the range', sold({ takeProfit: at(9_999) })],
    [11078, 'a stop-loss above the range', sold({ stopLoss: at(5_000_001) })],
    [11079, 'a stop-loss below the range', bought({ stopLoss: at(9_999) })],
    [11053, 'a limit above the range', bought({ takeProfit: at(1_050_000, { limit: ticks(5_000_001) }) })],
    [11055, 'a limit below the range', bought({ stopLoss: at(950_000, { limit: ticks(9_999) }) })],
  ])('[REJ10] %i: %s', (code, _what, options) => {
    const bed = createMarket();
    expect(codeOf(bed.place(options))).toBe(code);
    expect(bed.exchange.openOrders(bed.account)).toEqual([]);
  });

  it('[REJ10] 11096 on an order that closes, 11074 while the leg has a position', () => {
    const bed = createMarket({ deposit: units('100000') });
    bed.place({ side: 'Buy', qty: 10 });
    expect(codeOf(bed.place(entry({ side: 'Sell', reduceOnly: true })))).toBe(11096);
    expect(codeOf(bed.place(entry()))).toBe(11074);
  });

  it('[REJ10] 11042: no price yet to compare with', () => {
    const bed = createTestbed();
    bed.setMark(1_000_000);
    const stopLoss = at(950_000, { source: 'ByLastPrice' });
    expect(codeOf(bed.place(entry({ instructions: { stopLoss } })))).toBe(11042);
  });
});
