/** What must hold if the program is right; a failure here is a bug of ours, never the trader's or the exchange's. */

/** @throws when a union member was forgotten; the compiler normally notices first. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected case: ${JSON.stringify(value)}`);
}

/** The value, which cannot be missing here; `what` names it if it is. */
export function ensure<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`Missing: ${what}`);
  return value;
}
