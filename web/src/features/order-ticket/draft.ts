/** What the trader has entered in the ticket, as text, and how each action changes it. Pure. */
import type { Price } from '#contract/brand.ts';
import type { PosMode, PosSide, Side, TimeInForce } from '#contract/vocabulary.ts';

export type QtyUnit = 'base' | 'quote';
/** Time in force of a limit order; post-only is a switch of its own, though one more time in force on the wire. */
export type LimitTimeInForce = Exclude<TimeInForce, 'PostOnly'>;

export interface Draft {
  readonly side: Side;
  /** Hedged mode only: whether the order opens its leg or closes the other one. */
  readonly intent: 'open' | 'close';
  readonly ordType: 'Limit' | 'Market';
  readonly priceText: string;
  /** Whether the price is the trader's: until then it may be suggested. */
  readonly isPriceTouched: boolean;
  readonly qtyText: string;
  readonly unit: QtyUnit;
  /** Per cent of the maximum, where the quantity came from the slider; 0 once it was typed over. */
  readonly share: number;
  readonly timeInForce: LimitTimeInForce;
  readonly isPostOnly: boolean;
  readonly isReduceOnly: boolean;
}

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
};

export type DraftAction =
  | { readonly do: 'choose-side'; readonly side: Side }
  | { readonly do: 'choose-intent'; readonly intent: Draft['intent'] }
  | { readonly do: 'choose-type'; readonly ordType: Draft['ordType'] }
  | { readonly do: 'enter-price'; readonly text: string }
  /** A price from elsewhere on the screen: it makes a limit order. */
  | { readonly do: 'pick-price'; readonly price: Price; readonly side?: Side | undefined }
  /** A first suggestion, which gives way to anything entered. */
  | { readonly do: 'offer-price'; readonly price: Price }
  | { readonly do: 'enter-qty'; readonly text: string }
  | { readonly do: 'take-share'; readonly share: number; readonly qtyText: string }
  | { readonly do: 'choose-unit'; readonly unit: QtyUnit; readonly qtyText: string }
  | { readonly do: 'choose-time-in-force'; readonly timeInForce: LimitTimeInForce }
  | { readonly do: 'set-post-only'; readonly isPostOnly: boolean }
  | { readonly do: 'set-reduce-only'; readonly isReduceOnly: boolean }
  /** Another product: its prices and quantities are not this one's. */
  | { readonly do: 'change-product' };

export function applyDraftAction(draft: Draft, action: DraftAction): Draft {
  switch (action.do) {
    case 'choose-side':
      return { ...draft, side: action.side, share: 0 };
    case 'choose-intent':
      return { ...draft, intent: action.intent, share: 0 };
    case 'choose-type':
      return { ...draft, ordType: action.ordType, share: 0 };
    case 'enter-price':
      return { ...draft, priceText: action.text, isPriceTouched: true };
    case 'pick-price':
      return {
        ...draft,
        priceText: action.price,
        isPriceTouched: true,
        ordType: 'Limit',
        ...(action.side === undefined ? {} : { side: action.side, share: 0 }),
      };
    case 'offer-price':
      return draft.isPriceTouched ? draft : { ...draft, priceText: action.price };
    case 'enter-qty':
      return { ...draft, qtyText: action.text, share: 0 };
    case 'take-share':
      return { ...draft, qtyText: action.qtyText, share: action.share };
    case 'choose-unit':
      return { ...draft, unit: action.unit, qtyText: action.qtyText };
    case 'choose-time-in-force':
      return { ...draft, timeInForce: action.timeInForce };
    case 'set-post-only':
      return { ...draft, isPostOnly: action.isPostOnly, timeInForce: 'GoodTillCancel' };
    case 'set-reduce-only':
      return { ...draft, isReduceOnly: action.isReduceOnly, share: 0 };
    case 'change-product':
      return { ...FIRST_DRAFT, side: draft.side, ordType: draft.ordType, unit: draft.unit };
  }
}

/** A market order does not wait, and post-only takes the place of the chosen time in force. */
export function timeInForceOf({ ordType, isPostOnly, timeInForce }: Draft): TimeInForce {
  if (ordType === 'Market') return 'ImmediateOrCancel';
  return isPostOnly ? 'PostOnly' : timeInForce;
}

export interface Target {
  readonly posSide: PosSide;
  /** Whether it may only make a position smaller. */
  readonly isClosing: boolean;
}

/** The leg an order is for. In hedged mode a buy opens the long leg or closes the short one. */
export function targetOf({ side, intent, isReduceOnly }: Draft, posMode: PosMode): Target {
  if (posMode === 'OneWay') return { posSide: 'Merged', isClosing: isReduceOnly };
  const isClosing = intent === 'close';
  return { posSide: (side === 'Buy') === isClosing ? 'Short' : 'Long', isClosing };
}
