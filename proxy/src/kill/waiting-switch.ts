/**
 * The kill switch where there is no account to act on: no key is there, or Perpdeck is moving to another one. What is
 * pulled here is written down, and the next account that has a key acts on it.
 */
import type { HaltState } from '#contract/halt.ts';
import type { Time } from '../time.ts';
import type { Log } from '../watch/log.ts';
import type { Halt, HaltFile } from './halt-file.ts';
import type { KillSwitch } from './kill-switch.ts';

export interface WaitingSwitchNeeds {
  readonly left: HaltFile;
  readonly time: Time;
  readonly log: Log;
  onChange(): void;
}

function toState(halt: Halt | undefined): HaltState {
  if (halt === undefined) return { at: 'armed' };
  const { sinceMs, who, closesPositions } = halt;
  return { at: 'waiting', sinceMs, who, closesPositions, rounds: 0, canceled: [], closed: [], problems: [] };
}

/** Its `pull` throws the system's error, too: then nothing was halted. */
export function createWaitingSwitch({ left, time, log, onChange }: WaitingSwitchNeeds): KillSwitch {
  let state = toState(left.read());
  const read = () => {
    state = toState(left.read());
    onChange();
  };
  return {
    isHalted: () => state.at !== 'armed',
    state: () => state,
    pull(who, { closesPositions }) {
      const halt = { sinceMs: time.nowMs(), who, closesPositions };
      log.warn(halt, 'the kill switch was pulled while there is no key: it waits for one');
      left.write(halt);
      read();
    },
    arm() {
      left.remove();
      log.warn('what was left of the kill switch was taken back');
      read();
    },
    takeUp: read,
    stop() {},
  };
}
