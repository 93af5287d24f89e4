/**
 * `npm run bench -- ten-thousand`: 10,000 orders (`ORDERS=N` for fewer, `SEED=N` for others) through a real Perpdeck to
 * a real paper exchange, while requests, answers and events are spoilt and Perpdeck is killed, by chance. In the end
 * what the journal says of each has to be what the exchange has, and every position what its fills come to.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { JournalEntry } from '#contract/api.ts';
import type { Qty } from '#contract/brand.ts';
import { add, negate, ZERO_QTY } from '#contract/decimal.ts';
import { freePort, makeDataDir, startDeck, startPaper } from '../e2e/processes.ts';
import { createChance } from '../proxy/tests/simulation/chance.ts';
import { signInTo } from './relay/rig.ts';
import { signedCall } from './signed-call.ts';
import { printTable, rigLine } from './table.ts';

const ORDERS = Number(process.env.ORDERS ?? 10_000);
const SEED = Number(process.env.SEED ?? 1);
const CLIENTS = 24;
const KILL_EVERY = 700;
const FAULT_CHANCE = 0.03;
const SETTLING_MS = 120_000;
const KEY = 'thousand-key-0123456789';
const SECRET = 'thousand-secret-0123456789abcdef0123';
const TOKEN = 'thousand-admin-token-0123456789';
const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'] as const;
/** A resting bid far below the market, the smallest quantity worth trading, and one that the exchange refuses. */
const TERMS = {
  BTCUSDT: { bid: 20_000, qty: '0.001', beyond: '10000' },
  ETHUSDT: { bid: 1_000, qty: '0.01', beyond: '100000' },
  SOLUSDT: { bid: 50, qty: '0.1', beyond: '1000000' },
} as const;
const BEYOND_CHANCE = 0.05;
const NO_LIMITS = {
  ...{ orderValueMax: null, positionValueMax: null, leverageMax: null, priceDistanceMax: null },
  ...{ ordersPerMinuteMax: null, openOrdersMax: null, dailyLossMax: null, symbols: null },
  ...{ confirmAbove: null, isReadOnly: false },
};

type Symbol = (typeof SYMBOLS)[number];
type Deck = Awaited<ReturnType<typeof startDeck>>;
interface Seat {
  readonly deck: Deck;
  readonly session: Awaited<ReturnType<typeof signInTo>>;
}
interface Wish {
  readonly id: string;
  readonly kind: 'place' | 'amend' | 'cancel';
  readonly symbol: Symbol;
  readonly clOrdID: string;
  /** Of an amendment. */
  readonly price?: string;
}

const chance = createChance(SEED);
const paperDir = makeDataDir();
const deckDir = makeDataDir();
const port = await freePort();
const paper = await startPaper({
  ...{ dataDir: paperDir.path, port, accounts: [`${KEY}:${SECRET}`] },
  args: ['--admin-token', TOKEN],
});
const exchange = { url: paper.url, key: KEY, secret: SECRET };
writeFileSync(join(deckDir.path, 'guard.json'), JSON.stringify({ paper: NO_LIMITS }), { mode: 0o600 });

async function admin(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${paper.url}/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return answer.json();
}

async function sit(): Promise<Seat> {
  const ws = `ws://127.0.0.1:${port}/ws`;
  const args = ['--exchange', 'paper', '--exchange-url', paper.url, '--exchange-ws', ws];
  const deck = await startDeck(deckDir.path, args, { PERPDECK_API_KEY: KEY, PERPDECK_API_SECRET: SECRET });
  return { deck, session: await signInTo(deck) };
}
let seat = sit();
let kills = 0;
async function kill(): Promise<void> {
  const { deck } = await seat;
  kills += 1;
  await deck.kill();
  seat = sit();
  await seat;
}

const headersOf = ({ deck, session }: Seat, id: string) => ({
  ...{ cookie: session.cookie, origin: deck.url, 'x-perpdeck-token': session.headerToken },
  ...{ 'sec-fetch-site': 'same-origin', 'idempotency-key': id },
});

