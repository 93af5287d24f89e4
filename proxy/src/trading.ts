/** What stands between the gate and the exchange for one account: its view, its journal, and the desk that sends. */
import type { JournalEntry, RequestState } from '#contract/api.ts';
import type { Environment } from '#contract/vocabulary.ts';
import type { ExchangeClock } from './exchange/clock-offset.ts';
import type { ExchangeClient } from './exchange/exchange-client.ts';
import { createExchangeReader } from './exchange/exchange-reader.ts';
import type { RateBudget } from './exchange/rate-budget.ts';
import type { Signer } from './exchange/sign.ts';
import type { ClearOrdersNeeds } from './gateway/clear-orders.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import type { KeyStore } from './gateway/key-store.ts';
import { createAccountView } from './guard/account-view.ts';
import { type Arming, type ArmingProof, createArming } from './guard/arming.ts';
import { createDailyLoss } from './guard/daily-loss.ts';
import { watchFunding } from './guard/funding-watch.ts';
import { createGuard, type Guard } from './guard/guard.ts';
import type { LimitsStore } from './guard/limits-file.ts';
import type { LostFillsTiming } from './guard/lost-fills.ts';
import { createMarkPrices } from './guard/mark-prices.ts';
import { createReconcile, type ReconcileTiming } from './guard/reconcile.ts';
import { createUntold, type UntoldTiming } from './guard/untold.ts';
import { createJournal, type Journal } from './journal/journal.ts';
import type { JournalStore } from './journal/journal-store.ts';
import { createOrderDesk, type OrderDesk } from './journal/order-desk.ts';
import { createResolver, RESOLUTION_TIMING, type ResolutionTiming } from './journal/resolver.ts';
import { KILL_SWITCH } from './kill/clear-out.ts';
import type { HaltFile } from './kill/halt-file.ts';
import { createKillSwitch, type KillSwitch } from './kill/kill-switch.ts';
import { createReach } from './kill/reach.ts';
import type { TopicHub } from './relay/topic-hub.ts';
import type { Time } from './time.ts';
import type { Log } from './watch/log.ts';

export interface TradingOptions {
  /** Throws where there is no usable file: then nothing but cancels is sent. */
  openJournal(): JournalStore;
  /** Environment and account: outcomes are looked up only where the request was sent. */
  readonly scope: string;
  readonly limits: LimitsStore;
  readonly haltFile: HaltFile;
  /** Where absent, no bot is let in. */
  readonly keyStore?: KeyStore;
  /** Where absent, nobody has to arm trading. */
  readonly armingProof?: ArmingProof;
  readonly resolutionTiming?: ResolutionTiming;
  readonly reconcileTiming?: ReconcileTiming;
  readonly lostFillsTiming?: LostFillsTiming;
  readonly untoldTiming?: UntoldTiming;
}

export interface TradingNeeds extends TradingOptions {
  readonly client: ExchangeClient;
  readonly clock: ExchangeClock;
  readonly signer: Signer;
  readonly hub: TopicHub;
  readonly time: Time;
  readonly log: Log;
  readonly userAgent: string;
  readonly budget: RateBudget;
  newToken(): string;
  isAccountLive(): boolean;
  /** Of the account stream, about somebody else's account. */
  foreignMessages(): number;
  /** Asks the exchange for the account's state anew. */
  renewAccount(): void;
  onResolved(entry: JournalEntry): void;
  readonly environment: Environment;
  /** Pages that are open. */
  pages(): number;
  /** Of the kill switch, of arming, of the limits, or of a dead-man timer. */
  onChange(): void;
}

/** For who watches: since the start of this proxy. */
export interface TradingCounts {
  /** Requests that change something, by the state they came to. */
  readonly requests: ReadonlyMap<RequestState, number>;
  readonly unresolved: number;
  /** How often the account stream had lost something. */
  readonly mismatches: number;
  /** How often it told of somebody else's account. */
  readonly foreignMessages: number;
  readonly journalFault: string | undefined;
}

export interface Trading {
  readonly desk: OrderDesk;
  readonly guard: Guard;
  readonly killSwitch: KillSwitch;
  readonly gateway: Gateway | undefined;
  /** The gateway key that placed an order; undefined: another did. */
  placerOf(clOrdID: string): string | undefined;
  readonly arming: Arming;
  readonly journal: Pick<Journal, 'lines' | 'placement'>;
  counts(): TradingCounts;
  close(): Promise<void>;
}

