/** What the trader has entered in the ticket, as text, and how each action changes it. Pure. */
import type { Price } from '#contract/brand.ts';
import type { PosMode, PosSide, Side, TimeInForce, TriggerSource } from '#contract/vocabulary.ts';
import type { ProtectionEntry } from '../../account/protection-entry.ts';
import type { PricePick } from '../../workspace/price-pick.ts';

/** What the quantity is entered in: base or quote currency, what it would lock, or what it loses at the stop. */
export const QTY_UNITS = ['base', 'quote', 'cost', 'risk'] as const;
export type QtyUnit = (typeof QTY_UNITS)[number];
/** Time in force of a limit order; post-only is a switch of its own, though one more time in force on the wire. */
export type LimitTimeInForce = Exclude<TimeInForce, 'PostOnly'>;

/** The exchange's kinds, but that a trailing stop is one of its own here and an instruction of a stop there. */
export const CONDITIONAL_TYPES = [
  'Stop',
  'StopLimit',
  'MarketIfTouched',
  'LimitIfTouched',
  'TrailingStop',
] as const;
export type ConditionalType = (typeof CONDITIONAL_TYPES)[number];
export type TicketOrdType = 'Limit' | 'Market' | ConditionalType;

export type ProtectionKind = 'takeProfit' | 'stopLoss';

export interface Draft {
  readonly side: Side;
  /** Hedged mode only: whether the order opens its leg or closes the other one. */
  readonly intent: 'open' | 'close';
  readonly ordType: TicketOrdType;
  readonly priceText: string;
  /** Whether the price is the trader's: until then it is suggested, and goes with the market. */
  readonly isPriceTouched: boolean;
  readonly qtyText: string;
  readonly unit: QtyUnit;
  /** Per cent of the maximum at which the slider was put to make this quantity; 0 once it was typed over. */
  readonly share: number;
  readonly timeInForce: LimitTimeInForce;
  readonly isPostOnly: boolean;
  readonly isReduceOnly: boolean;
  readonly isCloseOnTrigger: boolean;
  /** Whether the book is to show only a part, `displayText`, at a time. */
  readonly isIceberg: boolean;
  readonly displayText: string;
  /** Of a trailing stop the price that activates it; '' for at once. */
  readonly triggerText: string;
  readonly triggerSource: TriggerSource;
  readonly trailText: string;
  readonly trailUnit: 'price' | 'percent';
  /** Whether the entries below are meant: they are kept while they are not shown. */
  readonly isProtected: boolean;
  readonly takeProfit: ProtectionEntry;
  readonly stopLoss: ProtectionEntry;
  readonly protectionSource: TriggerSource;
  /** Of what is to become a limit order once it is triggered, its price; absent: it closes at market. */
  readonly protectionLimits: Readonly<Partial<Record<ProtectionKind, string>>>;
}

const NO_PROTECTION: ProtectionEntry = { text: '', unit: 'price' };

export const FIRST_DRAFT: Draft = {
  side: 'Buy',
  intent: 'open',
  ordType: 'Limit',
  priceText: '',
  isPriceTouched: false,
  qtyText: '',
  unit: 'base',
  share: 0,
  timeInForce: 'GoodTillCancel',
  isPostOnly: false,
  isReduceOnly: false,
  isCloseOnTrigger: false,
  isIceberg: false,
  displayText: '',
  triggerText: '',
  triggerSource: 'ByMarkPrice',
  trailText: '',
  trailUnit: 'percent',
  isProtected: false,
  takeProfit: NO_PROTECTION,
  stopLoss: NO_PROTECTION,
  protectionSource: 'ByMarkPrice',
  protectionLimits: {},
};

