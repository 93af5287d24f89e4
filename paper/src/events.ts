/**
 * What the core says happened, in order. The publisher turns these into frames, the store into rows, the candle
 * and ticker books into statistics; none of them can reach back into the core.
 */
import type { ExecID, ProductSymbol } from '#contract/brand.ts';
import type { MarginMode, PosMode, PosSide, Side } from '#contract/vocabulary.ts';
import type { AccountID, Lots, OrderView, Rate, Refusal, Ticks, Units } from './commands.ts';

/** The total resting at one price changed; zero lots removes the level. */
export interface LevelEvent {
  readonly kind: 'level';
  readonly symbol: ProductSymbol;
  readonly side: Side;
  readonly price: Ticks;
  readonly qty: Lots;
}

export interface TradeEvent {
  readonly kind: 'trade';
  readonly symbol: ProductSymbol;
  readonly atNs: bigint;
  readonly takerSide: Side;
  readonly price: Ticks;
  readonly qty: Lots;
}

export interface Execution {
  readonly execID: ExecID;
  readonly price: Ticks;
  readonly qty: Lots;
  readonly value: Units;
  readonly fee: Units;
  readonly feeRate: Rate;
  readonly isMaker: boolean;
  /** Absent for an ordinary trade. */
  readonly tradeType?: 'LiqTrade' | 'AdlTrade';
  readonly closedPnl: Units;
  readonly closedQty: Lots;
}

/** `action` and `execStatus` are the exchange's words for what happened to the order. */
export interface OrderEvent {
  readonly kind: 'order';
  readonly order: OrderView;
  readonly action: 'New' | 'Replace' | 'Cancel' | 'LiqRequest';
  readonly execStatus:
    | 'New'
    | 'Registered'
    | 'Triggered'
    | 'CreateRejected'
    | 'Replaced'
    | 'ReplaceRejected'
    | 'Canceled'
    | 'MakerFill'
    | 'TakerFill'
    | 'Expired';
  readonly execution?: Execution;
  /** Why it was refused, or why the matching engine ended it (codes 100 and 101). */
  readonly refusal?: Refusal;
  /** The leg after this event: size in lots, zero when flat. */
  readonly posSizeAfter: Lots;
  readonly posSideAfter: Side | 'None';
  readonly balanceAfter: Units;
}

/** A leg as the account sees it. One per symbol in one-way mode, two in hedged mode, flat ones included. */
export interface PositionView {
  readonly accountID: AccountID;
  readonly symbol: ProductSymbol;
  readonly posMode: PosMode;
  readonly posSide: PosSide;
  /** None when flat. */
  readonly side: Side | 'None';
  readonly size: Lots;
  /** Exact sum of entry values: the average entry price is value ÷ size. */
  readonly value: Units;
  readonly marginMode: MarginMode;
  /** Unsigned; zero means cross at the product's maximum. */
  readonly leverage: Rate;
  /** What the position itself costs: value ÷ leverage plus the fee of closing it at its bankruptcy price. */
  readonly positionCost: Units;
  /** The cost, plus a cross position's unrealised loss. */
  readonly assignedBalance: Units;
  readonly positionMargin: Units;
  readonly bankruptComm: Units;
  readonly bankruptPrice: Ticks;
  /** Zero when it cannot be liquidated. */
  readonly liquidationPrice: Ticks;
  readonly maintenanceMarginRate: Rate;
  /** How soon it would be deleveraged: 1 first, 0 never. */
  readonly deleveragePercentile: Rate;
  /** What the position must be worth to stand, at the mark price and by the tier it stands in. */
  readonly maintenanceMargin: Units;
  readonly riskLimit: Units;
  readonly buyValueToCost: Rate;
  readonly sellValueToCost: Rate;
  /** Position's assigned balance plus what that leg's open orders lock. */
  readonly usedBalance: Units;
  readonly orderCost: Units;
  readonly buyLeavesQty: Lots;
  readonly sellLeavesQty: Lots;
  readonly buyLeavesValue: Units;
  readonly sellLeavesValue: Units;
  readonly unrealisedPnl: Units;
  readonly markPrice: Ticks;
  /** Since the position was opened. */
  readonly termRealisedPnl: Units;
  readonly cumClosedPnl: Units;
  readonly cumTransactFee: Units;
  readonly cumFundingFee: Units;
  readonly term: number;
  readonly execSeq: number;
  readonly createdNs: bigint;
  readonly transactNs: bigint;
  /** Zero until it happened once. */
  readonly lastFundingNs: bigint;
  readonly lastTermEndNs: bigint;
}

export interface WalletView {
  readonly accountID: AccountID;
  readonly currency: string;
  readonly balance: Units;
  readonly used: Units;
}

/** An account's wallet and the legs that changed, sent once after everything a command or a trade did to it. */
export interface AccountEvent {
  readonly kind: 'account';
  readonly accountID: AccountID;
  readonly wallet: WalletView;
  readonly positions: readonly PositionView[];
}

/** The insurance fund earned or paid: a liquidation better than bankruptcy, a takeover, a loss nobody could cover. */
export interface InsuranceEvent {
  readonly kind: 'insurance';
  readonly atNs: bigint;
  /** Positive when the fund earned. */
  readonly change: Units;
  readonly balance: Units;
  readonly why: 'liquidation' | 'takeover' | 'shortfall';
}

/** What a leg paid at a funding settlement; a negative fee was received. */
export interface FundingFeeEvent {
  readonly kind: 'funding-fee';
  readonly accountID: AccountID;
  readonly symbol: ProductSymbol;
  readonly posSide: PosSide;
  readonly side: Side;
  readonly qty: Lots;
  readonly markPrice: Ticks;
  readonly value: Units;
  readonly rate: Rate;
  readonly fee: Units;
  readonly atNs: bigint;
  readonly execSeq: number;
}

/** A position that is over: flat, or turned into one of the other side. */
export interface ClosedPositionEvent {
  readonly kind: 'closed-position';
  readonly accountID: AccountID;
  readonly symbol: ProductSymbol;
  readonly posSide: PosSide;
  /** Buy for a long. */
  readonly side: Side;
  /** All that was ever closed of it; the average prices are the values ÷ this. */
  readonly qty: Lots;
  readonly entryValue: Units;
  readonly exitValue: Units;
  /** Without fees. */
  readonly closedPnl: Units;
  readonly fee: Units;
  readonly fundingFee: Units;
  /** Signed as set: zero or negative is cross. */
  readonly leverage: Rate;
  readonly term: number;
  readonly openedNs: bigint;
  readonly closedNs: bigint;
  readonly execSeq: number;
}

export type ExchangeEvent =
  | LevelEvent
  | TradeEvent
  | OrderEvent
  | AccountEvent
  | InsuranceEvent
  | FundingFeeEvent
  | ClosedPositionEvent;
export type Listener = (event: ExchangeEvent) => void;
