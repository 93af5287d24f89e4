/**
 * What time it is at the door. The exchange's time may run faster or slower than the machine's, or stand still, and a
 * client may go by either (its own clock, or the server time it was told, which it keeps at the machine's pace): a
 * request is only over when it is by both.
 */
import type { Clock } from '../clock.ts';

export interface DoorClock {
  /** The time that is told. */
  nowMs(): number;
  isOver(expiryMs: number): boolean;
  isFurtherAhead(expiryMs: number, thanMs: number): boolean;
}

/** How long a client may go by a time that it was told, by the machine's clock. */
const TOLD_FOR_MS = 300_000;
/** Of what is told within so long, the one furthest behind is remembered. */
const TOLD_EVERY_MS = 1_000;

/** `skewMs` is how wrong the door is made to be. */
export function createDoorClock(exchange: Clock, machine: Clock, skewMs: () => number): DoorClock {
  /** When, and how far ahead of the machine's that was. */
  let told: { readonly atMs: number; readonly aheadMs: number }[] = [];
  const remember = () => {
    const atMs = machine.nowMs();
    const aheadMs = exchange.nowMs() - atMs;
    const last = told.at(-1);
    if (last === undefined || atMs - last.atMs >= TOLD_EVERY_MS) {
      told = [...told.filter((one) => atMs - one.atMs < TOLD_FOR_MS), { atMs, aheadMs }];
    } else if (aheadMs < last.aheadMs) {
      told[told.length - 1] = { ...last, aheadMs };
    }
  };
  /** By the clock of whoever is furthest behind. */
  const leastMs = () => {
    const nowMs = machine.nowMs();
    const recent = told.filter(({ atMs }) => nowMs - atMs < TOLD_FOR_MS);
    return Math.min(exchange.nowMs(), nowMs, ...recent.map(({ aheadMs }) => nowMs + aheadMs));
  };
  return {
    nowMs() {
      remember();
      return exchange.nowMs() + skewMs();
    },
    isOver: (expiryMs) => expiryMs <= leastMs() + skewMs(),
    isFurtherAhead: (expiryMs, thanMs) =>
      expiryMs > Math.max(exchange.nowMs(), machine.nowMs()) + skewMs() + thanMs,
  };
}
