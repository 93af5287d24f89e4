/**
 * Gateway keys: what a bot signs with instead of the exchange's own key, what each may do, and what happens when its
 * bot falls silent. Values in the quote currency (USDT); `null` is no limit.
 */
import * as z from 'zod/mini';
import type { Money } from './brand.ts';
import { decimalLimit, symbolList } from './guard.ts';
import type { Result } from './result.ts';
import { validate } from './wire/validation.ts';

export const KEY_SCOPES = ['read', 'trade'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** What a dead-man timer does that was not renewed in time. */
export const SILENCES = [
  /** Cancels the open orders that were placed with the key. */
  'cancel',
  /** Pulls the kill switch: cancels everything, and nothing opens until trading is armed again. */
  'halt',
  /** And closes every position. */
  'halt-and-close',
] as const;
export type Silence = (typeof SILENCES)[number];

/** What a key may do; it cannot be changed later, only revoked. */
export interface KeyTerms {
  /** Stands beside its orders on the screen, and in the journal. */
  readonly name: string;
  readonly scope: KeyScope;
  /** The only ones that it may trade. */
  readonly symbols: readonly string[] | null;
  /** Of one of its orders, and of the position of a symbol that its order could lead to. */
  readonly valueMax: Money | null;
  readonly expiresAtMs: number | null;
  readonly onSilence: Silence;
}

/** A bot's dead-man timer: it is renewed, or it fires. Epoch milliseconds. */
export type DeadMan =
  | { readonly at: 'off' }
  | { readonly at: 'armed'; readonly seconds: number; readonly dueAtMs: number }
  | {
      readonly at: 'fired';
      readonly seconds: number;
      readonly firedAtMs: number;
      /** Orders of the key whose cancel the exchange has taken. */
      readonly canceled: number;
      /** Orders of the key that are still open, as last seen; absent: not seen yet. */
      readonly openOrders?: number;
      /** What went wrong on the way, the latest last. */
      readonly problems: readonly string[];
      /** When none of its orders was open any more, or the kill switch had taken over. */
      readonly verifiedAtMs?: number;
    };

export interface GatewayKey extends KeyTerms {
  /** What the bot sends as its API key. */
  readonly id: string;
  readonly madeAtMs: number;
  readonly lastUsedAtMs?: number;
  readonly deadMan: DeadMan;
}

export interface IssuedKey {
  readonly key: GatewayKey;
  /** Told this once, and kept nowhere. */
  readonly secret: string;
}

/** A timer this short would fire at every pause of a garbage collector; one this long protects nobody. Seconds. */
export const DEAD_MAN_SECONDS = { min: 5, max: 3_600 } as const;

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;
/** Who else stands in the journal. */
const RESERVED = new Set(['browser']);

const name = z.string().check(
  z.refine((text) => NAME.test(text) && !RESERVED.has(text), {
    error: 'a name of at most 32 letters, digits, "-" and "_"',
  }),
);
const wholeNumber = z
  .number()
  .check(
    z.refine((count) => Number.isSafeInteger(count) && count > 0, { error: 'a whole number above zero' }),
  );

const termsSchema = z.strictObject({
  name,
  scope: z.enum(KEY_SCOPES),
  symbols: symbolList,
  valueMax: decimalLimit<Money>(),
  expiresAtMs: z.nullable(wholeNumber),
  onSilence: z.enum(SILENCES),
});

/** Terms as they come from a file, a form or a terminal: all of them, and nothing else. */
export const parseKeyTerms = (value: unknown): Result<KeyTerms> => validate(termsSchema, value);

const recordSchema = z.strictObject({
  id: z.string().check(z.refine((text) => /^[\w-]{16,64}$/.test(text), { error: 'the id of a key' })),
  account: z.string(),
  madeAtMs: wholeNumber,
  lastUsedAtMs: z.optional(wholeNumber),
  terms: termsSchema,
  deadMan: z.optional(
    z.strictObject({
      seconds: wholeNumber,
      firedAtMs: z.optional(wholeNumber),
      verifiedAtMs: z.optional(wholeNumber),
    }),
  ),
});

/** A key as it is kept: without any secret. */
export interface KeyRecord {
  readonly id: string;
  /** Environment and account that it is for, as in the journal. */
  readonly account: string;
  readonly madeAtMs: number;
  readonly lastUsedAtMs?: number;
  readonly terms: KeyTerms;
  /** Absent: off. */
  readonly deadMan?: {
    readonly seconds: number;
    readonly firedAtMs?: number;
    readonly verifiedAtMs?: number;
  };
}

const fileSchema = z.strictObject({ version: z.literal(1), keys: z.array(recordSchema) });

export function parseKeyFile(value: unknown): Result<readonly KeyRecord[]> {
  const read = validate(fileSchema, value);
  return read.ok ? { ok: true, value: read.value.keys as readonly KeyRecord[] } : read;
}
