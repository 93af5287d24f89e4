/**
 * Faults × actions, through the proxy and a paper exchange that is told to fail: each wish is carried out once at most,
 * and in the end the journal says of each what the exchange shows. All by clocks that are 90 seconds off. And many orders
 * under faults by chance. `npm run bench -- fault-grid` has the whole grid, by the program's own times.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
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
  productsRequest,
} from '#contract/wire/requests.ts';
import { createSigner } from '../src/exchange/sign.ts';
import { openJournalStore } from '../src/journal/journal-store.ts';
import { askDesk, createSigningDesk } from '../src/signer/signing-desk.ts';
import { systemTime } from '../src/time.ts';
import { createHappenings } from './happenings.ts';
import {
  API_KEY,
  API_SECRET,
  type Credentials,
  call,
  openTab,
  type Rig,
  signIn,
  startRig,
  TRADING,
} from './rig.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const OTHER_KEY = 'other-key-0123456789';
const OTHER_SECRET = 'other-secret-0123456789abcdef';
const TOKEN = 'fault-matrix-token-0123456789';
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/**
 * As at a real exchange, but that what cannot arrive any more (a signature holds for ten seconds) is waited for half a
 * second more instead of twenty. An answer that takes longer is late: then there is more to be found out, and the same
 * to be found.
 */
const RESOLUTION = { looksAtMs: [50, 100, 200, 400], everyMs: 1_000, historyFromMs: 0, afterExpiryMs: 500 };
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
/** A trader's proxy, and the trader signed in to it. */
interface Seat {
  readonly rig: Rig;
  readonly me: Credentials;
}
const CLOCK_OFF_MS = 90_000;
let first: Seat;
/** Position modes only change while nothing rests: they have an account of their own. */
let second: Seat;
let products: ReadonlyMap<string, Product>;

interface Place {
  readonly apiKey: string;
  readonly secret: string;
  readonly clockOffMs?: number;
  readonly openJournal?: typeof TRADING.openJournal;
}

async function sit({
  apiKey,
  secret,
  clockOffMs = 0,
  openJournal = TRADING.openJournal,
}: Place): Promise<Seat> {
  const time = { ...systemTime, nowMs: () => systemTime.nowMs() + clockOffMs };
  const ask = askDesk(createSigningDesk({ caps: {}, nowMs: time.nowMs }));
  await ask('hold', { account: 'test', apiKey, secret: Buffer.from(secret) });
  const rig = await startRig({
    environment: 'paper',
    exchangeUrl: paperUrl,
    exchangeWs: `${paperUrl.replace('http', 'ws')}/ws`,
    exchangeLimits: LIMITS,
    signer: createSigner(ask, 'test', apiKey),
    trading: { ...TRADING, openJournal, resolutionTiming: RESOLUTION },
    time,
  });
  const seat = { rig, me: await rig.signIn() };
  await knowAccount(seat);
  return seat;
}

