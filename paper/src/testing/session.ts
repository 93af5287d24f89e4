/** A random session: actions carried out on an exchange with three accounts, each answer checked, and what must come back. */
import type { Bank } from '../account/bank.ts';
import type { AccountID, Command } from '../commands.ts';
import type { Exchange } from '../exchange.ts';
import type { ProductSpec } from '../product-spec.ts';
import type { AccountStore } from '../store/account-store.ts';
import { checkAnswer } from './lives.ts';
import {
  type Action,
  CENTRE_TICKS,
  command,
  LEVERAGES,
  leverageCommand,
  PRODUCTS,
  placing,
  priceOf,
  type Session,
  TICKS_APART,
} from './random-actions.ts';
import { BTC, createTestbed, lots, rate, ticks, units, XRP } from './testbed.ts';

/** So little that it runs dry, and others are deleveraged. */
export const FUND = units('20');

function runCrowd(session: Session, on: ProductSpec, of: Action): void {
  const { crowd } = session.exchange;
  const picked = session.crowd[of.pick % Math.max(1, session.crowd.length)];
  if (of.kind === 'crowd-limit') {
    const order = crowd.limit(on.symbol, of.side, priceOf(of), lots(of.qty), of.reduceOnly);
    if (order !== undefined) session.crowd.push(order);
  } else if (of.kind === 'crowd-market') {
    crowd.market(on.symbol, of.side, lots(of.qty));
  } else if (of.kind === 'crowd-cancel' && picked !== undefined) {
    crowd.cancel(picked);
  } else if (of.kind === 'crowd-resize' && picked !== undefined) {
    crowd.resize(picked, lots(of.qty));
  }
}

function runBank(bank: Bank, account: AccountID, { pick, qty }: Action): void {
  if (pick % 4 === 0) bank.reset(account, units(String(qty * 20)));
  else if (pick % 2 === 0) bank.deposit(account, units(String(qty)));
  else bank.setFees(account, { maker: rate(pick % 3 === 0 ? '-0.0001' : '0.0001'), taker: rate('0.0004') });
}

/** With all it has at 100x, an account is charged the highest funding there is, and perhaps more than it has left. */
function squeeze(session: Session, account: AccountID, of: Action): void {
  const { exchange } = session;
  const qty = 400;
  exchange.bank.reset(account, units('10'));
  carryOut(exchange, account, leverageCommand(session, account, BTC, LEVERAGES.indexOf('100')));
  const against = of.side === 'Buy' ? 'Sell' : 'Buy';
  const rests = exchange.crowd.limit(BTC.symbol, against, ticks(CENTRE_TICKS), lots(qty), false);
  if (rests !== undefined) session.crowd.push(rests);
  const entry = placing(session, account, BTC, { ...of, isMarket: true, qty, reduceOnly: false });
  carryOut(exchange, account, entry);
  exchange.chargeFunding(BTC.symbol, rate(of.side === 'Buy' ? '0.02' : '-0.02'));
}

export function run(session: Session, of: Action): void {
  const on = PRODUCTS[of.on] ?? BTC;
  if (of.kind === 'mark') {
    // Now and then far away, so that positions are liquidated.
    const away = of.pick % 12 === 0 ? of.away * 1400 : of.away * TICKS_APART;
    session.exchange.setMarkPrice(on.symbol, ticks(CENTRE_TICKS + away));
    return;
  }
  if (of.kind === 'index') {
    session.exchange.setIndexPrice(on.symbol, ticks(CENTRE_TICKS + of.away * TICKS_APART));
    return;
  }
  if (of.kind === 'funding') {
    session.exchange.chargeFunding(on.symbol, rate(of.side === 'Buy' ? '0.00013' : '-0.00007'));
    return;
  }
  if (of.kind.startsWith('crowd-')) {
    runCrowd(session, on, of);
    return;
  }
  const account = session.accounts[of.who];
  if (of.kind === 'bank' && account !== undefined) {
    runBank(session.exchange.bank, account, of);
    return;
  }
  if (of.kind === 'squeeze' && account !== undefined) {
    squeeze(session, account, of);
    return;
  }
  const todo = account === undefined ? undefined : command(session, account, on, of);
  if (account !== undefined && todo !== undefined) carryOut(session.exchange, account, todo);
}

function carryOut(exchange: Exchange, account: AccountID, todo: Command): void {
  const meant = 'order' in todo && todo.order.by === 'orderID' ? todo.order.orderID : undefined;
  const wasOpen = exchange.openOrders(account).some(({ orderID }) => orderID === meant);
  checkAnswer(todo, exchange.apply(account, todo), wasOpen);
}

export function tellPrices(exchange: Exchange, { symbol }: ProductSpec): void {
  exchange.setMarkPrice(symbol, ticks(CENTRE_TICKS));
  exchange.setIndexPrice(symbol, ticks(CENTRE_TICKS));
}

export function openSession(store: AccountStore): Session {
  const { exchange, account } = createTestbed({
    store,
    deposit: units('20000'),
    insuranceFund: FUND,
    products: [...PRODUCTS, XRP],
  });
  const others = ['second', 'third'].map((name) => exchange.openAccount(name, units('3000')));
  for (const on of PRODUCTS) tellPrices(exchange, on);
  return { exchange, accounts: [account, ...others], crowd: [], made: 0 };
}

/** All that must survive a restart. */
export function picture({ exchange, accounts }: Session) {
  return {
    ledger: exchange.ledger(),
    books: PRODUCTS.map(({ symbol }) =>
      (['Buy', 'Sell'] as const).map((side) => exchange.book(symbol).levels(side, Number.MAX_SAFE_INTEGER)),
    ),
    accounts: accounts.map((account) => ({
      wallet: exchange.wallet(account),
      positions: exchange.positions(account),
      open: [...exchange.openOrders(account)].sort((a, b) => (a.orderID < b.orderID ? -1 : 1)),
      recentOrders: exchange.recentOrders(account),
      recentFills: exchange.recentFills(account),
    })),
  };
}

/** Takes everything out of the books: who is filled, in which order, is the priority. */
export function fillsOfDrain({ exchange }: Session): string[] {
  const fills: string[] = [];
  const unsubscribe = exchange.subscribe((event) => {
    if (event.kind !== 'order' || event.execution === undefined) return;
    fills.push(`${event.order.orderID} ${event.execution.qty}@${event.execution.price}`);
  });
  for (const { symbol } of PRODUCTS) {
    for (const side of ['Buy', 'Sell'] as const) exchange.crowd.market(symbol, side, lots(1_000_000));
  }
  unsubscribe();
  return fills;
}
