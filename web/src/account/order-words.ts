/** What an order is, in the words of its trader. Pure. */
import type { Price } from '#contract/brand.ts';
import type { Order } from '#contract/model.ts';
import type { OrdType, TimeInForce, TriggerSource } from '#contract/vocabulary.ts';
import { formatPercent, formatPrice } from '../lib/format.ts';

export type OrderKind = 'active' | 'conditional';

/** Waiting for its trigger, or in the book. */
export const kindOf = ({ ordStatus, trigger }: Pick<Order, 'ordStatus' | 'trigger'>): OrderKind =>
  ordStatus === 'Untriggered' || (trigger !== undefined && ordStatus === 'Created')
    ? 'conditional'
    : 'active';

/** Placed by something else than this screen: the exchange's page, a bot, another client. */
export const isExternal = ({ clOrdID }: Pick<Order, 'clOrdID'>): boolean => !clOrdID.startsWith('pd-');

/** Where it stands on a scale of prices: a conditional one at its trigger. Undefined for one at the market's price. */
export function standsAt(order: Pick<Order, 'ordStatus' | 'trigger' | 'price'>): Price | undefined {
  if (kindOf(order) === 'conditional') return order.trigger?.price;
  return order.price === '0' ? undefined : order.price;
}

export const TYPE_NAMES: Readonly<Record<OrdType | 'TrailingStop', string>> = {
  Market: 'Market',
  Limit: 'Limit',
  Stop: 'Stop market',
  StopLimit: 'Stop limit',
  MarketIfTouched: 'Take-profit market',
  LimitIfTouched: 'Take-profit limit',
  MarketAsLimit: 'Market as limit',
  StopAsLimit: 'Stop as limit',
  MarketIfTouchedAsLimit: 'Take-profit as limit',
  Bracket: 'Bracket',
  BoTpLimit: 'Bracket take-profit',
  BoSlLimit: 'Bracket stop limit',
  BoSlMarket: 'Bracket stop',
  TrailingStop: 'Trailing stop',
};

export const typeName = ({
  ordType,
  trail,
}: {
  readonly ordType: OrdType;
  readonly trail?: unknown;
}): string => TYPE_NAMES[trail === undefined ? ordType : 'TrailingStop'];

/** Which price it goes by, in a word. */
export const SOURCE_NAMES: Readonly<Record<TriggerSource, string>> = {
  ByMarkPrice: 'mark',
  ByLastPrice: 'last',
  ByIndexPrice: 'index',
  ByAskPrice: 'ask',
  ByBidPrice: 'bid',
  ByMarkPriceLimit: 'mark (limit)',
  ByLastPriceLimit: 'last (limit)',
};

const OFFERED: readonly TriggerSource[] = ['ByMarkPrice', 'ByLastPrice', 'ByIndexPrice'];

/** Those to choose from, and whichever is chosen: another client may have chosen another. */
export const sourcesBeside = (chosen: TriggerSource | undefined): readonly TriggerSource[] =>
  chosen === undefined || OFFERED.includes(chosen) ? OFFERED : [...OFFERED, chosen];

/** "≥ 63,000.0 mark", and how far a trailing one stays behind. '' for an order without a trigger. */
export function triggerText({ trigger, trail }: Pick<Order, 'trigger' | 'trail'>, tickSize: Price): string {
  if (trigger === undefined) return '';
  const sign = trigger.direction === undefined ? '' : trigger.direction === 'Rising' ? '≥ ' : '≤ ';
  const source = trigger.source === undefined ? '' : ` ${SOURCE_NAMES[trigger.source]}`;
  const trailing =
    trail === undefined
      ? ''
      : ` (${trail.by === 'price' ? formatPrice(trail.distance, tickSize) : formatPercent(trail.proportion)} behind)`;
  return `${sign}${formatPrice(trigger.price, tickSize)}${source}${trailing}`;
}

export const TERM_NAMES: Readonly<Record<TimeInForce, string>> = {
  GoodTillCancel: 'GTC',
  ImmediateOrCancel: 'IOC',
  FillOrKill: 'FOK',
  PostOnly: 'Post-only',
};

export const termsText = ({ timeInForce }: Pick<Order, 'timeInForce'>): string =>
  (TERM_NAMES as Readonly<Record<string, string>>)[timeInForce] ?? timeInForce;
