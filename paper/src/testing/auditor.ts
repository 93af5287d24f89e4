/**
 * An auditor for property tests: it listens to everything the exchange says, keeps its own books from that alone, and
 * compares them with what the exchange shows. Each check is an exact identity, no tolerances.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { PosSide } from '#contract/vocabulary.ts';
import type { AccountID, OrderView } from '../commands.ts';
import type {
  ExchangeEvent,
  Execution,
  InsuranceEvent,
  OrderEvent,
  PositionView,
  TradeEvent,
} from '../events.ts';
import type { Exchange } from '../exchange.ts';
import { createLives, type Lives } from './lives.ts';

interface LegBooks {
  /** Lots, from fills alone. */
  size: number;
  /** Σ sold − Σ bought, from fills alone. */
  cash: bigint;
}

export interface Auditor {
  /** Throws with the first thing that does not add up. */
  check(): void;
  /** After a mark price: nothing of this product stands beyond the liquidation price that it shows. */
  checkStanding(symbol: ProductSymbol): void;
}

const legKey = (account: AccountID, symbol: ProductSymbol, posSide: PosSide): string =>
  `${account} ${symbol} ${posSide}`;

interface Records {
  readonly legs: Map<string, LegBooks>;
  readonly levels: Map<string, number>;
  /** What account events last said of a leg. */
  readonly told: Map<string, PositionView>;
  /** Legs that traded since the last check: what they were told of their liquidation is out of date. */
  readonly traded: Set<string>;
  /** What a leg's closed positions realised, by their events. */
  readonly ended: Map<string, bigint>;
  readonly lives: Lives;
  fees: bigint;
  /** What the insurance fund earned, from its events alone. */
  fund: bigint;
  /** The liquidation that is going on. */
  liquidation: LiquidationBooks | undefined;
}

interface LiquidationBooks {
  readonly price: number;
  /** Tick-lots that the engine's trades were better than the bankruptcy price. */
  better: number;
  earned: bigint;
}

function demand(isTrue: boolean, claim: string): void {
  if (!isTrue) throw new Error(`Does not add up: ${claim}`);
}

const signedSize = (leg: PositionView): number => (leg.side === 'Sell' ? -leg.size : leg.size);
const signedValue = (leg: PositionView): bigint => (leg.side === 'Sell' ? -leg.value : leg.value);

/** [POS5] A reduce-only fill makes the position smaller; it neither grows nor changes sides. */
function checkClosing(event: OrderEvent, before: number, after: number): void {
  const { order } = event;
  const isClosing =
    order.reduceOnly ||
    (order.posSide === 'Long' && order.side === 'Sell') ||
    (order.posSide === 'Short' && order.side === 'Buy');
  if (isClosing)
    demand(before * after >= 0 && Math.abs(after) < Math.abs(before), '[POS5] a closing fill only closes');
  if (order.posSide === 'Long') demand(after >= 0, '[POS8] a long leg is never short');
  if (order.posSide === 'Short') demand(after <= 0, '[POS8] a short leg is never long');
}

function booksOf(records: Records, key: string): LegBooks {
  const found = records.legs.get(key);
  if (found !== undefined) return found;
  const fresh: LegBooks = { size: 0, cash: 0n };
  records.legs.set(key, fresh);
  return fresh;
}

/** Every trade while a liquidation goes on is the engine's: nothing else happens in between. */
function recordSale({ liquidation }: Records, { takerSide, price, qty }: TradeEvent): void {
  if (liquidation === undefined) return;
  liquidation.better += (takerSide === 'Sell' ? price - liquidation.price : liquidation.price - price) * qty;
}

function recordFund(records: Records, { change, balance, why }: InsuranceEvent): void {
  records.fund += change;
  demand(why === 'shortfall' || balance >= 0n || change > 0n, '[INS1] the fund never pays more than it has');
  if (why === 'liquidation' && records.liquidation !== undefined) records.liquidation.earned += change;
}

/** [LIQ3] The account leaves at the bankruptcy price; what the book paid beyond that is the fund's, to the last unit. */
function checkLiquidation(records: Records, { price, qty, value }: Execution): void {
  const { liquidation } = records;
  records.liquidation = undefined;
  if (liquidation === undefined) throw new Error('Does not add up: a liquidation begins with a request');
  const perTickLot = value / (BigInt(price) * BigInt(qty));
  demand(liquidation.price === price, '[LIQ3] the account leaves at the bankruptcy price');
  demand(
    liquidation.earned === BigInt(liquidation.better) * perTickLot,
    '[INS1] the fund earns the difference',
  );
}

