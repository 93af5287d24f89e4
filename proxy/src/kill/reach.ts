/**
 * Where the account may have orders, and whether more can still come: for whoever clears them out (the kill switch, a
 * dead-man timer) and must not call it done too early. Asked before a look at the exchange: what comes after is no proof.
 */
import type { JournalEntry } from '#contract/api.ts';
import type { ProductSymbol } from '#contract/brand.ts';
import { mayOpen } from '#contract/wire/mutation.ts';
import { readMutation } from '#contract/wire/mutation-reader.ts';
import type { ExchangeClock } from '../exchange/clock-offset.ts';
import type { AccountView } from '../guard/account-view.ts';
import type { Journal } from '../journal/journal.ts';
import type { OrderDesk } from '../journal/order-desk.ts';
import type { Resolver, Unresolved } from '../journal/resolver.ts';

export interface Reach {
  /** With orders that the stream has told of, and those that it may not have told of yet. */
  symbols(): readonly ProductSymbol[];
  /** An order may come to light that nobody has seen yet: of anybody, or of one who asked. */
  canCome(who?: string): boolean;
}

export interface ReachNeeds {
  readonly view: AccountView;
  readonly desk: OrderDesk;
  readonly resolver: Resolver;
  readonly journal: Journal;
  readonly clock: ExchangeClock;
}

/** It may still reach the exchange and open something there. */
const mayStillOpen = ({ mutation, expirySec }: Unresolved, clock: ExchangeClock): boolean =>
  mayOpen(mutation) && clock.nowMs() / 1000 <= expirySec;

/** The same of an entry of the journal; what cannot be read could be anything. */
function isOpening({ request, expirySec = 0 }: JournalEntry, clock: ExchangeClock): boolean {
  const read = readMutation(request);
  return read.ok
    ? mayStillOpen({ mutation: read.value, expirySec }, clock)
    : clock.nowMs() / 1000 <= expirySec;
}

export function createReach({ view, desk, resolver, journal, clock }: ReachNeeds): Reach {
  const isAnythingComing = () =>
    desk.underWay().some(mayOpen) || resolver.unresolved().some((one) => mayStillOpen(one, clock));
  const isComingOf = (name: string) =>
    journal.pending().some((entry) => entry.who === name && isOpening(entry, clock));
  return {
    symbols() {
      const told = view.openOrders().map(({ symbol }) => symbol);
      const lost = resolver.unresolved().map(({ mutation }) => mutation.symbol);
      return [...new Set([...told, ...desk.touched(), ...lost])];
    },
    canCome: (who) =>
      view.wholeSinceMs() === undefined || (who === undefined ? isAnythingComing() : isComingOf(who)),
  };
}
