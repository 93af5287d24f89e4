/** What each scenario does to a market, as a pure function of the time since it began. Nothing here is drawn by chance. */
import type { Side } from '#contract/vocabulary.ts';

export type ScenarioName = 'flash-crash' | 'gap' | 'funding-spike' | 'outage' | 'one-sided-book';

/** Against a market left alone. */
export interface Effects {
  /** Factors of the price, of volatility as makers see it, and of how much is traded. */
  readonly price: number;
  readonly stress: number;
  readonly flow: number;
  /** Added to the premium over the index. */
  readonly premium: number;
  /** Nothing is quoted or traded. */
  readonly isHalted: boolean;
  /** The side that makers do not quote. */
  readonly missing?: Side;
}

export const NO_EFFECTS: Effects = { price: 1, stress: 1, flow: 1, premium: 0, isHalted: false };

export interface ScenarioScript {
  readonly durationMs: number;
  effects(elapsedMs: number): Partial<Effects>;
}

const MINUTE_MS = 60_000;
/** How far a flash crash falls, and when it has fallen and begins to recover. */
const CRASH_DEPTH = 0.12;
const CRASH_FALL_MS = 25_000;
const CRASH_TURN_MS = 40_000;
const CRASH_MS = 60 * MINUTE_MS;
/** What does not come back within minutes comes back by its end. */
const CRASH_SCAR = 0.25;
const GAP_DEPTH = 0.05;
const GAP_MS = 240 * MINUTE_MS;
const SPIKE_PREMIUM = 0.003;
const SPIKE_RAMP_MS = 5 * MINUTE_MS;
const SPIKE_MS = 30 * MINUTE_MS;

/** One at zero, a half after 0.7 of `memoryMs`, nothing in the end. */
const fading = (ms: number, memoryMs: number): number => Math.exp(-Math.max(ms, 0) / memoryMs);

function crashShare(elapsedMs: number): number {
  if (elapsedMs < CRASH_FALL_MS) {
    const share = elapsedMs / CRASH_FALL_MS;
    return share * share * (3 - 2 * share);
  }
  const since = Math.max(elapsedMs - CRASH_TURN_MS, 0);
  const scar = CRASH_SCAR * (1 - since / (CRASH_MS - CRASH_TURN_MS));
  return scar + (1 - CRASH_SCAR) * fading(since, 90_000);
}

export const SCENARIO_SCRIPTS: Readonly<Record<ScenarioName, ScenarioScript>> = {
  /** Down an eighth within half a minute, mostly back within ten; books are thin all the while. */
  'flash-crash': {
    durationMs: CRASH_MS,
    effects: (ms) => ({
      price: 1 - CRASH_DEPTH * crashShare(ms),
      stress: 1 + 5 * fading(ms - MINUTE_MS, 4 * MINUTE_MS),
      flow: 1 + 9 * fading(ms - CRASH_TURN_MS, 2 * MINUTE_MS),
    }),
  },
  /** Five percent lower from one moment to the next, with no trades between; closed within four hours. */
  gap: {
    durationMs: GAP_MS,
    effects: (ms) => ({
      price: 1 - GAP_DEPTH * (1 - ms / GAP_MS),
      stress: 1 + 4 * fading(ms, 2 * MINUTE_MS),
      flow: 1 + 6 * fading(ms, MINUTE_MS),
    }),
  },
  /** The perpetual stands well above its index, and the next settlement charges for it (see `SPIKE_RATE`). */
  'funding-spike': {
    durationMs: SPIKE_MS,
    effects: (ms) => ({
      premium: SPIKE_PREMIUM * Math.min(1, ms / SPIKE_RAMP_MS, (SPIKE_MS - ms) / SPIKE_RAMP_MS),
    }),
  },
  /** A minute without matching; the world outside goes on. */
  outage: { durationMs: MINUTE_MS, effects: () => ({ isHalted: true }) },
  /** Nobody bids for a minute and a half. */
  'one-sided-book': { durationMs: 90_000, effects: () => ({ missing: 'Buy', stress: 3 }) },
};

/** Added to the rate of the settlement after a funding spike began, in 10⁻⁸: 0.3 %. */
export const SPIKE_RATE = 300_000n;

export function combine(a: Effects, b: Partial<Effects>): Effects {
  const missing = b.missing ?? a.missing;
  return {
    price: a.price * (b.price ?? 1),
    stress: a.stress * (b.stress ?? 1),
    flow: a.flow * (b.flow ?? 1),
    premium: a.premium + (b.premium ?? 0),
    isHalted: a.isHalted || (b.isHalted ?? false),
    ...(missing === undefined ? {} : { missing }),
  };
}
