/**
 * What comes over a boundary is a value or a problem, never an exception: either the message is not what it should
 * be, or the exchange understood and said no. "No answer at all" belongs to whoever does the asking.
 */
export type Problem =
  /** The message is not shaped as the wire says: `path` names the place, e.g. "data.positions[3].side". */
  | { readonly kind: 'malformed'; readonly path: string; readonly message: string }
  /** The exchange refused: its code and its own words. `wire/error-codes.ts` turns them into a sentence. */
  | { readonly kind: 'refused'; readonly code: number; readonly message: string };

export type Failure = { readonly ok: false; readonly problem: Problem };
export type Result<T> = { readonly ok: true; readonly value: T } | Failure;

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const malformed = (path: string, message: string): Failure => ({
  ok: false,
  problem: { kind: 'malformed', path, message },
});

export const refused = (code: number, message: string): Failure => ({
  ok: false,
  problem: { kind: 'refused', code, message },
});
