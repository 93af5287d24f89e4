/**
 * What an account may ask of the exchange, already in the core's numbers: integers of ticks and lots.
 * The wire server turns requests into these; the core never sees a wire name.
 */
import type { Brand, ClOrdID, OrderID, ProductSymbol } from '#contract/brand.ts';
import type { PosMode, PosSide, Side, TimeInForce } from '#contract/vocabulary.ts';

/** A price as a whole number of the product's tick size. */
export type Ticks = Brand<number, 'Ticks'>;
/** A quantity as a whole number of the product's quantity step. */
export type Lots = Brand<number, 'Lots'>;
/** Money as a whole number of 10⁻¹² of the settle currency: the wire prints up to 12 decimals, and sums stay exact. */
export type Units = Brand<bigint, 'Units'>;
/** A ratio as a whole number of 10⁻⁸ (fee rates, margin rates, funding rates). */
export type Rate = Brand<bigint, 'Rate'>;
export type AccountID = Brand<number, 'AccountID'>;

/** Names one order of the account: by the exchange's id or the client's. */
export type OrderRef =
  | { readonly by: 'orderID'; readonly orderID: OrderID }
  | { readonly by: 'clOrdID'; readonly clOrdID: ClOrdID };

export interface PlaceOrder {
  readonly kind: 'place';
  readonly symbol: ProductSymbol;
  readonly clOrdID: ClOrdID;
  readonly side: Side;
  readonly posSide: PosSide;
  readonly ordType: 'Market' | 'Limit';
  /** Absent for Market. */
  readonly price?: Ticks;
  readonly qty: Lots;
  readonly timeInForce: TimeInForce;
  readonly reduceOnly: boolean;
}

export interface AmendOrder {
  readonly kind: 'amend';
  readonly symbol: ProductSymbol;
  readonly order: OrderRef;
  readonly posSide: PosSide;
  readonly price?: Ticks;
  /** The new total quantity, filled part included. */
  readonly qty?: Lots;
}

export interface CancelOrder {
  readonly kind: 'cancel';
  readonly symbol: ProductSymbol;
  readonly order: OrderRef;
  readonly posSide: PosSide;
}

export interface CancelAll {
  readonly kind: 'cancel-all';
  readonly symbol: ProductSymbol;
  /** true cancels conditional orders only, false active ones only. */
  readonly untriggered: boolean;
}

export interface SetLeverage {
  readonly kind: 'set-leverage';
  readonly symbol: ProductSymbol;
  /** Signed as on the wire: zero or negative is cross, positive isolated. 10⁻⁸ units. */
  readonly leverage:
    | { readonly mode: 'OneWay'; readonly value: Rate }
    | { readonly mode: 'Hedged'; readonly long: Rate; readonly short: Rate };
}

export interface SwitchPosMode {
  readonly kind: 'switch-pos-mode';
  readonly symbol: ProductSymbol;
  readonly target: PosMode;
}

export type Command = PlaceOrder | AmendOrder | CancelOrder | CancelAll | SetLeverage | SwitchPosMode;

/** The exchange's own code and message, e.g. 11001 TE_NO_ENOUGH_AVAILABLE_BALANCE. */
export interface Refusal {
  readonly code: number;
  readonly msg: string;
}

/**
 * Orders as they stood BEFORE matching, which is what the exchange's acknowledgement describes; what happened
 * afterwards arrives as events.
 */
export type CommandResult =
  | { readonly ok: true; readonly orders: readonly AckedOrder[] }
  | { readonly ok: false; readonly refusal: Refusal };

/** A copy of an order at the moment of the acknowledgement. */
export interface AckedOrder {
  readonly order: OrderView;
  readonly execStatus: 'PendingNew' | 'PendingReplace' | 'PendingCancel';
}

/** Everything the outside may know of an order; a frozen copy, never the engine's own object. */
export interface OrderView {
  readonly accountID: AccountID;
  readonly orderID: OrderID;
  readonly clOrdID: ClOrdID;
  readonly symbol: ProductSymbol;
  readonly side: Side;
  readonly posSide: PosSide;
  readonly ordType: 'Market' | 'Limit';
  /** For a market order the protected price it may trade up to. */
  readonly price: Ticks;
  readonly qty: Lots;
  readonly cumQty: Lots;
  readonly leavesQty: Lots;
  readonly cumValue: Units;
  readonly cumFee: Units;
  readonly closedPnl: Units;
  readonly closedQty: Lots;
  readonly timeInForce: TimeInForce;
  readonly reduceOnly: boolean;
  readonly ordStatus: 'Created' | 'New' | 'PartiallyFilled' | 'Filled' | 'Canceled' | 'Rejected';
  readonly actionNs: bigint;
  readonly transactNs: bigint;
  readonly execSeq: number;
}