export function createTrading(needs: TradingNeeds): Trading {
  const { hub, time, log } = needs;
  const view = createAccountView({
    ...{ time, log, isStreamLive: needs.isAccountLive, resync: needs.renewAccount },
    lostFillsTiming: needs.lostFillsTiming,
  });
  const marks = createMarkPrices(time);
  hub.follow({ kind: 'account' }, view);
  hub.follow({ kind: 'tickers' }, marks);
  const journal = createJournal({ open: needs.openJournal, scope: needs.scope, time, log });
  const loss = createDailyLoss(journal, time);
  view.onFill(loss.hear);
  const arming = createArming({
    ...{ proof: needs.armingProof, time, log, pages: needs.pages, onChange: needs.onChange },
  });
  const guard = createGuard({
    ...{ limits: needs.limits, onLimits: needs.onChange, view, marks, loss, time, arming },
    isHalted: () => killSwitch.isHalted(),
    isClockKnown: () => needs.clock.offsetMs() !== undefined,
    clockOffsetMs: () => (needs.environment === 'paper' ? undefined : needs.clock.offsetMs()),
  });
  const untold = createUntold({ view, time, log, resync: needs.renewAccount, timing: needs.untoldTiming });
  const reader = createExchangeReader(needs);
  const stopFunding = watchFunding({ view, reader, time, onFee: loss.hearFunding });
  const resolver = createResolver({
    ...{ journal, reader, clock: needs.clock, time, log },
    timing: needs.resolutionTiming ?? RESOLUTION_TIMING,
    accountLiveSinceMs: view.wholeSinceMs,
    ...{ closedOrder: view.closedOrder, lastTradeMs: view.lastTradeMs, position: view.position },
    onResolved(entry, mutation) {
      if (entry.state === 'ACKED') untold.expect(mutation, entry.signedAtMs);
      needs.onResolved(entry);
    },
  });
  view.onOrder(resolver.hear);
  const desk = createOrderDesk({
    ...{ ...needs, journal, resolver, guard, openOrder: view.order },
    onTaken: untold.expect,
  });
  // What the kill switch and the dead-man timers go by.
  const ending = {
    ...{ desk, view, reader: createExchangeReader({ ...needs, isUrgent: true }) },
    reach: createReach({ view, desk, resolver, journal, clock: needs.clock }),
  };
  const killSwitch = createKillSwitch({
    ...{ ...ending, file: needs.haltFile, time, log, newToken: needs.newToken },
    onChange: needs.onChange,
  });
  const placerOf = (clOrdID: string) => {
    const who = journal.placerOf(clOrdID);
    return who === undefined || OWN.has(who) ? undefined : who;
  };
  const gateway = openGateway(needs, { ...ending, killSwitch, placerOf });
  const reconcile = createReconcile({
    ...{ view, reader, time, log, symbols: desk.touched, resync: needs.renewAccount },
    ...(needs.reconcileTiming === undefined ? {} : { timing: needs.reconcileTiming }),
  });
  return {
    desk,
    guard,
    killSwitch,
    gateway,
    placerOf,
    arming,
    journal,
    counts: () => ({
      requests: journal.tally(),
      unresolved: resolver.unresolved().length,
      mismatches: reconcile.mismatches() + view.losses() + untold.count(),
      foreignMessages: needs.foreignMessages(),
      journalFault: journal.fault(),
    }),
    async close() {
      gateway?.stop();
      killSwitch.stop();
      arming.stop();
      stopFunding();
      reconcile.stop();
      view.stop();
      await desk.close();
      resolver.stop();
      // What was answered or found out meanwhile is awaited, too.
      untold.stop();
      journal.close();
    },
  };
}

function openGateway(
  needs: TradingNeeds,
  parts: ClearOrdersNeeds & { readonly killSwitch: KillSwitch },
): Gateway | undefined {
  const { keyStore: store, scope: account, signer, clock, time, log, onChange } = needs;
  if (store === undefined) return undefined;
  return createGateway({ ...parts, store, account, signer, clock, time, log, onChange });
}

/** Who stands in the journal and is no gateway key. */
const OWN = new Set(['browser', KILL_SWITCH]);
