/** What the proxy says on the socket besides the exchange's messages: `{"perpdeck": RelayNotice}`. */
import * as z from 'zod/mini';
import { BOOK_FAULTS, type BookCheck } from '../book-check.ts';
import type { HaltState } from '../halt.ts';
import type { Result } from '../result.ts';
import type { ArmingState, FeedState, KeyState, RelayNotice, Status } from '../status.ts';
import { ENVIRONMENTS, POS_SIDES, SIDES } from '../vocabulary.ts';
import { validate } from './validation.ts';

const feedStateSchema: z.ZodMiniType<FeedState> = z.discriminatedUnion('state', [
  z.object({ state: z.literal('live'), sinceMs: z.number() }),
  z.object({ state: z.literal('connecting'), sinceMs: z.number() }),
  z.object({ state: z.literal('stale'), sinceMs: z.number() }),
  z.object({ state: z.literal('reconnecting'), sinceMs: z.number(), attempt: z.number() }),
  z.object({ state: z.literal('off'), sinceMs: z.number(), reason: z.string() }),
]);

const keyStateSchema: z.ZodMiniType<KeyState> = z.discriminatedUnion('state', [
  z.object({ state: z.literal('none') }),
  z.object({ state: z.literal('given') }),
  z.object({ state: z.literal('locked') }),
  z.object({ state: z.literal('open'), account: z.string() }),
]);

const haltSchema: z.ZodMiniType<HaltState> = z.discriminatedUnion('at', [
  z.object({ at: z.literal('armed') }),
  z.object({
    at: z.enum(['halting', 'halted', 'waiting']),
    sinceMs: z.number(),
    who: z.string(),
    closesPositions: z.boolean(),
    rounds: z.number(),
    canceled: z.array(z.string()),
    closed: z.array(
      z.object({ symbol: z.string(), posSide: z.enum(POS_SIDES), side: z.enum(SIDES), qty: z.string() }),
    ),
    openOrders: z.exactOptional(z.number()),
    openPositions: z.exactOptional(z.number()),
    problems: z.array(z.string()),
    verifiedAtMs: z.exactOptional(z.number()),
  }),
]);

const armingSchema: z.ZodMiniType<ArmingState> = z.discriminatedUnion('at', [
  z.object({ at: z.literal('disarmed'), needsPassphrase: z.boolean() }),
  z.object({ at: z.literal('armed'), untilMs: z.number() }),
]);

const statusSchema: z.ZodMiniType<Status> = z.object({
  environment: z.enum(ENVIRONMENTS),
  scope: z.string(),
  exchangeUrl: z.string(),
  version: z.string(),
  hasKey: z.boolean(),
  key: keyStateSchema,
  feeds: z.object({ market: feedStateSchema, account: feedStateSchema }),
  halt: z.exactOptional(haltSchema),
  block: z.exactOptional(z.object({ sinceMs: z.number(), status: z.number(), nextTryMs: z.number() })),
  isReadOnly: z.exactOptional(z.literal(true)),
  silentBots: z.exactOptional(z.array(z.string())),
  arming: z.exactOptional(armingSchema),
  clockOffsetMs: z.exactOptional(z.number()),
  latencyMs: z.exactOptional(z.number()),
  requestsLeft: z.exactOptional(z.object({ contract: z.number(), others: z.number(), address: z.number() })),
});

const bookCheckSchema: z.ZodMiniType<BookCheck> = z.discriminatedUnion('state', [
  z.object({ state: z.literal('fresh'), sinceMs: z.number() }),
  z.object({ state: z.literal('verified'), atMs: z.number() }),
  z.object({ state: z.literal('broken'), sinceMs: z.number(), fault: z.enum(BOOK_FAULTS) }),
]);

const noticeSchema: z.ZodMiniType<RelayNotice> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('status'), status: statusSchema }),
  z.object({ kind: z.literal('book'), symbol: z.string(), check: bookCheckSchema }),
  z.object({ kind: z.literal('signed-out'), reason: z.string() }),
  z.object({
    kind: z.literal('resolved'),
    requestID: z.string(),
    state: z.enum(['ACKED', 'REJECTED', 'NOT_PLACED']),
    note: z.string(),
  }),
]);

export const readRelayNotice = (message: Record<string, unknown>): Result<RelayNotice> =>
  validate(noticeSchema, message.perpdeck, 'perpdeck');

/** GET /api/status answers the same status. */
export const parseStatus = (body: unknown): Result<Status> => validate(statusSchema, body);

/** GET, POST and DELETE /api/kill answer the same state. */
export const parseHalt = (body: unknown): Result<HaltState> => validate(haltSchema, body);

export const writeRelayNotice = (notice: RelayNotice): string => JSON.stringify({ perpdeck: notice });
