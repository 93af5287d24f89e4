/**
 * The chart's time axis in the trader's own time zone. The candles keep their UTC times (shifted ones would collide
 * when clocks are set back); only labels, and which candle starts a new hour, day or month, follow the local clock.
 * Candles of a day and longer open at UTC midnight and are labelled with their UTC date.
 */
const DAY_SEC = 86_400;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** A date whose UTC fields read as the clock that candles of this resolution are shown on. */
export function shownDate(timeSec: number, resolutionSec: number): Date {
  const date = new Date(timeSec * 1000);
  if (resolutionSec >= DAY_SEC) return date;
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE_MS);
}

/** How much a candle deserves a label, as the chart library ranks it. */
const WEIGHT = { year: 70, month: 60, day: 50, none: 0 } as const;
/** [ms, weight], the longest first. */
const INTRADAY_WEIGHTS = [
  [12 * HOUR_MS, 33],
  [6 * HOUR_MS, 32],
  [3 * HOUR_MS, 31],
  [HOUR_MS, 30],
  [30 * MINUTE_MS, 22],
  [5 * MINUTE_MS, 21],
  [MINUTE_MS, 20],
] as const;

/** The weight of a candle that follows another, both as `shownDate` has them. */
export function weightAfter(before: Date, date: Date): number {
  if (date.getUTCFullYear() !== before.getUTCFullYear()) return WEIGHT.year;
  if (date.getUTCMonth() !== before.getUTCMonth()) return WEIGHT.month;
  if (date.getUTCDate() !== before.getUTCDate()) return WEIGHT.day;
  const crossed = INTRADAY_WEIGHTS.find(
    ([ms]) => Math.floor(before.getTime() / ms) !== Math.floor(date.getTime() / ms),
  );
  return crossed?.[1] ?? WEIGHT.none;
}

const two = (part: number): string => String(part).padStart(2, '0');
const clockText = (date: Date): string => `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
const dayText = (date: Date): string => `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;

/** Which boundary a label marks. The numbers are the library's. */
export const TICK = { year: 0, month: 1, day: 2 } as const;

/** The label under a candle: the unit that begins with it. */
export function tickText(timeSec: number, resolutionSec: number, tick: number): string {
  const date = shownDate(timeSec, resolutionSec);
  if (tick === TICK.year) return String(date.getUTCFullYear());
  if (tick === TICK.month) return MONTHS[date.getUTCMonth()] ?? '';
  if (tick === TICK.day) return dayText(date);
  return clockText(date);
}

/** The crosshair's full time: "23 Nov 14:05", or "23 Nov 2026" of daily candles. */
export function momentText(timeSec: number, resolutionSec: number): string {
  const date = shownDate(timeSec, resolutionSec);
  if (resolutionSec >= DAY_SEC) return `${dayText(date)} ${date.getUTCFullYear()}`;
  return `${dayText(date)} ${clockText(date)}`;
}
