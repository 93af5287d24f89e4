/** So many at once, so many a second after that. */
import type { Time } from './time.ts';

export interface TokenBucket {
  /** Takes one, if there is one. */
  take(): boolean;
}

export function createTokenBucket(
  time: Time,
  { burst, perSecond }: { burst: number; perSecond: number },
): TokenBucket {
  let tokens = burst;
  let filledAtMs = time.monoMs();
  return {
    take() {
      const nowMs = time.monoMs();
      tokens = Math.min(burst, tokens + ((nowMs - filledAtMs) / 1000) * perSecond);
      filledAtMs = nowMs;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
