/** Long random sessions of three accounts and a crowd, audited after every single action. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClOrdID } from '#contract/brand.ts';
import type { PosSide, Side, TimeInForce } from '#contract/vocabulary.ts';
import type { Bank } from './account/bank.ts';
import type { AccountID, Command, Instructions, PlaceOrder, Rate, Trail, Units } from './commands.ts';
import type { CrowdOrder, Exchange } from './exchange.ts';
import { isLimited, triggerDirection } from './order-types.ts';
import type { ProductSpec } from './product-spec.ts';
import type { AccountStore } from './store/account-store.ts';
import { openAccountStore } from './store/libsql-store.ts';
import { createAuditor } from './testing/auditor.ts';
import { checkAnswer } from './testing/lives.ts';
import { BTC, createTestbed, LTC, lots, noStore, rate, ticks, units, XRP } from './testing/testbed.ts';

/** Sessions of 1 to 400 actions, evenly: about 116,000 audited actions in a run, and never less than 100,000. */
const SESSIONS = 580;
const ACTIONS = 400;
const ACTIONS_MIN = 100_000;
const RESTARTS = 40;
/** The machine may be busy; nothing here depends on time. */
const TIMEOUT_MS = 600_000;
/** Shrinking a failure is cut off, so that it is told. */
const SHRINK_UNTIL_MS = 540_000;
/** A few thousand USDT take the second one through its tiers, so that liquidation goes in steps. */
const TIERED: ProductSpec = {
  ...LTC,
  tiers: [
    {
      notionalMax: units('2000'),
      leverageMax: 50,
      maintenanceRate: rate('0.01'),
      maintenanceAmount: units('0'),
    },
    {
      notionalMax: units('5000'),
      leverageMax: 25,
      maintenanceRate: rate('0.02'),
      maintenanceAmount: units('20'),
    },
    {
      notionalMax: units('200000'),
      leverageMax: 20,
      maintenanceRate: rate('0.025'),
      maintenanceAmount: units('45'),
    },
  ],
};
const PRODUCTS = [BTC, TIERED] as const;
const CENTRE_TICKS = 20_000;
/** Few prices, so that queues form; 1.8 % to either side, past the bankruptcy price of a 100x position. */
const AWAY_MAX = 6;
const TICKS_APART = 60;
/** Bids lean down and offers up by this many prices, so that most orders rest and some cross. */
const LEAN = 4;
const ACCOUNTS = 3;
/** So little that it runs dry, and others are deleveraged. */
const FUND = units('20');

/** One shape for all actions keeps shrinking quick; each kind uses what it needs of it. */
interface Action {
  readonly kind:
    | 'place'
    | 'conditional'
    | 'index'
    | 'amend'
    | 'cancel'
    | 'cancel-all'
    | 'leverage'
    | 'assign'
    | 'mode'
    | 'crowd-limit'
    | 'crowd-market'
    | 'crowd-cancel'
    | 'crowd-resize'
    | 'mark'
    | 'funding'
    | 'squeeze'
    | 'bank';
  readonly who: number;
  readonly on: number;
  readonly side: Side;
  readonly away: number;
  readonly qty: number;
  readonly posSide: PosSide;
  readonly timeInForce: TimeInForce;
  readonly reduceOnly: boolean;
  readonly isMarket: boolean;
  readonly pick: number;
}

const kind = fc.oneof(
  { weight: 30, arbitrary: fc.constant('place' as const) },
  { weight: 12, arbitrary: fc.constant('conditional' as const) },
  { weight: 10, arbitrary: fc.constant('amend' as const) },
  { weight: 6, arbitrary: fc.constant('cancel' as const) },
  { weight: 1, arbitrary: fc.constant('cancel-all' as const) },
  { weight: 6, arbitrary: fc.constant('leverage' as const) },
  { weight: 4, arbitrary: fc.constant('assign' as const) },
  { weight: 2, arbitrary: fc.constant('mode' as const) },
  { weight: 25, arbitrary: fc.constant('crowd-limit' as const) },
  { weight: 12, arbitrary: fc.constant('crowd-market' as const) },
  { weight: 4, arbitrary: fc.constant('crowd-cancel' as const) },
  { weight: 4, arbitrary: fc.constant('crowd-resize' as const) },
  { weight: 6, arbitrary: fc.constant('mark' as const) },
  { weight: 2, arbitrary: fc.constant('index' as const) },
  { weight: 1, arbitrary: fc.constant('funding' as const) },
  { weight: 1, arbitrary: fc.constant('squeeze' as const) },
  { weight: 1, arbitrary: fc.constant('bank' as const) },
);

