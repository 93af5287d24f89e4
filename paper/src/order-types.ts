/**
 * What an order type means: whether it waits for a trigger, on which side of the market, and how it then trades.
 * Source: the exchange's documentation, "More order type examples". The "AsLimit" kinds are only named there: here they
 * take like a market order, and what is left rests at the price of their last fill (FIX's "market with left over as
 * limit").
 */
import type { Side } from '#contract/vocabulary.ts';
import type { OrderType, Trigger, TriggerSource, WatchedSource } from './commands.ts';

/** Against the trader: a stop; in the trader's favour: if touched; neither: at once. */
const WAITS: Readonly<Record<OrderType, 'stop' | 'touch' | undefined>> = {
  Market: undefined,
  Limit: undefined,
  MarketAsLimit: undefined,
  Stop: 'stop',
  StopLimit: 'stop',
  StopAsLimit: 'stop',
  MarketIfTouched: 'touch',
  LimitIfTouched: 'touch',
  MarketIfTouchedAsLimit: 'touch',
};

const LIMITED: ReadonlySet<OrderType> = new Set(['Limit', 'StopLimit', 'LimitIfTouched']);
const LEFT_OVER_RESTS: ReadonlySet<OrderType> = new Set([
  'MarketAsLimit',
  'StopAsLimit',
  'MarketIfTouchedAsLimit',
]);

/** It waits for its trigger price. */
export const isConditional = (type: OrderType): boolean => WAITS[type] !== undefined;

/** It carries a price of its own; the others trade within a protected price. */
export const isLimited = (type: OrderType): boolean => LIMITED.has(type);

/** The documents name the "Limit" sources without a word on them: the same prices, for orders with a limit (our choice). */
export const isLimitSource = (source: TriggerSource): source is 'ByMarkPriceLimit' | 'ByLastPriceLimit' =>
  source === 'ByMarkPriceLimit' || source === 'ByLastPriceLimit';

export function watchedSource(source: TriggerSource): WatchedSource {
  if (!isLimitSource(source)) return source;
  return source === 'ByMarkPriceLimit' ? 'ByMarkPrice' : 'ByLastPrice';
}

/** What a market order of this kind could not take rests at the price of its last fill. */
export const restsLeftOver = (type: OrderType): boolean => LEFT_OVER_RESTS.has(type);

export const isStop = (type: OrderType): boolean => WAITS[type] === 'stop';

/** Where the market has to come from: a buy stop and a sell-if-touched wait for a rise, the others for a fall. */
export const triggerDirection = (type: OrderType, side: Side): Trigger['direction'] =>
  isStop(type) === (side === 'Buy') ? 'Rising' : 'Falling';
