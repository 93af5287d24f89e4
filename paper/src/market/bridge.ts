/**
 * Splits one bar's movement into steps that meet its open, high, low and close exactly. A random bridge is drawn
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
  /** Mean price of its trades, when there were any: draws that spend their time near it are preferred. */
  readonly mean: number | undefined;
}

/** Real-valued ticks; step i runs from `closes[i - 1]` (the open for the first) to `closes[i]`. */
export interface Steps {
  readonly closes: number[];
  readonly highs: number[];
  readonly lows: number[];
}

/** More draws fit the extremes with less stretching; each is tried upright and mirrored. */
const DRAWS = 3;
/** Of the range's square, E[(high - low)²] of a driftless walk is 4 ln 2 times its variance (Parkinson 1980). */
const PARKINSON = 4 * Math.LN2;

/** The highest point of a Brownian bridge from 0 to `move` with this variance, at probability `uniform`. */
export function bridgeMaximum(move: number, variance: number, uniform: number): number {
  return (move + Math.sqrt(move * move - 2 * variance * Math.log(uniform))) / 2;
}

/** What every draw of one bar shares. */
interface Frame {
  readonly extent: Extent;
  readonly upper: number;
  readonly lower: number;
  /** Share of the bar's variance that each step has. */
  readonly shares: readonly number[];
  /** Of the whole bar, in ticks squared. */
  readonly variance: number;
  /** Ticks by which a step's own extremes usually pass its ends. */
  readonly wick: number;
  readonly points: boolean;
}

/** A random walk of the bar's variance, brought back to where it started. */
function drawNoise({ shares, variance }: Frame, random: Random): number[] {
  let walked = 0;
  const noise = shares.map((share) => {
    walked += random.normal() * Math.sqrt(share * variance);
    return walked;
  });
  let passed = 0;
  return noise.map((value, at) => {
    passed += shares[at] ?? 0;
    return value - walked * passed;
  });
}

/** How far two excursions are apart, in factors. */
function stretch(wanted: number, drawn: number, unit: number): number {
  return Math.abs(Math.log((wanted + unit) / (drawn + unit)));
}

/** How much a draw would have to be bent to meet the bar; `sign` -1 mirrors it. */
function costOf(frame: Frame, noise: readonly number[], sign: number): number {
  const { extent, upper, lower, shares, wick } = frame;
  const move = extent.close - extent.open;
  let top = -Infinity;
  let bottom = Infinity;
  let middle = 0;
  let passed = 0;
  let from = extent.open;
  for (let at = 0; at < noise.length; at++) {
    const share = shares[at] ?? 0;
    passed += share;
    const to = extent.open + move * passed + sign * (noise[at] ?? 0);
    top = Math.max(top, to);
    bottom = Math.min(bottom, to);
    middle += ((from + to) / 2) * share;
    from = to;
  }
  const unit = Math.max((extent.high - extent.low) * 0.05, 0.25);
  return (
    stretch(extent.high - upper, Math.max(top - upper, 0) + wick, unit) +
    stretch(lower - extent.low, Math.max(lower - bottom, 0) + wick, unit) +
    Math.abs(middle - (extent.mean ?? middle)) / (1.5 * unit)
  );
}

interface Draw extends Steps {
  top: number;
  bottom: number;
}

/** The chosen draw in full, every step with a high and a low of its own. */
function drawExtremes(frame: Frame, noise: readonly number[], sign: number, random: Random): Draw {
  const { extent, shares, variance, points } = frame;
  const draw: Draw = { closes: [], highs: [], lows: [], top: -Infinity, bottom: Infinity };
  const last = noise.length - 1;
  let passed = 0;
  let from = extent.open;
  for (let at = 0; at <= last; at++) {
    const share = shares[at] ?? 0;
    passed += share;
    const drift = (extent.close - extent.open) * passed;
    const to = at === last ? extent.close : extent.open + drift + sign * (noise[at] ?? 0);
    const own = variance * share;
    const high = points ? Math.max(from, to) : from + bridgeMaximum(to - from, own, 1 - random.next());
    const low = points ? Math.min(from, to) : from - bridgeMaximum(from - to, own, 1 - random.next());
    draw.closes.push(to);
    draw.highs.push(high);
    draw.lows.push(low);
    draw.top = Math.max(draw.top, high);
    draw.bottom = Math.min(draw.bottom, low);
    from = to;
  }
  return draw;
}

/** `weights` are relative variances; `points` says that steps have no extent of their own (seconds). */
export function drawSteps(
  extent: Extent,
  weights: readonly number[],
  random: Random,
  points: boolean,
): Steps {
  const range = Math.max(extent.high - extent.low, 1e-3);
  const move = extent.close - extent.open;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  // Given where it ends, a path's own variance is what the range has left over from the move.
  const variance = Math.max((range * range) / PARKINSON - 0.3 * move * move, (range * range) / 8);
  const frame: Frame = {
    extent,
    upper: Math.max(extent.open, extent.close),
    lower: Math.min(extent.open, extent.close),
    shares: weights.map((weight) => weight / total),
    variance,
    wick: points ? 0 : 0.5 * Math.sqrt(variance / weights.length),
    points,
  };
  let best = drawNoise(frame, random);
  let bestSign = 1;
  let bestCost = costOf(frame, best, 1);
  for (let drawn = 1; drawn <= DRAWS; drawn++) {
    const noise = drawn === 1 ? best : drawNoise(frame, random);
    for (const sign of drawn === 1 ? [-1] : [1, -1]) {
      const cost = costOf(frame, noise, sign);
      if (cost < bestCost) [best, bestSign, bestCost] = [noise, sign, cost];
    }
  }
  const draw = drawExtremes(frame, best, bestSign, random);
  const band = { high: extent.high, upper: frame.upper, lower: frame.lower, low: extent.low };
  ensureExcursion(draw, band, random, points);
  fitExtremes(draw, band);
  return draw;
}

/** Ticks by which a draw must leave the band between open and close to be stretched rather than given a spike. */
const EXCURSION_MIN = 1e-9;

/**
 * A draw that never left that band has nothing to stretch: one step gets the excursion. Points reach it with their
 * close, which is why the last step, whose close is given, is never chosen.
 */
function ensureExcursion(draw: Draw, band: Band, random: Random, points: boolean): void {
  const inner = draw.closes.length - 1;
  const at = Math.floor(random.next() * inner);
  if (draw.top <= band.upper + EXCURSION_MIN && band.high > band.upper) {
    // The spike must not replace the point that makes the low.
    const above = points && draw.closes[at] === draw.bottom ? (at + 1) % inner : at;
    draw.top = band.upper + 1;
    draw.highs[above] = draw.top;
    if (points) draw.closes[above] = draw.top;
  }
  if (draw.bottom >= band.lower - EXCURSION_MIN && band.low < band.lower) {
    const below = points && draw.closes[at] === draw.top ? (at + 1) % inner : at;
    draw.bottom = band.lower - 1;
    draw.lows[below] = draw.bottom;
    if (points) draw.closes[below] = draw.bottom;
  }
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
  }
}