const action: fc.Arbitrary<Action> = fc.record({
  kind,
  who: fc.nat(ACCOUNTS - 1),
  on: fc.nat(PRODUCTS.length - 1),
  side: fc.constantFrom<Side>('Buy', 'Sell'),
  away: fc.integer({ min: -AWAY_MAX, max: AWAY_MAX }),
  qty: fc.integer({ min: 1, max: 200 }),
  posSide: fc.constantFrom<PosSide>('Merged', 'Merged', 'Long', 'Short'),
  timeInForce: fc.constantFrom<TimeInForce>(
    'GoodTillCancel',
    'GoodTillCancel',
    'GoodTillCancel',
    'GoodTillCancel',
    'GoodTillCancel',
    'GoodTillCancel',
    'ImmediateOrCancel',
    'FillOrKill',
    'PostOnly',
  ),
  reduceOnly: fc.nat(2).map((draw) => draw === 0),
  isMarket: fc.nat(4).map((draw) => draw === 0),
  pick: fc.nat(1_000_000),
});

interface Session {
  readonly exchange: Exchange;
  readonly accounts: readonly AccountID[];
  readonly crowd: CrowdOrder[];
  made: number;
}

const LEVERAGES = ['-10', '0', '5', '20', '50', '-3', '100', '50'];

const priceOf = ({ side, away }: Action) =>
  ticks(CENTRE_TICKS + (side === 'Buy' ? away - LEAN : away + LEAN) * TICKS_APART);

function leverageCommand(session: Session, account: AccountID, on: ProductSpec, pick: number): Command {
  const value = rate(LEVERAGES[pick % LEVERAGES.length] ?? '-10');
  const other = rate(LEVERAGES[(pick >> 3) % LEVERAGES.length] ?? '-10') as Rate;
  const isHedged = session.exchange
    .positions(account)
    .some((leg) => leg.symbol === on.symbol && leg.posMode === 'Hedged');
  const leverage = isHedged
    ? { mode: 'Hedged' as const, long: value, short: other }
    : { mode: 'OneWay' as const, value };
  return { kind: 'set-leverage', symbol: on.symbol, leverage };
}

/** Of the first leg with a position: up to half as much again as it is assigned, or half as much less. */
function assignCommand(session: Session, account: AccountID, on: ProductSpec, pick: number) {
  const leg = session.exchange
    .positions(account)
    .find(({ symbol, size }) => symbol === on.symbol && size > 0);
  if (leg === undefined) return undefined;
  const balance = (leg.assignedBalance * BigInt(50 + (pick % 101))) / 100n;
  return {
    kind: 'assign-balance',
    symbol: on.symbol,
    posSide: leg.posSide,
    balance: balance as Units,
  } as const;
}

/** A leg that the account's mode has, most of the time: else most orders would be refused. */
function fittingPosSide(session: Session, account: AccountID, on: ProductSpec, asked: PosSide): PosSide {
  const has = session.exchange
    .positions(account)
    .filter((leg) => leg.symbol === on.symbol)
    .map((leg) => leg.posSide);
  return has.includes(asked) ? asked : (has[0] ?? asked);
}

const CONDITIONAL_TYPES = [
  'Stop',
  'MarketIfTouched',
  'StopLimit',
  'LimitIfTouched',
  'StopAsLimit',
  'MarketIfTouchedAsLimit',
] as const;
const SOURCES = ['ByMarkPrice', 'ByLastPrice', 'ByIndexPrice', 'ByBidPrice', 'ByAskPrice'] as const;

/** Waits one step or more to the side on which it may wait; every other one closes, some the whole position. */
function conditional(of: Action, plain: PlaceOrder): PlaceOrder {
  const ordType = CONDITIONAL_TYPES[of.pick % CONDITIONAL_TYPES.length] ?? 'Stop';
  const direction = triggerDirection(ordType, of.side);
  const steps = Math.abs(of.away) + 1;
  const { price: limit, qty, ...rest } = plain;
  const isWholePosition = of.reduceOnly && of.pick % 3 === 0;
  // Without a stop price of its own it begins at its distance.
  const trail: Trail | undefined =
    ordType === 'Stop' && of.isMarket
      ? { peg: 'TrailingStopPeg', offset: { by: 'ticks', ticks: steps * (of.side === 'Sell' ? -40 : 40) } }
      : undefined;
  const price = CENTRE_TICKS + (direction === 'Rising' ? steps : -steps) * TICKS_APART;
  const closes = of.reduceOnly && of.pick % 2 === 0;
  return {
    ...rest,
    ordType,
    ...(isLimited(ordType) ? { price: limit ?? priceOf(of) } : {}),
    qty: isWholePosition ? lots(0) : qty,
    timeInForce: isLimited(ordType) ? rest.timeInForce : 'GoodTillCancel',
    instructions: {
      trigger: {
        source: SOURCES[(of.pick >> 4) % SOURCES.length] ?? 'ByMarkPrice',
        direction,
        price: ticks(trail === undefined ? price : 0),
      },
      ...(trail === undefined ? {} : { trail }),
      ...(isWholePosition || closes ? { closeOnTrigger: true, isWholePosition } : {}),
    },
  };
}

