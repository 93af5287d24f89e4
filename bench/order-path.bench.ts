/**
 * From the wish to the bytes on their way to the exchange: an order through Perpdeck (guard, journal and signer
 * included) beside ccxt, which signs and sends the same order straight to the same paper exchange, and beside what no
 * proxy of this kind can do without: one hop over HTTP, and the longer of one sync of the journal's disk and one
 * signature by a process of its own, since these two go on at the same time. Microseconds.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ccxt from 'ccxt';
import { Pool } from 'undici';
import { freePort, makeDataDir, startDeck, startPaper } from '../e2e/processes.ts';
import { startSignerProcess } from '../proxy/src/signer/signer-process.ts';
import { systemTime } from '../proxy/src/time.ts';
import { signInTo } from './relay/rig.ts';
import { percentile, printTable, rigLine } from './table.ts';

const ORDERS = 3_000;
/** They take turns, so that a machine that slows down slows both. */
const ORDERS_A_TURN = 100;
const WARM_UP = 200;
/** About what an order adds to the journal's log: a few pages of 4 KiB. */
const JOURNALLED = Buffer.alloc(4 * 4096, 1);
const KEY = 'order-path-key-0123456789';
const SECRET = 'order-path-secret-0123456789abcdef0123';
/** Far below the market, and gone at once: nothing trades and nothing piles up. */
const ORDER = {
  symbol: 'BTCUSDT',
  side: 'Buy',
  ordType: 'Limit',
  priceRp: '40000',
  orderQtyRq: '0.001',
} as const;

interface Way {
  readonly name: string;
  send(clOrdID: string): Promise<void>;
}
interface Sent {
  readonly id: string;
  readonly atNs: bigint;
  readonly answeredUs: number;
}

async function startBeside(file: string, args: readonly string[]) {
  const child = fork(join(dirname(fileURLToPath(import.meta.url)), 'orders', file), args, {
    execArgv: ['--import', 'tsx'],
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return { child, port };
}

async function startToll(target: number) {
  const { child, port } = await startBeside('toll.ts', [String(target)]);
  return {
    url: `http://127.0.0.1:${port}`,
    async passedNs(): Promise<Readonly<Record<string, string>>> {
      child.send('report');
      const [{ passedNs }] = (await once(child, 'message')) as [{ passedNs: Record<string, string> }];
      return passedNs;
    },
    stop: () => child.disconnect(),
  };
}

async function viaCcxt(url: string): Promise<Way> {
  const client = new ccxt.phemex({
    ...{ apiKey: KEY, secret: SECRET, enableRateLimit: false },
    options: { defaultType: 'swap' },
  });
  client.urls.api = { v1: `${url}/v1`, v2: url, public: `${url}/exchange/public`, private: url };
  await client.loadMarkets();
  return {
    name: 'ccxt, straight',
    async send(clientOrderId) {
      const params = { clientOrderId, timeInForce: 'ImmediateOrCancel' };
      await client.createOrder(
        'BTC/USDT:USDT',
        'limit',
        'buy',
        Number(ORDER.orderQtyRq),
        Number(ORDER.priceRp),
        params,
      );
    },
  };
}

async function viaBareHop(url: string): Promise<Way & { stop(): void }> {
  const { child, port } = await startBeside('bare-hop.ts', [url, KEY, SECRET]);
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1 });
  return {
    name: 'bare hop: signs and passes on',
    async send(clOrdID) {
      const body = JSON.stringify({ ...ORDER, clOrdID, posSide: 'Merged', timeInForce: 'ImmediateOrCancel' });
      const headers = { 'content-type': 'application/json' };
      const answer = await pool.request({ method: 'POST', path: '/g-orders', headers, body });
      const { code } = (await answer.body.json()) as { code: number };
      if (code !== 0) throw new Error(`${clOrdID}: ${code}`);
    },
    stop: () => child.disconnect(),
  };
}

/** A file beside the journal, and how long it takes to put on the disk what an order does. */
function openDisk(folder: string) {
  const file = openSync(join(folder, 'beside-the-journal'), 'w');
  const takenUs: number[] = [];
  return {
    takenUs,
    sync() {
      const atNs = process.hrtime.bigint();
      writeSync(file, JOURNALLED, 0, JOURNALLED.length, 0);
      fdatasyncSync(file);
      takenUs.push(Number(process.hrtime.bigint() - atNs) / 1000);
    },
    close: () => closeSync(file),
  };
}

/** A signer as Perpdeck starts it, and how long a signature there and back takes. */
async function openSigner() {
  const { ask, stop } = await startSignerProcess({
    caps: {},
    time: systemTime,
    log: { error: () => {}, warn: () => {} },
    bundle: join(dirname(fileURLToPath(import.meta.url)), '../dist/server/signer.mjs'),
  });
  await ask('hold', { account: 'bench', apiKey: KEY, secret: Buffer.from(SECRET) });
  const takenUs: number[] = [];
  return {
    takenUs,
    async sign() {
      const expirySec = Math.floor(Date.now() / 1000) + 10;
      const body = JSON.stringify({ ...ORDER, clOrdID: 'signed', posSide: 'Merged' });
      const order = { method: 'POST', path: '/g-orders', query: '', body, expirySec } as const;
      const atNs = process.hrtime.bigint();
      await ask('sign', { account: 'bench', order });
      takenUs.push(Number(process.hrtime.bigint() - atNs) / 1000);
    },
    stop,
  };
}

