/**
 * A request that changes something, as whoever stands between a client and the exchange has to know it before it is
 * passed on: what it asks for, and what it risks.
 */
import type { ClOrdID, Money, Price, ProductSymbol, Qty, Ratio } from '../brand.ts';
import type { ExchangeRoute } from '../routes.ts';
import type { OrdType, PosMode, PosSide, Side } from '../vocabulary.ts';
import type { LegLeverage, OrderRef } from './requests.ts';

/** An order about to be placed. A price of zero is none; one that its type does not keep to says nothing. */
export interface Placement {
  readonly kind: 'place';
  readonly symbol: ProductSymbol;
  readonly clOrdID: ClOrdID;
  readonly side: Side;
  readonly posSide: PosSide;
  readonly ordType: OrdType;
  readonly qty: Qty;
  readonly price?: Price;
  readonly triggerPrice?: Price;
  /** Unsigned, as a `Trail` is. */
  readonly trailDistance?: Price;
  readonly trailProportion?: Ratio;
  /** Its prices follow the market. */
  readonly isPegged?: true;
  /** Can only make a position smaller. */
  readonly isReducing: boolean;
}

export interface Amendment {
  readonly kind: 'amend';
  readonly symbol: ProductSymbol;
  readonly order: OrderRef;
  readonly price?: Price;
  /** The new total, filled part included. */
  readonly qty?: Qty;
  readonly triggerPrice?: Price;
  /** In the words of the request, which may be any. */
  readonly triggerSource?: string;
  /** Zero takes it away. */
  readonly takeProfit?: Price;
  readonly stopLoss?: Price;
  /** Unsigned, as a `Trail` is. */
  readonly trailDistance?: Price;
  readonly trailProportion?: Ratio;
  readonly isPegged?: true;
}

export interface LeverageSetting {
  readonly kind: 'leverage';
  readonly symbol: ProductSymbol;
  readonly legs: readonly (LegLeverage & { readonly posSide: PosSide })[];
}

/** What shall back an isolated position in all. */
export interface MarginSetting {
  readonly kind: 'margin';
  readonly symbol: ProductSymbol;
  readonly posSide: PosSide;
  readonly balance: Money;
}

export type Mutation =
  | Placement
  | Amendment
  | { readonly kind: 'cancel'; readonly symbol: ProductSymbol; readonly order: OrderRef }
  | { readonly kind: 'cancel-several'; readonly symbol: ProductSymbol; readonly orders: readonly OrderRef[] }
  | { readonly kind: 'cancel-all'; readonly symbol: ProductSymbol; readonly isConditional: boolean }
  | LeverageSetting
  | { readonly kind: 'pos-mode'; readonly symbol: ProductSymbol; readonly target: PosMode }
  | MarginSetting;

/** As it is sent: body and query text are signed, so this is what the exchange reads. */
export interface MutationText {
  readonly method: ExchangeRoute['method'];
  readonly path: string;
  readonly query: string;
  readonly body: string;
}

export const isSameText = (a: MutationText, b: MutationText): boolean =>
  a.method === b.method && a.path === b.path && a.query === b.query && a.body === b.body;

/** Takes nothing on, however often it comes. */
export type Cancel = Extract<Mutation, { kind: 'cancel' | 'cancel-several' | 'cancel-all' }>;
export const isCancel = (mutation: Mutation): mutation is Cancel =>
  mutation.kind === 'cancel' || mutation.kind === 'cancel-several' || mutation.kind === 'cancel-all';

/** Cancels, and what can only make a position smaller. */
export const takesRiskAway = (mutation: Mutation): boolean =>
  isCancel(mutation) || (mutation.kind === 'place' && mutation.isReducing);

/** Could open a position or enlarge one. */
export const mayOpen = (mutation: Mutation): boolean =>
  mutation.kind === 'amend' || (mutation.kind === 'place' && !mutation.isReducing);