/** Every other opening order brings something along, the rest are plain. */
function protections({ side, pick, reduceOnly }: Action): Instructions | undefined {
  if (reduceOnly || pick % 2 === 0) return undefined;
  const source = SOURCES[(pick >> 4) % SOURCES.length] ?? 'ByMarkPrice';
  const away = (1 + ((pick >> 8) % AWAY_MAX)) * TICKS_APART * (side === 'Buy' ? 1 : -1);
  return {
    ...(pick % 3 === 0 ? {} : { takeProfit: { source, price: ticks(CENTRE_TICKS + 2 * away) } }),
    ...(pick % 5 === 0 ? {} : { stopLoss: { source, price: ticks(CENTRE_TICKS - 2 * away) } }),
  };
}

const PREVENTIONS = ['CancelMaker', 'CancelTaker', 'CancelBoth', undefined] as const;

/** A third shows only a part, half say what becomes of it should it meet another of its account. */
function handling({ pick, qty }: Action): Instructions {
  const stp = PREVENTIONS[(pick >> 3) % (2 * PREVENTIONS.length)];
  return {
    ...(pick % 3 === 0 ? { displayQty: lots(1 + (qty >> 2)) } : {}),
    ...(stp === undefined ? {} : { stp }),
  };
}

function placing(session: Session, account: AccountID, on: ProductSpec, of: Action): PlaceOrder {
  const plain: PlaceOrder = {
    kind: 'place',
    symbol: on.symbol,
    clOrdID: `c${++session.made}` as ClOrdID,
    side: of.side,
    posSide: of.pick % 20 === 0 ? of.posSide : fittingPosSide(session, account, on, of.posSide),
    ordType: of.isMarket ? 'Market' : 'Limit',
    ...(of.isMarket ? {} : { price: priceOf(of) }),
    qty: lots(of.qty),
    timeInForce: of.timeInForce,
    reduceOnly: of.reduceOnly,
  };
  if (of.kind === 'conditional') return conditional(of, plain);
  const instructions = { ...protections(of), ...handling(of) };
  return Object.keys(instructions).length === 0 ? plain : { ...plain, instructions };
}

function command(session: Session, account: AccountID, on: ProductSpec, of: Action): Command | undefined {
  const price = priceOf(of);
  const { symbol } = on;
  // Now and then one that is over: somebody was quicker.
  const { exchange } = session;
  const among = of.pick % 7 === 0 ? exchange.recentOrders(account) : exchange.openOrders(account);
  const picked = among[of.pick % Math.max(1, among.length)];
  switch (of.kind) {
    case 'place':
    case 'conditional':
      return placing(session, account, on, of);
    case 'amend':
    case 'cancel': {
      if (picked === undefined) return undefined;
      const order = { by: 'orderID' as const, orderID: picked.orderID };
      const target = { symbol: picked.symbol, order, posSide: picked.posSide };
      if (of.kind === 'cancel') return { kind: 'cancel', ...target };
      if (picked.ordStatus === 'Untriggered') {
        const steps = picked.instructions?.trigger?.direction === 'Rising' ? of.away : -of.away;
        return { kind: 'amend', ...target, triggerPrice: ticks(CENTRE_TICKS + steps * TICKS_APART) };
      }
      return { kind: 'amend', ...target, ...(of.isMarket ? {} : { price }), qty: lots(of.qty) };
    }
    case 'cancel-all':
      return { kind: 'cancel-all', symbol, untriggered: of.reduceOnly };
    case 'leverage':
      return leverageCommand(session, account, on, of.pick);
    case 'assign':
      return assignCommand(session, account, on, of.pick);
    case 'mode':
      return { kind: 'switch-pos-mode', symbol, target: of.side === 'Buy' ? 'Hedged' : 'OneWay' };
    default:
      return undefined;
  }
}

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

