/** After a fault is over: how long the page still showed something else than the exchange has, and what became of each wish. */
import { setTimeout } from 'node:timers/promises';
import type { JournalEntry } from '#contract/api.ts';
import type { Seat } from './seat.ts';
import { exchangeSights, textOf, timesPlaced } from './sight.ts';
import { wireName } from './wire.ts';
import type { Action, Wish } from './wishes.ts';

const LOOK_MS = 200;
/** What happens late has happened by then. */
const LEAST_MS = 2_000;
const MOST_MS = 90_000;
export const GOAL_MS = 5_000;
const FINAL = new Set<JournalEntry['state']>(['ACKED', 'REJECTED', 'NOT_SENT', 'NOT_PLACED']);

export interface Verdict {
  readonly action: Action;
  readonly isDone: boolean;
  readonly state: string;
  /** The longest that the page was wrong at a stretch since it was over. */
  readonly pageWrongMs: number;
  /** From then on until the journal had the last word. */
  readonly knownMs: number;
  readonly wrong: readonly string[];
}

interface Watched {
  readonly wish: Wish;
  wrongSinceMs: number | undefined;
  pageWrongMs: number;
  knownMs: number;
  state: string;
  isDone: boolean;
  isRight: boolean;
  difference: string;
}

async function look(seat: Seat, all: readonly Watched[], overAtMs: number): Promise<boolean> {
  const [sights, entries] = await Promise.all([
    exchangeSights(
      seat.account,
      all.map(({ wish }) => wish.symbol),
    ),
    seat.journal(),
  ]);
  const nowMs = performance.now();
  for (const [index, one] of all.entries()) {
    const { wish } = one;
    const seen = sights[index];
    if (seen === undefined) continue;
    const shown = seat.page().sight(wish.symbol);
    one.isDone = wish.isDone(seen);
    one.isRight = textOf(seen) === textOf(shown);
    one.difference = one.isRight ? '' : `${textOf(shown)}, and not ${textOf(seen)}`;
    // Until it was seen to be right: at the most, and never zero.
    if (!one.isRight) one.wrongSinceMs ??= nowMs;
    if (one.wrongSinceMs !== undefined) one.pageWrongMs = Math.max(one.pageWrongMs, nowMs - one.wrongSinceMs);
    if (one.isRight) one.wrongSinceMs = undefined;
    const own = entries.filter(({ requestID }) => requestID === wish.id);
    const state = own.length > 1 ? `${own.length} rows` : (own[0]?.state ?? 'no row');
    const isKnown = own[0] !== undefined && FINAL.has(own[0].state);
    if (isKnown && !FINAL.has(one.state as JournalEntry['state'])) one.knownMs = nowMs - overAtMs;
    one.state = state;
  }
  return all.every(({ isRight, state }) => isRight && FINAL.has(state as JournalEntry['state']));
}

/** `sentMost`: how often the same wish may have been on its way to the exchange. */
export async function watch(
  seat: Seat,
  wishes: readonly Wish[],
  { overAtMs, sentMost }: { overAtMs: number; sentMost: (action: Action) => number },
): Promise<readonly Verdict[]> {
  const all = wishes.map(
    (wish): Watched => ({
      ...{ wish, wrongSinceMs: overAtMs, pageWrongMs: 0, knownMs: 0, state: '' },
      ...{ isDone: false, isRight: false, difference: '' },
    }),
  );
  for (;;) {
    const isSettled = await look(seat, all, overAtMs);
    const passedMs = performance.now() - overAtMs;
    if (passedMs > MOST_MS || (isSettled && passedMs > LEAST_MS)) break;
    await setTimeout(LOOK_MS);
  }
  return Promise.all(all.map((one) => judge(seat, one, sentMost(one.wish.action))));
}

async function judge(seat: Seat, one: Watched, sentMost: number): Promise<Verdict> {
  const { wish, isDone, state, pageWrongMs, knownMs } = one;
  const wrong: string[] = [];
  const sent = seat.wire.times(wireName(wish.request));
  if (sent > sentMost) wrong.push(`sent ${sent} times`);
  if (wish.action === 'place') {
    const times = await timesPlaced(seat.account, wish.symbol, wish.id);
    if (times !== (isDone ? 1 : 0)) wrong.push(`placed ${times} times`);
  }
  if (!FINAL.has(state as JournalEntry['state'])) wrong.push(`the journal says ${state}`);
  else if ((state === 'ACKED') !== isDone) wrong.push(`${state}, and it was ${isDone ? '' : 'not '}done`);
  if (!one.isRight) wrong.push(`the page shows ${one.difference}`);
  else if (pageWrongMs > GOAL_MS) wrong.push(`the page was wrong for ${Math.round(pageWrongMs)} ms`);
  if (isDone && knownMs > GOAL_MS) wrong.push(`known after ${Math.round(knownMs)} ms`);
  return { action: wish.action, isDone, state, pageWrongMs, knownMs, wrong };
}
