/**
 * The closed minutes of one product that were really traded, two weeks of them. Those of before the start are read
 * from the store a day at a time, when somebody asks; only the newest days stay in memory.
 */
import { type Bar, bucketStart } from './bar.ts';

export interface LiveMinutes {
  get(openTimeSec: number): Bar | undefined;
  /** Whether a minute of this hour was traded. */
  hasHour(hourSec: number): boolean;
  /** A minute has closed; the store has it, or will within this day and the next. */
  keep(bar: Bar): void;
}

/** Stored minutes that open in [fromSec, toSec), oldest first. */
export type LoadMinutes = (fromSec: number, toSec: number) => readonly Bar[];

const HOUR_SEC = 3600;
const DAY_SEC = 86_400;
/** Older minutes are the path's again, which live prices follow closely. */
const KEPT_SEC = 14 * DAY_SEC;
/** Days whose minutes are in memory, per product. */
const DAYS_IN_MEMORY = 3;

interface Day {
  readonly bars: Map<number, Bar>;
  readonly hours: Set<number>;
  /** What it has is all that there is: of its minutes, of its hours. */
  knowsMinutes: boolean;
  knowsHours: boolean;
}

/** `newestSec` is the last minute that closed before the start. */
export function createLiveMinutes(load: LoadMinutes, newestSec: number): LiveMinutes {
  const days = new Map<number, Day>();
  let newest = newestSec;

  const add = ({ bars, hours }: Day, bar: Bar) => {
    bars.set(bar.openTimeSec, bar);
    hours.add(bucketStart(bar.openTimeSec, HOUR_SEC));
  };
  const dayOf = (timeSec: number): Day => {
    const daySec = bucketStart(timeSec, DAY_SEC);
    const known = days.get(daySec);
    if (known !== undefined) return known;
    const isNew = daySec > newestSec;
    const day = { bars: new Map(), hours: new Set<number>(), knowsMinutes: isNew, knowsHours: isNew };
    days.set(daySec, day);
    return day;
  };
  const isKept = (timeSec: number) => timeSec > newest - KEPT_SEC && timeSec <= newest;
  /** Forgets what is too old, and the minutes of all but the newest days. */
  const trim = () => {
    for (const [daySec, day] of days) {
      if (daySec + DAY_SEC <= newest - KEPT_SEC) days.delete(daySec);
      else if (daySec < newest - DAYS_IN_MEMORY * DAY_SEC) {
        day.knowsMinutes = false;
        day.bars.clear();
      }
    }
  };
  const read = (timeSec: number): Day => {
    const day = dayOf(timeSec);
    const daySec = bucketStart(timeSec, DAY_SEC);
    for (const bar of load(daySec, daySec + DAY_SEC)) {
      // What has closed since the start counts more, and after a clock that was set back nothing later is known.
      if (bar.openTimeSec <= newest && !day.bars.has(bar.openTimeSec)) add(day, bar);
    }
    day.knowsMinutes = true;
    day.knowsHours = true;
    return day;
  };

  return {
    get(openTimeSec) {
      if (!isKept(openTimeSec)) return undefined;
      const day = dayOf(openTimeSec);
      const fresh = day.bars.get(openTimeSec);
      return fresh ?? (day.knowsMinutes ? undefined : read(openTimeSec).bars.get(openTimeSec));
    },
    hasHour(hourSec) {
      if (!isKept(hourSec) && !isKept(hourSec + HOUR_SEC - 1)) return false;
      const day = dayOf(hourSec);
      return day.hours.has(hourSec) || (!day.knowsHours && read(hourSec).hours.has(hourSec));
    },
    keep(bar) {
      const isNextDay = bucketStart(bar.openTimeSec, DAY_SEC) > bucketStart(newest, DAY_SEC);
      newest = bar.openTimeSec;
      add(dayOf(bar.openTimeSec), bar);
      if (isNextDay) trim();
    },
  };
}
