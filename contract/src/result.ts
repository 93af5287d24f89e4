/**
 * What comes over a boundary is a value or a problem, never an exception: either the message is not what it should
 * be, or the exchange understood and said no. "No answer at all" belongs to whoever does the asking.
 */
export type Problem =
  /** The message is not shaped as the wire says: `path` names the place, e.g. "data.positions[3].side". */
  | { readonly kind: 'malformed'; readonly path: string; readonly message: string }
  /** The exchange refused: its code and its own words. `wire/error-codes.ts` turns them into a sentence. */
  | { readonly kind: 'refused'; readonly code: number; readonly message: string };

export type Failure<P = Problem> = { readonly ok: false; readonly problem: P };
/** `P` is more than a message's own problem where somebody was asked, who may not have answered at all. */
export type Result<T, P = Problem> = { readonly ok: true; readonly value: T } | Failure<P>;

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });
export const failed = <P>(problem: P): Failure<P> => ({ ok: false, problem });

export const malformed = (path: string, message: string): Failure =>
  failed({ kind: 'malformed', path, message });

export const refused = (code: number, message: string): Failure => failed({ kind: 'refused', code, message });