/** While Perpdeck reads its account, nothing is opened: what is refused for that is asked for anew a little later. */
const UNREAD_MS = 400;
let readAfterMs = 0;
const accountRead = async (): Promise<void> => {
  while (performance.now() < readAfterMs) await setTimeout(UNREAD_MS / 4);
};

interface Answer {
  readonly error?: { readonly code: string; readonly guard?: { readonly rule: string } };
}
function codeOf({ error }: Answer): string {
  if (error?.guard?.rule === 'account-unknown') readAfterMs = performance.now() + UNREAD_MS;
  return error === undefined ? 'ANSWERED' : [error.code, error.guard?.rule ?? ''].join(' ').trim();
}

/** The same words under the same id until there is an answer, over any death of Perpdeck; the answer's code. */
async function ask(wish: Wish, method: string, target: string, body?: object): Promise<string> {
  for (;;) {
    const at = await seat;
    try {
      const answer = await fetch(`${at.deck.url}/exchange${target}`, {
        method,
        headers: {
          ...headersOf(at, wish.id),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const code = codeOf((await answer.json()) as Answer);
      if (code !== 'TOO_MANY_REQUESTS' && code !== 'NOT_SIGNED_IN') return code;
    } catch {
      // It was killed: asked again of the next one.
    }
    await setTimeout(100);
  }
}

const REQUEST_FAULTS = [
  { kind: 'drop', executed: false },
  { kind: 'drop' },
  { kind: 'lose' },
  { kind: 'lose', executed: false },
  { kind: 'error', status: 502 },
  { kind: 'error', status: 503, executed: false },
  { kind: 'too-many-requests', retryAfterSec: 1 },
  { kind: 'duplicate-answer' },
  { kind: 'truncate' },
  { kind: 'delay', ms: 2_000 },
  { kind: 'delay', executed: false, ms: 2_000 },
] as const;
const STREAM_FAULTS = [
  { kind: 'lose-message', stream: 'aop_p', count: 2 },
  { kind: 'duplicate-message', stream: 'aop_p', count: 3 },
  { kind: 'drop-socket' },
] as const;
const SILENCE = { kind: 'silence', stream: 'aop_p' } as const;
const ROUTES = [
  { method: 'POST', path: '/g-orders' },
  { method: 'PUT', path: '/g-orders/replace' },
  { method: 'DELETE', path: '/g-orders/cancel' },
] as const;
let faults = 0;

async function spoil(): Promise<void> {
  if (!chance.isTrue(FAULT_CHANCE)) return;
  faults += 1;
  const kind = chance.unit();
  if (kind < 0.85)
    await admin('POST', '/faults', {
      ...chance.pick<object>(REQUEST_FAULTS),
      ...chance.pick<object>(ROUTES),
    });
  else if (kind < 0.98) await admin('POST', '/faults', chance.pick<object>(STREAM_FAULTS));
  else {
    const { id } = (await admin('POST', '/faults', SILENCE)) as { id: string };
    await setTimeout(3_000);
    await admin('DELETE', `/faults/${id}`);
  }
}

const wishes: Wish[] = [];
const refusals = new Map<string, number>();
let placed = 0;
let made = 0;

/** Whether it is in the journal as something that was sent, or may have been. */
async function wishFor(wish: Wish, method: string, target: string, body?: object): Promise<boolean> {
  await spoil();
  const code = await ask(wish, method, target, body);
  if (code === 'ANSWERED' || code === 'OUTCOME_UNKNOWN' || code === 'NOT_PLACED' || code === 'NOT_SENT') {
    wishes.push(wish);
    return true;
  }
  refusals.set(code, (refusals.get(code) ?? 0) + 1);
  await setTimeout(50);
  return false;
}

async function trade(): Promise<void> {
  await accountRead();
  made += 1;
  const clOrdID = `k-${SEED}-${made}`;
  const symbol = chance.pick(SYMBOLS);
  const { bid, qty, beyond } = TERMS[symbol];
  const rests = chance.isTrue(0.7);
  const side = rests || chance.isTrue(0.5) ? 'Buy' : 'Sell';
  const terms = rests
    ? { ordType: 'Limit', priceRp: String(bid), timeInForce: 'GoodTillCancel' }
    : { ordType: 'Market', timeInForce: 'ImmediateOrCancel' };
  const orderQtyRq = chance.isTrue(BEYOND_CHANCE) ? beyond : qty;
  const order = { symbol, clOrdID, side, posSide: 'Merged', orderQtyRq, ...terms };
  const isSent = await wishFor({ id: clOrdID, kind: 'place', symbol, clOrdID }, 'POST', '/g-orders', {
    ...order,
    reduceOnly: false,
  });
  if (!isSent) return;
  placed += 1;
  if (placed % KILL_EVERY === 0) await kill();
  if (!rests) return;
  if (chance.isTrue(0.3)) {
    const price = String(bid + chance.between(1, 9));
    const query = `symbol=${symbol}&origClOrdID=${clOrdID}&posSide=Merged&priceRp=${price}`;
    const wish: Wish = { id: `a-${clOrdID}`, kind: 'amend', symbol, clOrdID, price };
    await wishFor(wish, 'PUT', `/g-orders/replace?${query}`);
  }
  // Some rest to the end.
  if (chance.isTrue(0.02)) return;
  const query = `symbol=${symbol}&clOrdID=${clOrdID}&posSide=Merged`;
  await wishFor(
    { id: `c-${clOrdID}`, kind: 'cancel', symbol, clOrdID },
    'DELETE',
    `/g-orders/cancel?${query}`,
  );
}

const client = async () => {
  while (placed < ORDERS) await trade();
};

async function journal(): Promise<ReadonlyMap<string, JournalEntry>> {
  const at = await seat;
  const read = async () =>
    (await fetch(`${at.deck.url}/api/journal`, { headers: headersOf(at, 'j') })).text();
  // Once more where Perpdeck has just closed the connection, which stood idle.
  const text = await read().catch(read);
  const entries = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as JournalEntry]));
  return new Map(entries.map((entry) => [`${entry.kind} ${entry.requestID}`, entry]));
}
const FINAL = new Set<JournalEntry['state']>(['ACKED', 'REJECTED', 'NOT_SENT', 'NOT_PLACED', 'REFUSED']);

