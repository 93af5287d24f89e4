/**
 * One run of the proxy's order path against a simulated exchange, clock, network and disk, all of it decided by a seed:
 * a minute of trading in bad weather, then everything heals, and what then is not as it must be is a fault.
 */
import type { JournalEntry } from '#contract/api.ts';
import type { Mutation } from '#contract/wire/mutation.ts';
import { createSigner, type Signer } from '../../src/exchange/sign.ts';
import { askDesk, createSigningDesk } from '../../src/signer/signing-desk.ts';
import { type Cells, createCells } from './cells.ts';
import { type Chance, createChance } from './chance.ts';
import { createDisk, type Disk } from './disk.ts';
import { type Capacities, createDoor, type Door, EPOCH_MS } from './exchange-door.ts';
import { type ModelOrder, SYMBOLS } from './exchange-engine.ts';
import { createMachine, type Machine, takeLog } from './machine.ts';
import { CALM, createNetwork, type Network, type Weather } from './network.ts';
import { createOracles, type Oracles } from './oracles.ts';
import { openTab, type Tab } from './tab.ts';
import { createTrader, type Trader } from './trader.ts';
import { createWorld, type World } from './world.ts';

const API_KEY = 'canary-key-of-the-simulation';
const SECRET = 'canary-secret-of-the-simulation-0123456789';

/** The exchange's own, and less. */
const WINDOWS: readonly [Capacities, ...Capacities[]] = [
  { contract: 500, others: 100 },
  { contract: 500, others: 100 },
  { contract: 200, others: 60 },
];
const STORM_MS = 60_000;
const HEALING_MS = 120_000;
const LAST_ORDER_MS = 20_000;
const AWAY_MS = 2_000;
const BACK_MS = 5_000;

export interface Report {
  readonly seed: number;
  /** Equal for two runs of one seed. */
  readonly hash: string;
  readonly orders: number;
  readonly kills: number;
  /** How often which fault met which kind of wish. */
  readonly cells: ReadonlyMap<string, number>;
  /** Outcomes that nobody can tell any more. */
  readonly untold: number;
  /** Empty, unless something is wrong. */
  readonly faults: readonly string[];
}

interface Stage {
  readonly world: World;
  readonly chance: Chance;
  readonly door: Door;
  readonly disk: Disk;
  readonly network: Network;
  readonly machine: Machine;
  readonly trader: Trader;
  readonly oracles: Oracles;
  readonly tabs: Set<Tab>;
  readonly cells: Cells;
  /** The weather until it heals. */
  readonly storm: Weather;
  weather: Weather;
  wallOffMs: number;
  isHalted: boolean;
  kills: number;
}

let signerNowMs = () => EPOCH_MS;
let signer: Promise<Signer> | undefined;
/** One for all runs: making its key pair is dear, and it keeps nothing of a run. */
function theSigner(): Promise<Signer> {
  const make = async () => {
    const ask = askDesk(createSigningDesk({ caps: {}, nowMs: () => signerNowMs() }));
    await ask('hold', { account: 'simulated', apiKey: API_KEY, secret: Buffer.from(SECRET) });
    return createSigner(ask, 'simulated', API_KEY);
  };
  signer ??= make();
  return signer;
}

async function setStage(seed: number, onTrace: ((line: string) => void) | undefined): Promise<Stage> {
  const chance = createChance(seed);
  const world = createWorld(onTrace);
  const weather: Weather = {
    request: chance.pick([0, 0.05, 0.2, 0.4]),
    event: chance.pick([0, 0.03, 0.1]),
    socket: chance.pick([0, 0.05, 0.2]),
  };
  const disk = createDisk(chance);
  const door: Door = createDoor({
    chance,
    apiKey: API_KEY,
    secret: SECRET,
    worldMs: world.nowMs,
    // A lost event and a history later than the rule allows for are one fault too many.
    lagMsMax: weather.event === 0 ? 30_000 : 15_000,
    capacities: chance.pick(WINDOWS),
    refusesDuplicates: chance.isTrue(0.5),
    onEvents: (events) => network.publish(events),
  });
  const oracles = createOracles({ disk, door, secrets: [API_KEY, SECRET], worldMs: world.nowMs });
  const network: Network = createNetwork({
    ...{ world, chance, door },
    weather: () => stage.weather,
    onSend(call) {
      world.trace('sent', call.method, call.target, call.body?.toString('utf8') ?? '');
      oracles.onSend(call);
    },
    onFault: oracles.onFault,
  });
  const tabs = new Set<Tab>();
  const cells = createCells();
  const machine: Machine = createMachine({
    ...{ world, chance, disk, network, signer: await theSigner() },
    wallOffMs: () => stage.wallOffMs,
    onStart: ({ hub }) => void tabs.add(openTab(hub, oracles.onOutput, oracles.onFault)),
    onKilled() {
      stage.kills += 1;
      tabs.clear();
      for (const { wish, underWay } of trader.asked) {
        if (underWay > 0) cells.note('kill -9', wish.mutation.kind);
      }
    },
    onResolved(entry) {
      world.trace('resolved', entry.requestID ?? '', entry.state);
      oracles.onResolved(entry);
    },
  });
  const trader = createTrader({
    ...{ world, chance, door, machine, onTold: oracles.onTold },
    onAsk: ({ wish }) => noteCells(stage, wish.mutation.kind),
  });
  const stage: Stage = {
    ...{ world, chance, door, disk, network, machine, trader, oracles, tabs, cells, weather, storm: weather },
    ...{
      wallOffMs: chance.isTrue(0.3) ? chance.between(-3_600_000, 3_600_000) : 0,
      isHalted: false,
      kills: 0,
    },
  };
  signerNowMs = door.nowMs;
  return stage;
}

