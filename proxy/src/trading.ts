/** What stands between the gate and the exchange for one account: its view, its journal, and the desk that sends. */
import type { JournalEntry } from '#contract/api.ts';
import type { ExchangeClock } from './clock-offset.ts';
import type { ExchangeClient } from './exchange-client.ts';
import { createExchangeReader } from './exchange-reader.ts';
import { createAccountView } from './guard/account-view.ts';
import { createDailyLoss } from './guard/daily-loss.ts';
import { createGuard, type Guard } from './guard/guard.ts';
import type { LimitsStore } from './guard/limits-file.ts';
import { createMarkPrices } from './guard/mark-prices.ts';
import { createJournal } from './journal/journal.ts';
import type { JournalStore } from './journal/journal-store.ts';
import { createOrderDesk, type OrderDesk } from './journal/order-desk.ts';
import { createResolver, RESOLUTION_TIMING, type ResolutionTiming } from './journal/resolver.ts';
import type { Log } from './log.ts';
import type { Signer } from './sign.ts';
import type { Time } from './time.ts';
import type { TopicHub } from './topic-hub.ts';

export interface TradingOptions {
  /** Throws where there is no usable file: then nothing but cancels is sent. */
  openJournal(): JournalStore;
  /** Environment and account: outcomes are looked up only where the request was sent. */
  readonly scope: string;
  readonly limits: LimitsStore;
  readonly resolutionTiming?: ResolutionTiming;
  /** Lets orders pass though the account is not known: for a test without one. */
  readonly opensBlindly?: boolean;
}

export interface TradingNeeds extends TradingOptions {
  readonly client: ExchangeClient;
  readonly clock: ExchangeClock;
  readonly signer: Signer;
  readonly hub: TopicHub;
  readonly time: Time;
  readonly log: Log;
  readonly userAgent: string;
  isAccountLive(): boolean;
  onResolved(entry: JournalEntry): void;
}

export interface Trading {
  readonly desk: OrderDesk;
  readonly guard: Guard;
  journalLines(fromSeq: number): Generator<string>;
  close(): Promise<void>;
}

export function createTrading(needs: TradingNeeds): Trading {
  const { hub, time, log } = needs;
  const view = createAccountView({ time, log, isStreamLive: needs.isAccountLive });
  const marks = createMarkPrices(time);
  hub.follow({ kind: 'account' }, view);
  hub.follow({ kind: 'tickers' }, marks);
  const journal = createJournal({ open: needs.openJournal, scope: needs.scope, time, log });
  const loss = createDailyLoss(journal, time);
  view.onFill(loss.hear);
  const guard = createGuard({
    ...{ limits: needs.limits, view, marks, loss, time },
    isHalted: () => false,
    opensBlindly: needs.opensBlindly ?? false,
  });
  const resolver = createResolver({
    journal,
    reader: createExchangeReader(needs),
    clock: needs.clock,
    time,
    log,
    timing: needs.resolutionTiming ?? RESOLUTION_TIMING,
    accountLiveSinceMs: view.wholeSinceMs,
    onResolved: needs.onResolved,
  });
  view.onOrder(resolver.hear);
  const desk = createOrderDesk({ ...needs, journal, resolver, guard });
  return {
    desk,
    guard,
    journalLines: journal.lines,
    async close() {
      await desk.close();
      resolver.stop();
      journal.close();
    },
  };
}
