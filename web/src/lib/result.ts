/** Errors as values: what a boundary answers when it may be refused. */
export type Result<T, F> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: F };

export const succeeded = <T>(value: T): Result<T, never> => ({ ok: true, value });
export const failed = <F>(fault: F): Result<never, F> => ({ ok: false, fault });