/** Orders pass once the account has been told. */
async function knowAccount({ rig, me }: Pick<Seat, 'me'> & { rig: Pick<Rig, 'proxy'> }): Promise<void> {
  const tab = await openTab(rig, me);
  tab.request('aop_p.subscribe');
  await tab.frame('accounts_p', 'snapshot');
  tab.socket.close();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perpdeck-matrix-'));
  const args = ['--port', '0', '--seed', '7', '--rate-limit', 'off', '--admin-token', TOKEN];
  args.push('--account', `${API_KEY}:${API_SECRET}`, '--account', `${OTHER_KEY}:${OTHER_SECRET}`);
  paper = spawn(process.execPath, ['--import', 'tsx', 'paper/src/main.ts', ...args], {
    cwd: root,
    env: { ...process.env, PERPDECK_DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const happenings = createHappenings();
  let said = '';
  paper.stdout?.on('data', (text) => {
    said += String(text);
    happenings.tell();
  });
  paperUrl = await happenings.until(() => /REST +(\S+)/.exec(said)?.[1]);
  await happenings.until(() => said.includes('Admin'));
  first = await sit({ apiKey: API_KEY, secret: API_SECRET, clockOffMs: CLOCK_OFF_MS });
  second = await sit({ apiKey: OTHER_KEY, secret: OTHER_SECRET, clockOffMs: -CLOCK_OFF_MS });
  const catalogue = await read(productsRequest(), parseProducts);
  products = new Map(catalogue.products.map((product) => [product.symbol, product]));
});
afterAll(async () => {
  await first.rig.close();
  await second.rig.close();
  paper.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const send = ({ method, path, query, body }: ExchangeRequest, { rig, me }: Seat = first): Promise<Response> =>
  call(rig, me, method, `/exchange${path}${query === '' ? '' : `?${query}`}`, body || undefined);

/** The truth, asked again where a fault meant for something else has struck. */
async function read<T>(
  request: ExchangeRequest,
  parse: (body: unknown) => { ok: true; value: T } | { ok: false },
  seat: Seat = first,
): Promise<T> {
  return vi.waitFor(async () => {
    const answer = await send(request, seat);
    const parsed = parse(await answer.json());
    if (answer.status !== 200 || !parsed.ok) throw new Error(`status ${answer.status}`);
    return parsed.value;
  }, 10_000);
}

async function admin(method: string, path: string, body?: object): Promise<void> {
  const answer = await fetch(`${paperUrl}/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
}

async function entries({ rig, me }: Seat): Promise<readonly JournalEntry[]> {
  const text = await (await call(rig, me, 'GET', '/api/journal')).text();
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as JournalEntry]));
}
const FINAL = new Set<JournalEntry['state']>(['ACKED', 'REJECTED', 'NOT_SENT', 'NOT_PLACED']);
/** Everything has an outcome. */
const allSettled = (seat: Seat) =>
  vi.waitFor(
    async () => {
      const all = await entries(seat);
      const open = all.filter(({ state }) => !FINAL.has(state));
      if (open.length > 0) throw new Error(`${open.length} unresolved: ${JSON.stringify(open[0])}`);
      return all;
    },
    { timeout: 50_000, interval: 200 },
  );

let made = 0;
const newID = (): ClOrdID => {
  made += 1;
  return `matrix-${made}` as ClOrdID;
};
const symbolOf = (name: string) => name as ProductSymbol;
/** The same for one request however its query is ordered: it is sent with the product last. */
const requestText = ({ method, path, query, body }: JournalEntry['request']): string =>
  [method, path, ...query.split('&').sort(), body].join(' ');
const BTC = symbolOf('BTCUSDT');

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
const settingsOf = async (symbol: ProductSymbol, seat: Seat) => {
  const { settings } = await read(accountPositionsRequest('USDT'), parseAccountPositions, seat);
  return settings.find((one) => one.symbol === symbol);
};

/** A wish, and afterwards how often the exchange has carried it out. */
interface Action {
  readonly method: string;
  readonly path: string;
  readonly seat?: () => Seat;
  /** No other fault's wish of this kind is about `symbol`; BTCUSDT is for single orders. */
  prepare(symbol: ProductSymbol): Promise<{ request: ExchangeRequest; timesDone(): Promise<number> }>;
}
const ACTIONS: Readonly<Record<string, Action>> = {
  place: {
    ...{ method: 'POST', path: '/g-orders' },
    async prepare() {
      const order = bid(BTC);
      return {
        request: placeOrderRequest(order),
        timesDone: async () => (await byId(order.symbol, order.clOrdID)).length,
      };
    },
  },
  amend: {
    ...{ method: 'PUT', path: '/g-orders/replace' },
    async prepare() {
      const symbol = BTC;
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
      const symbol = BTC;
      const { clOrdID } = await resting(symbol);
      return {
        request: cancelOrderRequest({ symbol, order: { clOrdID }, posSide: 'Merged' }),
        timesDone: async () => ((await openIn(symbol)).some((order) => order.clOrdID === clOrdID) ? 0 : 1),
      };
    },
  },
  'cancel several': {
    ...{ method: 'DELETE', path: '/g-orders' },
    async prepare() {
      const symbol = BTC;
      const ids = [(await resting(symbol)).clOrdID, (await resting(symbol)).clOrdID];
      const order = { clOrdID: ids.join() as ClOrdID };
      return {
        request: { ...cancelOrderRequest({ symbol, order, posSide: 'Merged' }), path: '/g-orders' },
        timesDone: async () =>
          (await openIn(symbol)).some(({ clOrdID }) => clOrdID !== undefined && ids.includes(clOrdID))
            ? 0
            : 1,
      };
    },
  },
  'cancel all': {
    ...{ method: 'DELETE', path: '/g-orders/all' },
    async prepare(symbol) {
      await resting(symbol);
      return {
        request: cancelAllRequests(symbol)[0],
        timesDone: async () => ((await openIn(symbol)).length === 0 ? 1 : 0),
      };
    },
  },
  leverage: {
    ...{ method: 'PUT', path: '/g-positions/leverage' },
    async prepare(symbol) {
      const to = ratio('7');
      const merged = { marginMode: 'isolated', leverage: to } as const;
      return {
        request: leverageRequest({ symbol, posMode: 'OneWay', merged }),
        timesDone: async () => ((await settingsOf(symbol, first))?.legs[0]?.leverage === to ? 1 : 0),
      };
    },
  },
  'position mode': {
    ...{ method: 'PUT', path: '/g-positions/switch-pos-mode-sync', seat: () => second },
    async prepare(symbol) {
      return {
        request: posModeRequest(symbol, 'Hedged'),
        timesDone: async () => ((await settingsOf(symbol, second))?.posMode === 'Hedged' ? 1 : 0),
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
  'carried out late': [{ kind: 'delay', executed: false, ms: 500 }],
  'answered late': [{ kind: 'delay', ms: 500 }],
  'reset after, and its event lost': [{ kind: 'drop' }, { kind: 'lose-message', stream: 'aop_p', count: 6 }],
  'reset after, and the stream silent': [{ kind: 'drop' }, { kind: 'silence', stream: 'aop_p' }],
  // The last: until the stream is back nothing is opened.
  'reset after, and the stream cut': [{ kind: 'drop' }, { kind: 'drop-socket' }],
};
/** Only once the wishes are under way: without its stream nothing is opened. */
const cutsStream = (fault: object) => 'kind' in fault && fault.kind === 'drop-socket';
const isOfRequests = (fault: object) => !('stream' in fault) && !cutsStream(fault);

interface Wish {
  readonly name: string;
  readonly seat: Seat;
  readonly request: ExchangeRequest;
  timesDone(): Promise<number>;
}

/** Each action once, all at once, each struck by the faults. */
async function underFaults(name: string, faults: readonly object[], symbol: ProductSymbol): Promise<Wish[]> {
  const actions = Object.entries(ACTIONS);
  const wishes = await Promise.all(
    actions.map(async ([action, { prepare, seat = () => first }]) => ({
      ...{ name: `${name}: ${action}`, seat: seat() },
      ...(await prepare(symbol)),
    })),
  );
  for (const fault of faults.filter((one) => !cutsStream(one))) {
    if (!isOfRequests(fault)) await admin('POST', '/faults', fault);
    else
      for (const [, { method, path }] of actions) await admin('POST', '/faults', { ...fault, method, path });
  }
  await Promise.all(wishes.map(({ request, seat }) => send(request, seat)));
  for (const fault of faults.filter(cutsStream)) await admin('POST', '/faults', fault);
  await admin('DELETE', '/faults');
  return wishes;
}

/** A generator of numbers from 0 to 1, the same for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Many orders of one product, four in ten struck by a fault. */
async function underChance(symbol: ProductSymbol): Promise<number> {
  const random = createRandom(20_261_124);
  // Not 429: the proxy would hold the next orders back.
  const kinds = Object.values(FAULTS)
    .flat()
    .filter((fault) => isOfRequests(fault) && !('retryAfterSec' in fault));
  const orders = Array.from({ length: 100 }, () => bid(symbol));
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
  return orders.length;
}

describe('under faults', () => {
  const byChance = symbolOf('DOGEUSDT');
  let sentByChance: number;
  const wishes: Wish[] = [];
  let settled: readonly JournalEntry[];

  // What can no longer arrive is waited for once, for all of them.
  beforeAll(async () => {
    sentByChance = await underChance(byChance);
    const symbols = [...products.keys()].map(symbolOf).filter((name) => name !== BTC && name !== byChance);
    for (const [index, [name, faults]] of Object.entries(FAULTS).entries()) {
      const symbol = symbols[index];
      if (symbol === undefined) throw new Error('too few products');
      wishes.push(...(await underFaults(name, faults, symbol)));
    }
    settled = [...(await allSettled(first)), ...(await allSettled(second))];
  }, 120_000);

  it('each wish is carried out once or not at all, and the journal says which', async () => {
    for (const { name, request, timesDone } of wishes) {
      const own = settled.filter((entry) => requestText(entry.request) === requestText(request));
      expect(own, name).toHaveLength(1);
      const times = await timesDone();
      expect([name, own[0]?.state === 'ACKED'], `${own[0]?.state}: ${own[0]?.note}`).toEqual([
        name,
        times === 1,
      ]);
      expect(times, name).toBeLessThanOrEqual(1);
    }
    expect(wishes).toHaveLength(91);
  });

  it('of many orders none is lost, none is doubled: journal and exchange agree about each', async () => {
    const own = settled.filter(({ symbol }) => symbol === byChance);
    const open = (await openIn(byChance)).map(({ clOrdID }) => String(clOrdID)).sort();
    const acked = own.flatMap(({ state, requestID }) => (state === 'ACKED' ? [requestID ?? ''] : [])).sort();
    expect(open).toEqual(acked);
    expect(new Set(open).size).toBe(open.length);
    expect(own).toHaveLength(sentByChance);
    // Chance has done something.
    expect(acked.length).toBeLessThan(sentByChance);
    expect(acked.length).toBeGreaterThan(sentByChance / 2);
  });
});

describe('kill -9', () => {
  /** A proxy in a process of its own, on a journal on the disk. */
  async function startDoomed(journalFolder: string) {
    const entry = fileURLToPath(new URL('./crashing-proxy.ts', import.meta.url));
    const ws = `${paperUrl.replace('http', 'ws')}/ws`;
    const child = fork(entry, [journalFolder, paperUrl, ws], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [{ url, link }] = (await once(child, 'message')) as [{ url: string; link: string }];
    const rig = { proxy: { url, signInLink: () => link } } as Rig;
    const me = await signIn(rig.proxy);
    await knowAccount({ rig, me });
    return { child, seat: { rig, me } };
  }

  it('while all actions are at the exchange and none is answered: each was done once, and the next start says so', async () => {
    const journalFolder = join(folder, 'killed');
    mkdirSync(journalFolder);
    const { 'position mode': _elsewhere, ...actions } = ACTIONS;
    // Of no fault above.
    const [symbol = BTC, modeSymbol = BTC] = [...products.keys()].slice(-2).map(symbolOf);
    const wishes = await Promise.all(
      Object.values(actions).map(async ({ prepare, method, path }) => ({
        ...{ method, path },
        ...(await prepare(symbol)),
      })),
    );
    wishes.push({
      ...{ method: 'PUT', path: '/g-positions/switch-pos-mode-sync' },
      request: posModeRequest(modeSymbol, 'Hedged'),
      timesDone: async () => ((await settingsOf(modeSymbol, first))?.posMode === 'Hedged' ? 1 : 0),
    });
    const { child, seat } = await startDoomed(journalFolder);
    for (const { method, path } of wishes) await admin('POST', '/faults', { kind: 'lose', method, path });
    const answers = wishes.map(({ request }) => send(request, seat).catch(() => 'none'));
    const timesDone = () => Promise.all(wishes.map((wish) => wish.timesDone()));
    await vi.waitFor(async () => expect(await timesDone()).toEqual(wishes.map(() => 1)), 10_000);
    child.kill('SIGKILL');
    expect(await Promise.all(answers)).toEqual(wishes.map(() => 'none'));

    const openJournal = () => openJournalStore(journalFolder);
    const next = await sit({ apiKey: API_KEY, secret: API_SECRET, openJournal });
    const settled = await allSettled(next);
    expect(settled.map(({ request, state }) => [requestText(request), state]).sort()).toEqual(
      wishes.map(({ request }) => [requestText(request), 'ACKED']).sort(),
    );
    expect(await timesDone()).toEqual(wishes.map(() => 1));
    await next.rig.close();
  });
});
