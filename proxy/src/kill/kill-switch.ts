/**
 * Stops trading: from the first moment nothing is opened any more, over restarts too, until somebody arms it again. Then
 * everything is canceled (and closed, where that was wanted), round after round while the exchange is flaky, until the
 * exchange itself shows that nothing is left.
 */
import type { HaltState } from '#contract/halt.ts';
import type { Cancel } from '../time.ts';
import type { Log } from '../watch/log.ts';
import { type ClearOutNeeds, clearOut, type Round, symbolsOf } from './clear-out.ts';
import type { Halt, HaltFile } from './halt-file.ts';

const PAUSE_FIRST_MS = 250;
const PAUSE_MS_MAX = 5_000;
const PROBLEMS_KEPT = 10;

export interface KillSwitchNeeds extends ClearOutNeeds {
  readonly file: HaltFile;
  readonly log: Log;
  onChange(): void;
}

export interface KillSwitch {
  isHalted(): boolean;
  state(): HaltState;
  /** Halts before it returns; the rest is told by `state`. Once more while it is halted: once more from the beginning. */
  pull(who: string, options: { closesPositions: boolean }): void;
  /** @throws the system's error: it stays halted. */
  arm(): void;
  /** Acts on a halt that was written down beside it. */
  takeUp(): void;
  stop(): void;
}

type Halted = Exclude<HaltState, { at: 'armed' }>;

const NOWHERE: ReadonlySet<string> = new Set();
const NOTHING_DONE = { rounds: 0, canceled: [], closed: [], problems: [] } as const;

function afterRound(state: Halted, round: Round): Halted {
  const { openOrders: _orders, openPositions: _positions, ...rest } = state;
  return {
    ...rest,
    rounds: state.rounds + 1,
    canceled: [...new Set([...state.canceled, ...round.canceled])],
    closed: [...state.closed, ...round.closed],
    ...(round.openOrders === undefined ? {} : { openOrders: round.openOrders }),
    ...(round.openPositions === undefined ? {} : { openPositions: round.openPositions }),
    problems: [...state.problems, ...round.problems].slice(-PROBLEMS_KEPT),
  };
}

const persistIn =
  ({ file, log }: KillSwitchNeeds) =>
  (halt: Halt): void => {
    try {
      file.write(halt);
    } catch (error) {
      log.error({ err: error as Error }, 'the halt could not be written down: it holds until the next start');
    }
  };

/** Clear of everything already, or left so long ago that it only halts. */
const isAtRest = ({ verifiedAtMs, actsUntilMs }: Halt, nowMs: number): boolean =>
  verifiedAtMs !== undefined || (actsUntilMs !== undefined && nowMs > actsUntilMs);

/** A round that could not be gone through. */
const brokenOff = ({ message }: Error): Round => ({
  ...{ covered: NOWHERE, empty: NOWHERE, canceled: [], closed: [], canCome: true, problems: [message] },
});

export function createKillSwitch(needs: KillSwitchNeeds): KillSwitch {
  const { file, time, log } = needs;
  let state: HaltState = { at: 'armed' };
  /** Counts the pulls: the rounds of an earlier one end. */
  let pulled = 0;
  let cancelNext: Cancel = () => {};

  const show = (next: HaltState) => {
    state = next;
    needs.onChange();
  };
  const persist = persistIn(needs);
  // The account may have become known, or grown, while the round was under way.
  const isClear = ({ covered, openOrders, openPositions, canCome }: Round, { closesPositions }: Halted) =>
    openOrders === 0 &&
    (!closesPositions || openPositions === 0) &&
    !canCome &&
    symbolsOf(needs).every((symbol) => covered.has(symbol));

  const run = async (own: number, pauseMs: number, empty = NOWHERE): Promise<void> => {
    if (state.at === 'armed') return;
    const { closesPositions } = state;
    const isWanted = () => own === pulled;
    const round = await clearOut(needs, { closesPositions, empty, isWanted }).catch(brokenOff);
    // Armed, or pulled again, while that was under way.
    if (!isWanted()) return;
    const next = afterRound(state, round);
    if (isClear(round, next)) {
      const verifiedAtMs = time.nowMs();
      const { sinceMs, who } = next;
      persist({ sinceMs, who, closesPositions, verifiedAtMs });
      log.info({ rounds: next.rounds, ms: verifiedAtMs - sinceMs }, 'trading is halted and nothing is open');
      return show({ ...next, at: 'halted', verifiedAtMs });
    }
    show(next);
    const nextPauseMs = Math.min(PAUSE_MS_MAX, pauseMs * 2);
    cancelNext = time.after(pauseMs, () => void run(own, nextPauseMs, round.empty));
  };
  const begin = ({ sinceMs, who, closesPositions }: Halt) => {
    const halt = { sinceMs, who, closesPositions };
    pulled += 1;
    cancelNext();
    show({ at: 'halting', ...halt, ...NOTHING_DONE });
    void run(pulled, PAUSE_FIRST_MS);
  };

  const takeUp = () => {
    const found = file.read();
    if (found === undefined) return;
    const { actsUntilMs, ...halt } = found;
    if (isAtRest(found, time.nowMs())) {
      if (state.at === 'armed') show({ at: 'halted', ...halt, ...NOTHING_DONE });
      return;
    }
    if (state.at === 'halting' && state.closesPositions === halt.closesPositions) return;
    // One that was left becomes this account's own: it is taken up again until it is done.
    if (actsUntilMs !== undefined) persist(halt);
    // Or one that ended in the middle of it: it is not known what is left.
    begin(halt);
  };
  takeUp();
  return {
    isHalted: () => state.at !== 'armed',
    state: () => state,
    pull(who, options) {
      // What an earlier pull has not finished stays wanted.
      const closesPositions = options.closesPositions || (state.at === 'halting' && state.closesPositions);
      const halt = { sinceMs: time.nowMs(), who, closesPositions };
      // First in memory: from here on nothing opens. Then on the disk, then at the exchange.
      state = { at: 'halting', ...halt, ...NOTHING_DONE };
      log.warn(halt, 'the kill switch was pulled');
      persist(halt);
      begin(halt);
    },
    arm() {
      file.remove();
      pulled += 1;
      cancelNext();
      log.warn('trading was armed again');
      show({ at: 'armed' });
    },
    takeUp,
    stop() {
      pulled += 1;
      cancelNext();
    },
  };
}
