import { expect, it } from 'vitest';
import { createDoorClock } from './door-clock.ts';

const standing = (startMs: number) => {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    nowNs: () => BigInt(nowMs) * 1_000_000n,
    every: () => () => {},
    pass(ms: number) {
      nowMs += ms;
    },
  };
};

it('a request is over only by all the clocks that its client may go by, the time it was told included', () => {
  // An exchange that stood still for a while, and then runs sixty times as fast.
  const [exchange, machine] = [standing(1_000_000), standing(3_000_000)];
  const door = createDoorClock(exchange, machine, () => 0);
  const toldMs = door.nowMs();
  expect(toldMs).toBe(1_000_000);
  exchange.pass(20 * 60_000);
  machine.pass(20_000);
  expect(door.isOver(toldMs + 20_000)).toBe(true);
  expect(door.isOver(toldMs + 20_001)).toBe(false);
  // What was told long ago is no client's clock any more.
  machine.pass(280_000);
  expect(door.isOver(2_200_000)).toBe(true);
  expect(door.isOver(2_200_001)).toBe(false);
  // An exchange that is ahead: the machine's time is as good.
  exchange.pass(60 * 60_000);
  expect(door.isOver(3_300_000)).toBe(true);
  expect(door.isOver(3_300_001)).toBe(false);
});
