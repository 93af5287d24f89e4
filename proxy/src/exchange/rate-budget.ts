/**
 * The exchange's request budgets, as far as they are spent: so much a minute for trading and for history, so much in
 * five minutes for this address. The less a request matters the earlier it has to stop, so that there is always room for
 * a cancel. Cancels are never held back here: should the room be gone all the same, the exchange decides.
 */

import type { Time } from '../time.ts';
import type { ExchangeClient } from './exchange-client.ts';

/** What a request is for, the least important first. */
export type Purpose =
  /** Of the page or a bot: can wait. */
  | 'read'
  /** Opening orders of a bot: the trader's own have room beyond them. */
  | 'bot'
  | 'open'
  /** What became of an order without an answer. */
  | 'look-up'
  /** Reduce-only orders. */
  | 'reduce'
  /** What is left after them is the trader's and the kill switch's: a bot that cancels without end must not take it. */
  | 'bot-cancel'
  | 'cancel';

interface Capacities {
  readonly contract: number;
  readonly others: number;
  /** Of this address, over everything. */
  readonly address: number;
}
const CAPACITIES: Capacities = { contract: 500, others: 100, address: 5_000 };

type Group = keyof Capacities;
const WINDOW_MS: Readonly<Record<Group, number>> = { contract: 60_000, others: 60_000, address: 300_000 };
/** Up to which part of a budget each purpose may spend. */
const SHARE: Readonly<Record<Group, Readonly<Record<Purpose, number>>>> = {
  contract: {
    read: 0.6,
    bot: 0.6,
    open: 0.8,
    'look-up': 0.84,
    reduce: 0.856,
    'bot-cancel': 0.92,
    cancel: Number.POSITIVE_INFINITY,
  },
  others: {
    read: 0.6,
    bot: 0.6,
    open: 0.6,
    'look-up': 0.95,
    reduce: 0.95,
    'bot-cancel': 0.95,
    cancel: Number.POSITIVE_INFINITY,
  },
  address: {
    read: 0.8,
    bot: 0.8,
    open: 0.9,
    'look-up': 0.9,
    reduce: 0.95,
    'bot-cancel': 0.97,
    cancel: Number.POSITIVE_INFINITY,
  },
};
/** What weighs more than one. */
const WEIGHTS: Readonly<Record<string, number>> = { '/g-accounts/positions': 25, '/g-orders/all': 3 };
/** Requests of one moment are counted together. */
const MOMENT_MS = 500;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface RateBudget {
  /**
   * Room for one request, kept from now on: many are let through in the time that one takes to be written down and
   * signed. undefined: there is none. To be given back once it was sent, which counts it for good, or will not be.
   */
  reserve(purpose: Purpose, path: string): (() => void) | undefined;
  /**
   * When it is sent. What it returns is told what came of that: the headers of the answer, where one came. The exchange
   * may count more than we have sent (another program with the same key, or this one before it was started anew).
   */
  spend(path: string): (headers?: Headers) => void;
  /** What is left of each. */
  left(): Readonly<Record<Group, number>>;
  /** What is left of each, and what there is of it at most. */
  report(): Readonly<Record<Group, { readonly left: number; readonly capacity: number }>>;
}

/** Public data spends only the address's budget. */
function groupOf(path: string): Group | undefined {
  if (path.startsWith('/g-')) return 'contract';
  const isPublic = path.startsWith('/public/') || path.startsWith('/md/') || path.includes('/public/');
  return isPublic ? undefined : 'others';
}
/** In requests of the trading budget. */
export const weightOf = (path: string): number => WEIGHTS[path] ?? 1;