export type DraftAction =
  | { readonly do: 'choose-side'; readonly side: Side }
  | { readonly do: 'choose-intent'; readonly intent: Draft['intent'] }
  | { readonly do: 'choose-type'; readonly ordType: Draft['ordType'] }
  | { readonly do: 'enter-price'; readonly text: string }
  /**
   * A price from elsewhere on the screen: the limit, else the trigger; a market order becomes a limit order.
   * `as` a limit order it makes one of whatever the ticket was set to; as a part of the draft it is that price.
   */
  | {
      readonly do: 'pick-price';
      readonly price: Price;
      readonly side?: Side | undefined;
      readonly as?: PricePick['as'] | undefined;
    }
  /** A suggestion, which gives way to anything entered. */
  | { readonly do: 'offer-price'; readonly price: Price }
  | { readonly do: 'enter-qty'; readonly text: string }
  | { readonly do: 'take-share'; readonly share: number; readonly qtyText: string }
  | { readonly do: 'choose-unit'; readonly unit: QtyUnit; readonly qtyText: string }
  | { readonly do: 'choose-time-in-force'; readonly timeInForce: LimitTimeInForce }
  | { readonly do: 'set-post-only'; readonly isPostOnly: boolean }
  | { readonly do: 'set-reduce-only'; readonly isReduceOnly: boolean }
  | { readonly do: 'set-close-on-trigger'; readonly isCloseOnTrigger: boolean }
  | { readonly do: 'set-iceberg'; readonly isIceberg: boolean }
  | { readonly do: 'enter-display'; readonly text: string }
  | { readonly do: 'enter-trigger'; readonly text: string }
  | { readonly do: 'choose-trigger-source'; readonly source: TriggerSource }
  | { readonly do: 'enter-trail'; readonly text: string }
  | { readonly do: 'choose-trail-unit'; readonly unit: Draft['trailUnit'] }
  | { readonly do: 'set-protected'; readonly isProtected: boolean }
  | { readonly do: 'enter-protection'; readonly kind: ProtectionKind; readonly entry: ProtectionEntry }
  /** Without a text it closes at market. */
  | { readonly do: 'limit-protection'; readonly kind: ProtectionKind; readonly text: string | undefined }
  | { readonly do: 'choose-protection-source'; readonly source: TriggerSource }
  /** Another product: its prices and quantities are not this one's. */
  | { readonly do: 'change-product' };

export function applyDraftAction(draft: Draft, action: DraftAction): Draft {
  switch (action.do) {
    case 'choose-side':
      return { ...unsuggested(draft), side: action.side };
    case 'choose-intent':
      return { ...draft, intent: action.intent };
    case 'choose-type':
      return { ...unsuggested(draft), ordType: action.ordType };
    case 'enter-price':
      return { ...draft, priceText: action.text, isPriceTouched: true };
    case 'pick-price':
      return pickPrice(draft, action);
    case 'offer-price':
      return draft.isPriceTouched ? draft : { ...draft, priceText: action.price };
    case 'enter-qty':
      return { ...draft, qtyText: action.text, share: 0 };
    case 'take-share':
      return { ...draft, qtyText: action.qtyText, share: action.share };
    case 'choose-unit':
      return chooseUnit(draft, action);
    case 'choose-time-in-force':
      return { ...draft, timeInForce: action.timeInForce };
    case 'set-post-only':
      return { ...draft, isPostOnly: action.isPostOnly, timeInForce: 'GoodTillCancel' };
    case 'set-reduce-only':
      return { ...draft, isReduceOnly: action.isReduceOnly };
    case 'set-close-on-trigger':
      return { ...draft, isCloseOnTrigger: action.isCloseOnTrigger };
    case 'set-iceberg':
      return { ...draft, isIceberg: action.isIceberg };
    case 'enter-display':
      return { ...draft, displayText: action.text };
    case 'enter-trigger':
      return { ...draft, triggerText: action.text };
    case 'choose-trigger-source':
      return { ...draft, triggerSource: action.source };
    case 'enter-trail':
      return { ...draft, trailText: action.text };
    case 'choose-trail-unit':
      return { ...draft, trailUnit: action.unit, trailText: '' };
    case 'set-protected':
      return { ...draft, isProtected: action.isProtected };
    case 'enter-protection':
      return { ...draft, [action.kind]: action.entry };
    case 'limit-protection':
      return { ...draft, protectionLimits: limitsWith(draft, action) };
    case 'choose-protection-source':
      return { ...draft, protectionSource: action.source };
    case 'change-product':
      return {
        ...FIRST_DRAFT,
        side: draft.side,
        ordType: draft.ordType,
        unit: draft.unit,
        triggerSource: draft.triggerSource,
        trailUnit: draft.trailUnit,
        protectionSource: draft.protectionSource,
      };
  }
}

