/**
 * Whose an order is that this screen did not name: a bot's, by the name of its gateway key, or one placed elsewhere. The
 * proxy's journal knows; what is shown is asked for together, once.
 */
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { ClOrdID } from '#contract/brand.ts';
import { fetchPlacers, PLACERS_AT_ONCE } from '../exchange/gateway-keys.ts';
import { isExternal } from './order-words.ts';

export interface Origin {
  readonly text: string;
  readonly title: string;
}

const ELSEWHERE: Origin = {
  text: 'External',
  title: "Placed elsewhere: the exchange's page, another client",
};
/** Long enough for a whole table to ask at once. */
const GATHERED_MS = 50;
/** Orders beyond it have been looked at. */
const KNOWN_MAX = 5_000;
const CL_ORD_ID = /^[\w-]{1,40}$/;

/** The name of a key, or '' for none. */
const placersStore = createStore<ReadonlyMap<ClOrdID, string>>(() => new Map());
const wanted = new Set<ClOrdID>();
let isGathering = false;

async function askForWanted(): Promise<void> {
  isGathering = false;
  const ids = [...wanted].slice(0, PLACERS_AT_ONCE);
  for (const id of ids) wanted.delete(id);
  if (wanted.size > 0) gather();
  const answer = await fetchPlacers(ids);
  // Without an answer they are asked for again when they are shown again.
  if (!answer.ok) return;
  const known = [...placersStore.getState(), ...ids.map((id) => [id, answer.value[id] ?? ''] as const)];
  placersStore.setState(new Map(known.slice(-KNOWN_MAX)), true);
}

function gather(): void {
  if (isGathering) return;
  isGathering = true;
  setTimeout(() => void askForWanted(), GATHERED_MS);
}

function want(clOrdID: ClOrdID): void {
  if (!CL_ORD_ID.test(clOrdID) || placersStore.getState().has(clOrdID)) return;
  wanted.add(clOrdID);
  gather();
}

/** undefined: an order of this screen, or one whose id is not known. */
export function useOrigin(clOrdID: ClOrdID | undefined): Origin | undefined {
  const isOther = clOrdID !== undefined && isExternal({ clOrdID });
  const name = useStore(placersStore, (placers) => (isOther ? placers.get(clOrdID) : undefined));
  useEffect(() => {
    if (isOther) want(clOrdID);
  }, [isOther, clOrdID]);
  if (!isOther) return undefined;
  return name ? { text: name, title: `Placed by a bot with the gateway key ${name}` } : ELSEWHERE;
}
