/**
 * A trading day at sixty times its pace (`SOAK_MINUTES=30` of ours; three otherwise) with 50 tabs that come and go and a
 * trader who never stops: memory must stay flat, no tab may miss one of the account's events, and every order must fill.
 */
import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { freePort, makeDataDir, startDeck, startPaper } from '../e2e/processes.ts';
import { signInTo } from './relay/rig.ts';
import { printTable, rigLine } from './table.ts';

const MINUTES = Number(process.env.SOAK_MINUTES ?? 3);
const TABS = 50;
const STAY_MS = { least: 2_000, most: 20_000 };
const ORDER_MS = 200;
const SAMPLE_MS = 250;
const GOAL_GROWTH = 0.1;
/** The run in so many parts, to see that the trader trades in each. */
const PARTS = 6;
const KEY = 'soak-key-0123456789';
const SECRET = 'soak-secret-0123456789abcdef0123456789';
const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT', 'DOGEUSDT', 'LINKUSDT'];

type Deck = Awaited<ReturnType<typeof startDeck>>;
type Session = Awaited<ReturnType<typeof signInTo>>;
/** What one tab heard of the account, in order. */
interface Heard {
  readonly events: string[];
  /** Client ids of the orders it heard to be filled. */
  readonly filled: Set<string>;
  /** Settled once it has heard how the account stands. */
  readonly knowsAccount: Promise<void>;
  closedWith?: number;
}

const digest = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('base64');
const isAccount = (bytes: Buffer): boolean => bytes.includes('"accounts_p"');
/** Looked for in the text: fifty tabs hear every event. */
const FILLED = /"clOrdID":"(soak-\d+)"[^{}]*"ordStatus":"Filled"/g;
const isSnapshot = (bytes: Buffer): boolean => bytes.includes('"type":"snapshot"');