/** What it is like as something is asked for. */
function noteCells({ cells, disk, network, wallOffMs }: Stage, kind: Mutation['kind']): void {
  if (Math.abs(wallOffMs) >= 90_000) cells.note('clock 90 s off', kind);
  if (network.isAccountSilent()) cells.note('stream silent', kind);
  if (disk.isFailing()) cells.note('disk full', kind);
}

/** Somewhere in the storm. */
const sometime = ({ chance }: Stage) => chance.below(STORM_MS);

function pullKillSwitch(stage: Stage): void {
  const { machine, disk, oracles, world, chance } = stage;
  const running = machine.running();
  if (running === undefined || !running.isAccountLive()) return;
  const { killSwitch } = running.trading;
  world.trace('kill switch');
  killSwitch.pull('the simulation', { closesPositions: chance.isTrue(0.5) });
  // Where it could not be written down it holds until the next start.
  if (machine.running() !== running || disk.isFailing()) return;
  stage.isHalted = true;
  oracles.setHalted(true);
}

/** Once it says that nothing is open, nothing is, but for what could only close and was asked for since. */
function watchHalt(stage: Stage): void {
  const { machine, door, oracles, world } = stage;
  let seenAtMs: number | undefined;
  let haltedSinceMs = Number.POSITIVE_INFINITY;
  const look = () => {
    const state = machine.running()?.trading.killSwitch.state();
    if (state?.at === 'armed') haltedSinceMs = Number.POSITIVE_INFINITY;
    else if (state !== undefined) haltedSinceMs = Math.min(haltedSinceMs, world.nowMs());
    if (state?.at === 'halted' && state.verifiedAtMs !== seenAtMs && state.rounds > 0) {
      seenAtMs = state.verifiedAtMs;
      const isLater = (order: ModelOrder) => order.reduceOnly && order.createdMs >= haltedSinceMs;
      const open = door.engine.open().filter((order) => !isLater(order));
      if (open.length > 0) oracles.onFault(`I6: halted with ${open.length} orders open: ${open[0]?.clOrdID}`);
    }
    world.after(100, look);
  };
  look();
}

function arm(stage: Stage): void {
  const killSwitch = stage.machine.running()?.trading.killSwitch;
  if (killSwitch === undefined || !killSwitch.isHalted() || stage.disk.isFailing()) return;
  stage.isHalted = false;
  stage.oracles.setHalted(false);
  stage.world.trace('armed');
  try {
    killSwitch.arm();
  } catch (error) {
    // It was killed on the way.
    if (stage.machine.running()?.trading.killSwitch === killSwitch) throw error;
  }
}

function plan(stage: Stage): void {
  const { world, chance, machine, network, disk, door, trader } = stage;
  const times = (most: number, run: () => void) => {
    for (let left = chance.below(most + 1); left > 0; left -= 1) world.after(sometime(stage), run);
  };
  const act = () => {
    if (world.nowMs() > STORM_MS) return;
    trader.act();
    world.after(chance.between(50, 1_500), act);
  };
  const move = () => {
    door.engine.move(chance.pick(SYMBOLS));
    if (world.nowMs() < STORM_MS) world.after(chance.between(100, 1_200), move);
  };
  world.after(1_000, act);
  world.after(1_000, move);
  times(4, () => machine.killIn(chance.below(8), chance.isTrue(0.5)));
  times(1, () => void machine.restart());
  times(2, () => {
    disk.fail(chance.pick(['full', 'locked']));
    world.after(chance.between(500, 8_000), () => disk.fail(undefined));
  });
  times(1, () => {
    network.setAway(true);
    world.after(chance.between(500, 20_000), () => network.setAway(false));
  });
  times(2, () => network.cut());
  times(2, () => {
    stage.wallOffMs = chance.between(-3_600_000, 3_600_000);
  });
  // The lid is closed for ten minutes: every clock but the monotonic one has gone on.
  if (chance.isTrue(0.1))
    world.after(sometime(stage), () => {
      door.jump(600_000);
      stage.wallOffMs += 600_000;
    });
  if (chance.isTrue(0.3)) {
    world.after(sometime(stage), () => pullKillSwitch(stage));
    world.after(sometime(stage) + 10_000, () => arm(stage));
  }
  times(3, () => {
    const running = machine.running();
    if (running !== undefined)
      stage.tabs.add(openTab(running.hub, stage.oracles.onOutput, stage.oracles.onFault));
  });
}

