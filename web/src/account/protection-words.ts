/** Take-profit and stop-loss in the words of the screen. */
import type { ProtectionChange } from './protection.ts';
import type { Purpose } from './protection-entry.ts';

export const PURPOSE_NAMES: Readonly<Record<Purpose, string>> = {
  'take-profit': 'Take profit',
  'stop-loss': 'Stop loss',
};
export const PURPOSE_SHORT: Readonly<Record<Purpose, string>> = { 'take-profit': 'TP', 'stop-loss': 'SL' };

/** What the button is about to do: a removal is never hidden behind "set". */
export function changeWords(changes: readonly ProtectionChange[]): string {
  const shortOf = (those: readonly ProtectionChange[]) =>
    those.map(({ purpose }) => PURPOSE_SHORT[purpose]).join(' and ');
  const removed = changes.filter((change) => change.do === 'remove');
  const set = changes.filter((change) => change.do !== 'remove');
  if (removed.length === 0) return 'Set TP/SL';
  if (set.length === 0) return `Remove ${shortOf(removed)}`;
  return `Set ${shortOf(set)}, remove ${shortOf(removed)}`;
}
