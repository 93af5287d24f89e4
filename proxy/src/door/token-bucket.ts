/** So many at once, so many a second after that. */
import type { Time } from '../time.ts';

export interface TokenBucket {
  has(count: number): boolean;
  /** Takes one, or so many, if there are. */
  take(count?: number): boolean;
  /** Takes so many, or what there is. */
  drain(count: number): void;
}

export function createTokenBucket(
  time: Time,
  { burst, perSecond }: { burst: number; perSecond: number },
): TokenBucket {
  let tokens = burst;
  let filledAtMs = time.monoMs();
  const fill = () => {
    const nowMs = time.monoMs();
    tokens = Math.min(burst, tokens + ((nowMs - filledAtMs) / 1000) * perSecond);
    filledAtMs = nowMs;
  };
  const has = (count: number) => {
    fill();
    return tokens >= count;
  };
  return {
    has,
    take(count = 1) {
      if (!has(count)) return false;
      tokens -= count;
      return true;
    },
    drain(count) {
      fill();
      tokens = Math.max(0, tokens - count);
    },
  };
}
