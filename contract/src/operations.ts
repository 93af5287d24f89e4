/** How Perpdeck runs, for whoever looks after it: GET /api/operations. Times in epoch ms. */
import * as z from 'zod/mini';
import type { RequestState } from './api.ts';
import type { BookReport } from './book-check.ts';
import type { Result } from './result.ts';
import type { FeedState } from './status.ts';
import { validate } from './wire/validation.ts';

/** One connection to the exchange's stream. */
export interface ConnectionReport {
  readonly name: string;
  readonly state: FeedState['state'];
  readonly sinceMs: number;
  readonly subscriptions: number;
  /** How often it was lost since the start. */
  readonly losses: number;
  /** Round trip of the last heartbeat. */
  readonly latencyMs?: number;
  /** Age of the last message that bears a time, on its arrival, by the exchange's clock. */
  readonly lagMs?: number;
}

export interface BudgetReport {
  readonly left: number;
  readonly capacity: number;
}

export interface OperationsView {
  readonly connections: readonly ConnectionReport[];
  /** What the exchange allows. */
  readonly connectionsMax: number;
  readonly subscriptionsMax: number;
  readonly books: BookReport;
  readonly budgets: {
    readonly contract: BudgetReport;
    readonly others: BudgetReport;
    readonly address: BudgetReport;
  };
  /** The pages' own sockets, and those of them that do not keep up. */
  readonly browsers: { readonly sockets: number; readonly behind: number };
  /** Absent without a key: then nothing is sent that would have to be written down. */
  readonly journal?: {
    /** Requests that change something, by the state they came to since the start. */
    readonly requests: Readonly<Partial<Record<RequestState, number>>>;
    /** Outcomes being looked up. */
    readonly unresolved: number;
    /** How often the account stream had lost something. */
    readonly gaps: number;
    /** How often it told of somebody else's account: that was dropped. */
    readonly foreign: number;
    /** Why it cannot be written. */
    readonly fault?: string;
  };
  readonly clockOffsetMs?: number;
  /** How late the proxy gets to what is due, 99 times of 100 at most, over the last minute. */
  readonly loopDelayMs: number;
  readonly memoryBytes: number;
  readonly startedAtMs: number;
}

const count = z.number();
const budget = z.object({ left: count, capacity: count });

const operationsSchema: z.ZodMiniType<OperationsView> = z.object({
  connections: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['live', 'connecting', 'stale', 'reconnecting', 'off']),
      sinceMs: z.number(),
      subscriptions: count,
      losses: count,
      latencyMs: z.exactOptional(z.number()),
      lagMs: z.exactOptional(z.number()),
    }),
  ),
  connectionsMax: count,
  subscriptionsMax: count,
  books: z.object({
    relayed: z.object({ fresh: count, verified: count, broken: count, awaited: count }),
    verified: count,
    repeated: count,
    faults: z.object({ regressed: count, crossed: count, mismatch: count, unreadable: count }),
  }),
  budgets: z.object({ contract: budget, others: budget, address: budget }),
  browsers: z.object({ sockets: count, behind: count }),
  journal: z.exactOptional(
    z.object({
      requests: z.record(z.string(), count),
      unresolved: count,
      gaps: count,
      foreign: count,
      fault: z.exactOptional(z.string()),
    }),
  ),
  clockOffsetMs: z.exactOptional(z.number()),
  loopDelayMs: z.number(),
  memoryBytes: count,
  startedAtMs: z.number(),
});

export const parseOperations = (body: unknown): Result<OperationsView> => validate(operationsSchema, body);
