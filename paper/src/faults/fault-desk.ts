/**
 * Where faults are asked for and where the wire asks whether one strikes. The oldest that fits strikes first; one that
 * has a count is over after it.
 */
import {
  type Fault,
  type FaultOf,
  isMessageFault,
  isRestFault,
  type MessageFault,
  type RestFault,
  strikesOf,
} from './fault.ts';

/** So that a test that never lifts what it asked for is told, not slowed down. */
const FAULTS_MAX = 1000;

export type FaultID = number;

export interface StandingFault<F extends Fault = Fault> {
  readonly id: FaultID;
  readonly fault: F;
  /** How often it will still strike; absent for what lasts until it is lifted. */
  readonly left?: number;
}

export interface FaultedRequest {
  readonly method: string;
  readonly path: string;
  /** Of the key that the request bears, proven or not. */
  readonly account: string | undefined;
}

export interface FaultedMessage {
  readonly stream: string;
  readonly account: string | undefined;
}

export type FaultNews = { readonly kind: 'added' | 'lifted'; readonly id: FaultID; readonly fault: Fault };

/** What whoever causes faults may do. */
export interface FaultControl {
  /** @throws RangeError when far too many stand already. */
  readonly add: (fault: Fault) => FaultID;
  readonly list: () => readonly StandingFault[];
  /** False when there is no such fault (any more). */
  readonly lift: (id: FaultID) => boolean;
  readonly liftAll: () => void;
}

/** What the wire asks. A fault that is returned has struck. */
export interface FaultDesk extends FaultControl {
  readonly onRequest: (request: FaultedRequest) => RestFault | undefined;
  readonly onMessage: (message: FaultedMessage) => StandingFault<MessageFault> | undefined;
  readonly onSocket: () => FaultOf<'refuse-socket'> | undefined;
  readonly skewMs: () => number;
  readonly isInMaintenance: () => boolean;
  /** Returns the function that unsubscribes. */
  readonly subscribe: (listener: (news: FaultNews) => void) => () => void;
}

interface Standing {
  readonly id: FaultID;
  readonly fault: Fault;
  left: number | undefined;
}

const fits = (wanted: string | undefined, is: string | undefined): boolean =>
  wanted === undefined || wanted === is;

export function createFaultDesk(initial: readonly Fault[] = []): FaultDesk {
  const standing = new Map<FaultID, Standing>();
  const listeners = new Set<(news: FaultNews) => void>();
  let made = 0;

  const tell = (news: FaultNews): void => {
    for (const listener of [...listeners]) listener(news);
  };

  const lift = (id: FaultID): boolean => {
    const known = standing.get(id);
    if (known === undefined) return false;
    standing.delete(id);
    tell({ kind: 'lifted', id, fault: known.fault });
    return true;
  };

  /** The oldest fault that `strikes`, counted down. */
  const strike = <F extends Fault>(strikes: (fault: Fault) => fault is F): StandingFault<F> | undefined => {
    for (const entry of standing.values()) {
      const { id, fault } = entry;
      if (!strikes(fault)) continue;
      if (entry.left !== undefined) {
        entry.left -= 1;
        if (entry.left === 0) lift(id);
      }
      return { id, fault };
    }
    return undefined;
  };

  const desk: FaultDesk = {
    add(fault) {
      if (standing.size >= FAULTS_MAX) throw new RangeError(`More than ${FAULTS_MAX} faults are waiting`);
      made += 1;
      const left = strikesOf(fault);
      if (left !== 0) standing.set(made, { id: made, fault, left });
      tell({ kind: 'added', id: made, fault });
      return made;
    },
    list: () =>
      [...standing.values()].map(({ id, fault, left }) => ({
        id,
        fault,
        ...(left === undefined ? {} : { left }),
      })),
    lift,
    liftAll() {
      for (const id of [...standing.keys()]) lift(id);
    },
    onRequest: ({ method, path, account }) =>
      strike(
        (fault): fault is RestFault =>
          isRestFault(fault) &&
          fits(fault.method, method) &&
          fits(fault.path, path) &&
          fits(fault.account, account),
      )?.fault,
    onMessage: ({ stream, account }) =>
      strike(
        (fault): fault is MessageFault =>
          isMessageFault(fault) && fits(fault.stream, stream) && fits(fault.account, account),
      ),
    onSocket: () =>
      strike((fault): fault is FaultOf<'refuse-socket'> => fault.kind === 'refuse-socket')?.fault,
    skewMs() {
      let ms = 0;
      for (const { fault } of standing.values()) if (fault.kind === 'clock-skew') ms += fault.ms;
      return ms;
    },
    isInMaintenance: () => [...standing.values()].some(({ fault }) => fault.kind === 'maintenance'),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  for (const fault of initial) desk.add(fault);
  return desk;
}
