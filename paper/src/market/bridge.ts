/**
 * Splits one bar's movement into steps that meet its open, high, low and close exactly. A bridge of given noise runs
 * between open and close; then everything above the upper of the two is stretched or squeezed so that the bridge's
 * highest point lands on the high, and likewise below. The map never folds, so no step is clipped at a border.
 */
import type { Random } from './random.ts';

/** What a bar's path must meet, in ticks. */
export interface Extent {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** How a bar is to be split, whatever its size. */
export interface StepPlan {
  /** Of the bar's variance, one for each step; their sum is one. */
  readonly shares: readonly number[];
  /** Where each step ends above the straight line from open to close, in deviations of the bar; the last is zero. */
  readonly noise: readonly number[];
}

/** A step's own reach above (at least its close) and below its open, and its mean, in ticks from its open. */
export interface Reach {
  readonly top: number;
  readonly bottom: number;
  readonly mean: number;
}

/** Real-valued ticks; step i runs from `closes[i - 1]` (the open for the first) to `closes[i]`. */
export interface Steps {
  readonly closes: number[];
  readonly highs: number[];
  readonly lows: number[];
  readonly means: number[];
}

/** Of the range's square, E[(high - low)²] of a driftless walk is 4 ln 2 times its variance (Parkinson 1980). */
const PARKINSON = 4 * Math.LN2;

/** The highest point of a Brownian bridge from 0 to `move` with this variance, at probability `uniform`. */
export function bridgeMaximum(move: number, variance: number, uniform: number): number {
  return (move + Math.sqrt(move * move - 2 * variance * Math.log(uniform))) / 2;
}

/** Makes a plan of each step's variance and its standard normal, in place: the walk is brought back to where it started. */
export function planOf(variances: number[], normals: number[]): StepPlan {
  const count = variances.length;
  let total = 0;
  for (let at = 0; at < count; at++) total += variances[at] ?? 0;
  let walked = 0;
  for (let at = 0; at < count; at++) {
    const share = (variances[at] ?? 0) / total;
    walked += (normals[at] ?? 0) * Math.sqrt(share);
    variances[at] = share;
    normals[at] = walked;
  }
  let passed = 0;
  for (let at = 0; at < count; at++) {
    passed += variances[at] ?? 0;
    normals[at] = (normals[at] ?? 0) - walked * passed;
  }
  return { shares: variances, noise: normals };
}

/** How far a bar that is split by this plan will reach, before it is split. */
export function reachOf(plan: StepPlan, move: number, variance: number, random: Random): Reach {
  const { shares, noise } = plan;
  const deviation = Math.sqrt(variance);
  let top = 0;
  let bottom = 0;
  let sum = 0;
  let passed = 0;
  for (let at = 0; at < noise.length; at++) {
    passed += shares[at] ?? 0;
    const to = move * passed + deviation * (noise[at] ?? 0);
    if (to > top) top = to;
    if (to < bottom) bottom = to;
    sum += to;
  }
  const wick = variance / noise.length;
  return {
    top: Math.max(top, move) + bridgeMaximum(0, wick, 1 - random.next()),
    bottom: Math.min(bottom, move) - bridgeMaximum(0, wick, 1 - random.next()),
    mean: sum / noise.length,
  };
}

interface Draw extends Steps {
  top: number;
  bottom: number;
}

interface SplitOptions {
  readonly plan: StepPlan;
  /** How far step `at` reaches when it moves so far; undefined when steps are points (seconds). */
  readonly reach: ((at: number, move: number, variance: number) => Reach) | undefined;
  readonly random: Random;
}

function drawAll(extent: Extent, variance: number, { plan, reach }: SplitOptions): Draw {
  const { shares, noise } = plan;
  const draw: Draw = { closes: [], highs: [], lows: [], means: [], top: -Infinity, bottom: Infinity };
  const deviation = Math.sqrt(variance);
  const last = noise.length - 1;
  let passed = 0;
  let from = extent.open;
  for (let at = 0; at <= last; at++) {
    const share = shares[at] ?? 0;
    passed += share;
    const straight = extent.open + (extent.close - extent.open) * passed;
    const to = at === last ? extent.close : straight + deviation * (noise[at] ?? 0);
    const reached = reach?.(at, to - from, variance * share);
    const high = from + (reached?.top ?? Math.max(to - from, 0));
    const low = from + (reached?.bottom ?? Math.min(to - from, 0));
    draw.closes.push(to);
    draw.highs.push(high);
    draw.lows.push(low);
    draw.means.push(from + (reached?.mean ?? (to - from) / 2));
    draw.top = Math.max(draw.top, high);
    draw.bottom = Math.min(draw.bottom, low);
    from = to;
  }
  return draw;
}

export function splitBar(extent: Extent, options: SplitOptions): Steps {
  const range = Math.max(extent.high - extent.low, 1e-3);
  const move = extent.close - extent.open;
  // Given where it ends, a path's own variance is what the range has left over from the move.
  const variance = Math.max((range * range) / PARKINSON - 0.3 * move * move, (range * range) / 8);
  const draw = drawAll(extent, variance, options);
  const upper = Math.max(extent.open, extent.close);
  const lower = Math.min(extent.open, extent.close);
  const band = { high: extent.high, upper, lower, low: extent.low };
  if (options.reach === undefined) raiseHills(draw, band);
  else ensureExcursion(draw, band, options.random);
  fitExtremes(draw, band);
  return draw;
}

/** Ticks by which a draw must leave the band between open and close to be stretched rather than given a spike. */
const EXCURSION_MIN = 1e-9;

/** A draw that never left that band has nothing to stretch: one step, never the last, gets the excursion. */
function ensureExcursion(draw: Draw, band: Band, random: Random): void {
  const at = Math.floor(random.next() * (draw.closes.length - 1));
  if (draw.top <= band.upper + EXCURSION_MIN && band.high > band.upper) {
    draw.top = band.upper + 1;
    draw.highs[at] = draw.top;
  }
  if (draw.bottom >= band.lower - EXCURSION_MIN && band.low < band.lower) {
    draw.bottom = band.lower - 1;
    draw.lows[at] = draw.bottom;
  }
}

/** Points that come less than this share of the way to an extreme are led there by a hill, not stretched. */
const STRETCHED_MIN = 0.5;
/** Points from a hill's foot to its top, at most. */
const HILL_POINTS = 8;

/** Stretching points that hardly leave the band would make a spike of one of them: the market does not do that. */
function raiseHills(draw: Draw, band: Band): void {
  const { closes } = draw;
  // The last close is given.
  const inner = closes.length - 1;
  let peak = 0;
  let pit = 0;
  for (let at = 1; at < inner; at++) {
    if ((closes[at] ?? 0) > (closes[peak] ?? 0)) peak = at;
    if ((closes[at] ?? 0) < (closes[pit] ?? 0)) pit = at;
  }
  if (peak === pit) pit = inner - 1;
  const width = Math.min(HILL_POINTS, Math.abs(peak - pit));
  const raise = (top: number, to: number) => {
    const height = to - (closes[top] ?? to);
    for (let at = Math.max(top - width + 1, 0); at < Math.min(top + width, inner); at++) {
      closes[at] = (closes[at] ?? 0) + height * (1 - Math.abs(at - top) / width);
    }
  };
  const isFar = (came: number, whole: number) => came < STRETCHED_MIN * whole;
  if (isFar(draw.top - band.upper, band.high - band.upper)) raise(peak, band.high);
  if (isFar(band.lower - draw.bottom, band.lower - band.low)) raise(pit, band.low);
  draw.top = Math.max(...closes);
  draw.bottom = Math.min(...closes);
}

interface Band {
  readonly high: number;
  readonly upper: number;
  readonly lower: number;
  readonly low: number;
}

function fitExtremes(draw: Draw, band: Band): void {
  const { upper, lower } = band;
  const up = draw.top > upper ? (band.high - upper) / (draw.top - upper) : 0;
  const down = draw.bottom < lower ? (lower - band.low) / (lower - draw.bottom) : 0;
  const fitted = (value: number) => {
    if (value > upper) return upper + (value - upper) * up;
    if (value < lower) return lower - (lower - value) * down;
    return value;
  };
  for (let at = 0; at < draw.closes.length; at++) {
    draw.closes[at] = fitted(draw.closes[at] ?? 0);
    draw.highs[at] = fitted(draw.highs[at] ?? 0);
    draw.lows[at] = fitted(draw.lows[at] ?? 0);
    draw.means[at] = fitted(draw.means[at] ?? 0);
  }
}
