/**
 * The market's mood as a pure function of (seed, time): calm, trend or storm, for all products at once. An hourly
 * Markov chain whose switches fall anywhere within the hour, so that no clock gives them away.
 */
import { createRandom, mixHash } from './random.ts';

export type RegimeName = 'calm' | 'trend' | 'storm';

interface Mood {
  /** Volatility against a usual hour's. */
  readonly volatility: number;
  /** Jumps that all products make, per hour. */
  readonly jumpsPerHour: number;
  /** Chances that the next hour begins another mood. */
  readonly next: Readonly<Partial<Record<RegimeName, number>>>;
}

/** About 54 % of all hours are calm, 37 % trending and 9 % stormy; the variance of all of them averages one. */
const MOODS: Readonly<Record<RegimeName, Mood>> = {
  calm: { volatility: 0.75, jumpsPerHour: 0.04, next: { trend: 0.03, storm: 0.015 } },
  trend: { volatility: 0.98, jumpsPerHour: 0.08, next: { calm: 0.04, storm: 0.03 } },
  storm: { volatility: 1.8, jumpsPerHour: 0.3, next: { calm: 0.1, trend: 0.1 } },
};
const NAMES = Object.keys(MOODS) as RegimeName[];

export interface Regime extends Pick<Mood, 'volatility' | 'jumpsPerHour'> {
  readonly name: RegimeName;
  /** Where a trend goes; zero in other moods. */
  readonly direction: -1 | 0 | 1;
}

export interface Regimes {
  at(timeSec: number): Regime;
}

const HOUR_SEC = 3600;
/** 2020-12-29: before every listing. */
const ORIGIN_HOUR = 447_000;
/** A switch comes this share of an hour late at most. */
const LATE_MAX = 0.9;

const regime = (name: RegimeName, direction: Regime['direction']): Regime => {
  const { volatility, jumpsPerHour } = MOODS[name];
  return { name, direction, volatility, jumpsPerHour };
};

const CALM = regime('calm', 0);
const STORM = regime('storm', 0);
const TRENDS = [regime('trend', -1), regime('trend', 1)] as const;

export function createRegimes(seed: number): Regimes {
  const random = createRandom(mixHash(seed, 13));
  /** By hours since the origin: the regime that begins in this hour, and when in it. */
  const regimes: Regime[] = [CALM];
  const lateSecs: number[] = [0];

  const grow = () => {
    const before = regimes[regimes.length - 1] ?? CALM;
    let dice = random.next();
    const turned = random.next() < 0.5 ? TRENDS[0] : TRENDS[1];
    const late = random.next() * LATE_MAX * HOUR_SEC;
    const { next } = MOODS[before.name];
    let after = before;
    for (const name of NAMES) {
      const chance = next[name] ?? 0;
      if (dice >= 0 && dice < chance) after = name === 'trend' ? turned : name === 'storm' ? STORM : CALM;
      dice -= chance;
    }
    regimes.push(after);
    lateSecs.push(late);
  };

  return {
    at(timeSec) {
      const hour = Math.max(Math.floor(timeSec / HOUR_SEC) - ORIGIN_HOUR, 1);
      while (regimes.length <= hour) grow();
      const hasBegun = timeSec % HOUR_SEC >= (lateSecs[hour] ?? 0);
      return regimes[hasBegun ? hour : hour - 1] ?? CALM;
    },
  };
}
