/** What the kill switch has done, in one line: pure. */
import type { HaltState } from '#contract/halt.ts';

type Halted = Exclude<HaltState, { at: 'armed' }>;

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

export function haltTitle({ at, verifiedAtMs }: Halted): string {
  if (at === 'halting') return 'TRADING HALTED: clearing out';
  if (at === 'waiting') return 'TRADING HALTED, but NOTHING IS CANCELED before an account is unlocked';
  return verifiedAtMs === undefined ? 'TRADING HALTED' : 'TRADING HALTED, nothing left to cancel';
}

export function haltDetail({
  at,
  openOrders,
  openPositions,
  closed,
  closesPositions,
  problems,
}: Halted): string {
  const parts: string[] = [];
  if (openOrders !== undefined) parts.push(`${plural(openOrders, 'order')} open`);
  if (openPositions !== undefined) {
    const kept = closesPositions || openPositions === 0 ? '' : ' (kept)';
    parts.push(`${plural(openPositions, 'position')} open${kept}`);
  }
  if (closed.length > 0)
    parts.push(`closing: ${closed.map(({ qty, symbol }) => `${qty} ${symbol}`).join(', ')}`);
  const problem = problems.at(-1);
  if (at === 'halting' && problem !== undefined) parts.push(`last problem: ${problem}`);
  return parts.join(' · ');
}