const isBeyond = ({ side, liquidationPrice }: PositionView, mark: number): boolean =>
  side === 'Buy' ? mark <= liquidationPrice : mark >= liquidationPrice;

/** [LIQ1] Of an isolated leg: its own figures alone decide. */
function checkReached(leg: PositionView | undefined, mark: number): void {
  if (leg === undefined || leg.marginMode === 'cross') return;
  demand(isBeyond(leg, mark), '[LIQ1] no position is liquidated before the price it was shown');
}

type MarkOf = (symbol: ProductSymbol) => number;

function recordOrder(records: Records, event: OrderEvent, markOf: MarkOf): void {
  const { order, execution } = event;
  records.lives.record(event);
  demand(event.balanceAfter >= 0n, '[LIQ4] no balance is negative');
  const key = legKey(order.accountID, order.symbol, order.posSide);
  if (event.action === 'LiqRequest') {
    records.liquidation = { price: order.price, better: 0, earned: 0n };
    if (!records.traded.has(key)) checkReached(records.told.get(key), markOf(order.symbol));
  }
  if (execution === undefined) return;
  records.traded.add(key);
  const books = booksOf(records, key);
  const before = books.size;
  const isBuy = order.side === 'Buy';
  books.size += isBuy ? execution.qty : -execution.qty;
  books.cash += isBuy ? -execution.value : execution.value;
  records.fees += execution.fee;
  demand(Math.abs(books.size) === event.posSizeAfter, '[POS1] the event tells the size after the fill');
  checkClosing(event, before, books.size);
  if (execution.tradeType === 'LiqTrade') checkLiquidation(records, execution);
}

function record(records: Records, event: ExchangeEvent, markOf: MarkOf): void {
  switch (event.kind) {
    case 'order':
      recordOrder(records, event, markOf);
      break;
    case 'level': {
      const key = `${event.symbol} ${event.side} ${event.price}`;
      if (event.qty === 0) records.levels.delete(key);
      else records.levels.set(key, event.qty);
      break;
    }
    case 'account':
      for (const leg of event.positions) {
        records.told.set(legKey(leg.accountID, leg.symbol, leg.posSide), leg);
      }
      break;
    case 'trade':
      recordSale(records, event);
      break;
    case 'closed-position': {
      const key = legKey(event.accountID, event.symbol, event.posSide);
      const realised = event.closedPnl - event.fee - event.fundingFee;
      records.ended.set(key, (records.ended.get(key) ?? 0n) + realised);
      break;
    }
    case 'insurance':
      recordFund(records, event);
      break;
  }
}

function checkBooks(exchange: Exchange, symbols: readonly ProductSymbol[], records: Records): void {
  let standing = 0;
  for (const symbol of symbols) {
    const book = exchange.book(symbol);
    const { bestBid, bestAsk } = book;
    demand(
      bestBid === undefined || bestAsk === undefined || bestBid < bestAsk,
      '[ENG2] the book is not crossed',
    );
    for (const side of ['Buy', 'Sell'] as const) {
      for (const [price, qty] of book.levels(side, Number.MAX_SAFE_INTEGER)) {
        standing += 1;
        const announced = records.levels.get(`${symbol} ${side} ${price}`);
        demand(announced === qty, '[ENG2] level events replay to the book');
      }
    }
  }
  demand(standing === records.levels.size, '[ENG2] no level was announced that does not stand');
}

function checkLeg(records: Records, leg: PositionView): void {
  const key = legKey(leg.accountID, leg.symbol, leg.posSide);
  demand(signedSize(leg) === booksOf(records, key).size, '[POS1] the position is the sum of its fills');
  const ended = records.ended.get(key) ?? 0n;
  const inProgress = leg.size === 0 ? 0n : leg.termRealisedPnl;
  demand(
    ended + inProgress === leg.cumClosedPnl - leg.cumTransactFee - leg.cumFundingFee,
    '[HIS4] closed positions and the one in progress are all that a leg ever realised',
  );
  const last = records.told.get(key);
  if (last === undefined) return;
  const isTold =
    last.size === leg.size &&
    last.value === leg.value &&
    last.leverage === leg.leverage &&
    last.termRealisedPnl === leg.termRealisedPnl &&
    last.buyLeavesQty === leg.buyLeavesQty &&
    last.sellLeavesQty === leg.sellLeavesQty;
  demand(isTold, '[EVT1] account events tell every change of a leg');
}