/** Opens a tab that looks at the account and at some of the market; the answer closes it. */
async function openTab(deck: Deck, { cookie, headerToken }: Session): Promise<Heard & { close(): void }> {
  const socket = new WebSocket(`${deck.url.replace('http', 'ws')}/exchange/ws`, {
    headers: { cookie, origin: deck.url },
  });
  let onAccount = () => {};
  const knowsAccount = new Promise<void>((resolve) => {
    onAccount = resolve;
  });
  const heard: Heard = { events: [], filled: new Set(), knowsAccount };
  socket.on('message', (bytes: Buffer) => {
    if (!isAccount(bytes)) return;
    onAccount();
    if (isSnapshot(bytes)) return;
    heard.events.push(digest(bytes));
    for (const [, clOrdID = ''] of bytes.toString().matchAll(FILLED)) heard.filled.add(clOrdID);
  });
  socket.on('close', (code) => {
    heard.closedWith = code;
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let id = 0;
  const ask = (method: string, params: readonly unknown[]) =>
    socket.send(JSON.stringify({ id: id++, method, params }));
  ask('perpdeck.auth', [headerToken]);
  ask('aop_p.subscribe', []);
  ask('perp_market24h_pack_p.subscribe', []);
  const first = Math.floor(Math.random() * SYMBOLS.length);
  for (const step of [0, 1, 2]) {
    const symbol = SYMBOLS[(first + step) % SYMBOLS.length];
    ask('orderbook_p.subscribe', [symbol]);
    ask('trade_p.subscribe', [symbol]);
  }
  ask('kline_p.subscribe', [SYMBOLS[first], 60]);
  return Object.assign(heard, { close: () => socket.close() });
}

const stayMs = (): number => STAY_MS.least + Math.random() * (STAY_MS.most - STAY_MS.least);

/** `cutOffWith`: it was ended before it left. */
type Stayed = Heard & { readonly cutOffWith: number | undefined };

/** Why tabs were not opened: where the machine is too busy, with 408. */
const notOpened = new Map<string, number>();
const tally = (times: Map<string, number>, why: string): void =>
  void times.set(why, (times.get(why) ?? 0) + 1);
const tallied = (times: ReadonlyMap<string, number>): string =>
  [...times].map(([why, count]) => `${count} ${why}`).join(', ') || '0';

/** One place at the table: a tab after the other, until it is over. */
async function comeAndGo(deck: Deck, session: Session, isOver: () => boolean): Promise<readonly Stayed[]> {
  const all: Stayed[] = [];
  while (!isOver()) {
    const tab = await openTab(deck, session).catch(({ message }: Error) => tally(notOpened, message));
    if (tab === undefined) continue;
    await setTimeout(stayMs());
    all.push({ ...tab, cutOffWith: tab.closedWith });
    tab.close();
  }
  return all;
}

/** The exchange's answer, or Perpdeck's. */
interface Told {
  readonly code?: number;
  readonly msg?: string;
  readonly error?: { readonly code: string; readonly guard?: { readonly rule: string } };
}

/** What became of the trader's orders. */
interface Traded {
  sent: number;
  /** In each part of the run. */
  readonly taken: number[];
  /** By the code and the words of whoever refused. */
  readonly refused: Map<string, number>;
}

/** Buys and sells by turns, so that every order brings fills, positions and balances. */
async function trade(
  deck: Deck,
  { cookie, headerToken }: Session,
  { isOver, part }: { isOver(): boolean; part(): number },
): Promise<Traded> {
  const traded: Traded = { sent: 0, taken: Array.from({ length: PARTS }, () => 0), refused: new Map() };
  while (!isOver()) {
    const { sent } = traded;
    const order = { symbol: 'BTCUSDT', ordType: 'Market', orderQtyRq: '0.001', posSide: 'Merged' };
    const answer = await fetch(`${deck.url}/exchange/g-orders`, {
      method: 'POST',
      headers: {
        ...{ cookie, origin: deck.url, 'content-type': 'application/json' },
        ...{ 'sec-fetch-site': 'same-origin', 'x-perpdeck-token': headerToken },
      },
      body: JSON.stringify({
        ...order,
        ...{
          clOrdID: `soak-${sent}`,
          side: sent % 2 === 0 ? 'Buy' : 'Sell',
          timeInForce: 'ImmediateOrCancel',
        },
      }),
    });
    const told = (await answer.json()) as Told;
    traded.sent += 1;
    if (told.code === 0) traded.taken[part()] = (traded.taken[part()] ?? 0) + 1;
    else {
      const { code, guard } = told.error ?? { code: `${told.code} ${told.msg}`.replace(/\d{10}/, '…') };
      const why = guard === undefined ? code : `${code} ${guard.rule}`;
      tally(traded.refused, why);
    }
    await setTimeout(ORDER_MS);
  }
  return traded;
}

interface MemorySample {
  readonly residentMb: number;
  readonly heapMb: number;
}

async function sampleMemory(deck: Deck, isOver: () => boolean): Promise<readonly MemorySample[]> {
  const samples: MemorySample[] = [];
  while (!isOver()) {
    const text = await (await fetch(`${deck.url}/metrics`)).text();
    const megabytes = (name: string) =>
      Number(new RegExp(`^perpdeck_${name} (\\d+)$`, 'm').exec(text)?.[1]) / 1e6;
    samples.push({ residentMb: megabytes('resident_memory_bytes'), heapMb: megabytes('heap_used_bytes') });
    await setTimeout(SAMPLE_MS);
  }
  return samples;
}

/** What is left after a collection: the lowest that was seen. */
const floor = (samples: readonly MemorySample[]): number => Math.min(...samples.map(({ heapMb }) => heapMb));

/** Events that a tab should have heard between the first and the last that it did hear. */
function missedBy({ events }: Heard, all: readonly string[], places: ReadonlyMap<string, number>): number {
  const first = places.get(events[0] ?? '');
  if (first === undefined) return events.length;
  return events.filter((event, index) => all[first + index] !== event).length;
}

const paperDir = makeDataDir();
const deckDir = makeDataDir();
const port = await freePort();
const paper = await startPaper({
  ...{ dataDir: paperDir.path, port, accounts: [`${KEY}:${SECRET}`] },
  args: ['--speed', '60'],
});
const deck = await startDeck(
  deckDir.path,
  [
    ...['--exchange', 'paper', '--exchange-url', paper.url, '--exchange-ws', `ws://127.0.0.1:${port}/ws`],
    ...['--max-sockets', '64'],
  ],
  { PERPDECK_API_KEY: KEY, PERPDECK_API_SECRET: SECRET },
);
const session = await signInTo(deck);
const reference = await openTab(deck, session);
await reference.knowsAccount;
const startedMs = performance.now();
const lastsMs = MINUTES * 60_000;
const isOver = () => performance.now() > startedMs + lastsMs;
const part = () => Math.min(PARTS - 1, Math.floor(((performance.now() - startedMs) / lastsMs) * PARTS));
const [traded, memory, ...places] = await Promise.all([
  trade(deck, session, { isOver, part }),
  sampleMemory(deck, isOver),
  ...Array.from({ length: TABS }, () => comeAndGo(deck, session, isOver)),
]);
// What was sent last has arrived everywhere.
await setTimeout(1_000);
const tabs = places.flat();
const order = new Map(reference.events.map((event, index) => [event, index]));
const missed = tabs.reduce((sum, tab) => sum + missedBy(tab, reference.events, order), 0);
const cutOff = tabs.flatMap(({ cutOffWith }) => cutOffWith ?? []);
const heard = tabs.reduce((sum, tab) => sum + tab.events.length, 0);
reference.close();
await deck.stop();
await paper.stop();
paperDir.remove();
deckDir.remove();

const third = Math.floor(memory.length / 3);
const [early, late] = [floor(memory.slice(third, 2 * third)), floor(memory.slice(2 * third))];
const growth = late / early - 1;
printTable(
  `${MINUTES} minutes at 60x: ${TABS} tabs at a time come and go`,
  ['what', 'measured', 'goal'],
  [
    ['tabs, one after the other', String(tabs.length), ''],
    ['not opened', tallied(notOpened), '0'],
    ['of those ended before they left', cutOff.join(', ') || '0', '0'],
    ['orders sent', String(traded.sent), ''],
    ['taken, by sixths of the run', traded.taken.join(' · '), 'each'],
    ['refused', tallied(traded.refused), '0'],
    ['filled, as the tab that stayed heard', String(reference.filled.size), 'each'],
    ["account's events, to the tab that stayed", String(reference.events.length), ''],
    ["account's events, to those that came and went", String(heard), ''],
    ['missed', String(missed), '0'],
    [
      'resident memory at most',
      `${Math.max(...memory.map(({ residentMb }) => residentMb)).toFixed(0)} MB`,
      '',
    ],
    ['heap after collection, second third to last', `${early.toFixed(1)} to ${late.toFixed(1)} MB`, ''],
    ['growth', `${(growth * 100).toFixed(1)} %`, `${GOAL_GROWTH * 100} %`],
  ],
);
console.log(rigLine());
const isFilled = traded.sent > 0 && reference.filled.size === traded.sent;
if (missed > 0 || growth > GOAL_GROWTH || heard === 0 || cutOff.length + notOpened.size > 0 || !isFilled)
  process.exitCode = 1;
