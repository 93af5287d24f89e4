/**
 * The proxy under what a bad day brings: every product's tickers and 50 books, cancels amid a flood of market data,
 * tabs that do not read, strangers who knock, and a start after a kill with a long journal.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'libsql';
import { Pool } from 'undici';
import { makeDataDir, startDeck } from '../e2e/processes.ts';
import { openJournalStore } from '../proxy/src/journal/journal-store.ts';
import { startFlood } from './orders/flood-control.ts';
import { type Hop, read, startFeed, startPerpdeck } from './relay/rig.ts';
import { percentile, printTable, rigLine } from './table.ts';

const KEY = {
  PERPDECK_API_KEY: 'load-key-0123456789',
  PERPDECK_API_SECRET: 'load-secret-0123456789abcdef01234',
};
const CANCELS = 1_000;
/** 2,000 messages a second to eight tabs. */
const MARKET = { sockets: 8, books: 40, seconds: 10 };
const JOURNAL_ROWS = 100_000;
const MB = 1_000_000;

const rows: string[][] = [];
const note = (what: string, figure: string, goal: string) => rows.push([what, figure, goal]);
const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** Of a process and its children (the signer is one); a page that two of them use counts half for each. */
function sharedMemoryMb(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').match(/\d+/g) ?? [];
  const pages = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const own = (Number(/^Pss:\s+(\d+)/m.exec(pages)?.[1]) * 1024) / MB;
  return children.reduce((sum, child) => sum + sharedMemoryMb(Number(child)), own);
}

const ownMemoryMb = (pid: number): number =>
  (Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024) / MB;

/** The most that `look` gave while `work` was going on. */
async function highest<T>(work: Promise<T>, look: () => number): Promise<{ most: number; result: T }> {
  let most = look();
  let isOver = false;
  const watch = (async () => {
    while (!isOver) {
      most = Math.max(most, look());
      await setTimeout(200);
    }
  })();
  const result = await work;
  isOver = true;
  await watch;
  return { most, result };
}

