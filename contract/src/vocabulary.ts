/** The field's closed lists, spelled as the exchange spells them, so that a search finds them end to end. */

export const SIDES = ['Buy', 'Sell'] as const;
export type Side = (typeof SIDES)[number];

/** Merged in one-way mode; Long and Short in hedged mode. */
export const POS_SIDES = ['Merged', 'Long', 'Short'] as const;
export type PosSide = (typeof POS_SIDES)[number];

export const POS_MODES = ['OneWay', 'Hedged'] as const;
export type PosMode = (typeof POS_MODES)[number];

export type MarginMode = 'cross' | 'isolated';

export const ORD_TYPES = [
  'Market',
  'Limit',
  'Stop',
  'StopLimit',
  'MarketIfTouched',
  'LimitIfTouched',
  'MarketAsLimit',
  'StopAsLimit',
  'MarketIfTouchedAsLimit',
  'Bracket',
  'BoTpLimit',
  'BoSlLimit',
  'BoSlMarket',
] as const;
export type OrdType = (typeof ORD_TYPES)[number];

/** What a client may ask for. Replies may carry others (`GoodTillModify`): those are echoed, not validated. */
export const TIMES_IN_FORCE = ['GoodTillCancel', 'ImmediateOrCancel', 'FillOrKill', 'PostOnly'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];

/** Which price of the market a trigger is compared with. */
export const TRIGGER_SOURCES = [
  'ByMarkPrice',
  'ByLastPrice',
  'ByIndexPrice',
  'ByAskPrice',
  'ByBidPrice',
  // The same prices, for orders with a limit: the documents name them without a word more.
  'ByMarkPriceLimit',
  'ByLastPriceLimit',
] as const;
export type TriggerSource = (typeof TRIGGER_SOURCES)[number];

export const TRIGGER_DIRECTIONS = ['Rising', 'Falling'] as const;
export type TriggerDirection = (typeof TRIGGER_DIRECTIONS)[number];

export const ORD_STATUSES = [
  'Created',
  'Init',
  'Untriggered',
  'Triggered',
  'Deactivated',
  'Rejected',
  'New',
  'PartiallyFilled',
  'Filled',
  'Canceled',
] as const;
export type OrdStatus = (typeof ORD_STATUSES)[number];
/** After these nothing happens to an order any more. */
export const ENDED_STATUSES: ReadonlySet<string> = new Set<OrdStatus>([
  'Filled',
  'Canceled',
  'Rejected',
  'Deactivated',
]);

export const ENVIRONMENTS = ['paper', 'testnet', 'mainnet'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** Candle lengths in seconds: the eleven the docs list and the five more that clients use (3m, 2h, 3h, 6h, 12h). */
export const RESOLUTIONS_SEC = [
  60, 180, 300, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200, 86400, 604800, 2592000, 7776000, 31104000,
] as const;
export type ResolutionSec = (typeof RESOLUTIONS_SEC)[number];

export function isResolution(seconds: number): seconds is ResolutionSec {
  return (RESOLUTIONS_SEC as readonly number[]).includes(seconds);
}
