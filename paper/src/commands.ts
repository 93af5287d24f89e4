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

/** Bracket orders are not here: the exchange refuses them from its API. */
export type OrderType =
  | 'Market'
  | 'Limit'
  | 'Stop'
  | 'StopLimit'
  | 'MarketIfTouched'
  | 'LimitIfTouched'
  | 'MarketAsLimit'
  | 'StopAsLimit'
  | 'MarketIfTouchedAsLimit';

/** Which price a conditional order watches. */
export type WatchedSource = 'ByLastPrice' | 'ByMarkPrice' | 'ByIndexPrice' | 'ByAskPrice' | 'ByBidPrice';

/** The "Limit" ones are another word for the same price, for orders that then trade at a limit price. */
export type TriggerSource = WatchedSource | 'ByMarkPriceLimit' | 'ByLastPriceLimit';

export interface Trigger {
  readonly source: TriggerSource;
  readonly price: Ticks;
  /** Rising: triggers at the price or above it. Falling: at the price or below. */
  readonly direction: 'Rising' | 'Falling';
}

/** A trigger price that follows the best price seen: below it for a sell, above it for a buy. */
export interface Trail {
  readonly peg: 'TrailingStopPeg' | 'TrailingTakeProfitPeg';
  /** Signed: negative below the best price (sells), positive above it (buys). A rate is a share of the best price. */
  readonly offset:
    | { readonly by: 'ticks'; readonly ticks: number }
    | { readonly by: 'rate'; readonly rate: Rate };
  /** The best price since it began to follow; absent while it waits for its activation price. */
  readonly best?: Ticks;
}

/** A take-profit or stop-loss that an entry brings along for the position it opens. */
export interface Protection {
  readonly source: TriggerSource;
  readonly price: Ticks;
  /** Absent: closes at market. */
  readonly limit?: Ticks;
}

/** Self-trade prevention: which order gives way when two of one account's meet. Absent: they trade. */
export type StpInstruction = 'CancelMaker' | 'CancelTaker' | 'CancelBoth';

/** What some orders ask for beyond side, price, size and time in force. */
export interface Instructions {
  readonly trigger?: Trigger;
  readonly trail?: Trail;
  readonly takeProfit?: Protection;
  readonly stopLoss?: Protection;
  /** Implies reduce-only; when it triggers, other orders of its side give way to it. */
  readonly closeOnTrigger?: boolean;
  /** Of a closing order that was sent without a size: it always has the position's. */
  readonly isWholePosition?: boolean;
  /** How much of it the book shows at a time; absent: all. */
  readonly displayQty?: Lots;
  readonly stp?: StpInstruction;
}

export interface PlaceOrder {
  readonly kind: 'place';
  readonly symbol: ProductSymbol;
  readonly clOrdID: ClOrdID;
  readonly side: Side;
  readonly posSide: PosSide;
  readonly ordType: OrderType;
  /** Absent for the market kinds. */
  readonly price?: Ticks;
  /** Zero only for a closing conditional order of the whole position. */
  readonly qty: Lots;
  readonly timeInForce: TimeInForce;
  /** Also true when it closes on trigger. */
  readonly reduceOnly: boolean;
  readonly instructions?: Instructions;
}

export interface AmendOrder {
  readonly kind: 'amend';
  readonly symbol: ProductSymbol;
  readonly order: OrderRef;
  readonly posSide: PosSide;
  readonly price?: Ticks;
  /** The new total quantity, filled part included. */
  readonly qty?: Lots;
  readonly triggerPrice?: Ticks;
  readonly triggerSource?: TriggerSource;
  readonly trailOffset?: Trail['offset'];
  /** New trigger prices of what the order brings along; zero takes it away. */
  readonly takeProfit?: Ticks;
  readonly stopLoss?: Ticks;
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

/** What an isolated position shall have assigned to it, its cost included: more adds margin, less takes it back. */
export interface AssignBalance {
  readonly kind: 'assign-balance';
  readonly symbol: ProductSymbol;
  readonly posSide: PosSide;
  readonly balance: Units;
}

export interface SwitchPosMode {
  readonly kind: 'switch-pos-mode';
  readonly symbol: ProductSymbol;
  readonly target: PosMode;
}

export type Command =
  | PlaceOrder
  | AmendOrder
  | CancelOrder
  | CancelAll
  | SetLeverage
  | AssignBalance
  | SwitchPosMode;

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
  /** A conditional order is not pending: it is registered by the time it is acknowledged. */
  readonly execStatus: 'PendingNew' | 'PendingReplace' | 'PendingCancel' | 'Registered';
}

/** Everything the outside may know of an order; a frozen copy, never the engine's own object. */
export interface OrderView {
  readonly accountID: AccountID;
  readonly orderID: OrderID;
  readonly clOrdID: ClOrdID;
  readonly symbol: ProductSymbol;
  readonly side: Side;
  readonly posSide: PosSide;
  readonly ordType: OrderType;
  /** For a market order the protected price it may trade up to; zero until a conditional one is triggered. */
  readonly price: Ticks;
  readonly qty: Lots;
  readonly cumQty: Lots;
  /** What is open in the market: zero while a conditional order waits. */
  readonly leavesQty: Lots;
  readonly cumValue: Units;
  readonly cumFee: Units;
  readonly closedPnl: Units;
  readonly closedQty: Lots;
  readonly timeInForce: TimeInForce;
  readonly reduceOnly: boolean;
  readonly ordStatus:
    | 'Created'
    | 'Untriggered'
    | 'Triggered'
    | 'Deactivated'
    | 'New'
    | 'PartiallyFilled'
    | 'Filled'
    | 'Canceled'
    | 'Rejected';
  /** Absent for a plain order. */
  readonly instructions?: Instructions;
  /** What the book shows of it now, if that is less than all. */
  readonly shownQty?: Lots;
  readonly actionNs: bigint;
  readonly transactNs: bigint;
  readonly execSeq: number;
}
