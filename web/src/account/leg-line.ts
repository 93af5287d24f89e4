/**
 * The orders that change one held leg. What may open or enlarge a position goes alone: not while anything is on its way
 * or unknown. What only reduces always goes, since the worst it can do is too little. What opens after a close of the
 * same wish waits until all of that is filled: a market close may trade in part, and then both sides would be held.
 * Whatever is not sent is told. Time, placers and the telling are handed in.
 */
import type { ClOrdID } from '#contract/brand.ts';
import { add, compare, sign, ZERO_QTY } from '#contract/decimal.ts';
import type { Order } from '#contract/model.ts';
import type { AccountFeed } from './account-feed.ts';
import {
  DOUBLE_CLICK_MS,
  type OrderPlan,
  type OrderPlans,
  type Placement,
  type Placer,
} from './placement.ts';

/** What was asked for a leg: a second click on the same within a moment is half of a double click. */
export type LegWish = 'close' | 'half' | 'a quarter' | 'reverse' | 'break-even' | 'form';

export interface LegState {
  /** Of what was sent last. */
  readonly latest: Placement;
  /** Orders whose outcome nobody knows yet. */
  readonly unknown: number;
  readonly sending: ReadonlySet<LegWish>;
}

export const IDLE_LEG: LegState = { latest: { at: 'idle' }, unknown: 0, sending: new Set() };

/** Whether an order that opens something may be sent. */
export const mayOpen = ({ unknown, sending }: LegState): boolean => unknown === 0 && sending.size === 0;

/**
 * Why a position must not be turned round just now; undefined: it may be. Twice its size is sent, and of a stale account
 * nobody knows whether it is still that large, or still there.
 */
export function reversalStop(leg: LegState, feed: AccountFeed): string | undefined {
  if (feed.state !== 'live') return 'Not while the account is stale: its size may be another by now';
  return mayOpen(leg) ? undefined : 'Not while an order of it is on its way';
}

const UNKNOWN_TEXT = 'Outcome unknown: checking with the exchange. What closes can still be sent';

/** Why an order changed nothing, or that nobody knows; undefined for one that is on its way or was taken. */
export function placementProblem(placement: Placement): string | undefined {
  switch (placement.at) {
    case 'refused':
      return `${placement.sentence}${placement.code === undefined ? '' : ` (${placement.code})`}`;
    case 'unknown':
      return UNKNOWN_TEXT;
    case 'never-arrived':
      return 'The order never reached the exchange: nothing was changed';
    case 'idle':
    case 'sending':
    case 'taken':
    case 'question':
      return undefined;
  }
}

/** What is wrong in a leg, one sentence each. */
export function legProblems({ latest, unknown }: LegState): readonly string[] {
  const problem = placementProblem(latest);
  const texts = [...(problem === undefined ? [] : [problem]), ...(unknown > 0 ? [UNKNOWN_TEXT] : [])];
  return [...new Set(texts)];
}

export interface LegNotice {
  readonly text: string;
  readonly action?: { readonly label: string; run(): void };
}

export interface LegLineNeeds {
  newPlacer(onState: (placement: Placement) => void): Placer;
  /** The order once the account stream tells that it is over; undefined where that is not told in time. */
  ended(clOrdID: ClOrdID): Promise<Order | undefined>;
  nowMs(): number;
  onChange(state: LegState): void;
  tell(notice: LegNotice): void;
}

export interface LegLine {
  /**
   * One after the other, each once the one before was taken; what opens, once all that closes before it is filled.
   * Answers whether the first was sent.
   */
  send(wish: LegWish, plans: OrderPlans): boolean;
}

/** One wish on its way: a placer of its own, so that it waits for no other's answer. */
interface Run {
  readonly wish: LegWish;
  placement: Placement;
  queue: readonly OrderPlan[];
  /** What was sent last. */
  plan: OrderPlan;
  /** What it has closed with so far. */
  closes: readonly Close[];
  /** For its closes to be filled. */
  isWaiting: boolean;
}

interface Close {
  readonly plan: OrderPlan;
  readonly clOrdID: ClOrdID;
}

