/** [R1] kill -9 at each step of the journal: the exchange gets an order once or not at all, and we know which. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry } from '#contract/api.ts';
import { openJournalStore } from '../src/journal/journal-store.ts';
import { type FakeExchange, startFakeExchange } from './fake-exchange.ts';
import { call, newOrder, openTab, signIn, startRig, TRADING, tellAccount } from './rig.ts';

const ENTRY = fileURLToPath(new URL('./crashing-proxy.ts', import.meta.url));
const QUICK = { looksAtMs: [1, 2, 3], everyMs: 20, historyFromMs: 0, afterExpiryMs: -10_000 };

let folder: string;
let exchange: FakeExchange;
/** The orders that the exchange has executed, by client id, and how often. */
let executed: Map<string, number>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perpdeck-crash-'));
  exchange = await startFakeExchange();
  executed = new Map();
  tellAccount(exchange);
  exchange.answerWith(({ method, target, body }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    if (target === '/public/time') {
      return response.end(`{"code":0,"msg":"","data":{"serverTime":${Date.now()}}}`);
    }
    if (method === 'POST') {
      const { clOrdID } = JSON.parse(body) as { clOrdID: string };
      executed.set(clOrdID, (executed.get(clOrdID) ?? 0) + 1);
      return response.end('{"code":0,"msg":"","data":{"bizError":0}}');
    }
    const rows = [...executed.keys()].map((clOrdId) => ({
      ...{ orderId: 'o-1', clOrdId, symbol: 'BTCUSDT', side: 'Buy', ordStatus: 'Filled' },
      ...{ priceRp: '60000', orderQtyRq: '0.01' },
    }));
    response.end(
      target.startsWith('/g-orders/activeList')
        ? '{"code":10002,"msg":"OM_ORDER_NOT_FOUND","data":null}'
        : JSON.stringify({ code: 0, msg: 'OK', data: { rows } }),
    );
  });
});
afterEach(async () => {
  await exchange.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a proxy that will die, has it place an order, and waits for its end. */
async function placeAndDie(crashAt: string, clOrdID: string): Promise<void> {
  const child = fork(ENTRY, [folder, exchange.url, exchange.ws, crashAt], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const [{ url, link }] = (await once(child, 'message')) as [{ url: string; link: string }];
  const proxy = { url, signInLink: () => link };
  const me = await signIn(proxy);
  await exchange.until(() => exchange.subscribed('aop_p.subscribe').length > 0);
  await exchange.settled();
  const order = call(
    { proxy } as Parameters<typeof call>[0],
    me,
    'POST',
    '/exchange/g-orders',
    newOrder({ clOrdID }),
  );
  await order.catch(() => undefined);
  expect((await exited)[1]).toBe('SIGKILL');
}

describe('after kill -9', () => {
  it.each([
    ['before the intent', 0, undefined],
    ['after the intent', 0, 'NOT_PLACED'],
    ['after SENDING', 0, 'NOT_PLACED'],
    ['before ACKED', 1, 'ACKED'],
    ['after ACKED', 1, 'ACKED'],
  ])('%s', async (crashAt, times, state) => {
    await placeAndDie(crashAt, 'once');
    const rig = await startRig({
      exchangeUrl: exchange.url,
      exchangeWs: exchange.ws,
      trading: { ...TRADING, openJournal: () => openJournalStore(folder), resolutionTiming: QUICK },
    });
    const me = await rig.signIn();
    const entries = async () => {
      const text = await (await call(rig, me, 'GET', '/api/journal')).text();
      return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as JournalEntry]));
    };
    const tab = await openTab(rig, me);
    if (state !== undefined && (await entries())[0]?.state !== state) await tab.frame('"resolved"', '"once"');
    expect((await entries()).map((entry) => entry.state)).toEqual(state === undefined ? [] : [state]);
    expect(executed.get('once') ?? 0).toBe(times);
    await rig.close();
  });
});
