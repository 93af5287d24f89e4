/**
 * Symbols of which the exchange has told something impossible: more filled than was ordered, a row that is no row. Nothing
 * is opened in them until a snapshot of the account makes sense again.
 */
import { compare, sign } from '#contract/decimal.ts';
import type { AccountUpdate, Order } from '#contract/model.ts';
import type { Problem } from '#contract/result.ts';
import type { Time } from '../time.ts';
import type { Log } from '../watch/log.ts';

/** An exchange that goes on telling nonsense is not asked anew each time. Milliseconds. */
const RESYNC_PAUSE_MS = 60_000;

export interface QuarantineNeeds {
  readonly log: Log;
  readonly time: Time;
  /** Asks the exchange for the account anew. */
  resync(): void;
}

export interface Quarantine {
  has(symbol: string): boolean;
  /** `message` is what was read, `skipped` are its rows that could not be. */
  judge(update: AccountUpdate, skipped: readonly Problem[], message: Readonly<Record<string, unknown>>): void;
}

/** Why it cannot be. An order of no quantity closes whatever there is. */
function nonsenseOf({ qty, cumQty, leavesQty }: Order): string | undefined {
  if (sign(qty) <= 0) return undefined;
  if (compare(cumQty, qty) > 0) return 'more was filled than was ordered';
  return compare(leavesQty, qty) > 0 ? 'more is left than was ordered' : undefined;
}

/** Whose row it was that could not be read, e.g. at "orders_p[2].priceRp". */
function symbolAt(message: Readonly<Record<string, unknown>>, problem: Problem): string | undefined {
  const place = problem.kind === 'malformed' ? /^(\w+)\[(\d+)\]/.exec(problem.path) : null;
  const rows: unknown = message[place?.[1] ?? ''];
  const row: unknown = Array.isArray(rows) ? rows[Number(place?.[2])] : undefined;
  const symbol: unknown = (row as Partial<Record<string, unknown>> | undefined)?.symbol;
  return typeof symbol === 'string' ? symbol : undefined;
}

export function createQuarantine({ log, time, resync }: QuarantineNeeds): Quarantine {
  const symbols = new Set<string>();
  let resyncedAtMs = Number.NEGATIVE_INFINITY;
  return {
    has: (symbol) => symbols.has(symbol),
    judge({ kind, orders }, skipped, message) {
      if (kind === 'snapshot') symbols.clear();
      const wrong: [symbol: string, reason: string][] = orders.flatMap((order) => {
        const reason = nonsenseOf(order);
        return reason === undefined ? [] : [[order.symbol, reason] as [string, string]];
      });
      for (const problem of skipped) {
        log.warn({ problem }, 'a row of the account cannot be read');
        const symbol = symbolAt(message, problem);
        if (symbol !== undefined) wrong.push([symbol, 'a row that cannot be read']);
      }
      if (wrong.length === 0) return;
      for (const [symbol] of wrong) symbols.add(symbol);
      log.error({ wrong }, 'the exchange has told something impossible: nothing is opened in these symbols');
      // Nor is a snapshot that makes no sense asked for again.
      if (kind === 'snapshot' || time.monoMs() - resyncedAtMs < RESYNC_PAUSE_MS) return;
      resyncedAtMs = time.monoMs();
      resync();
    },
  };
}
