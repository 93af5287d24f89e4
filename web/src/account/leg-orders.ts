/**
 * Orders that change a held leg (close, part, reverse), one at a time per leg wherever they are asked for: a close
 * from the chart and one from the table can never both be on their way.
 */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { notify } from '../workspace/notices.ts';
import type { LegKey } from './apply-account.ts';
import { exchangePlacer } from './exchange-placer.ts';
import type { OrderPlan, Placement, Placer } from './placement.ts';

const legPlacementStore = createStore<ReadonlyMap<LegKey, Placement>>(() => new Map());
const IDLE: Placement = { at: 'idle' };

export const useLegPlacement = (leg: LegKey): Placement =>
  useStore(legPlacementStore, (placements) => placements.get(leg) ?? IDLE);

interface LegLine {
  readonly placer: Placer;
  /** Sent one after the other, each once the one before was taken. */
  queue: readonly OrderPlan[];
}
const lines = new Map<LegKey, LegLine>();

/** Why a leg's order changed nothing, or that nobody knows; undefined for one that is on its way or was taken. */
export function placementProblem(placement: Placement): string | undefined {
  switch (placement.at) {
    case 'refused':
      return `${placement.sentence}${placement.code === undefined ? '' : ` (${placement.code})`}`;
    case 'unknown':
      return 'Outcome unknown: checking with the exchange';
    case 'never-arrived':
      return 'The order never reached the exchange: nothing was changed';
    case 'idle':
    case 'sending':
    case 'taken':
    case 'question':
      return undefined;
  }
}

function lineOf(leg: LegKey): LegLine {
  const known = lines.get(leg);
  if (known !== undefined) return known;
  const placer = exchangePlacer((placement) => {
    legPlacementStore.setState((placements) => new Map(placements).set(leg, placement), true);
    const problem = placementProblem(placement);
    if (problem !== undefined) {
      line.queue = [];
      notify({ tone: 'problem', title: leg.replace(' Merged', ''), text: problem });
    }
    if (placement.at === 'question') {
      const action = { label: 'Send it', run: () => line.placer.confirm() };
      notify({ tone: 'problem', title: leg.replace(' Merged', ''), text: placement.sentence, action });
    }
    if (placement.at === 'taken') sendNext(line);
  });
  const line: LegLine = { placer, queue: [] };
  lines.set(leg, line);
  return line;
}

function sendNext(line: LegLine): void {
  const [next, ...rest] = line.queue;
  line.queue = rest;
  if (next !== undefined) line.placer.send(next, next);
}

/** What was asked for a leg: a second click on the same within a moment is half of a double click. */
export type LegWish = 'close' | 'half' | 'a quarter' | 'reverse' | 'break-even' | 'form' | 'protect';

/** Answers whether the first was sent. What follows a refused or unknown order is dropped. */
export function sendForLeg(
  leg: LegKey,
  wish: LegWish,
  [first, ...rest]: readonly [OrderPlan, ...OrderPlan[]],
): boolean {
  const line = lineOf(leg);
  const isSent = line.placer.send(first, wish);
  if (isSent) line.queue = rest;
  return isSent;
}
