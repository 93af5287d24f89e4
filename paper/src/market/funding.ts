/**
 * Premium and funding. The premium of the perpetual over its index is a slow pure function of (seed, symbol, time), so
 * funding history is the same after every restart; settlements that fell while the exchange was off are history, but
 * nobody is charged for them. Rates are 10⁻⁸.
 *
 * The rate is made of the mean premium of an interval (funding-rate.ts). As on BitMEX and Phemex, an interval's premium
 * sets the rate that is charged at the end of the next one; the "predicted" rate is that of the interval in progress.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Rate } from '../commands.ts';
import { fundingRate, PREMIUM_SAMPLE_MS } from '../funding-rate.ts';
import { createSmoothNoise, hashText, mixHash } from './random.ts';

export interface FundingRecord {
  readonly symbol: ProductSymbol;
  readonly rate: Rate;
  readonly atMs: number;
}

/** Settlements in [fromMs, toMs], newest first, at most `limit`. */
export interface FundingQuery {
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly limit: number;
}

export interface Funding {
  /** Premium over the index as a share of it. */
  premium(atMs: number): number;
  /** When the settlement after `nowMs` is: multiples of the product's own interval, UTC. */
  nextMs(nowMs: number): number;
  /** Charged at the settlement `atMs`. */
  rateAt(atMs: number): Rate;
  /** What the interval in progress would set. */
  predicted(nowMs: number): Rate;
  history(nowMs: number, query: FundingQuery): readonly FundingRecord[];
}

const RATE_ONE = 1e8;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export function createFunding(
  seed: number,
  product: { symbol: ProductSymbol; fundingIntervalSec: number; listTimeMs: number },
): Funding {
  const { symbol, listTimeMs } = product;
  const intervalMs = product.fundingIntervalSec * 1000;
  const hash = hashText(mixHash(seed, 50), symbol);
  const shared = createSmoothNoise(mixHash(seed, 51));
  const slow = createSmoothNoise(hash);
  const fast = createSmoothNoise(mixHash(hash, 1));

  const premium = (atMs: number) =>
    0.00008 +
    0.00028 * shared(atMs / (9 * DAY_MS)) +
    0.00024 * slow(atMs / (2 * DAY_MS)) +
    0.00014 * fast(atMs / (5 * HOUR_MS));

  const rateOf = (fromMs: number, toMs: number): Rate => {
    let sum = 0;
    let count = 0;
    for (let at = fromMs; at < toMs || count === 0; at += PREMIUM_SAMPLE_MS) {
      sum += premium(at);
      count++;
    }
    const mean = BigInt(Math.round((sum / count) * RATE_ONE)) as Rate;
    return fundingRate(mean, product.fundingIntervalSec);
  };
  const nextMs = (nowMs: number) => (Math.floor(nowMs / intervalMs) + 1) * intervalMs;
  const rateAt = (atMs: number) => rateOf(atMs - 2 * intervalMs, atMs - intervalMs);

  return {
    premium,
    nextMs,
    rateAt,
    predicted: (nowMs) => rateOf(nextMs(nowMs) - intervalMs, nowMs),
    history(nowMs, { fromMs = listTimeMs, toMs = nowMs, limit }) {
      const records: FundingRecord[] = [];
      const oldestMs = Math.max(fromMs, listTimeMs);
      for (let at = nextMs(Math.min(toMs, nowMs)) - intervalMs; at >= oldestMs; at -= intervalMs) {
        if (records.length === limit) break;
        records.push({ symbol, rate: rateAt(at), atMs: at });
      }
      return records;
    },
  };
}
