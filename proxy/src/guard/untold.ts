/**
 * What the exchange has taken its private stream tells of at once. Where it is silent about it the event was lost, and the
 * account is read anew: nobody trades on for a round of the comparison by a leverage, or orders, that are no longer so.
 */
import type { Order } from '#contract/model.ts';
import { type Cancel, isCancel, type Mutation } from '#contract/wire/mutation.ts';
import type { OrderRef } from '#contract/wire/requests.ts';
import { showingOf } from '../journal/amendment.ts';
import { isSet, type Setting } from '../journal/evidence.ts';
import type { Time } from '../time.ts';
import type { Log } from '../watch/log.ts';
import type { AccountView } from './account-view.ts';

export interface UntoldTiming {
  /** How long an event may be under way after the answer. */
  readonly withinMs: number;
  /** From one reading anew to the next. */
  readonly pauseMs: number;
}
const UNTOLD_TIMING: UntoldTiming = { withinMs: 1_500, pauseMs: 5_000 };

export interface UntoldNeeds {
  readonly view: AccountView;
  readonly time: Time;
  readonly log: Log;
  /** Asks the exchange for the account anew. */
  resync(): void;
  readonly timing?: UntoldTiming | undefined;
}

export interface Untold {
  /** The exchange has taken it; by its clock it was signed then, where that is known. */
  expect(mutation: Mutation, signedAtMs: number | undefined): void;
  /** How often something was missing. */
  count(): number;
  stop(): void;
}

/** The orders that a cancel was about, as they are still shown. */
function left(cancel: Cancel, view: AccountView): readonly Order[] {
  const found = (ref: OrderRef) => view.order(cancel.symbol, ref) ?? [];
  if (cancel.kind === 'cancel') return [found(cancel.order)].flat();
  if (cancel.kind === 'cancel-several') return cancel.orders.flatMap(found);
  const isMeant = ({ symbol, ordStatus }: Order) =>
    symbol === cancel.symbol && (ordStatus === 'Untriggered') === cancel.isConditional;
  return view.openOrders().filter(isMeant);
}

function isSetIn(view: AccountView, mutation: Setting): boolean {
  const settings = view.settings(mutation.symbol);
  return isSet(mutation, {
    wallets: [],
    settings: settings === undefined ? [] : [settings],
    positions: view.positions(),
  });
}

/** Says whether the stream has told of it. */
function tellingOf(mutation: Mutation, view: AccountView, signedAtMs: number): () => boolean {
  const { symbol } = mutation;
  if (isCancel(mutation)) {
    // What comes afterwards is not what it was about.
    const meant = left(mutation, view).map(({ orderID }) => orderID);
    return () => meant.every((orderID) => view.order(symbol, { orderID }) === undefined);
  }
  const known = (ref: OrderRef) => view.order(symbol, ref) ?? view.closedOrder(symbol, ref);
  switch (mutation.kind) {
    case 'place':
      return () => known({ clOrdID: mutation.clOrdID }) !== undefined;
    case 'amend':
      return () => {
        const order = known(mutation.order);
        return order !== undefined && showingOf(mutation, order) !== 'not-shown';
      };
    case 'margin':
      // What backs a position changes with its fills.
      return () => isSetIn(view, mutation) || view.lastTradeMs(symbol) >= signedAtMs;
    case 'leverage':
    case 'pos-mode':
      return () => isSetIn(view, mutation);
  }
}

export function createUntold({ view, time, log, resync, timing = UNTOLD_TIMING }: UntoldNeeds): Untold {
  const cancels = new Set<() => void>();
  /** Not told of yet. What is told may be overtaken, or forgotten, before it would be asked about. */
  const awaited = new Set<() => boolean>();
  let resyncedAtMs = Number.NEGATIVE_INFINITY;
  let count = 0;

  const after = (delayMs: number, run: () => void) => {
    const cancel = time.after(delayMs, () => {
      cancels.delete(cancel);
      run();
    });
    cancels.add(cancel);
  };
  view.onUpdate(() => {
    for (const isTold of awaited) if (isTold()) awaited.delete(isTold);
  });
  return {
    expect(mutation, signedAtMs = 0) {
      const takenAtMs = time.monoMs();
      const isTold = tellingOf(mutation, view, signedAtMs);
      if (isTold()) return;
      awaited.add(isTold);
      const check = () => {
        const wholeSinceMs = view.wholeSinceMs();
        // A snapshot since, or the next one, tells all.
        const isMissing = awaited.has(isTold) && wholeSinceMs !== undefined && wholeSinceMs <= takenAtMs;
        const waitMs = resyncedAtMs + timing.pauseMs - time.monoMs();
        if (isMissing && waitMs > 0) return after(waitMs, check);
        awaited.delete(isTold);
        if (!isMissing) return;
        resyncedAtMs = time.monoMs();
        count += 1;
        const { kind, symbol } = mutation;
        log.warn({ kind, symbol }, 'the account stream is silent about what was done: reading it anew');
        resync();
      };
      after(timing.withinMs, check);
    },
    count: () => count,
    stop() {
      for (const cancel of cancels) cancel();
      cancels.clear();
      awaited.clear();
    },
  };
}