function run(session: Session, of: Action): void {
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

function tellPrices(exchange: Exchange, { symbol }: ProductSpec): void {
  exchange.setMarkPrice(symbol, ticks(CENTRE_TICKS));
  exchange.setIndexPrice(symbol, ticks(CENTRE_TICKS));
}

function openSession(store: AccountStore): Session {
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
function picture({ exchange, accounts }: Session) {
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
function fillsOfDrain({ exchange }: Session): string[] {
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

/** Of everything that was told, in order. */
function transcript(actions: readonly Action[]): string {
  const running = openSession(noStore());
  const bytes = createHash('sha256');
  const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
  running.exchange.subscribe((event) => bytes.update(JSON.stringify(event, plain)));
  for (const each of actions) run(running, each);
  return bytes.digest('hex');
}

const actionsUpTo = (maxLength: number) =>
  fc.noBias(fc.array(action, { minLength: 1, maxLength, size: 'max' }));

describe('the exchange, audited', { timeout: TIMEOUT_MS }, () => {
  it('[MNY1][POS1][POS5][POS6][ENG2][MRG8][EVT1][RACE1] everything adds up after every action', () => {
    let ran = 0;
    let executed = 0;
    let liquidated = 0;
    let triggered = 0;
    let attached = 0;
    let trailed = 0;
    let hidden = 0;
    let insured = 0;
    let short = 0;
    let deleveraged = 0;
    let stepped = 0;
    const store = noStore();
    fc.assert(
      fc.property(actionsUpTo(ACTIONS), (actions) => {
        const running = openSession(store);
        const symbols = [...PRODUCTS, XRP].map(({ symbol }) => symbol);
        const auditor = createAuditor(running.exchange, running.accounts, symbols);
        running.exchange.subscribe((event) => {
          if (event.kind === 'insurance' && event.why === 'shortfall') short += 1;
          if (event.kind !== 'order') return;
          if (event.execStatus === 'Triggered') triggered += 1;
          if (event.execStatus === 'Replaced' && event.order.instructions?.trail !== undefined) trailed += 1;
          if (event.execStatus === 'Registered' && event.order.clOrdID === '') attached += 1;
          if (event.execution === undefined) return;
          executed += 1;
          if (event.order.leavesQty > (event.order.shownQty ?? event.order.leavesQty)) hidden += 1;
          if (event.execution.tradeType === 'LiqTrade') liquidated += 1;
          if (event.execution.tradeType === 'LiqTrade' && event.posSizeAfter > 0) stepped += 1;
          if (event.execution.tradeType === 'AdlTrade') deleveraged += 1;
        });
        for (const each of actions) {
          run(running, each);
          auditor.check();
          if (each.kind === 'mark') auditor.checkStanding(PRODUCTS[each.on]?.symbol ?? BTC.symbol);
          ran += 1;
        }
        if (running.exchange.ledger().insuranceFund !== FUND) insured += 1;
      }),
      { numRuns: SESSIONS, interruptAfterTimeLimit: SHRINK_UNTIL_MS },
    );
    expect(ran).toBeGreaterThan(ACTIONS_MIN);
    // The sessions really trade, and really liquidate.
    expect(executed).toBeGreaterThan(SESSIONS * 10);
    expect(liquidated).toBeGreaterThan(SESSIONS / 4);
    expect(insured).toBeGreaterThan(0);
    expect(short).toBeGreaterThan(0);
    expect(triggered).toBeGreaterThan(SESSIONS);
    expect(deleveraged).toBeGreaterThan(0);
    expect(stepped).toBeGreaterThan(0);
    expect(attached).toBeGreaterThan(SESSIONS);
    expect(hidden).toBeGreaterThan(SESSIONS / 4);
    expect(trailed).toBeGreaterThan(SESSIONS / 10);
  });

  it('[DET1] the same actions tell the same, byte for byte, and others tell something else', () => {
    let ran = 0;
    const told = new Set<string>();
    fc.assert(
      fc.property(actionsUpTo(ACTIONS), (actions) => {
        const first = transcript(actions);
        expect(transcript(actions)).toBe(first);
        told.add(first);
        ran += actions.length;
      }),
      { numRuns: SESSIONS, endOnFailure: true },
    );
    expect(ran).toBeGreaterThan(ACTIONS_MIN);
    expect(told.size).toBeGreaterThan(SESSIONS * 0.9);
  });

  it('[STO1][STO2] a restart changes nothing: accounts, positions, history, resting orders and their priority', () => {
    let resting = 0;
    fc.assert(
      fc.property(actionsUpTo(300), (actions) => {
        const store = openAccountStore(':memory:');
        const before = openSession(store);
        for (const each of actions) run(before, each);
        // The crowd does not survive, and is not meant to; mark prices come from the market.
        for (const order of before.crowd) before.exchange.crowd.cancel(order);
        for (const on of PRODUCTS) tellPrices(before.exchange, on);
        const after = openSession(store);
        resting += before.accounts.flatMap((account) => before.exchange.openOrders(account)).length;
        expect(picture(after)).toEqual(picture(before));
        expect(fillsOfDrain(after)).toEqual(fillsOfDrain(before));
      }),
      { numRuns: RESTARTS },
    );
    expect(resting).toBeGreaterThan(RESTARTS);
  });
});