function createWindow(time: Time, lengthMs: number, initialCapacity: number) {
  let capacity = initialCapacity;
  let blockedUntilMs = 0;
  let isCounted = true;
  let moments: { readonly atMs: number; weight: number }[] = [];
  /** Let through, and not sent yet. */
  let reserved = 0;
  /** Sent, and not answered yet: who knows whether the exchange has counted it. */
  let underWay = 0;
  /** What the exchange counted beyond our own, when it last said so. */
  let others = { atMs: Number.NEGATIVE_INFINITY, weight: 0 };
  const own = (): number => {
    const since = time.monoMs() - lengthMs - MOMENT_MS;
    if ((moments[0]?.atMs ?? since + 1) <= since) moments = moments.filter(({ atMs }) => atMs > since);
    return moments.reduce((sum, { weight }) => sum + weight, 0);
  };
  const used = (): number => own() + (others.atMs > time.monoMs() - lengthMs ? others.weight : 0);
  return {
    has(weight: number, share: number): boolean {
      if (share === Number.POSITIVE_INFINITY || !isCounted) return true;
      return time.monoMs() >= blockedUntilMs && used() + reserved + weight <= capacity * share;
    },
    reserve(weight: number): void {
      reserved += weight;
    },
    giveBack(weight: number): void {
      reserved -= weight;
    },
    add(weight: number): void {
      underWay += weight;
      const last = moments.at(-1);
      const nowMs = time.monoMs();
      if (last !== undefined && nowMs - last.atMs < MOMENT_MS) last.weight += weight;
      else moments.push({ atMs: nowMs, weight });
    },
    end(weight: number): void {
      underWay -= weight;
    },
    report: () => ({ left: Math.max(0, capacity - used()), capacity }),
    observe(remaining: number | undefined, itsCapacity: number | undefined): void {
      if (itsCapacity !== undefined && itsCapacity > 0) capacity = itsCapacity;
      if (remaining === undefined) return;
      // As much left as there ever is, after a request: it does not count (a paper exchange without limits).
      isCounted = remaining < capacity;
      others = { atMs: time.monoMs(), weight: Math.max(0, capacity - remaining - (own() - underWay)) };
    },
    block(forMs: number): void {
      blockedUntilMs = Math.max(blockedUntilMs, time.monoMs() + forMs);
    },
  };
}

/** A whole number in a header; undefined where there is none. */
function numberIn(headers: Headers, name: string) {
  const text = headers[name];
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

export function createRateBudget(time: Time): RateBudget {
  const windows = {
    contract: createWindow(time, WINDOW_MS.contract, CAPACITIES.contract),
    others: createWindow(time, WINDOW_MS.others, CAPACITIES.others),
    address: createWindow(time, WINDOW_MS.address, CAPACITIES.address),
  };
  const observe = (group: Group, headers: Headers): void => {
    const suffix = group === 'contract' ? '-contract' : '';
    const number = (name: string) => numberIn(headers, `x-ratelimit-${name}${suffix}`);
    const retryAfterSec = number('retry-after');
    if (retryAfterSec !== undefined) windows[group].block(retryAfterSec * 1000);
    else windows[group].observe(number('remaining'), number('capacity'));
  };
  /** Each window that it takes of, with how much. */
  const costsOf = (path: string): readonly (readonly [Group, number])[] => {
    const group = groupOf(path);
    const ofAddress = ['address', 1] as const;
    return group === undefined ? [ofAddress] : [[group, weightOf(path)], ofAddress];
  };
  return {
    reserve(purpose, path) {
      const costs = costsOf(path);
      if (!costs.every(([group, weight]) => windows[group].has(weight, SHARE[group][purpose])))
        return undefined;
      for (const [group, weight] of costs) windows[group].reserve(weight);
      let isKept = true;
      return () => {
        if (isKept) for (const [group, weight] of costs) windows[group].giveBack(weight);
        isKept = false;
      };
    },
    spend(path) {
      const costs = costsOf(path);
      for (const [group, weight] of costs) windows[group].add(weight);
      return (headers) => {
        for (const [group, weight] of costs) windows[group].end(weight);
        const group = groupOf(path);
        if (group !== undefined && headers !== undefined) observe(group, headers);
      };
    },
    left: () => ({
      contract: windows.contract.report().left,
      others: windows.others.report().left,
      address: windows.address.report().left,
    }),
    report: () => ({
      contract: windows.contract.report(),
      others: windows.others.report(),
      address: windows.address.report(),
    }),
  };
}

/** The same client, with every request counted and every answer's word about what is left heard. */
export const spendingFrom = (budget: RateBudget, client: ExchangeClient): ExchangeClient => ({
  async send(lane, call) {
    const [path = ''] = call.target.split('?');
    const told = budget.spend(path);
    const outcome = await client.send(lane, call);
    told(outcome.kind === 'answer' ? outcome.headers : undefined);
    return outcome;
  },
  close: client.close,
});
