/**
 * The matching engine beside nodejs-order-book: orders a second on one stream of limits, cancels and market orders in one
 * book, margin checks off on both; and limits and cancels by an account, which adds margin checks and then the store, in
 * memory and on disk.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrderBook, Side as PeerSide } from 'nodejs-order-book';
import type { ClOrdID } from '#contract/brand.ts';
import type { Side } from '#contract/vocabulary.ts';
import { createSystemClock } from '../paper/src/clock.ts';
import type { Lots, Ticks, Units } from '../paper/src/commands.ts';
import type { BookOrder } from '../paper/src/engine/book-side.ts';
import { type MatchHandler, match } from '../paper/src/engine/matching.ts';
import {
  createBookOrder,
  createOrderBook,
  rest,
  takeOut,
  topLevels,
} from '../paper/src/engine/order-book.ts';
import { type CrowdOrder, createExchange } from '../paper/src/exchange.ts';
import { PRODUCT_SPECS } from '../paper/src/market/products.ts';
import { openAccountStore } from '../paper/src/store/libsql-store.ts';
import { median, printTable } from './table.ts';

const OPERATIONS = 200_000;
const ACCOUNT_OPERATIONS = 20_000;
const ROUNDS = 5;
/** Largest taker: the smaller leaves some thousand orders resting, the larger some dozens. */
const TAKER_DEEP = 700;
const TAKER_SHALLOW = 1_600;
const MIDDLE = 600_000;
const DEPOSIT = 10n ** 9n * 10n ** 12n;

/** A small fast generator, so that the stream is the same in every round. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Keeps nothing: what is left is the exchange itself. */
const NO_STORE = 'none';

function open(folder = ':memory:') {
  const opened = openAccountStore(folder === NO_STORE ? ':memory:' : folder);
  const store = folder === NO_STORE ? { ...opened, write: () => undefined } : opened;
  const exchange = createExchange({ products: PRODUCT_SPECS, clock: createSystemClock(), store });
  const product = PRODUCT_SPECS.find(({ symbol }) => symbol === 'BTCUSDT');
  if (product === undefined) throw new Error('BTCUSDT is not among the products');
  return { exchange, store, symbol: product.symbol };
}

/** A limit order is named by its index; a cancel names the limit it ends, which may be filled already. */
type Operation =
  | { readonly kind: 'limit'; readonly side: Side; readonly price: number; readonly qty: number }
  | { readonly kind: 'cancel'; readonly limit: number }
  | { readonly kind: 'market'; readonly side: Side; readonly qty: number };

/** Of ten operations five rest near the touch, three cancel, two take. Made once: every engine gets the same stream. */
function makeStream(takerMax: number): readonly Operation[] {
  const random = createRandom(1);
  const limits: number[] = [];
  return Array.from({ length: OPERATIONS }, (_, at): Operation => {
    const dice = random();
    const side = random() < 0.5 ? 'Buy' : 'Sell';
    if (dice < 0.5) {
      limits.push(at);
      const away = Math.floor(random() * 50) - 2;
      const price = side === 'Buy' ? MIDDLE - away : MIDDLE + away;
      return { kind: 'limit', side, price, qty: 1 + Math.floor(random() * 500) };
    }
    if (dice < 0.8 && limits.length > 0) {
      const picked = Math.floor(random() * limits.length);
      const limit = limits[picked] ?? 0;
      limits[picked] = limits[limits.length - 1] ?? 0;
      limits.pop();
      return { kind: 'cancel', limit };
    }
    return { kind: 'market', side, qty: 1 + Math.floor(random() * takerMax) };
  });
}

type Stream = readonly Operation[];
const perSecond = (startNs: bigint) => OPERATIONS / (Number(process.hrtime.bigint() - startNs) / 1e9);

interface EngineRound {
  readonly rate: number;
  /** Lots left in the book: the same for both when they have traded the same. */
  readonly resting: number;
}

const lotsOf = (levels: readonly (readonly [number, number])[]) =>
  levels.reduce((sum, [, qty]) => sum + qty, 0);

/** The engine alone: price-time priority, every fill and every level's new total told. */
function engineRound(stream: Stream): EngineRound {
  let told = 0;
  const book = createOrderBook<number>(() => {
    told++;
  });
  const handler: MatchHandler<number> = {
    meet: () => 'trade',
    onFill: () => {
      told++;
    },
    onReplenish: () => undefined,
  };
  const orders = new Map<number, BookOrder<number>>();
  const startNs = process.hrtime.bigint();
  for (let at = 0; at < OPERATIONS; at++) {
    const operation = stream[at];
    if (operation?.kind === 'cancel') {
      const order = orders.get(operation.limit);
      if (order !== undefined) takeOut(order);
      orders.delete(operation.limit);
    } else if (operation !== undefined) {
      const { kind, side } = operation;
      const price = kind === 'limit' ? operation.price : side === 'Buy' ? Number.MAX_SAFE_INTEGER : 0;
      const order = createBookOrder<number>({
        side,
        price: price as Ticks,
        qty: operation.qty as Lots,
        owner: at,
      });
      match(book, order, handler);
      if (kind === 'limit' && order.leavesQty > 0) {
        rest(book, order);
        orders.set(at, order);
      }
    }
  }
  const rate = perSecond(startNs);
  if (told === 0) throw new Error('Nothing happened');
  const resting = lotsOf(topLevels(book, 'Buy', OPERATIONS)) + lotsOf(topLevels(book, 'Sell', OPERATIONS));
  return { rate, resting };
}

