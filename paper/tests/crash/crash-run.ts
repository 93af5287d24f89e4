/**
 * Kills a paper exchange under load (SIGKILL, at moments drawn from a seed), again and again on the same folder, and
 * holds what is found afterwards against what its clients were promised. Prices and money are the core's integers.
 */
import { join } from 'node:path';
import type { ProductSymbol } from '#contract/brand.ts';
import { createVirtualClock } from '../../src/clock.ts';
import type { Units } from '../../src/commands.ts';
import type { OrderEvent } from '../../src/events.ts';
import { createExchange, type Exchange } from '../../src/exchange.ts';
import { PRODUCT_SPECS } from '../../src/market/products.ts';
import { createRandom, mixHash, type Random } from '../../src/market/random.ts';
import { openAccountStore } from '../../src/store/libsql-store.ts';
import { createCatalogue } from '../../src/wire/catalogue.ts';
import {
  bundleExchange,
  type ExchangeProcess,
  killWhileStarting,
  startExchange,
} from './exchange-process.ts';
import { createTrader, type Trader } from './trader.ts';

const SYMBOL = 'BTCUSDT';
const DEPOSIT = 100_000n * 10n ** 12n;
const ACCOUNTS = ['anna', 'bert'].map((name) => ({ name, apiKey: `${name}-key`, secret: `${name}-secret` }));
/** Requests of one account that are under way at once. */
const WORKERS = 3;
/** Answers that came before the kill. */
const ANSWERS_MIN = 4;
const ANSWERS_MAX = 90;
/** Now and then a start is killed as well, while it lasts: about half a second. */
const START_KILL_CHANCE = 0.15;
const START_MS = 500;

export interface CrashReport {
  kills: number;
  /** Orders and cancels that were acknowledged, fills that were told of: all of them were found again. */
  orders: number;
  cancels: number;
  fills: number;
  /** Requests that the kill cut off. */
  unanswered: number;
  /** From fork to listening, all starts together. */
  startMs: number;
}

/** A promise that was not kept; the message says which, and the seed that shows it again. */
export class CrashFault extends Error {
  override readonly name = 'CrashFault';
}

type Demand = (isKept: boolean, what: string) => void;

/** Every fill of an account since the run began, by id. */
type Book = Map<string, OrderEvent & Required<Pick<OrderEvent, 'execution'>>>;

/** The exchange as its file has it, with nobody trading. */
function reopen(dataDir: string): { exchange: Exchange; close: () => void } {
  const store = openAccountStore(join(dataDir, 'paper'));
  const clock = createVirtualClock(Date.now());
  const exchange = createExchange({ products: PRODUCT_SPECS, clock, store });
  return { exchange, close: () => store.close() };
}

function checkPromises(exchange: Exchange, trader: Trader, demand: Demand): void {
  const account = exchange.openAccount(trader.account.name, DEPOSIT as Units);
  const open = exchange.openOrders(account);
  const closed = exchange.recentOrders(account);
  const all = [...open, ...closed].filter(({ clOrdID }) => trader.promised.has(clOrdID));
  const found = new Map(all.map((order) => [order.clOrdID as string, order]));
  demand(all.length === found.size, 'an order is there twice');
  const { scale } = createCatalogue(PRODUCT_SPECS).get(SYMBOL as ProductSymbol);
  const isOpen = (clOrdID: string) => open.some((order) => order.clOrdID === clOrdID);
  for (const [clOrdID, { isCancelAsked, isCancelAcked, prices }] of trader.promised) {
    const order = found.get(clOrdID);
    demand(order !== undefined, `order ${clOrdID} was acknowledged and is gone`);
    demand(!(isCancelAcked && isOpen(clOrdID)), `order ${clOrdID} was canceled and is open`);
    const isWhereItWasPut =
      order === undefined || !isOpen(clOrdID) || (prices?.has(scale.price(order.price)) ?? true);
    const isWaiting = order?.instructions?.trigger !== undefined && isOpen(clOrdID);
    demand(prices !== undefined || isCancelAsked || isWaiting, `stop ${clOrdID} no longer waits`);
    demand(isWhereItWasPut, `order ${clOrdID} is not where it was put`);
  }
  for (const [clOrdID, end] of trader.ends) {
    const order = found.get(clOrdID);
    demand(order === undefined || order.ordStatus === end, `order ${clOrdID} was ${end} and is not`);
  }
  const fills = new Map(
    exchange.recentFills(account).map((fill) => [fill.execution?.execID as string, fill]),
  );
  for (const { execID, clOrdID, qty } of trader.fills) {
    const fill = fills.get(execID);
    const isSame =
      fill?.execution !== undefined &&
      fill.order.clOrdID === clOrdID &&
      scale.qty(fill.execution.qty) === qty;
    demand(isSame, `fill ${execID} was told of and is not there`);
  }
}

