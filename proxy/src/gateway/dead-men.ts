/**
 * The bots' dead-man timers: a bot that has armed one renews it, or it fires and cancels the key's orders, or pulls the
 * kill switch, as its key says. After that the key opens nothing until the bot has renewed it. An armed timer is on the
 * disk and runs its full time anew after a restart, for meanwhile nobody could have renewed it. Milliseconds.
 */
import type { DeadMan, KeyRecord } from '#contract/gateway.ts';
import type { KillSwitch } from '../kill/kill-switch.ts';
import type { Cancel, Time } from '../time.ts';
import type { Log } from '../watch/log.ts';
import { type ClearedOrders, type ClearOrdersNeeds, clearOrdersOf } from './clear-orders.ts';

const PAUSE_FIRST_MS = 250;
const PAUSE_MS_MAX = 5_000;
const PROBLEMS_KEPT = 10;

export interface DeadMenNeeds extends ClearOrdersNeeds {
  readonly killSwitch: KillSwitch;
  readonly time: Time;
  readonly log: Log;
  records(): readonly KeyRecord[];
  /** One has fired, has done its work, or was renewed after that. */
  onChange(): void;
  /** @throws the system's error */
  put(id: string, deadMan: KeyRecord['deadMan']): void;
}

export interface DeadMen {
  state(id: string): DeadMan;
  /** Arms or renews. One that has fired is armed again once its key's orders are gone. @throws the system's error */
  renew(id: string, seconds: number): DeadMan;
  /** @throws the system's error */
  disarm(id: string): DeadMan;
  /** With its key. */
  forget(id: string): void;
  stop(): void;
}

type Armed = DeadMan & { at: 'armed' };
type Fired = DeadMan & { at: 'fired' };

interface Timer {
  state: Armed | Fired;
  /** Of what comes next: its firing, or its next round. */
  cancelNext: Cancel;
  /** Renewed while it was clearing. */
  renewedSeconds?: number;
}

const firedFrom = (seconds: number, firedAtMs: number): Fired => ({
  ...{ at: 'fired', seconds, firedAtMs, canceled: 0, problems: [] },
});

const OFF: DeadMan = { at: 'off' };

const afterRound = ({ openOrders: _seen, ...fired }: Fired, round: ClearedOrders): Fired => ({
  ...fired,
  canceled: fired.canceled + round.canceled,
  ...(round.openOrders === undefined ? {} : { openOrders: round.openOrders }),
  problems: [...fired.problems, ...round.problems].slice(-PROBLEMS_KEPT),
});

/** As it was at the last end. */
const keptState = ({ deadMan }: KeyRecord): Fired | undefined =>
  deadMan?.firedAtMs === undefined
    ? undefined
    : {
        ...firedFrom(deadMan.seconds, deadMan.firedAtMs),
        ...(deadMan.verifiedAtMs === undefined ? {} : { verifiedAtMs: deadMan.verifiedAtMs }),
      };

const keptOf = ({ seconds, firedAtMs, verifiedAtMs }: Fired): KeyRecord['deadMan'] => ({
  seconds,
  firedAtMs,
  ...(verifiedAtMs === undefined ? {} : { verifiedAtMs }),
});

/** A timer's work goes on without the disk. */
const persistBy =
  ({ put, log }: DeadMenNeeds) =>
  (id: string, deadMan: KeyRecord['deadMan']): void => {
    try {
      put(id, deadMan);
    } catch (error) {
      log.error({ err: error as Error }, 'what became of a dead-man timer could not be written down');
    }
  };

export function createDeadMen(needs: DeadMenNeeds): DeadMen {
  const { time, log, killSwitch, records, put } = needs;
  const persist = persistBy(needs);
  const timers = new Map<string, Timer>();

  const arm = (id: string, seconds: number) => {
    timers.get(id)?.cancelNext();
    const state = { at: 'armed', seconds, dueAtMs: time.nowMs() + seconds * 1_000 } as const;
    timers.set(id, { state, cancelNext: time.after(seconds * 1_000, () => fire(id, seconds)) });
  };
  const fire = (id: string, seconds: number) => {
    const record = records().find((one) => one.id === id);
    if (record === undefined) return;
    const { name, onSilence } = record.terms;
    log.warn({ key: name, seconds, onSilence }, 'a dead-man timer was not renewed');
    begin(record, firedFrom(seconds, time.nowMs()));
  };
  /** First in memory: from here on the key opens nothing. */
  const begin = ({ id, terms: { name, onSilence } }: KeyRecord, fired: Fired) => {
    const timer: Timer = { state: fired, cancelNext: () => {} };
    timers.set(id, timer);
    needs.onChange();
    persist(id, keptOf(fired));
    if (onSilence === 'cancel') return void clear(id, name, timer, PAUSE_FIRST_MS);
    killSwitch.pull(`dead-man timer of ${name}`, { closesPositions: onSilence === 'halt-and-close' });
    conclude(id, timer, { ...fired, verifiedAtMs: time.nowMs() });
  };
  const clear = async (id: string, name: string, timer: Timer, pauseMs: number): Promise<void> => {
    const { state: before } = timer;
    const round = await clearOrdersOf(name, needs).catch(
      (error: Error): ClearedOrders => ({ canceled: 0, problems: [error.message], isClear: false }),
    );
    // Disarmed or stopped meanwhile.
    if (timers.get(id) !== timer || before.at !== 'fired') return;
    const next = afterRound(before, round);
    timer.state = next;
    if (round.isClear) return conclude(id, timer, { ...next, verifiedAtMs: time.nowMs() });
    const again = Math.min(PAUSE_MS_MAX, pauseMs * 2);
    timer.cancelNext = time.after(pauseMs, () => void clear(id, name, timer, again));
  };
  const conclude = (id: string, timer: Timer, fired: Fired) => {
    timer.state = fired;
    log.info({ id, canceled: fired.canceled }, 'a dead-man timer has done its work');
    const { renewedSeconds } = timer;
    if (renewedSeconds === undefined) persist(id, keptOf(fired));
    else rearm(id, renewedSeconds, persist);
  };
  const rearm = (id: string, seconds: number, write: DeadMenNeeds['put']) => {
    write(id, { seconds });
    arm(id, seconds);
    needs.onChange();
  };
  const forget = (id: string) => {
    timers.get(id)?.cancelNext();
    timers.delete(id);
  };
  const state = (id: string) => timers.get(id)?.state ?? OFF;

  for (const record of records()) {
    const fired = keptState(record);
    if (fired === undefined) {
      if (record.deadMan !== undefined) arm(record.id, record.deadMan.seconds);
    } else if (fired.verifiedAtMs === undefined) begin(record, fired);
    else timers.set(record.id, { state: fired, cancelNext: () => {} });
  }

  return {
    state,
    renew(id, seconds) {
      const timer = timers.get(id);
      const isClearing = timer?.state.at === 'fired' && timer.state.verifiedAtMs === undefined;
      const isOnDisk = timer?.state.at === 'armed' && timer.state.seconds === seconds;
      if (isClearing) timer.renewedSeconds = seconds;
      else if (isOnDisk) arm(id, seconds);
      else rearm(id, seconds, put);
      return state(id);
    },
    disarm(id) {
      if (timers.has(id)) put(id, undefined);
      forget(id);
      needs.onChange();
      return OFF;
    },
    forget,
    stop() {
      for (const { cancelNext } of timers.values()) cancelNext();
      timers.clear();
    },
  };
}
