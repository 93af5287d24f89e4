/**
 * Whether the book that Perpdeck relays is the exchange's: held against the snapshot that the exchange repeats every
 * minute, and against what can be in no real book. Times in epoch ms.
 */
export const BOOK_FAULTS = [
  /** Older than the book already was: messages came in the wrong order. */
  'regressed',
  /** A bid stood at or above an ask for longer than a moment. */
  'crossed',
  /** The exchange's snapshot showed another book: a message was lost. */
  'mismatch',
  /** A message could not be read. */
  'unreadable',
] as const;
export type BookFault = (typeof BOOK_FAULTS)[number];

export type BookCheck =
  /** Begun with a snapshot of the exchange; there was no second one yet to hold it against. */
  | { readonly state: 'fresh'; readonly sinceMs: number }
  /** Equal to the exchange's snapshot, last at `atMs`. */
  | { readonly state: 'verified'; readonly atMs: number }
  /** Found wrong, and asked for anew. */
  | { readonly state: 'broken'; readonly sinceMs: number; readonly fault: BookFault };

/** How the relayed books stand, and how they have fared since the start. */
export interface BookReport {
  readonly relayed: Readonly<Record<BookCheck['state'] | 'awaited', number>>;
  /** Snapshots that found a book as it was. */
  readonly verified: number;
  /** Increments that a book had already: harmless, and a sign of a stream that is not well. */
  readonly repeated: number;
  readonly faults: Readonly<Record<BookFault, number>>;
}
