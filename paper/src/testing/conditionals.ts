/** What tests of conditional orders begin with: a market around 100,000.0, a stop, and what became of it. */
import type { ClOrdID } from '#contract/brand.ts';
import type { AmendOrder, CommandResult } from '../commands.ts';
import { BTC, createTestbed, lots, type PlaceOptions, rate, type Testbed, ticks } from './testbed.ts';

export const codeOf = (result: CommandResult): number => (result.ok ? 0 : result.refusal.code);

/** A market around 100,000.0 with room to either side; last, mark and index are there. */
export function createMarket(options: Parameters<typeof createTestbed>[0] = {}): Testbed {
  const bed = createTestbed(options);
  bed.setMark(1_000_000);
  bed.setIndex(1_000_000);
  quote(bed);
  bed.crowd('Buy', 1_000_000, 1);
  bed.crowd('Sell', 1_000_000, 1);
  return bed;
}

export function quote(bed: Testbed): void {
  bed.crowd('Sell', 1_000_010, 1000);
  bed.crowd('Buy', 999_990, 1000);
}

/** The crowd trades one lot with itself at this price, which becomes the last price. */
export function print(bed: Testbed, price: number): void {
  bed.exchange.crowd.limit(BTC.symbol, 'Buy', ticks(price), lots(1), false);
  bed.exchange.crowd.limit(BTC.symbol, 'Sell', ticks(price), lots(1), false);
}

export const stop = (options: Partial<PlaceOptions> & Pick<PlaceOptions, 'side'>): PlaceOptions => ({
  ordType: 'Stop',
  qty: 5,
  stopPx: options.side === 'Buy' ? 1_010_000 : 990_000,
  clOrdID: 's',
  ...options,
});

export const named = (clOrdID: string) => ({ by: 'clOrdID' as const, clOrdID: clOrdID as ClOrdID });

export const amend = (clOrdID: string, change: Partial<AmendOrder>): AmendOrder => ({
  kind: 'amend',
  symbol: BTC.symbol,
  order: named(clOrdID),
  posSide: 'Merged',
  ...change,
});

export const life = (bed: Testbed, clOrdID = 's'): string[] =>
  bed
    .orderEvents()
    .filter(({ order }) => order.clOrdID === clOrdID)
    .map(({ execStatus, order }) => `${execStatus} ${order.ordStatus}`);

export const openOrder = (bed: Testbed, clOrdID = 's') =>
  bed.exchange.openOrders(bed.account).find((order) => order.clOrdID === clOrdID);

export function isolate(bed: Testbed): void {
  bed.apply({ kind: 'set-leverage', symbol: BTC.symbol, leverage: { mode: 'OneWay', value: rate('10') } });
}