function checkWaiting(order: OrderView, leg: PositionView): void {
  const { instructions, qty, leavesQty, side, reduceOnly } = order;
  demand(leavesQty === 0 && qty > 0, '[TRG1] what waits has a size, and nothing in the market');
  const { trigger, trail } = instructions ?? {};
  const hasMark = trigger?.source === 'ByMarkPrice' && trail?.best !== undefined;
  const isBehind =
    side === 'Sell' ? leg.markPrice > (trigger?.price ?? 0) : leg.markPrice < (trigger?.price ?? 0);
  demand(!hasMark || isBehind, '[TSL1] a trailing trigger is never passed');
  if (!reduceOnly) return;
  demand(leg.side !== 'None' && leg.side !== side, '[TRG10] a closing order waits only while it can close');
  if (instructions?.isWholePosition !== true) return;
  demand(qty === leg.size, '[TRG9] an order of the whole position has its size');
}

function checkOpenOrders(exchange: Exchange, account: AccountID, positions: readonly PositionView[]): void {
  const byKey = new Map(positions.map((leg) => [`${leg.symbol} ${leg.posSide}`, leg]));
  for (const order of exchange.openOrders(account)) {
    const leg = byKey.get(`${order.symbol} ${order.posSide}`);
    demand(leg !== undefined, '[ORD6] an open order has a leg');
    if (leg === undefined) continue;
    if (order.ordStatus === 'Untriggered') {
      checkWaiting(order, leg);
      continue;
    }
    demand(order.leavesQty > 0, '[ORD6] an open order has something left');
    const most = Math.min(order.instructions?.displayQty ?? order.leavesQty, order.leavesQty);
    const shown = order.shownQty ?? order.leavesQty;
    demand(shown > 0 && shown <= most, '[ICE1] an open order shows something, and no more than it may');
    if (!order.reduceOnly) continue;
    const closes = leg.side !== 'None' && leg.side !== order.side && order.leavesQty <= leg.size;
    demand(closes, '[POS6] a resting reduce-only order is no larger than what it may close');
  }
}

/** Checks one account and returns its balance less its open positions at entry value. */
function checkAccount(exchange: Exchange, account: AccountID, records: Records): bigint {
  const wallet = exchange.wallet(account);
  const positions = exchange.positions(account);
  demand(wallet.balance >= 0n && wallet.used >= 0n, '[MRG8] balance and used balance are never negative');
  const used = positions.reduce((sum, leg) => sum + leg.usedBalance, 0n);
  demand(used === wallet.used, '[MRG8] used balance is the sum of its legs');
  checkOpenOrders(exchange, account, positions);
  for (const leg of positions) checkLeg(records, leg);
  return positions.reduce((sum, leg) => sum - signedValue(leg), wallet.balance as bigint);
}

export function createAuditor(
  exchange: Exchange,
  accounts: readonly AccountID[],
  symbols: readonly ProductSymbol[],
): Auditor {
  const records: Records = {
    legs: new Map(),
    levels: new Map(),
    told: new Map(),
    traded: new Set(),
    ended: new Map(),
    lives: createLives(),
    fees: 0n,
    fund: 0n,
    liquidation: undefined,
  };
  const fundBefore = exchange.ledger().insuranceFund;
  const [anybody] = accounts;
  const markOf = (symbol: ProductSymbol): number => {
    const legs = anybody === undefined ? [] : exchange.positions(anybody);
    return legs.find((leg) => leg.symbol === symbol)?.markPrice ?? 0;
  };
  exchange.subscribe((event) => record(records, event, markOf));
  return {
    check() {
      records.traded.clear();
      records.lives.check(accounts.flatMap((account) => exchange.openOrders(account)));
      checkBooks(exchange, symbols, records);
      const held = accounts.reduce((sum, account) => sum + checkAccount(exchange, account, records), 0n);
      const cash = [...records.legs.values()].reduce((sum, leg) => sum + leg.cash, 0n);
      const ledger = exchange.ledger();
      demand(ledger.insuranceFund === fundBefore + records.fund, '[INS1] the fund changes by what it tells');
      demand(ledger.fees === records.fees, '[MNY1] the ledger has the fees of every fill');
      // Balances less open positions at entry = deposits + what trading brought − fees − funding + insurance.
      const expected = ledger.deposits + cash - ledger.fees - ledger.funding + ledger.insurance;
      demand(held === expected, '[MNY1] money is neither made nor lost');
    },
    checkStanding(symbol) {
      for (const leg of accounts.flatMap((account) => exchange.positions(account))) {
        if (leg.symbol !== symbol || leg.side === 'None') continue;
        demand(!isBeyond(leg, leg.markPrice), '[LIQ1] nothing stands beyond the liquidation price it shows');
      }
    },
  };
}