function clientOf(deck: Hop) {
  const origin = deck.headers.origin ?? '';
  const pool = new Pool(origin, { connections: 1 });
  const headers = { ...deck.headers, 'sec-fetch-site': 'same-origin', 'x-perpdeck-token': deck.token ?? '' };
  let made = 0;
  return {
    origin,
    /** How long one took, in ms. */
    async cancel(): Promise<number> {
      made += 1;
      const path = `/exchange/g-orders/cancel?symbol=BENCH1USDT&orderID=o-${made}&posSide=Merged`;
      const startedMs = performance.now();
      const answer = await pool.request({ method: 'DELETE', path, headers });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${text}`);
      return performance.now() - startedMs;
    },
    async metric(name: string): Promise<number> {
      const text = await (await fetch(`${origin}/metrics`)).text();
      return Number(new RegExp(`^perpdeck_${name} (\\S+)$`, 'm').exec(text)?.[1]);
    },
    close: () => pool.close(),
  };
}
type Client = ReturnType<typeof clientOf>;

async function cancels(client: Client, count: number): Promise<readonly number[]> {
  const all: number[] = [];
  for (let i = 0; i < count; i++) all.push(await client.cancel());
  return all.sort((a, b) => a - b);
}
const spread = (all: readonly number[]): string =>
  [0.5, 0.99, 1].map((part) => ms(percentile(all, part))).join(' / ');

async function measureMemory(deck: Hop): Promise<void> {
  const pid = deck.pid ?? 0;
  const work = read(deck, { sockets: 4, books: 50, seconds: 20, tickers: true });
  const { most } = await highest(work, () => ownMemoryMb(pid));
  note('602 tickers and 50 books to 4 tabs: the proxy’s resident memory', `${most.toFixed(0)} MB`, '150 MB');
  note('with its signer, what they share counted once', `${sharedMemoryMb(pid).toFixed(0)} MB`, '');
}

async function measureCancels(deck: Hop, client: Client): Promise<void> {
  note('cancel, answered: p50 / p99 / most, at rest', spread(await cancels(client, CANCELS)), '');
  const market = read(deck, { ...MARKET, seconds: 30 });
  await setTimeout(8_000);
  note(
    'amid 2,000 messages/s to 8 tabs',
    spread(await cancels(client, CANCELS)),
    '30 ms at p99, 150 ms at most',
  );
  await market;
}

async function measureStalled(deck: Hop, client: Client): Promise<void> {
  const pid = deck.pid ?? 0;
  const healthy = await read(deck, MARKET);
  const before = ownMemoryMb(pid);
  let endedMs = Number.NaN;
  const reading = read(deck, { ...MARKET, seconds: 25, stalled: 4 });
  const watch = (async () => {
    while ((await client.metric('browser_sockets')) > 0) await setTimeout(20);
    while ((await client.metric('browser_sockets')) < MARKET.sockets) await setTimeout(20);
    const sinceMs = performance.now();
    while ((await client.metric('browser_sockets')) > MARKET.sockets / 2) await setTimeout(100);
    endedMs = performance.now() - sinceMs;
  })();
  const { most, result } = await highest(reading, () => ownMemoryMb(pid));
  await watch;
  const us = (value: number) => `${value.toFixed(0)} µs`;
  note('8 tabs, p50 / p99', `${us(healthy.p50)} / ${us(healthy.p99)}`, '');
  note('4 more that read, beside 4 that do not', `${us(result.p50)} / ${us(result.p99)}`, 'p99 + 50 %');
  note('memory besides', `${(most - before).toFixed(0)} MB`, '40 MB');
  note('those that do not read are ended, after their sign-in', ms(endedMs), '');
}

async function measureFlood(client: Client): Promise<void> {
  const flood = await startFlood(client.origin);
  const all = await cancels(client, 500);
  const { requests, handshakes } = await flood.stop();
  note(
    `cancel amid strangers: ${requests} requests/s, ${handshakes} handshakes/s`,
    spread(all),
    '250 ms at p99',
  );
}

/** As the journal writes them, but all at once: each on its own would wait for the disk 100,000 times. */
function fillJournal(folder: string): void {
  openJournalStore(folder).close();
  const database = new Database(join(folder, 'journal.db'));
  const insert = database.prepare(
    'INSERT INTO entries (request_key, scope, state, at_ms, body) VALUES (?, ?, ?, ?, ?)',
  );
  const request = { method: 'POST', path: '/g-orders', query: '', body: '{"symbol":"BTCUSDT"}' };
  database.exec('BEGIN');
  for (let i = 0; i < JOURNAL_ROWS; i++) {
    const step = { state: 'ACKED', atMs: Date.now() - i };
    const entry = {
      scope: 'paper',
      who: 'browser',
      requestID: `r-${i}`,
      kind: 'place',
      symbol: 'BTCUSDT',
      request,
    };
    const body = JSON.stringify({
      ...entry,
      state: 'ACKED',
      steps: [step],
      answer: { status: 200, body: '{}' },
    });
    insert.run(`paper order r-${i}`, 'paper', 'ACKED', step.atMs, body);
  }
  database.exec('COMMIT');
  database.close();
}

async function measureStart(feed: { httpUrl: string; wsUrl: string }): Promise<void> {
  const dir = makeDataDir();
  const args = ['--exchange-url', feed.httpUrl, '--exchange-ws', feed.wsUrl];
  const first = await startDeck(dir.path, args, KEY);
  await first.kill();
  const startMs = async () => {
    const startedMs = performance.now();
    const deck = await startDeck(dir.path, args, KEY);
    const health = await fetch(`${deck.url}/healthz`);
    const took = performance.now() - startedMs;
    await deck.kill();
    return health.ok ? took : Number.NaN;
  };
  note('start after kill -9, empty journal', ms(await startMs()), '');
  fillJournal(dir.path);
  note(`with ${JOURNAL_ROWS.toLocaleString('en')} requests in it`, ms(await startMs()), '10 s');
  dir.remove();
}

const feed = await startFeed();
const deck = await startPerpdeck(feed, 64, KEY);
const client = clientOf(deck);
await measureMemory(deck);
await measureCancels(deck, client);
await measureStalled(deck, client);
await measureFlood(client);
await client.close();
await deck.stop();
await measureStart(feed);
await feed.stop();
printTable('The proxy on a bad day', ['what', 'measured', 'goal'], rows);
console.log(rigLine());
