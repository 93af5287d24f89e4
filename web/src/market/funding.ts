/** When funding is exchanged next: every `fundingIntervalSec` of the product, counted from midnight UTC. */

/** Epoch ms of the next settlement after `nowMs` (of the exchange's clock). */
export function nextFundingAtMs(nowMs: number, fundingIntervalSec: number): number {
  const intervalMs = fundingIntervalSec * 1000;
  return (Math.floor(nowMs / intervalMs) + 1) * intervalMs;
}

/** "8h", or "90m" where it is no whole number of hours. */
export function intervalName(fundingIntervalSec: number): string {
  return fundingIntervalSec % 3600 === 0 ? `${fundingIntervalSec / 3600}h` : `${fundingIntervalSec / 60}m`;
}
