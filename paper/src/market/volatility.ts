/**
 * How excited one market is at any time: the mood, the hour of the day and the wavering that it shares with all
 * (factors.ts), wavering of its own, and the moments at which it jumps. A pure function of (seed, symbol, time). It
 * gives volatility its clusters, returns their tails and crowds their rhythm.
 */
import { createBlockCache } from './block-cache.ts';
import { drawJumps, type Factors, type Jump, NO_JUMPS } from './factors.ts';
import { createOctaves, OWN_OCTAVES } from './octaves.ts';
import { hashText, mixHash } from './random.ts';

/** Jumps of a product's own, against those that everything makes. */
const OWN_JUMPS = 0.5;
const HOUR_SEC = 3600;
const HOURS_KEPT = 64;

export interface Volatility {
  /** Its own part of the logarithm of the slow part (days and longer) at a time. */
  slow(timeSec: number): number;
  /** Its own part of the logarithm of what wavers within a span. */
  within(spanSec: number, timeSec: number): number;
  /** When it jumps within a span, and how far: everything's jumps and its own. */
  jumps(fromSec: number, spanSec: number): readonly Jump[];
  /** Volatility around a time against a usual one, jumps left out. */
  stress(timeSec: number): number;
}

export function createVolatility(seed: number, symbol: string, factors: Factors): Volatility {
  const ownHash = hashText(mixHash(seed, 11), symbol);
  const { slow, within, all } = createOctaves(ownHash, OWN_OCTAVES);
  const ownJumps = mixHash(ownHash, 100);
  const jumpsOf = createBlockCache<readonly Jump[]>(HOURS_KEPT);
  const jumpsIn = (hourSec: number) =>
    jumpsOf(hourSec, () => {
      const perHour = OWN_JUMPS * factors.regimes.at(hourSec + HOUR_SEC / 2).jumpsPerHour;
      const own = drawJumps(mixHash(ownJumps, hourSec / HOUR_SEC), hourSec, perHour);
      const shared = factors.jumps(hourSec);
      return own.length + shared.length === 0 ? NO_JUMPS : [...shared, ...own];
    });

  return {
    slow,
    within,
    jumps(fromSec, spanSec) {
      let found = NO_JUMPS;
      for (let hour = fromSec - (fromSec % HOUR_SEC); hour < fromSec + spanSec; hour += HOUR_SEC) {
        const here = jumpsIn(hour);
        if (here.length === 0) continue;
        found = [...found, ...here.filter(({ atSec }) => atSec >= fromSec && atSec < fromSec + spanSec)];
      }
      return found;
    },
    stress: (timeSec) => factors.stress(timeSec) * Math.exp(all(timeSec)),
  };
}
