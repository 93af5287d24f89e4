/**
 * Where accounts survive a restart. The exchange hands over what one command or one trade changed, and gets back
 * everything at start. Money is 10⁻¹² of the settle currency.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { PosMode, PosSide } from '#contract/vocabulary.ts';
import type { Counters } from '../account/ids.ts';
import type { FeeRates, Ledger, TermClosing } from '../account/state.ts';
import type { AccountID, OrderView, Rate } from '../commands.ts';
import type { ClosedPositionEvent, FundingFeeEvent, OrderEvent } from '../events.ts';
import type { History } from './history.ts';

/** A store that cannot be opened, read or written; `message` is one clear line for the person who started it. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

export interface StoredAccount {
  readonly id: AccountID;
  readonly name: string;
  readonly deposited: bigint;
  readonly balance: bigint;
  /** Absent in a file from before accounts had their own: then what a new account pays. */
  readonly fees?: FeeRates;
}

export interface StoredHolding {
  readonly accountID: AccountID;
  readonly symbol: ProductSymbol;
  readonly posMode: PosMode;
}

export interface StoredLeg {
  readonly accountID: AccountID;
  readonly symbol: ProductSymbol;
  readonly posSide: PosSide;
  readonly size: number;
  readonly value: bigint;
  readonly leverage: Rate;
  /** Absent in files of versions that had none. */
  readonly addedMargin?: bigint;
  readonly termRealisedPnl: bigint;
  /** Absent in files of versions that had none. */
  readonly termClosing?: TermClosing;
  readonly cumClosedPnl: bigint;
  readonly cumTransactFee: bigint;
  readonly cumFundingFee: bigint;
  readonly term: number;
  readonly execSeq: number;
  readonly createdNs: bigint;
  readonly transactNs: bigint;
  readonly lastFundingNs: bigint;
  readonly lastTermEndNs: bigint;
}

export interface StoredOrder {
  readonly view: OrderView;
  /** Order of arrival at the end of a queue, over all accounts and products. */
  readonly queuedSeq: number;
}

/** All that one command or one trade changed, written whole or not at all. */
export interface StoreChanges {
  readonly counters: Counters;
  readonly ledger: Ledger;
  readonly accounts: readonly StoredAccount[];
  readonly holdings: readonly StoredHolding[];
  readonly legs: readonly StoredLeg[];
  readonly openOrders: readonly StoredOrder[];
  /** They leave the open orders. */
  readonly closedOrders: readonly OrderView[];
  readonly fills: readonly OrderEvent[];
  readonly fundingFees: readonly FundingFeeEvent[];
  readonly closedPositions: readonly ClosedPositionEvent[];
}

export interface StoredExchange {
  /** Undefined for a store that was never written. */
  readonly counters: Counters | undefined;
  readonly ledger: Ledger | undefined;
  readonly accounts: readonly StoredAccount[];
  readonly holdings: readonly StoredHolding[];
  readonly legs: readonly StoredLeg[];
  /** By `queuedSeq`. */
  readonly openOrders: readonly StoredOrder[];
  /** Oldest first, the newest 100 of each account. */
  readonly closedOrders: readonly OrderView[];
  /** Oldest first, the newest 100 of each account. */
  readonly fills: readonly OrderEvent[];
}

export interface AccountStore {
  /** What is over: read back page by page, since it is too much to keep in memory. */
  readonly history: History;
  /** @throws StoreError */
  load(): StoredExchange;
  /** One transaction. @throws StoreError: nothing was written. */
  write(changes: StoreChanges): void;
  close(): void;
}
