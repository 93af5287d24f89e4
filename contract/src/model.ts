/**
 * What a trader knows, in the trader's words. Every wire shape (REST, aop_p, history) is turned into these in
 * `contract/src/wire`, and nothing past that edge sees a wire name. All times are epoch milliseconds.
 */
import type { ClOrdID, ExecID, Money, OrderID, Price, ProductSymbol, Qty, Ratio } from './brand.ts';
import type {
  MarginMode,
  OrdStatus,
  OrdType,
  PosMode,
  PosSide,
  Side,
  TriggerDirection,
  TriggerSource,
} from './vocabulary.ts';

/** A maintenance tier: positions up to `notionalMax` may use up to `leverageMax`. */
export interface LeverageTier {
  readonly notionalMax: Money;
  readonly leverageMax: number;
  readonly maintenanceMarginRate: Ratio;
  /** Deducted: maintenance margin = notional × rate − amount. */
  readonly maintenanceAmount: Money;
}

export interface Product {
  readonly symbol: ProductSymbol;
  readonly base: string;
  readonly quote: string;
  readonly settle: string;
  readonly tickSize: Price;
  readonly qtyStep: Qty;
  readonly priceMin: Price;
  readonly priceMax: Price;
  readonly qtyMax: Qty;
  readonly orderValueMin: Money;
  readonly leverageMax: number;
  readonly fundingIntervalSec: number;
  readonly isListed: boolean;
  readonly indexSymbol: string;
  readonly markSymbol: string;
  /** Lowest notional first; never empty. */
  readonly tiers: readonly LeverageTier[];
}

export interface Ticker {
  readonly symbol: ProductSymbol;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly last: Price;
  readonly volume: Qty;
  readonly turnover: Money;
  readonly openInterest: string;
  readonly indexPrice: Price;
  readonly markPrice: Price;
  readonly fundingRate: Ratio;
  readonly predictedFundingRate: Ratio;
  readonly bid?: Price;
  readonly ask?: Price;
}

export interface Candle {
  readonly openTimeSec: number;
  readonly resolutionSec: number;
  readonly open: Price;
  readonly high: Price;
  readonly low: Price;
  readonly close: Price;
  readonly volume: Qty;
  readonly turnover: Money;
}

/** A public print; `side` is the taker's. */
export interface Trade {
  readonly atMs: number;
  readonly side: Side;
  readonly price: Price;
  readonly qty: Qty;
}

export type BookLevel = readonly [price: Price, qty: Qty];

