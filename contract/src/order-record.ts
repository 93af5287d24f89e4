/**
 * What is known of an account's orders, and what each word of the account's stream changes in it. Words may come twice or
 * late. The exchange numbers an order's events by `execSeq`, but its documents show the events of one match under one
 * number (an order's New and its TakerFill): among those, what can only go forward decides.
 */
import type { OrderID, Qty } from './brand.ts';
import { compare } from './decimal.ts';
import { ENDED_STATUSES } from './vocabulary.ts';

/** As much of an order's event as says how far the order was. */
export interface OrderWord {
  readonly orderID: OrderID;
  /** Text that is no status stands for an open order. */
  readonly ordStatus: string;
  /** 0 where the exchange has none, as for an order that it rejected. */
  readonly execSeq: number;
  readonly cumQty: Qty;
  readonly transactAtMs: number;
}

export interface OrderRecord<W extends OrderWord> {
  readonly open: Map<OrderID, W>;
  /** Oldest first. */
  readonly ended: Map<OrderID, W>;
}

export const isOpen = ({ ordStatus }: Pick<OrderWord, 'ordStatus'>): boolean =>
  !ENDED_STATUSES.has(ordStatus);

/** Below zero where `a` is the older word of the order. Of two that are equal, the one that comes later counts. */
export function compareWords(a: OrderWord, b: OrderWord): number {
  return (
    a.execSeq - b.execSeq ||
    Number(isOpen(b)) - Number(isOpen(a)) ||
    compare(a.cumQty, b.cumQty) ||
    a.transactAtMs - b.transactAtMs
  );
}

/** Whether it was news: what is older than what is known changes nothing. */
export function takeIn<W extends OrderWord>({ open, ended }: OrderRecord<W>, word: W): boolean {
  const { orderID } = word;
  const known = open.get(orderID) ?? ended.get(orderID);
  if (known !== undefined && compareWords(word, known) < 0) return false;
  const [to, from] = isOpen(word) ? [open, ended] : [ended, open];
  from.delete(orderID);
  to.set(orderID, word);
  return true;
}

/**
 * Before a snapshot's own words are taken in. It is the exchange's answer to how things stand: nothing else is open, and
 * what it calls open is, whatever was told before. What ended stays known, since its late words must not open it again.
 * `isConcerned`: it may speak for a part of them alone.
 */
export function startOver<W extends OrderWord>(
  { open, ended }: OrderRecord<W>,
  told: readonly OrderWord[],
  isConcerned: (word: W) => boolean = () => true,
): void {
  for (const [orderID, word] of open) if (isConcerned(word)) open.delete(orderID);
  for (const word of told) if (isOpen(word)) ended.delete(word.orderID);
}

/** Forgets the longest ended beyond `kept`. */
export function trimEnded<W extends OrderWord>({ ended }: OrderRecord<W>, kept: number): void {
  for (const orderID of ended.keys()) {
    if (ended.size <= kept) return;
    ended.delete(orderID);
  }
}
