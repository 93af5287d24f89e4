/** Orders that change a held leg (close, part, reverse), wherever on the page they are asked for: one line per leg. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { monoMs } from '../lib/mono-ms.ts';
import { notify } from '../workspace/notices.ts';
import type { LegKey } from './apply-account.ts';
import { exchangePlacer } from './exchange-placer.ts';
import { createLegLine, IDLE_LEG, type LegLine, type LegState, type LegWish } from './leg-line.ts';
import { orderEnd } from './order-end.ts';
import type { OrderPlans } from './placement.ts';

const legStore = createStore<ReadonlyMap<LegKey, LegState>>(() => new Map());

export const useLegState = (leg: LegKey): LegState =>
  useStore(legStore, (states) => states.get(leg) ?? IDLE_LEG);

const lines = new Map<LegKey, LegLine>();

function lineOf(leg: LegKey): LegLine {
  const known = lines.get(leg);
  if (known !== undefined) return known;
  const line = createLegLine({
    newPlacer: exchangePlacer,
    ended: orderEnd,
    nowMs: monoMs,
    onChange: (state) => legStore.setState((states) => new Map(states).set(leg, state), true),
    tell: (notice) => notify({ tone: 'problem', title: leg.replace(' Merged', ''), ...notice }),
  });
  lines.set(leg, line);
  return line;
}

/** Answers whether the first was sent; if not, the trader was told why. */
export const sendForLeg = (leg: LegKey, wish: LegWish, plans: OrderPlans): boolean =>
  lineOf(leg).send(wish, plans);