/** Position, balance and order totals follow from the fills, to the last unit. */
function checkBooks(exchange: Exchange, name: string, book: Book, demand: Demand): void {
  const account = exchange.openAccount(name, DEPOSIT as Units);
  const fills = exchange.recentFills(account);
  demand(new Set(fills.map((fill) => fill.execution?.execID)).size === fills.length, 'a fill is there twice');
  for (const fill of fills) {
    const { execution } = fill;
    if (execution !== undefined) book.set(execution.execID, { ...fill, execution });
  }
  let balance = DEPOSIT;
  let size = 0;
  const filled = new Map<string, number>();
  for (const { order, execution } of book.values()) {
    balance += execution.closedPnl - execution.fee;
    size += order.side === 'Buy' ? execution.qty : -execution.qty;
    filled.set(order.orderID, (filled.get(order.orderID) ?? 0) + execution.qty);
  }
  const legs = exchange.positions(account);
  for (const { cumFundingFee } of legs) balance -= cumFundingFee;
  demand(
    exchange.wallet(account).balance === balance,
    `the balance of ${name} does not follow from its fills`,
  );
  const leg = legs.find(({ symbol }) => symbol === SYMBOL);
  const signed = leg?.side === 'Sell' ? -leg.size : (leg?.size ?? 0);
  demand(signed === size, `the position of ${name} does not follow from its fills`);
  for (const { orderID, cumQty } of exchange.openOrders(account)) {
    demand(cumQty === (filled.get(orderID) ?? 0), `order ${orderID} is filled by other than its fills`);
  }
}

async function touchOf({ url }: ExchangeProcess): Promise<{ bid: number; ask: number }> {
  const { result } = (await (await fetch(`${url}/md/v2/orderbook?symbol=${SYMBOL}`)).json()) as {
    result: { orderbook_p: Record<'bids' | 'asks', [string, string][]> };
  };
  const { bids, asks } = result.orderbook_p;
  return { bid: Number(bids[0]?.[0]), ask: Number(asks[0]?.[0]) };
}

/** All traders at work until so many answers have come; then the kill, in the middle of what is under way. */
async function loadAndKill(
  exchange: ExchangeProcess,
  traders: readonly Trader[],
  random: Random,
): Promise<void> {
  const wanted = ANSWERS_MIN + Math.floor(random.next() * (ANSWERS_MAX - ANSWERS_MIN));
  const aimNs = BigInt(Math.floor(random.next() * 1_500_000));
  let answers = 0;
  let killed: Promise<void> | undefined;
  const work = async (trader: Trader): Promise<void> => {
    while (await trader.act()) {
      answers += 1;
      if (answers === wanted) {
        // A moment more, so that it strikes anywhere in the handling of the next request.
        const untilNs = process.hrtime.bigint() + aimNs;
        while (process.hrtime.bigint() < untilNs);
        killed = exchange.kill();
      }
    }
  };
  await Promise.all(traders.flatMap((trader) => Array.from({ length: WORKERS }, () => work(trader))));
  await killed;
}

export interface CrashRunOptions {
  readonly kills: number;
  readonly seed: number;
  readonly dataDir: string;
}

interface Run extends CrashRunOptions {
  readonly program: string;
  readonly books: readonly (readonly [string, Book])[];
  readonly report: CrashReport;
}

async function runRound({ seed, dataDir, program, books, report }: Run, round: number): Promise<void> {
  const random = createRandom(mixHash(seed, round));
  const start = { program, dataDir, seed, accounts: ACCOUNTS };
  if (random.next() < START_KILL_CHANCE) await killWhileStarting(start, random.next() * START_MS);
  const startedMs = performance.now();
  const exchange = await startExchange(start);
  report.startMs += performance.now() - startedMs;
  const touch = await touchOf(exchange);
  const traders: Trader[] = [];
  for (const account of ACCOUNTS) {
    const prefix = `r${round}-${account.name}-`;
    traders.push(await createTrader({ exchange, account, random, touch, prefix }));
  }
  await loadAndKill(exchange, traders, random);

  const demand: Demand = (isKept, what) => {
    if (!isKept) throw new CrashFault(`${what} (seed ${seed}, kill ${round + 1})`);
  };
  const { exchange: found, close } = reopen(dataDir);
  for (const trader of traders) {
    trader.close();
    checkPromises(found, trader, demand);
    report.orders += trader.promised.size;
    report.cancels += [...trader.promised.values()].filter(({ isCancelAcked }) => isCancelAcked).length;
    report.fills += trader.fills.length;
    report.unanswered += trader.unanswered();
  }
  for (const [name, book] of books) checkBooks(found, name, book, demand);
  close();
  report.kills += 1;
}

/** @throws CrashFault */
export async function runCrashes(options: CrashRunOptions): Promise<CrashReport> {
  const program = await bundleExchange();
  const report: CrashReport = { kills: 0, orders: 0, cancels: 0, fills: 0, unanswered: 0, startMs: 0 };
  const books = ACCOUNTS.map(({ name }): readonly [string, Book] => [name, new Map()]);
  try {
    for (let round = 0; round < options.kills; round += 1) {
      await runRound({ ...options, program: program.path, books, report }, round);
    }
  } finally {
    program.remove();
  }
  return report;
}
