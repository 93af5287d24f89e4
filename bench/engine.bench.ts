/**
 * The matching engine: orders a second on one stream of limits, cancels and market orders in one book; and the same
 * limits and cancels by an account, which adds margin checks and, last, a durable store.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClOrdID } from '#contract/brand.ts';
import { createSystemClock } from '../paper/src/clock.ts';
import type { Lots, Ticks, Units } from '../paper/src/commands.ts';
import { type CrowdOrder, createExchange } from '../paper/src/exchange.ts';
import { PRODUCT_SPECS } from '../paper/src/market/products.ts';
import { openAccountStore } from '../paper/src/store/libsql-store.ts';
import { median, printTable } from './table.ts';

const OPERATIONS = 400_000;
const ACCOUNT_OPERATIONS = 20_000;
const ROUNDS = 5;
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

function open(folder = ':memory:') {
  const store = openAccountStore(folder);
  const exchange = createExchange({ products: PRODUCT_SPECS, clock: createSystemClock(), store });
  const product = PRODUCT_SPECS.find(({ symbol }) => symbol === 'BTCUSDT');
  if (product === undefined) throw new Error('BTCUSDT is not among the products');
  return { exchange, store, symbol: product.symbol };
}

/** Of ten operations five rest near the touch, three cancel, two take. */
function crowdRound(): number {
  const { exchange, store, symbol } = open();
  const random = createRandom(1);
  const resting: CrowdOrder[] = [];
  const startNs = process.hrtime.bigint();
  for (let i = 0; i < OPERATIONS; i++) {
    const dice = random();
    const side = random() < 0.5 ? 'Buy' : 'Sell';
    if (dice < 0.5) {
      const away = Math.floor(random() * 50) - 2;
      const price = (side === 'Buy' ? MIDDLE - away : MIDDLE + away) as Ticks;
      const order = exchange.crowd.limit(
        symbol,
        side,
        price,
        (1 + Math.floor(random() * 500)) as Lots,
        false,
      );
      if (order !== undefined) resting.push(order);
    } else if (dice < 0.8 && resting.length > 0) {
      const at = Math.floor(random() * resting.length);
      const order = resting[at] as CrowdOrder;
      resting[at] = resting[resting.length - 1] as CrowdOrder;
      resting.pop();
      exchange.crowd.cancel(order);
    } else {
      exchange.crowd.market(symbol, side, (1 + Math.floor(random() * 700)) as Lots);
    }
  }
  const seconds = Number(process.hrtime.bigint() - startNs) / 1e9;
  store.close();
  return OPERATIONS / seconds;
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
const crowd = rounds(crowdRound);
const rows = [
  ['limits, cancels, takers: no account', crowd],
  ['an account’s limits and cancels, margin checked, store in memory', rounds(() => accountRound())],
  ['the same, store on disk', rounds(onDisk)],
] as const;
printTable(
  `Matching engine, median of ${ROUNDS} rounds`,
  ['stream', 'orders/s', 'ratio'],
  rows.map(([name, rate]) => [name, Math.round(rate).toLocaleString('en'), (rate / crowd).toFixed(3)]),
);
