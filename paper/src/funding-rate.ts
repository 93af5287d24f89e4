/**
 * The funding rate of a settlement, from the premium index of its interval. Rates are 10⁻⁸.
 *   F = (P + clamp(I − P, ±0.05 %)) × interval / 8 h, within ±2 %
 * P is the mean of the premium index, taken every minute; I the interest rate, 0.01 % per 8 hours.
 * Source: https://phemex.com/user-guides/how-are-funding-rates-calculated; interest rate, cap and floor as the
 * documentation's "Query real funding rates" prints them for BTCUSDT.
 */
import type { Rate } from './commands.ts';

const EIGHT_HOURS_SEC = 28_800;
/** The premium index is taken this often. */
export const PREMIUM_SAMPLE_MS = 60_000;
/** Per 8 hours. */
export const INTEREST_RATE = 10_000n as Rate;
const DAMPENER = 50_000n;
export const FUNDING_RATE_CAP = 2_000_000n as Rate;

const clamp = (value: bigint, limit: bigint): bigint =>
  value > limit ? limit : value < -limit ? -limit : value;

/** `premium`: the mean premium index as a share of the index price. Cut toward zero. */
export function fundingRate(premium: Rate, intervalSec: number): Rate {
  const perEightHours = premium + clamp(INTEREST_RATE - premium, DAMPENER);
  const scaled = (perEightHours * BigInt(intervalSec)) / BigInt(EIGHT_HOURS_SEC);
  return clamp(scaled, FUNDING_RATE_CAP) as Rate;
}
