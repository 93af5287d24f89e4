/**
 * Ids and sequences, all from counters that the store keeps: unique across restarts, and the same in every run.
 * Ids look like the exchange's (UUIDs) and differ in their first characters, since histories print only seven.
 */
import type { ExecID, OrderID } from '#contract/brand.ts';

export interface Counters {
  orders: number;
  executions: number;
  /** Last number given to an event of an order or a position. */
  execSeq: number;
  /** Last arrival at the end of a queue. */
  queuedSeq: number;
  accounts: number;
}

export const NO_COUNTS: Counters = { orders: 0, executions: 0, execSeq: 0, queuedSeq: 0, accounts: 0 };

/** A bijection on 32 bits that spreads neighbours apart (the finisher of MurmurHash3). */
function spread(word: number): number {
  let mixed = word >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');

/** Unique for every (kind, count): the first word is a bijection of the count, its high bits follow in the clear. */
function uuid(kind: number, count: number): string {
  const low = count >>> 0;
  const high = Math.floor(count / 2 ** 32);
  const first = hex(spread(low ^ kind));
  const second = hex(spread(low + kind));
  const third = hex(spread(low ^ ~kind));
  const tail = hex(high);
  return `${first}-${second.slice(0, 4)}-4${second.slice(4, 7)}-a${third.slice(0, 3)}-${third.slice(3)}${tail.slice(1)}`;
}

const ORDER_KIND = 0x5bd1e995;
const EXECUTION_KIND = 0x27d4eb2f;

export interface Ids {
  readonly counters: Counters;
  orderID(): OrderID;
  execID(): ExecID;
  execSeq(): number;
  queuedSeq(): number;
  accountNumber(): number;
}

export function createIds(from: Counters): Ids {
  const counters = { ...from };
  return {
    counters,
    orderID: () => uuid(ORDER_KIND, ++counters.orders) as OrderID,
    execID: () => uuid(EXECUTION_KIND, ++counters.executions) as ExecID,
    execSeq: () => ++counters.execSeq,
    queuedSeq: () => ++counters.queuedSeq,
    accountNumber: () => ++counters.accounts,
  };
}
