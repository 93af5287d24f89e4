/** A browser that does not keep up: market data is left out and made good, the account's events never are. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createManualTime, type ManualTime } from './manual-time.ts';
import { type BrowserTab, openTab, type Rig, startRig } from './rig.ts';

const STALLED_MS = 10_000;
/** What the operating system buffers for a connection of this machine is a few MiB; this is far more. */
const MESSAGES = 400;
const PADDING = 'x'.repeat(64 * 1024);

let rig: Rig;
let time: ManualTime;
let slow: BrowserTab;
let healthy: BrowserTab;
beforeEach(async () => {
  time = createManualTime();
  rig = await startRig({
    time,
    browserLimits: { softBytes: 128 * 1024, hardBytes: 1024 * 1024, stalledMs: STALLED_MS },
  });
  const me = await rig.signIn();
  await rig.exchange.until(() => rig.exchange.subscribed('aop_p.subscribe').length === 1);
  slow = await openTab(rig, me);
  healthy = await openTab(rig, me);
});
afterEach(() => rig.close());

const book = (sequence: number) =>
  `{"depth":30,"orderbook_p":{"asks":[["101","${sequence}"]],"bids":[["100","1"]]},"padding":"${PADDING}",` +
  `"sequence":${sequence},"symbol":"BTCUSDT","timestamp":1795475787262000003,"type":"${sequence === 1 ? 'snapshot' : 'incremental'}"}`;
const account = (sequence: number) =>
  `{"accounts_p":[],"orders_p":[],"padding":"${PADDING}","positions_p":[],"sequence":${sequence},"timestamp":1,"type":"${sequence === 1 ? 'snapshot' : 'incremental'}","version":0}`;

/** Of the account's events, those of the flood. */
const FLOODED = '"orders_p":[],"padding"';

const sequences = (tab: BrowserTab, key: string) =>
  tab.received
    .filter((text) => text.includes(key))
    .map((text) => (JSON.parse(text) as { sequence: number }).sequence);

async function flood(message: (sequence: number) => string, key: string): Promise<void> {
  for (let sequence = 1; sequence <= MESSAGES; sequence++) {
    rig.exchange.push(message(sequence));
    if (sequence % 20 === 0) await healthy.until(() => sequences(healthy, key).at(-1) === sequence);
  }
}

async function subscribeBoth(method: string, params: readonly unknown[]): Promise<void> {
  for (const tab of [slow, healthy]) {
    const id = tab.request(method, params);
    await tab.frame(`"id":${id},`);
  }
}

it('[W18] misses books, gets a fresh one once it has caught up, and slows nobody', async () => {
  await subscribeBoth('orderbook_p.subscribe', ['BTCUSDT']);
  slow.socket.pause();
  await flood(book, 'orderbook_p');
  expect(sequences(healthy, 'orderbook_p')).toEqual(Array.from({ length: MESSAGES }, (_, i) => i + 1));

  slow.socket.resume();
  const last = await slow.until(() => slow.received.find((text) => text.includes(`"sequence":${MESSAGES},`)));
  expect(last).toContain('"type":"snapshot"');
  expect(last).toContain(`["101","${MESSAGES}"]`);
  expect(sequences(slow, 'orderbook_p').length).toBeLessThan(MESSAGES);

  // And from there on it is like any other.
  rig.exchange.push(book(MESSAGES + 1));
  await slow.frame(`"sequence":${MESSAGES + 1},`);
}, 30_000);

it('[W18] that never catches up is ended', async () => {
  await subscribeBoth('orderbook_p.subscribe', ['BTCUSDT']);
  slow.socket.pause();
  await flood(book, 'orderbook_p');
  time.advance(STALLED_MS);
  slow.socket.resume();
  expect(await slow.until(() => slow.closedWith)).toBe(1006);
  expect(healthy.closedWith).toBeUndefined();
}, 30_000);

it('[W18] that stops reading is ended within ten seconds, though there is nothing to send to it', async () => {
  slow.socket.pause();
  for (let step = 1; step <= 4; step++) {
    time.advance(2_500);
    const id = healthy.request('server.ping');
    await healthy.frame(`"id":${id},`, 'pong');
  }
  slow.socket.resume();
  expect(await slow.until(() => slow.closedWith)).toBe(1006);
  expect(healthy.closedWith).toBeUndefined();
}, 30_000);

it('[W18] never misses one of the account’s events: it is told to come back instead', async () => {
  await subscribeBoth('aop_p.subscribe', []);
  slow.socket.pause();
  await flood(account, FLOODED);
  expect(sequences(healthy, FLOODED)).toHaveLength(MESSAGES);
  slow.socket.resume();
  expect(await slow.until(() => slow.closedWith)).toBe(4408);
  const seen = sequences(slow, FLOODED);
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, i) => i + 1));
}, 30_000);
