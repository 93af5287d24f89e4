/**
 * Faults × actions, through the proxy and a paper exchange that is told to fail: each wish is carried out once at most,
 * and in the end the journal says of each what the exchange shows. And many orders under faults by chance.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { JournalEntry } from '#contract/api.ts';
import type { ClOrdID, ProductSymbol } from '#contract/brand.ts';
import { price, qty, ratio, snapToStep } from '#contract/decimal.ts';
import type { Product } from '#contract/model.ts';
import { parseAccountPositions } from '#contract/wire/account-positions.ts';
import { parseOrdersById } from '#contract/wire/order-by-id.ts';
import { parseActiveOrders } from '#contract/wire/order-row.ts';
import { parseProducts } from '#contract/wire/products.ts';
import {
  accountPositionsRequest,
  activeOrdersRequest,
  amendOrderRequest,
  cancelAllRequests,
  cancelOrderRequest,
  type ExchangeRequest,
  leverageRequest,
  orderByIdRequest,
  placeOrderRequest,
  posModeRequest,
} from '#contract/wire/requests.ts';
import { createHappenings } from './happenings.ts';
import { API_KEY, API_SECRET, type Credentials, call, openTab, type Rig, startRig, TRADING } from './rig.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const TOKEN = 'fault-matrix-token-0123456789';
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/**
 * What takes half a minute at a real exchange takes half a second here: an answer is late after 100 ms, and what has
 * not arrived 500 ms after it was signed never will.
 */
const RESOLUTION = { looksAtMs: [30, 60, 120, 240], everyMs: 120, historyFromMs: 0, afterExpiryMs: -8_500 };
const LIMITS = {
  connectMs: 1_000,
  headersMs: 100,
  bodyMs: 100,
  totalMs: 150,
  responseBytes: 4 * 1024 * 1024,
};