/** The same through the exchange's door: events are made and delivered, triggers looked at. */
function crowdRound(stream: Stream): EngineRound {
  const { exchange, store, symbol } = open();
  const { crowd } = exchange;
  const orders = new Map<number, CrowdOrder>();
  const startNs = process.hrtime.bigint();
  for (let at = 0; at < OPERATIONS; at++) {
    const operation = stream[at];
    if (operation?.kind === 'limit') {
      const { side, price, qty } = operation;
      const order = crowd.limit(symbol, side, price as Ticks, qty as Lots, false);
      if (order !== undefined) orders.set(at, order);
    } else if (operation?.kind === 'cancel') {
      const order = orders.get(operation.limit);
      if (order !== undefined) crowd.cancel(order);
      orders.delete(operation.limit);
    } else if (operation !== undefined) {
      crowd.market(symbol, operation.side, operation.qty as Lots);
    }
  }
  const rate = perSecond(startNs);
  const book = exchange.book(symbol);
  const resting = lotsOf(book.levels('Buy', OPERATIONS)) + lotsOf(book.levels('Sell', OPERATIONS));
  store.close();
  return { rate, resting };
}

function peerRound(stream: Stream): EngineRound {
  const book = new OrderBook();
  const sides = { Buy: PeerSide.BUY, Sell: PeerSide.SELL };
  const startNs = process.hrtime.bigint();
  for (let at = 0; at < OPERATIONS; at++) {
    const operation = stream[at];
    if (operation?.kind === 'limit') {
      const { side, price, qty } = operation;
      book.limit({ id: String(at), side: sides[side], price, size: qty });
    } else if (operation?.kind === 'cancel') {
      book.cancel(String(operation.limit));
    } else if (operation !== undefined) {
      book.market({ side: sides[operation.side], size: operation.qty });
    }
  }
  const rate = perSecond(startNs);
  const [asks, bids] = book.depth();
  return { rate, resting: lotsOf(asks) + lotsOf(bids) };
}

function accountRound(folder?: string): number {
  const { exchange, store, symbol } = open(folder);
  const account = exchange.openAccount('bench', DEPOSIT as Units);
  exchange.setMarkPrice(symbol, MIDDLE as Ticks);
  const startNs = process.hrtime.bigint();
  for (let i = 0; i < ACCOUNT_OPERATIONS / 2; i++) {
    const clOrdID = `bench-${i}` as ClOrdID;
    const placed = exchange.apply(account, {
      kind: 'place',
      symbol,
      clOrdID,
      side: 'Buy',
      posSide: 'Merged',
      ordType: 'Limit',
      price: (MIDDLE - (i % 50)) as Ticks,
      qty: 10 as Lots,
      timeInForce: 'GoodTillCancel',
      reduceOnly: false,
    });
    if (!placed.ok) throw new Error(placed.refusal.msg);
    exchange.apply(account, { kind: 'cancel', symbol, order: { by: 'clOrdID', clOrdID }, posSide: 'Merged' });
  }
  const seconds = Number(process.hrtime.bigint() - startNs) / 1e9;
  store.close();
  return ACCOUNT_OPERATIONS / seconds;
}

function onDisk(): number {
  const folder = mkdtempSync(join(tmpdir(), 'perpdeck-bench-'));
  try {
    return accountRound(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const rounds = (run: () => number) => median(Array.from({ length: ROUNDS }, run));

/** All on one stream. Rounds interleave, so that a machine that slows down slows all. */
function compare(stream: Stream) {
  const engines = { peer: peerRound, engine: engineRound, crowd: crowdRound };
  const rates = { peer: [] as number[], engine: [] as number[], crowd: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    const resting = new Set<number>();
    for (const name of ['peer', 'engine', 'crowd'] as const) {
      const done = engines[name](stream);
      rates[name].push(done.rate);
      resting.add(done.resting);
    }
    if (resting.size > 1) throw new Error(`The books differ: ${[...resting].join(', ')} lots rest`);
  }
  const ratio = (name: 'engine' | 'crowd') =>
    median(rates[name].map((rate, at) => rate / (rates.peer[at] ?? Number.NaN))).toFixed(2);
  return {
    peer: median(rates.peer),
    engine: median(rates.engine),
    crowd: median(rates.crowd),
    engineRatio: ratio('engine'),
    crowdRatio: ratio('crowd'),
  };
}

const deep = compare(makeStream(TAKER_DEEP));
const shallow = compare(makeStream(TAKER_SHALLOW));
const rate = (value: number) => Math.round(value).toLocaleString('en');
printTable(
  `Matching engine, orders/s, median of ${ROUNDS} rounds of ${rate(OPERATIONS)} limits, cancels and takers, no margin checks`,
  ['book', 'nodejs-order-book', 'engine', 'ratio', 'exchange', 'ratio'],
  [['deep: thousands of orders rest', deep] as const, ['shallow: dozens rest', shallow] as const].map(
    ([name, { peer, engine, crowd, engineRatio, crowdRatio }]) => [
      name,
      rate(peer),
      rate(engine),
      engineRatio,
      rate(crowd),
      crowdRatio,
    ],
  ),
);
const unstored = rounds(() => accountRound(NO_STORE));
const inMemory = rounds(() => accountRound());
const stored = rounds(onDisk);
printTable(
  `What accounts cost, limits and cancels of one account, median of ${ROUNDS} rounds of ${rate(ACCOUNT_OPERATIONS)}`,
  ['', 'orders/s', 'µs an order', '/ exchange without'],
  [
    ['margin checked, acknowledged, nothing stored', unstored],
    ['the same, store in memory', inMemory],
    ['the same, store on disk', stored],
  ].map(([name, value]) => [
    String(name),
    rate(Number(value)),
    (1e6 / Number(value)).toFixed(0),
    (Number(value) / deep.crowd).toFixed(3),
  ]),
);