/** A book message: a snapshot replaces the book, an increment sets levels (quantity "0" removes one). */
export interface BookUpdate {
  readonly kind: 'snapshot' | 'incremental';
  readonly symbol: ProductSymbol;
  readonly sequence: number;
  readonly depth: number;
  readonly atMs: number;
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

export interface TradeUpdate {
  readonly kind: 'snapshot' | 'incremental';
  readonly symbol: ProductSymbol;
  readonly sequence: number;
  /** Newest first, as on the wire. */
  readonly trades: readonly Trade[];
}

/** The newest value of an index, mark or funding-rate symbol, e.g. ".MBTCUSDT" (for a funding symbol `price` is a rate). */
export interface Tick {
  readonly symbol: string;
  readonly price: Price;
  readonly atMs: number;
}

export interface CandleUpdate {
  readonly kind: 'snapshot' | 'incremental';
  readonly symbol: ProductSymbol;
  readonly resolutionSec: number;
  /** Oldest first. */
  readonly candles: readonly Candle[];
}

/** What sets a conditional order off. */
export interface Trigger {
  readonly price: Price;
  /** Absent where the wire does not say (or says one that no document lists). */
  readonly source?: TriggerSource;
  readonly direction?: TriggerDirection;
}

/** How far a trailing trigger stays behind the best price seen: in price, or as a share of it. Unsigned. */
export type Trail =
  | { readonly by: 'price'; readonly distance: Price }
  | { readonly by: 'proportion'; readonly proportion: Ratio };

/** A take-profit or stop-loss that an order brings along for the position it opens. */
export interface Protection {
  readonly price: Price;
  readonly source?: TriggerSource;
  /** Absent: closes at market. */
  readonly limit?: Price;
}

/** What an order asks for beyond price and size; each absent where it does not. */
export interface OrderInstructions {
  readonly trigger?: Trigger;
  readonly trail?: Trail;
  readonly takeProfit?: Protection;
  readonly stopLoss?: Protection;
  /** Reduce-only, and other orders of its side give way to it when it triggers. */
  readonly closeOnTrigger?: true;
}

export interface Order extends OrderInstructions {
  readonly orderID: OrderID;
  readonly clOrdID: ClOrdID;
  readonly symbol: ProductSymbol;
  readonly side: Side;
  /** Absent where the wire does not say (REST acks of 2025). */
  readonly posSide?: PosSide;
  readonly ordType: OrdType;
  /** Echoed as sent: replies carry values that no document lists. */
  readonly timeInForce: string;
  readonly ordStatus: OrdStatus;
  /** Zero for market orders and for conditional ones that will be. */
  readonly price: Price;
  /** Zero for a closing order of the whole position. */
  readonly qty: Qty;
  readonly cumQty: Qty;
  readonly leavesQty: Qty;
  readonly cumValue: Money;
  readonly reduceOnly: boolean;
  readonly actionAtMs: number;
  readonly transactAtMs: number;
  /** Rises with every event of the order; orders messages that arrive out of order. 0 in REST replies, which lack it. */
  readonly execSeq: number;
  /** Why the exchange rejected or canceled it, or refused to amend it: its code and its own words. */
  readonly rejection?: { readonly code: number; readonly message: string };
}

/** As much of an order as every source of it tells: what became of it. */
export type OrderFate = Pick<
  Order,
  'orderID' | 'clOrdID' | 'symbol' | 'side' | 'ordStatus' | 'price' | 'qty' | 'rejection'
> &
  OrderInstructions & {
    /** Of which this source says nothing: absent does not mean that the order has none. */
    readonly untold?: ReadonlySet<keyof OrderInstructions>;
  };

/** One own execution. */
export interface Fill {
  /** History names only its first seven characters: compare fills with `fillKey`. */
  readonly execID: ExecID;
  /** Absent in history, which does not say whose order it was. */
  readonly orderID?: OrderID;
  readonly clOrdID?: ClOrdID;
  readonly symbol: ProductSymbol;
  readonly side: Side;
  readonly posSide?: PosSide;
  readonly price: Price;
  readonly qty: Qty;
  readonly value: Money;
  readonly fee: Money;
  readonly feeRate: Ratio;
  /** Absent in history. */
  readonly closedPnl?: Money;
  readonly isMaker: boolean;
  /** What the leg holds after it, below zero for a short; absent in history. */
  readonly heldAfter?: Qty;
  readonly atMs: number;
}

/** A position that is over. Results are signed; fees are positive when they were paid. */
export interface ClosedPosition {
  readonly symbol: ProductSymbol;
  readonly currency: string;
  /** Buy for a long. */
  readonly side: Side;
  readonly qty: Qty;
  /** Averages over all that was closed. */
  readonly openPrice: Price;
  readonly closePrice: Price;
  /** Without fees. */
  readonly closedPnl: Money;
  readonly fee: Money;
  readonly fundingFee: Money;
  /** Fees and funding taken off. */
  readonly realisedPnl: Money;
  /** Realised result per unit of margin that it began with. */
  readonly roi?: Ratio;
  readonly marginMode: MarginMode;
  readonly leverage: Ratio;
  readonly openedAtMs: number;
  readonly closedAtMs: number;
}

/** What a position paid at a funding settlement; a negative fee was received. */
export interface FundingFee {
  readonly symbol: ProductSymbol;
  readonly currency: string;
  readonly side: Side;
  readonly qty: Qty;
  readonly markPrice: Price;
  readonly value: Money;
  readonly rate: Ratio;
  readonly fee: Money;
  readonly atMs: number;
}

/** An open position or a hedged leg; flat rows of the wire are dropped before this. */
export interface Position {
  readonly symbol: ProductSymbol;
  readonly posSide: PosSide;
  readonly side: Side;
  readonly size: Qty;
  readonly value: Money;
  readonly avgEntryPrice: Price;
  readonly marginMode: MarginMode;
  /** The chosen leverage; for cross, the leverage that limits order cost (0 on the wire means the maximum). */
  readonly leverage: Ratio;
  readonly positionMargin: Money;
  readonly usedBalance: Money;
  /** Its cost and what else backs it alone; absent where the wire does not say. */
  readonly assignedBalance?: Money;
  /** Absent when the exchange does not tell one ("0" on the wire); one tick, of a long, says that there is none. */
  readonly liquidationPrice?: Price;
  readonly bankruptPrice?: Price;
  readonly markPrice?: Price;
  /** Of the highest tier that the leverage allows; liquidation goes by the tier of the value (`tierOf`). */
  readonly maintenanceMarginRate: Ratio;
  readonly termRealisedPnl: Money;
  readonly cumClosedPnl: Money;
  readonly cumFundingFee: Money;
  /** The least that backs it: its initial margin and the fee of closing it at bankruptcy. */
  readonly cost?: Money;
  /** Share of its side's positions that are deleveraged no sooner: 1 goes first, 0 is out of it. */
  readonly deleverageRank?: Ratio;
}

/** Per unit of traded value. */
export interface FeeRates {
  readonly maker: Ratio;
  readonly taker: Ratio;
}

/** A part of the account that is liquidated by itself: all cross positions, or one isolated position. */
export interface RiskUnit {
  /** In the exchange's word: CrossAsset, SingleAsset, Isolated. */
  readonly mode: string;
  /** Of an isolated position. */
  readonly leg?: `${ProductSymbol} ${PosSide}`;
  /** Equity per unit of maintenance margin: at 1 it is liquidated, 999 stands for nothing to maintain. */
  readonly marginRatio: Ratio;
  readonly balance: Money;
  readonly equity: Money;
  readonly available: Money;
  readonly maintenanceMargin: Money;
}

/** How a symbol is set up for this account, whether or not a position is open. */
export interface SymbolSettings {
  readonly symbol: ProductSymbol;
  readonly posMode: PosMode;
  readonly legs: readonly {
    readonly posSide: PosSide;
    readonly marginMode: MarginMode;
    readonly leverage: Ratio;
    /** Margin an opening order locks per unit of value, fees included. */
    readonly buyValueToCost?: Ratio;
    readonly sellValueToCost?: Ratio;
  }[];
}

export interface Wallet {
  readonly currency: string;
  readonly balance: Money;
  /** Locked by positions and open orders. Available = balance − used. */
  readonly used: Money;
  /** How the account's wallets back its positions, in the exchange's word: "Classic", each currency its own. */
  readonly accountMode?: string;
}

/** The account as a REST reply tells it: everything at one moment. */
export interface AccountState {
  readonly wallets: readonly Wallet[];
  readonly settings: readonly SymbolSettings[];
  readonly positions: readonly PositionRow[];
}

/** What is held in one leg; a flat one has `position: undefined` and closes what was there. */
export interface PositionRow {
  readonly symbol: ProductSymbol;
  readonly posSide: PosSide;
  readonly position: Position | undefined;
}

/** A private stream message: a snapshot replaces everything known, an increment updates what it names. */
export interface AccountUpdate extends AccountState {
  readonly kind: 'snapshot' | 'incremental';
  readonly sequence: number;
  readonly atMs: number;
  /** One row per order: its newest state in this message. */
  readonly orders: readonly Order[];
  readonly fills: readonly Fill[];
}
