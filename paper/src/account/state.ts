/**
 * The core's own, mutable objects: what an account is made of. Only the files beside this one and the exchange
 * change them; the outside sees frozen views. Money is 10⁻¹² of the settle currency, ratios 10⁻⁸.
 */
import type { ClOrdID, OrderID, ProductSymbol } from '#contract/brand.ts';
import type { PosMode, PosSide, Side, TimeInForce } from '#contract/vocabulary.ts';
import type { AccountID, Instructions, Lots, OrderType, OrderView, Rate, Ticks, Units } from '../commands.ts';
import type { BookOrder } from '../engine/book-side.ts';
import type { OrderBook } from '../engine/order-book.ts';
import type { OrderEvent } from '../events.ts';
import type { ProductSpec } from '../product-spec.ts';

/** A product, its book and its prices; a price is undefined until somebody said it once. */
export interface Listing {
  readonly product: ProductSpec;
  readonly book: OrderBook<Order>;
  mark: Ticks | undefined;
  index: Ticks | undefined;
  /** Of the last public trade. */
  last: Ticks | undefined;
  /** Conditional orders of all accounts, watched for their trigger. */
  readonly waiting: Set<Order>;
  /** Every leg, of every account, that is not flat. */
  readonly positions: Set<Leg>;
}

export interface Order {
  readonly account: Account;
  readonly leg: Leg;
  readonly orderID: OrderID;
  readonly clOrdID: ClOrdID;
  readonly side: Side;
  readonly ordType: OrderType;
  readonly timeInForce: TimeInForce;
  /** As the client asked. */
  readonly reduceOnly: boolean;
  /** Reduce-only, or on the closing side of a hedged leg: it may never open anything, and so locks nothing. */
  readonly closesOnly: boolean;
  /** Its place in the book; price and what is left live there. */
  readonly inBook: BookOrder<Order>;
  /** Undefined for a plain order. */
  instructions: Instructions | undefined;
  qty: Lots;
  cumQty: Lots;
  cumValue: bigint;
  cumFee: bigint;
  closedPnl: bigint;
  closedQty: Lots;
  ordStatus: OrderView['ordStatus'];
  actionNs: bigint;
  transactNs: bigint;
  execSeq: number;
  /** Rises with every arrival at the end of a queue, so that a restart can put orders back in their order. */
  queuedSeq: number;
}

/** What was closed of a position since it was opened, and all the fees of it so far. */
export interface TermClosing {
  readonly qty: number;
  readonly entryValue: bigint;
  readonly exitValue: bigint;
  readonly fee: bigint;
}

export const NOTHING_CLOSED: TermClosing = { qty: 0, entryValue: 0n, exitValue: 0n, fee: 0n };

/** One position side of one product. */
export interface Leg {
  readonly account: Account;
  readonly listing: Listing;
  readonly posSide: PosSide;
  /** Lots, negative when short. */
  size: number;
  /** Sum of entry values, never negative. */
  value: bigint;
  /** As set: zero or negative is cross, positive isolated. */
  leverage: Rate;
  /** What was assigned to an isolated position beyond its cost; zero for cross and for a flat leg. */
  addedMargin: bigint;
  termRealisedPnl: bigint;
  termClosing: TermClosing;
  cumClosedPnl: bigint;
  cumTransactFee: bigint;
  /** Positive when paid. */
  cumFundingFee: bigint;
  /** Counts positions: rises when one ends. */
  term: number;
  execSeq: number;
  createdNs: bigint;
  transactNs: bigint;
  lastFundingNs: bigint;
  lastTermEndNs: bigint;
  /** Its orders in the market. */
  readonly orders: Set<Order>;
  /** Its conditional orders that wait for their trigger. They lock nothing. */
  readonly conditionals: Set<Order>;
}

/** An account's setup and positions in one product; `posMode` says which of the three legs are in use. */
export interface Holding {
  readonly listing: Listing;
  posMode: PosMode;
  readonly legs: Readonly<Record<PosSide, Leg>>;
}

export interface Account {
  readonly id: AccountID;
  readonly name: string;
  deposited: bigint;
  balance: bigint;
  /** What its fills cost. */
  fees: FeeRates;
  readonly holdings: Map<ProductSymbol, Holding>;
  readonly openByID: Map<OrderID, Order>;
  readonly openByClOrdID: Map<ClOrdID, Order>;
  /** Oldest first. */
  readonly closed: OrderView[];
  /** Oldest first. */
  readonly fills: OrderEvent[];
}

/** What all accounts together paid and received, so that every unit of money can be accounted for. */
export interface Ledger {
  deposits: bigint;
  fees: bigint;
  /** Net funding that accounts paid to the crowd. */
  funding: bigint;
  /** What the insurance fund paid for losses that accounts could not cover. */
  insurance: bigint;
  /** The insurance fund's balance. */
  insuranceFund: bigint;
}

export interface FeeRates {
  readonly maker: Rate;
  readonly taker: Rate;
}

export const legsInUse = (holding: Holding): readonly Leg[] =>
  holding.posMode === 'OneWay' ? [holding.legs.Merged] : [holding.legs.Long, holding.legs.Short];

/** The leg an order of this position side belongs to, or undefined when the position mode has no such side. */
export function legFor(holding: Holding, posSide: PosSide): Leg | undefined {
  const isMerged = posSide === 'Merged';
  return isMerged === (holding.posMode === 'OneWay') ? holding.legs[posSide] : undefined;
}

export const positionSide = (leg: Leg): Side | 'None' =>
  leg.size > 0 ? 'Buy' : leg.size < 0 ? 'Sell' : 'None';

export const asUnits = (amount: bigint): Units => amount as Units;
