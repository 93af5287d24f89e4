/** The proxy's order path as one process: put together as the server does it, killed without a word, started again. */
import type { JournalEntry } from '#contract/api.ts';
import { createExchangeClock } from '../../src/exchange/clock-offset.ts';
import { createExchangeTopics } from '../../src/exchange/exchange-topics.ts';
import { createRateBudget, spendingFrom } from '../../src/exchange/rate-budget.ts';
import type { Signer } from '../../src/exchange/sign.ts';
import { UPSTREAM_TIMING } from '../../src/exchange/upstream.ts';
import type { Wish } from '../../src/journal/journal.ts';
import { openJournalStore } from '../../src/journal/journal-store.ts';
import type { DeskAnswer } from '../../src/journal/order-desk.ts';
import { createTopicHub, type TopicHub } from '../../src/relay/topic-hub.ts';
import type { Time } from '../../src/time.ts';
import { createTrading, type Trading } from '../../src/trading.ts';
import { createLog } from '../../src/watch/log.ts';
import { limitsIn } from '../rig.ts';
import type { Chance } from './chance.ts';
import type { Disk } from './disk.ts';
import { EPOCH_MS } from './exchange-door.ts';
import { EXCHANGE_WS, type Network } from './network.ts';
import type { World } from './world.ts';

export interface MachineNeeds {
  readonly world: World;
  readonly chance: Chance;
  readonly disk: Disk;
  readonly network: Network;
  readonly signer: Signer;
  /** This computer's clock minus the true one. */
  wallOffMs(): number;
  /** A process has started. */
  onStart(running: Running): void;
  onKilled(): void;
  onResolved(entry: JournalEntry): void;
}

export interface Running {
  readonly trading: Trading;
  readonly hub: TopicHub;
  isAccountLive(): boolean;
}

export interface Machine {
  running(): Running | undefined;
  /** undefined: there is nobody to ask, or it died before it answered. */
  submit(wish: Wish): Promise<DeskAnswer | undefined>;
  start(): void;
  /** kill -9 in so many touches of network or disk. */
  killIn(touches: number, losesPower: boolean): void;
  /** SIGTERM, and started again. */
  restart(): Promise<void>;
}

/** Every process logs here, since making a log is dear; the lines of the run under way. */
let logLines: string[] = [];
const log = createLog({ write: (line) => logLines.push(line) });
export const takeLog = (): readonly string[] => {
  const lines = logLines;
  logLines = [];
  return lines;
};

export function createMachine(needs: MachineNeeds): Machine {
  const { world, chance, disk } = needs;
  let running: (Running & { stop(): Promise<void>; readonly died: Promise<undefined> }) | undefined;
  let fuse: { left: number; readonly losesPower: boolean } | undefined;
  let die = () => {};

  const kill = (losesPower: boolean, where: string) => {
    const lostWrites = losesPower ? disk.cutPower() : 0;
    world.trace('killed', where, losesPower ? `and ${lostWrites} writes lost` : '');
    die();
    running = undefined;
    needs.onKilled();
    world.after(chance.between(50, 6_000), start);
  };

  const start = () => {
    if (running !== undefined) return;
    let isRunning = true;
    let tellDeath = () => {};
    const died = new Promise<undefined>((resolve) => {
      tellDeath = () => resolve(undefined);
    });
    die = () => {
      isRunning = false;
      tellDeath();
    };
    const process = {
      isRunning: () => isRunning,
      touch(where: string) {
        if (!isRunning || fuse === undefined) return;
        fuse.left -= 1;
        if (fuse.left >= 0) return;
        const { losesPower } = fuse;
        fuse = undefined;
        kill(losesPower, where);
      },
    };
    world.trace('started');
    const startedMs = world.nowMs();
    const guarded = (run: () => void) => () => {
      if (isRunning) run();
    };
    const time: Time = {
      nowMs: () => EPOCH_MS + world.nowMs() + needs.wallOffMs(),
      monoMs: () => world.nowMs() - startedMs,
      after: (delayMs, run) => world.after(delayMs, guarded(run)),
      every(periodMs, run) {
        let cancel = () => {};
        const again = () => {
          cancel = world.after(periodMs, () => {
            if (!isRunning) return;
            again();
            run();
          });
        };
        again();
        return () => cancel();
      },
      soon: (run) => void world.after(0, guarded(run)),
    };
    const made = assemble(needs, { time, process });
    // It may have died while it was being put together.
    if (!isRunning) return;
    running = { ...made, died };
    needs.onStart(running);
  };

  return {
    running: () => running,
    async submit(wish) {
      const to = running;
      if (to === undefined) return undefined;
      return Promise.race([to.trading.desk.submit(wish), to.died]);
    },
    start,
    killIn(touches, losesPower) {
      fuse = { left: touches, losesPower };
    },
    async restart() {
      const stopping = running;
      if (stopping === undefined) return;
      running = undefined;
      fuse = undefined;
      await stopping.stop();
      die();
      needs.onKilled();
      world.after(chance.between(50, 3_000), start);
    },
  };
}

type Process = Parameters<Network['clientOf']>[0];

function assemble(needs: MachineNeeds, { time, process }: { time: Time; process: Process }) {
  const { chance, disk, network, signer } = needs;
  const { client: bare, openSocket } = network.clientOf(process);
  const { openDatabase, haltFile } = disk.mount({ ...process, time });
  const budget = createRateBudget(time);
  const client = spendingFrom(budget, bare);
  const clock = createExchangeClock(client, time, log);
  const door = { mayOpen: () => true, openSocket };
  const exchange = createExchangeTopics({
    sockets: { account: door, market: door },
    ...{ url: EXCHANGE_WS, signer, timing: UPSTREAM_TIMING, time, random: chance.unit, log },
    exchangeNowMs: clock.nowMs,
    onFeedsChanged: () => {},
  });
  const hub = createTopicHub(exchange, time);
  const isAccountLive = () => exchange.feeds().account.state === 'live';
  const trading = createTrading({
    ...{ client, clock, signer, hub, time, log, budget },
    userAgent: 'perpdeck/simulated',
    newToken: () => chance.unit().toString(36).slice(2).padEnd(24, 'x'),
    openJournal: () => openJournalStore('the simulated disk', openDatabase),
    scope: 'simulated',
    limits: limitsIn({ priceDistanceMax: null }),
    haltFile,
    isAccountLive,
    renewAccount: () => exchange.renew({ kind: 'account' }),
    onResolved: needs.onResolved,
    onChange: () => {},
    // Its clocks are wrong by more than a trader's machine may be.
    environment: 'paper',
    foreignMessages: () => 0,
    pages: () => 0,
  });
  return {
    trading,
    hub,
    isAccountLive,
    async stop() {
      await trading.close();
      clock.stop();
      hub.stop();
      exchange.stop();
    },
  };
}
