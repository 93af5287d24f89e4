/** What is wrong with an API key, read off the gateway's words: its codes are few, and text as often as numbers. */
import { isRecord } from './validation.ts';

export const KEY_REFUSALS = [
  'BAD_KEY',
  'BAD_SECRET',
  'CLOCK',
  'IP_NOT_LISTED',
  'NO_PERMISSION',
  'TOO_MANY_REQUESTS',
] as const;
export type KeyRefusal = (typeof KEY_REFUSALS)[number];

const WORDS: readonly (readonly [RegExp, KeyRefusal])[] = [
  [/failed to find api-key|api key not found|failed to load api key/i, 'BAD_KEY'],
  [/signature verification failed/i, 'BAD_SECRET'],
  [/request expired/i, 'CLOCK'],
  [/ip mismatch/i, 'IP_NOT_LISTED'],
  [/insufficient privilege|access forbidden|access denied/i, 'NO_PERMISSION'],
  [/too many requests/i, 'TOO_MANY_REQUESTS'],
];

/** undefined: the answer says nothing against the key. */
export function readKeyRefusal(body: unknown): KeyRefusal | undefined {
  if (!isRecord(body) || typeof body.msg !== 'string') return undefined;
  const { msg } = body;
  return WORDS.find(([words]) => words.test(msg))?.[1];
}