/** The journal once everything has an outcome, or as it is when time is up. */
async function settledJournal(): Promise<{ entries: ReadonlyMap<string, JournalEntry>; open: number }> {
  const untilMs = performance.now() + SETTLING_MS;
  for (;;) {
    const entries = await journal();
    const open = [...entries.values()].filter(({ state }) => !FINAL.has(state)).length;
    if (open === 0 || performance.now() > untilMs) return { entries, open };
    await setTimeout(1_000);
  }
}

interface Row {
  readonly ordStatus: string;
  readonly side: string;
  readonly priceRp: string;
  readonly cumQtyRq: string;
}
async function rowsOf({ symbol, clOrdID }: Wish): Promise<readonly Row[]> {
  const query = `symbol=${symbol}&clOrdID=${clOrdID}`;
  const path = '/api-data/g-futures/orders/by-order-id';
  const data = (await signedCall(exchange, { method: 'GET', path, query })) as { rows: readonly Row[] };
  return data.rows;
}

const wrong: string[] = [];
const sizes = new Map<Symbol, Qty>(SYMBOLS.map((symbol) => [symbol, ZERO_QTY]));
const check = (isRight: boolean, what: string) => {
  if (!isRight) wrong.push(what);
};

/** What the exchange has of one order, against all that the journal says of it. */
async function verify(
  place: Wish,
  of: ReadonlyMap<string, Wish>,
  entries: ReadonlyMap<string, JournalEntry>,
) {
  const rows = await rowsOf(place);
  const entryOf = (wish: Wish) => entries.get(`${wish.kind} ${wish.id}`);
  const stateOf = (wish: Wish) => entryOf(wish)?.state;
  const said = (wish: Wish) => `${wish.id} is ${stateOf(wish)} (${entryOf(wish)?.note ?? ''})`;
  const { clOrdID, symbol } = place;
  check(rows.length <= 1, `${clOrdID} was placed ${rows.length} times`);
  const [row] = rows;
  check(
    (stateOf(place) === 'ACKED') === (row !== undefined && row.ordStatus !== 'Rejected'),
    `${said(place)} and ${row?.ordStatus ?? 'not there'}`,
  );
  if (row === undefined) return;
  const cumQty = row.cumQtyRq as Qty;
  sizes.set(symbol, add(sizes.get(symbol) ?? ZERO_QTY, row.side === 'Buy' ? cumQty : negate(cumQty)));
  const amend = of.get(`a-${clOrdID}`);
  if (amend !== undefined) {
    const isDone = row.priceRp === amend.price;
    check((stateOf(amend) === 'ACKED') === isDone, `${said(amend)}, price ${row.priceRp}`);
  }
  const cancel = of.get(`c-${clOrdID}`);
  if (cancel !== undefined) {
    const isDone = row.ordStatus === 'Canceled';
    check((stateOf(cancel) === 'ACKED') === isDone, `${said(cancel)}, ${row.ordStatus}`);
  }
}

