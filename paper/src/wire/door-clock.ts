/**
 * What time it is at the door. The exchange's time may run faster than the machine's, or stand still, and a client may
 * go by either (its own clock, or the server time it asked for): a request is only over when it is by both.
 */
import type { Clock } from '../clock.ts';

export interface DoorClock {
  /** The time that is told. */
  nowMs(): number;
  isOver(expiryMs: number): boolean;
  isFurtherAhead(expiryMs: number, thanMs: number): boolean;
}

/** `skewMs` is how wrong the door is made to be. */
export const createDoorClock = (exchange: Clock, machine: Clock, skewMs: () => number): DoorClock => ({
  nowMs: () => exchange.nowMs() + skewMs(),
  isOver: (expiryMs) => expiryMs <= Math.min(exchange.nowMs(), machine.nowMs()) + skewMs(),
  isFurtherAhead: (expiryMs, thanMs) =>
    expiryMs > Math.max(exchange.nowMs(), machine.nowMs()) + skewMs() + thanMs,
});