function limitsWith(
  { protectionLimits }: Draft,
  { kind, text }: DraftAction & { do: 'limit-protection' },
): Draft['protectionLimits'] {
  const { [kind]: _, ...others } = protectionLimits;
  return text === undefined ? others : { ...others, [kind]: text };
}

/** What is to be lost at the stop needs a stop. */
function chooseUnit(draft: Draft, { unit, qtyText }: DraftAction & { do: 'choose-unit' }): Draft {
  const isProtected = draft.isProtected || unit === 'risk';
  return { ...draft, unit, qtyText, isProtected };
}

/** A price suggested for one side or type is none for another: the best bid is where a sell trades at once. */
const unsuggested = (draft: Draft): Draft => (draft.isPriceTouched ? draft : { ...draft, priceText: '' });

function pickPrice(draft: Draft, { price, side, as }: DraftAction & { do: 'pick-price' }): Draft {
  const sided = side === undefined ? draft : { ...draft, side };
  if (as === 'takeProfit' || as === 'stopLoss') return { ...sided, [as]: { text: price, unit: 'price' } };
  const isBare = as === undefined && isConditional(draft) && !hasLimitPrice(draft);
  const isTrigger = as === 'trigger' || isBare;
  if (isTrigger) return { ...sided, triggerText: price };
  const ordType = as === 'limit-order' || draft.ordType === 'Market' ? 'Limit' : draft.ordType;
  return { ...sided, priceText: price, isPriceTouched: true, ordType };
}

/** Whether nothing was changed but by the market: a suggested price is not the trader's. */
export function isSameWish(a: Draft, b: Draft | undefined): boolean {
  if (a === b || b === undefined) return a === b;
  if (a.isPriceTouched || b.isPriceTouched) return false;
  const { priceText: _, ...rest } = a;
  return Object.entries(rest).every(([name, value]) => b[name as keyof Draft] === value);
}

type OfType = Pick<Draft, 'ordType'>;

export const isConditional = ({ ordType }: OfType): boolean =>
  CONDITIONAL_TYPES.some((conditional) => conditional === ordType);

/** Whether it names the worst price it may trade at. */
export const hasLimitPrice = ({ ordType }: OfType): boolean =>
  ordType === 'Limit' || ordType === 'StopLimit' || ordType === 'LimitIfTouched';

/** A market order does not wait, and post-only takes the place of the chosen time in force. */
export function timeInForceOf(draft: Draft): TimeInForce {
  const { isPostOnly, timeInForce } = draft;
  if (!hasLimitPrice(draft)) return 'ImmediateOrCancel';
  return isPostOnly ? 'PostOnly' : timeInForce;
}

export interface Target {
  readonly posSide: PosSide;
  /** Whether it may only make a position smaller. */
  readonly isClosing: boolean;
}

/** The leg an order is for. In hedged mode a buy opens the long leg or closes the short one. */
export function targetOf(draft: Draft, posMode: PosMode): Target {
  const { side, intent, isReduceOnly, ordType } = draft;
  if (posMode === 'OneWay') {
    // The exchange's trailing stops close and never open.
    const isClosing = isReduceOnly || ordType === 'TrailingStop' || closesOnTrigger(draft);
    return { posSide: 'Merged', isClosing };
  }
  const isClosing = intent === 'close';
  return { posSide: (side === 'Buy') === isClosing ? 'Short' : 'Long', isClosing };
}

/** Close-on-trigger is an instruction of conditional orders; a trailing stop always has it. */
export const closesOnTrigger = (draft: Draft): boolean =>
  draft.ordType === 'TrailingStop' || (isConditional(draft) && draft.isCloseOnTrigger);

/** Only what opens a position brings protection for it. */
export const isProtecting = (draft: Draft, posMode: PosMode): boolean =>
  draft.isProtected && !targetOf(draft, posMode).isClosing;

/** Only what may rest in the book can hide a part of itself there. */
export const mayHide = (draft: Draft): boolean =>
  draft.ordType === 'Limit' && (draft.isPostOnly || draft.timeInForce === 'GoodTillCancel');

export const isIceberg = (draft: Draft): boolean => draft.isIceberg && mayHide(draft);