const entriesOf = (machine: Machine): JournalEntry[] =>
  [...(machine.running()?.trading.journal.lines(0) ?? [])].map((line) => JSON.parse(line) as JournalEntry);

async function heal(stage: Stage): Promise<void> {
  const { world, machine, network, disk } = stage;
  stage.weather = CALM;
  stage.wallOffMs = 0;
  network.setAway(false);
  disk.fail(undefined);
  machine.killIn(Number.POSITIVE_INFINITY, false);
  world.trace('healed');
  await world.pass(HEALING_MS);
}

/** Everything works again: an order is taken, and is canceled. */
async function tradeOnceMore(stage: Stage): Promise<void> {
  const { world, trader, door, oracles } = stage;
  arm(stage);
  const placed = trader.place({ isFar: true });
  await world.pass(LAST_ORDER_MS);
  const { wish, answers } = placed;
  const ref = { clOrdID: wish.requestID ?? '' };
  const order = door.engine.find(wish.mutation.symbol, ref);
  // One in twenty the exchange itself refuses.
  const isRefused = answers.some(
    (answer) => answer?.kind === 'answer' && /1100[0-9]|1101[0-9]/.test(answer.body),
  );
  if (isRefused) return;
  if (order === undefined)
    return oracles.onFault(`no order is taken after healing: ${JSON.stringify(answers)}`);
  trader.cancel(order);
  await world.pass(LAST_ORDER_MS);
  if (door.engine.find(order.symbol, ref) !== undefined) oracles.onFault('no cancel is taken after healing');
}

function checkTabs(stage: Stage): void {
  const { tabs, machine, door, oracles } = stage;
  const running = machine.running();
  if (running === undefined) {
    oracles.onFault('the proxy is not running after healing');
    return;
  }
  const late = openTab(running.hub, oracles.onOutput, oracles.onFault);
  for (const tab of [...tabs, late]) {
    const differences = tab.differences(door.engine, { andFills: stage.storm.event === 0 });
    if (differences === undefined) oracles.onFault('I4: a tab was told nothing');
    for (const difference of differences ?? []) oracles.onFault(`I4: ${difference}`);
  }
}

/** Away for a moment, while the market goes on: in five seconds every tab shows what it missed. */
async function comeBack(stage: Stage): Promise<void> {
  const { world, network, door } = stage;
  network.setAway('refusing');
  network.cut();
  for (const symbol of SYMBOLS) {
    await world.pass(AWAY_MS / SYMBOLS.length);
    door.engine.move(symbol);
  }
  network.setAway(false);
  world.trace('back');
  await world.pass(BACK_MS);
  checkTabs(stage);
}

/** @throws what the proxy throws */
export async function simulate(seed: number, onTrace?: (line: string) => void): Promise<Report> {
  const stage = await setStage(seed, onTrace);
  const { world, machine, trader, oracles, disk } = stage;
  takeLog();
  machine.start();
  plan(stage);
  watchHalt(stage);
  await world.pass(STORM_MS);
  await heal(stage);
  await tradeOnceMore(stage);
  checkTabs(stage);
  await comeBack(stage);
  const entries = entriesOf(machine);
  oracles.checkJournal(entries, trader.asked);
  oracles.checkLimits();
  for (const line of takeLog()) oracles.onOutput(line);
  oracles.onOutput(JSON.stringify(entries));
  oracles.onOutput(JSON.stringify(trader.asked.map(({ answers }) => answers)));
  world.trace(JSON.stringify(entries));
  disk.close();
  return {
    ...{ seed, hash: world.traceHash(), faults: oracles.faults },
    orders: trader.asked.filter(({ wish }) => wish.mutation.kind === 'place').length,
    kills: stage.kills,
    ...{ cells: stage.cells.counts(), untold: oracles.untold() },
  };
}
