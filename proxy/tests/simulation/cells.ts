/**
 * Which faults have met which wishes, over many seeds: what is decided by chance has to be counted, or nobody knows
 * that it ever happened.
 */
import type { Mutation } from '#contract/wire/mutation.ts';

const FAULTS = ['kill -9', 'clock 90 s off', 'stream silent', 'disk full'] as const;
export type CellFault = (typeof FAULTS)[number];
const KINDS = ['place', 'amend', 'cancel', 'cancel-all', 'leverage', 'pos-mode'] as const;

export interface Cells {
  note(fault: CellFault, kind: Mutation['kind']): void;
  /** How often, by fault and kind: `kill -9 × amend`. */
  counts(): ReadonlyMap<string, number>;
}

export function createCells(): Cells {
  const counts = new Map<string, number>(
    FAULTS.flatMap((fault) => KINDS.map((kind) => [`${fault} × ${kind}`, 0] as const)),
  );
  return {
    note(fault, kind) {
      const cell = `${fault} × ${kind}`;
      const known = counts.get(cell);
      if (known !== undefined) counts.set(cell, known + 1);
    },
    counts: () => counts,
  };
}

export function addCells(sum: Map<string, number>, cells: ReadonlyMap<string, number>): void {
  for (const [cell, times] of cells) sum.set(cell, (sum.get(cell) ?? 0) + times);
}