let folder: string;
let paper: ChildProcess;
let paperUrl: string;
let rig: Rig;
let me: Credentials;
let products: ReadonlyMap<string, Product>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perpdeck-matrix-'));
  const args = ['--port', '0', '--seed', '7', '--rate-limit', 'off', '--admin-token', TOKEN];
  paper = spawn(
    process.execPath,
    ['--import', 'tsx', 'paper/src/main.ts', ...args, '--account', `${API_KEY}:${API_SECRET}`],
    { cwd: root, env: { ...process.env, PERPDECK_DATA_DIR: folder }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const happenings = createHappenings();
  let said = '';
  paper.stdout?.on('data', (text) => {
    said += String(text);
    happenings.tell();
  });
  paperUrl = await happenings.until(() => /REST +(\S+)/.exec(said)?.[1]);
  await happenings.until(() => said.includes('Admin'));
  rig = await startRig({
    environment: 'paper',
    exchangeUrl: paperUrl,
    exchangeWs: `${paperUrl.replace('http', 'ws')}/ws`,
    exchangeLimits: LIMITS,
    trading: { ...TRADING, resolutionTiming: RESOLUTION },
  });
  me = await rig.signIn();
  const tab = await openTab(rig, me);
  tab.request('aop_p.subscribe');
  await tab.frame('accounts_p', 'snapshot');
  tab.socket.close();
  const catalogue = parseProducts(
    await ask({ method: 'GET', path: '/public/products', query: '', body: '' }),
  );
  if (!catalogue.ok) throw new Error(catalogue.problem.message);
  products = new Map(catalogue.value.products.map((product) => [product.symbol, product]));
});
afterAll(async () => {
  await rig.close();
  paper.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const send = (request: ExchangeRequest): Promise<Response> => {
  const { method, path, query, body } = request;
  return call(rig, me, method, `/exchange${path}${query === '' ? '' : `?${query}`}`, body || undefined);
};
/** The truth, asked again where a fault meant for something else has struck. */
async function ask(request: ExchangeRequest): Promise<unknown> {
  return vi.waitFor(async () => {
    const answer = await send(request);
    if (answer.status !== 200) throw new Error(`status ${answer.status}`);
    return answer.json();
  }, 10_000);
}
async function read<T>(
  request: ExchangeRequest,
  parse: (body: unknown) => { ok: true; value: T } | { ok: false },
): Promise<T> {
  const parsed = parse(await ask(request));
  if (!parsed.ok) throw new Error('unreadable');
  return parsed.value;
}

async function admin(method: string, path: string, body?: object): Promise<void> {
  const answer = await fetch(`${paperUrl}/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
}

async function entries(): Promise<readonly JournalEntry[]> {
  const text = await (await call(rig, me, 'GET', '/api/journal')).text();
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as JournalEntry]));
}
const FINAL = new Set<JournalEntry['state']>(['ACKED', 'REJECTED', 'NOT_SENT', 'NOT_PLACED']);
/** Everything has an outcome. */
const allSettled = () =>
  vi.waitFor(
    async () => {
      const all = await entries();
      const open = all.filter(({ state }) => !FINAL.has(state));
      if (open.length > 0) throw new Error(`${open.length} unresolved: ${JSON.stringify(open[0])}`);
      return all;
    },
    { timeout: 20_000, interval: 50 },
  );

let made = 0;
const newID = (): ClOrdID => {
  made += 1;
  return `matrix-${made}` as ClOrdID;
};
const symbolOf = (name: string) => name as ProductSymbol;

/** Far below the market: it rests. */
function bid(symbol: ProductSymbol, times = '1.1') {
  const product = products.get(symbol);
  if (product === undefined) throw new Error(`no ${symbol}`);
  const low = product.priceMin;
  return {
    symbol,
    clOrdID: newID(),
    side: 'Buy',
    posSide: 'Merged',
    ordType: 'Limit',
    price: price(snapToStep(price(String(Number(low) * Number(times))), product.tickSize, 'up')),
    qty: qty(
      snapToStep(qty(String((Number(product.orderValueMin) * 5) / Number(low))), product.qtyStep, 'up'),
    ),
    timeInForce: 'GoodTillCancel',
    reduceOnly: false,
  } as const;
}
async function resting(symbol: ProductSymbol) {
  // After a 429 the proxy holds orders back for as long as it was told.
  return vi.waitFor(async () => {
    const order = bid(symbol);
    const answer = await send(placeOrderRequest(order));
    if (answer.status !== 200) throw new Error(await answer.text());
    return order;
  }, 10_000);
}
const openIn = (symbol: ProductSymbol) => read(activeOrdersRequest(symbol), parseActiveOrders);
const byId = (symbol: ProductSymbol, clOrdID: ClOrdID) =>
  read(orderByIdRequest(symbol, { clOrdID }), parseOrdersById);
const settingsOf = async (symbol: ProductSymbol) => {
  const { settings } = await read(accountPositionsRequest('USDT'), parseAccountPositions);
  return settings.find((one) => one.symbol === symbol);
};

/** A wish, and afterwards how often the exchange has carried it out. */
interface Action {
  readonly method: string;
  readonly path: string;
  prepare(): Promise<{ request: ExchangeRequest; timesDone(): Promise<number> }>;
}
let leverage = 2;
const ACTIONS: Readonly<Record<string, Action>> = {
  place: {
    ...{ method: 'POST', path: '/g-orders' },
    async prepare() {
      const order = bid(symbolOf('BTCUSDT'));
      return {
        request: placeOrderRequest(order),
        timesDone: async () => (await byId(order.symbol, order.clOrdID)).length,
      };
    },
  },
  amend: {
    ...{ method: 'PUT', path: '/g-orders/replace' },
    async prepare() {
      const symbol = symbolOf('ETHUSDT');
      const { clOrdID } = await resting(symbol);
      const to = bid(symbol, '1.5').price;
      return {
        request: amendOrderRequest({ symbol, order: { clOrdID }, posSide: 'Merged', price: to }),
        timesDone: async () =>
          (await openIn(symbol)).filter((order) => order.clOrdID === clOrdID && order.price === to).length,
      };
    },
  },
  cancel: {
    ...{ method: 'DELETE', path: '/g-orders/cancel' },
    async prepare() {
      const symbol = symbolOf('SOLUSDT');
      const { clOrdID } = await resting(symbol);
      return {
        request: cancelOrderRequest({ symbol, order: { clOrdID }, posSide: 'Merged' }),
        timesDone: async () => ((await openIn(symbol)).some((order) => order.clOrdID === clOrdID) ? 0 : 1),
      };
    },
  },
  'cancel all': {
    ...{ method: 'DELETE', path: '/g-orders/all' },
    async prepare() {
      const symbol = symbolOf('XRPUSDT');
      await resting(symbol);
      return {
        request: cancelAllRequests(symbol)[0],
        timesDone: async () => ((await openIn(symbol)).length === 0 ? 1 : 0),
      };
    },
  },
  leverage: {
    ...{ method: 'PUT', path: '/g-positions/leverage' },
    async prepare() {
      const symbol = symbolOf('LTCUSDT');
      leverage += 1;
      const to = ratio(String(leverage));
      const merged = { marginMode: 'isolated', leverage: to } as const;
      return {
        request: leverageRequest({ symbol, posMode: 'OneWay', merged }),
        timesDone: async () => ((await settingsOf(symbol))?.legs[0]?.leverage === to ? 1 : 0),
      };
    },
  },
  'position mode': {
    ...{ method: 'PUT', path: '/g-positions/switch-pos-mode-sync' },
    async prepare() {
      const symbol = symbolOf('ADAUSDT');
      const now = (await settingsOf(symbol))?.posMode ?? 'OneWay';
      const to = now === 'OneWay' ? 'Hedged' : 'OneWay';
      return {
        request: posModeRequest(symbol, to),
        timesDone: async () => ((await settingsOf(symbol))?.posMode === to ? 1 : 0),
      };
    },
  },
};

/** What befalls the request, and perhaps the stream beside it. */
const FAULTS: Readonly<Record<string, readonly object[]>> = {
  'reset before': [{ kind: 'drop', executed: false }],
  'reset after': [{ kind: 'drop' }],
  'answer lost': [{ kind: 'lose' }],
  'request lost': [{ kind: 'lose', executed: false }],
  '502 after success': [{ kind: 'error', status: 502 }],
  '503, nothing done': [{ kind: 'error', status: 503, executed: false }],
  'too many requests': [{ kind: 'too-many-requests', retryAfterSec: 1 }],
  'answered twice': [{ kind: 'duplicate-answer' }],
  'carried out late': [{ kind: 'delay', executed: false, ms: 300 }],
  'answered late': [{ kind: 'delay', ms: 300 }],
  'reset after, and its event lost': [{ kind: 'drop' }, { kind: 'lose-message', stream: 'aop_p', count: 6 }],
  'reset after, and the stream cut': [{ kind: 'drop' }, { kind: 'drop-socket' }],
};
const isOfRequests = (fault: object) =>
  !('stream' in fault) && !('kind' in fault && fault.kind === 'drop-socket');

describe('faults × actions', () => {
  it.each(Object.entries(FAULTS))('%s', async (_name, faults) => {
    const wishes = await Promise.all(
      Object.entries(ACTIONS).map(async ([name, action]) => ({ name, action, ...(await action.prepare()) })),
    );
    const firstSeq = ((await entries()).at(-1)?.seq ?? 0) + 1;
    for (const fault of faults) {
      if (!isOfRequests(fault)) {
        await admin('POST', '/faults', fault);
        continue;
      }
      for (const { method, path } of Object.values(ACTIONS))
        await admin('POST', '/faults', { ...fault, method, path });
    }
    await Promise.all(wishes.map(({ request }) => send(request)));
    const settled = (await allSettled()).filter(({ seq }) => seq >= firstSeq);
    await admin('DELETE', '/faults');
    expect(settled).toHaveLength(wishes.length);
    for (const { name, request, timesDone } of wishes) {
      const entry = settled.find(
        (one) => one.request.path === request.path && one.request.method === request.method,
      );
      const times = await timesDone();
      expect([name, entry?.state, times], entry?.note).toEqual([
        name,
        times === 1 ? 'ACKED' : entry?.state,
        times,
      ]);
      expect([name, entry?.state === 'ACKED']).toEqual([name, times === 1]);
    }
  });
});

/** A generator of numbers from 0 to 1, the same for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('many orders under faults by chance', () => {
  it('none is lost, none is doubled: journal and exchange agree about each', async () => {
    const random = createRandom(20_261_124);
    // Not 429: the proxy would hold the next orders back.
    const kinds = Object.values(FAULTS)
      .flat()
      .filter((fault) => isOfRequests(fault) && !('retryAfterSec' in fault));
    const symbol = symbolOf('DOGEUSDT');
    const firstSeq = ((await entries()).at(-1)?.seq ?? 0) + 1;
    const orders = Array.from({ length: 200 }, () => bid(symbol));
    const waiting = [...orders];
    const sender = async () => {
      for (let order = waiting.pop(); order !== undefined; order = waiting.pop()) {
        if (random() < 0.4) {
          const fault = kinds[Math.floor(random() * kinds.length)];
          await admin('POST', '/faults', { ...fault, method: 'POST', path: '/g-orders' });
        }
        await send(placeOrderRequest(order));
      }
    };
    await Promise.all(Array.from({ length: 8 }, sender));
    await admin('DELETE', '/faults');
    const settled = (await allSettled()).filter(({ seq }) => seq >= firstSeq);
    const open = (await openIn(symbol)).map(({ clOrdID }) => String(clOrdID)).sort();
    const acked = settled
      .flatMap(({ state, requestID }) => (state === 'ACKED' ? [requestID ?? ''] : []))
      .sort();
    expect(open).toEqual(acked);
    expect(new Set(open).size).toBe(open.length);
    expect(settled).toHaveLength(orders.length);
    // Chance has done something.
    expect(acked.length).toBeLessThan(orders.length);
    expect(acked.length).toBeGreaterThan(orders.length / 2);
  });
});