async function viaPerpdeck(deck: { readonly url: string; readonly link: string }): Promise<Way> {
  const { cookie, headerToken } = await signInTo(deck);
  const pool = new Pool(deck.url, { connections: 1 });
  const headers = {
    ...{ cookie, origin: deck.url, 'content-type': 'application/json' },
    ...{ 'sec-fetch-site': 'same-origin', 'x-perpdeck-token': headerToken },
  };
  const call = async (method: 'POST' | 'PUT' | 'GET', path: string, body?: object) => {
    const answer = await pool.request({
      method,
      path,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${text}`);
    return JSON.parse(text) as { code?: number; limits?: object };
  };
  // Every limit is kept and weighed; there are just more orders a minute than a person sends.
  const { limits } = await call('GET', '/api/guard');
  await call('PUT', '/api/guard', { ...limits, ordersPerMinuteMax: 1_000_000 });
  return {
    name: 'Perpdeck: guard, journal, signer',
    async send(clOrdID) {
      const body = { ...ORDER, clOrdID, posSide: 'Merged', timeInForce: 'ImmediateOrCancel' };
      const { code } = await call('POST', '/exchange/g-orders', body);
      if (code !== 0) throw new Error(`${clOrdID}: ${code}`);
    },
  };
}

let made = 0;
async function sendOne(way: Way): Promise<Sent> {
  made += 1;
  const id = `toll-${made}`;
  const atNs = process.hrtime.bigint();
  await way.send(id);
  return { id, atNs, answeredUs: Number(process.hrtime.bigint() - atNs) / 1000 };
}

const paperDir = makeDataDir();
const deckDir = makeDataDir();
const port = await freePort();
const paper = await startPaper({ dataDir: paperDir.path, port, accounts: [`${KEY}:${SECRET}`] });
const toll = await startToll(port);
const deck = await startDeck(
  deckDir.path,
  ['--exchange', 'paper', '--exchange-url', toll.url, '--exchange-ws', `ws://127.0.0.1:${port}/ws`],
  { PERPDECK_API_KEY: KEY, PERPDECK_API_SECRET: SECRET },
);
const bareHop = await viaBareHop(toll.url);
const disk = openDisk(deckDir.path);
const signer = await openSigner();
const ways = [await viaCcxt(toll.url), bareHop, await viaPerpdeck(deck)];
const sent = new Map<Way, Sent[]>(ways.map((way) => [way, []]));
for (const way of ways) for (let i = 0; i < WARM_UP; i++) await sendOne(way);
for (let turn = 0; turn < ORDERS / ORDERS_A_TURN; turn++) {
  for (const [way, all] of sent) for (let i = 0; i < ORDERS_A_TURN; i++) all.push(await sendOne(way));
  for (let i = 0; i < ORDERS_A_TURN; i++) {
    disk.sync();
    await signer.sign();
  }
}
const passed = await toll.passedNs();
toll.stop();
bareHop.stop();
disk.close();
await signer.stop();
await deck.stop();
await paper.stop();
paperDir.remove();
deckDir.remove();

const rising = (values: readonly number[]) => [...values].sort((a, b) => a - b);
const figures = ways.map((way) => {
  const all = sent.get(way) ?? [];
  const onTheWay = all.map(({ id, atNs }) => Number(BigInt(passed[id] ?? '0') - atNs) / 1000);
  return {
    name: way.name,
    toWire: rising(onTheWay),
    answered: rising(all.map(({ answeredUs }) => answeredUs)),
  };
});
const [theirs, hop, ours] = figures;
printTable(
  `An order from the wish to the wire, ${ORDERS} each, one after the other (microseconds)`,
  ['way', 'to the wire p50', 'p95', 'p99', 'p50 / ccxt', 'answered p50', 'p99'],
  figures.map(({ name, toWire, answered }) => [
    name,
    ...[0.5, 0.95, 0.99].map((part) => percentile(toWire, part).toFixed(0)),
    (percentile(toWire, 0.5) / percentile(theirs?.toWire ?? [], 0.5)).toFixed(2),
    ...[0.5, 0.99].map((part) => percentile(answered, part).toFixed(0)),
  ]),
);
const [synced, signed] = [disk, signer].map(({ takenUs }) => rising(takenUs));
const median = (values: readonly number[] = []) => percentile(values, 0.5);
for (const [what, taken = []] of [
  ["one sync of the journal's disk", synced],
  ['one signature by a process of its own', signed],
] as const) {
  console.log(
    `${what}: ${[0.5, 0.95, 0.99].map((part) => percentile(taken, part).toFixed(0)).join(' / ')} (p50 / p95 / p99)`,
  );
}
const leastUs = median(hop?.toWire) + Math.max(median(synced), median(signed));
console.log(
  `the least with a journal and a signer, bare hop and the longer of these two: ${leastUs.toFixed(0)} (p50); Perpdeck takes ${(median(ours?.toWire) / leastUs).toFixed(2)} times as long`,
);
console.log(rigLine());