interface Position {
  readonly symbol: string;
  readonly side: string;
  readonly size?: string;
  readonly sizeRq?: string;
}
const signedSize = ({ side, size, sizeRq }: Position): Qty => {
  const amount = (size ?? sizeRq ?? '0') as Qty;
  return side === 'Sell' ? negate(amount) : add(amount, ZERO_QTY);
};

const startedMs = performance.now();
await seat;
const [{ name }] = (await admin('GET', '/accounts')) as [{ name: string }];
await admin('POST', `/accounts/${name}/deposit`, { amount: '1000000' });
await Promise.all(Array.from({ length: CLIENTS }, client));
await admin('DELETE', '/faults');
const tradedMs = performance.now();
const { entries, open } = await settledJournal();
const settledMs = performance.now();
const byId = new Map(wishes.map((wish) => [wish.id, wish]));
const places = wishes.filter(({ kind }) => kind === 'place');
const queue = [...places];
const verifier = async () => {
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) await verify(place, byId, entries);
};
await Promise.all(Array.from({ length: 8 }, verifier));
check(open === 0, `${open} requests have no outcome`);
const account = (await signedCall(exchange, {
  ...{ method: 'GET', path: '/g-accounts/accountPositions', query: 'currency=USDT' },
})) as { positions: readonly Position[] };
for (const [symbol, size] of sizes) {
  const held = account.positions.filter((position) => position.symbol === symbol).map(signedSize);
  const at = held.reduce(add, ZERO_QTY);
  check(at === size, `${symbol} is ${at}, and its orders come to ${size}`);
}
const { deck } = await seat;
await deck.stop();
await paper.stop();
paperDir.remove();
deckDir.remove();

const seconds = (ms: number) => `${(ms / 1000).toFixed(0)} s`;
const count = (kind: Wish['kind']) => String(wishes.filter((wish) => wish.kind === kind).length);
const all = [...entries.values()];
const placedAs = new Map<string, number>();
for (const { id } of places) {
  const state = entries.get(`place ${id}`)?.state ?? 'absent';
  placedAs.set(state, (placedAs.get(state) ?? 0) + 1);
}
const listed = (counts: ReadonlyMap<string, number>) => [...counts].map((pair) => pair.join(' ')).join(', ');
const lookedUp = all.filter(({ steps }) => steps.some(({ state }) => state === 'UNKNOWN'));
printTable(
  `${ORDERS} orders under random faults and kill -9 (seed ${SEED})`,
  ['what', 'measured', 'goal'],
  [
    ['orders that were sent, or met a fault', count('place'), String(ORDERS)],
    ['what became of them', listed(placedAs), ''],
    ['amendments, cancels', `${count('amend')}, ${count('cancel')}`, ''],
    ['faults, kills of Perpdeck', `${faults}, ${kills}`, ''],
    ['refused by Perpdeck, not counted above', listed(refusals), ''],
    ['outcomes that were unknown', String(lookedUp.length), ''],
    ['still unknown', String(open), '0'],
    ['wrong: lost, doubled, a false word, a position off', String(wrong.length), '0'],
    [
      'trading, then until all was known',
      `${seconds(tradedMs - startedMs)}, ${seconds(settledMs - tradedMs)}`,
      '',
    ],
  ],
);
for (const fault of wrong.slice(0, 20)) console.error(fault);
console.log(rigLine());
process.exitCode = wrong.length === 0 ? 0 : 1;