/** Why nothing may be opened after these; undefined once all of them are filled. */
async function notClosed(
  closes: readonly Close[],
  ended: LegLineNeeds['ended'],
): Promise<string | undefined> {
  const asked = closes.reduce((sum, { plan }) => add(sum, plan.qty), ZERO_QTY);
  const ends = await Promise.all(closes.map(({ clOrdID }) => ended(clOrdID)));
  const told = ends.filter((end) => end !== undefined);
  if (told.length < ends.length) return `The exchange has not told whether ${asked} was closed`;
  const closed = told.reduce((sum, { cumQty }) => add(sum, cumQty), ZERO_QTY);
  if (compare(closed, asked) >= 0) return undefined;
  return `${sign(closed) === 0 ? 'Nothing' : `Only ${closed}`} of ${asked} was closed`;
}

const isUnderWay = ({ placement, isWaiting }: Run): boolean => placement.at === 'sending' || isWaiting;

const reducesOnly = (plans: readonly OrderPlan[]): boolean => plans.every(({ reduceOnly }) => reduceOnly);

const unsentText = (count: number): string =>
  count === 0 ? '' : `. ${count === 1 ? 'One more order' : `${count} more orders`} of it not sent`;

export function createLegLine({ newPlacer, ended, nowMs, onChange, tell }: LegLineNeeds): LegLine {
  /** Oldest first; the newest stays, for what became of it. */
  let runs: readonly Run[] = [];
  let last: { readonly wish: LegWish; readonly atMs: number } | undefined;

  const state = (): LegState => ({
    latest: runs.at(-1)?.placement ?? IDLE_LEG.latest,
    unknown: runs.filter(({ placement }) => placement.at === 'unknown').length,
    sending: new Set(runs.filter(isUnderWay).map(({ wish }) => wish)),
  });
  const isPending = (run: Run) => isUnderWay(run) || run.placement.at === 'unknown';
  const start = (wish: LegWish, [first, ...queue]: OrderPlans) => {
    const run: Run = { wish, placement: { at: 'idle' }, queue, plan: first, closes: [], isWaiting: false };
    // What is asked from now on makes an older question void.
    runs = [...runs.filter(isPending), run];
    const placer = newPlacer((placement) => follow(run, placer, placement));
    placer.send(first, first);
  };
  /** What is left of it, after a placement that does not simply go on. */
  const dropQueue = (run: Run): string => {
    const text = unsentText(run.queue.length);
    run.queue = [];
    return text;
  };
  const sendNext = (run: Run, placer: Placer) => {
    const [next, ...rest] = run.queue;
    if (next === undefined) return;
    run.queue = rest;
    run.plan = next;
    placer.send(next, next);
  };
  const goOn = async (run: Run, placer: Placer, clOrdID: ClOrdID): Promise<void> => {
    const { plan, queue } = run;
    if (plan.reduceOnly) run.closes = [...run.closes, { plan, clOrdID }];
    if (run.closes.length > 0 && queue[0]?.reduceOnly === false) {
      run.isWaiting = true;
      onChange(state());
      const reason = await notClosed(run.closes, ended);
      run.isWaiting = false;
      run.closes = [];
      if (reason !== undefined) {
        run.queue = [];
        tell({ text: `${reason}: nothing was opened the other way` });
        onChange(state());
      }
    }
    sendNext(run, placer);
  };
  const follow = (run: Run, placer: Placer, placement: Placement) => {
    run.placement = placement;
    onChange(state());
    const [next, ...rest] = run.queue;
    if (placement.at === 'taken') void goOn(run, placer, placement.clOrdID);
    if (placement.at === 'question') {
      const confirm = () => {
        if (runs.includes(run)) placer.confirm();
      };
      tell({ text: placement.sentence, action: { label: 'Send it', run: confirm } });
    }
    const problem = placementProblem(placement);
    if (problem === undefined) return;
    const goesOn = placement.at === 'unknown' && next !== undefined && reducesOnly(run.queue);
    if (goesOn) run.queue = [];
    tell({ text: `${problem}${dropQueue(run)}` });
    if (goesOn) start(run.wish, [next, ...rest]);
  };
  return {
    send(wish, plans) {
      if (last?.wish === wish && nowMs() - last.atMs < DOUBLE_CLICK_MS) return false;
      const now = state();
      if (now.sending.has(wish)) {
        tell({ text: `Not sent: the one before (${wish}) is still on its way` });
        return false;
      }
      if (!reducesOnly(plans) && !mayOpen(now)) {
        const why =
          now.unknown > 0 ? 'the outcome of an order of it is unknown' : 'an order of it is on its way';
        tell({ text: `Not sent: ${why}` });
        return false;
      }
      last = { wish, atMs: nowMs() };
      start(wish, plans);
      return true;
    },
  };
}
