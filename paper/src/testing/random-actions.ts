/** What three accounts and a crowd may do at random, and the commands that come of it: of few prices, so that queues form. */
import fc from 'fast-check';
import type { ClOrdID } from '#contract/brand.ts';
import type { PosSide, Side, TimeInForce } from '#contract/vocabulary.ts';
import type { AccountID, Command, Instructions, PlaceOrder, Rate, Trail, Units } from '../commands.ts';
import type { CrowdOrder, Exchange } from '../exchange.ts';
import { isLimited, triggerDirection } from '../order-types.ts';
import type { ProductSpec } from '../product-spec.ts';
import { BTC, LTC, lots, rate, ticks, units } from './testbed.ts';

/** Some hundred USDT take the second one through its tiers, so that liquidation goes in steps. */
const TIERED: ProductSpec = {
  ...LTC,
  tiers: [
    {
      notionalMax: units('500'),
      leverageMax: 50,
      maintenanceRate: rate('0.01'),
      maintenanceAmount: units('0'),
    },
    {
      notionalMax: units('2000'),
      leverageMax: 25,
      maintenanceRate: rate('0.03'),
      maintenanceAmount: units('10'),
    },
    {
      notionalMax: units('200000'),
      leverageMax: 20,
      maintenanceRate: rate('0.04'),
      maintenanceAmount: units('30'),
    },
  ],
};
export const PRODUCTS = [BTC, TIERED] as const;
export const CENTRE_TICKS = 20_000;
/** Few prices, so that queues form; 1.8 % to either side, past the bankruptcy price of a 100x position. */
const AWAY_MAX = 6;
export const TICKS_APART = 60;
/** Bids lean down and offers up by this many prices, so that most orders rest and some cross. */
const LEAN = 4;
const ACCOUNTS = 3;

/** One shape for all actions keeps shrinking quick; each kind uses what it needs of it. */
export interface Action {
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

export const action: fc.Arbitrary<Action> = fc.record({
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

export interface Session {
  readonly exchange: Exchange;
  readonly accounts: readonly AccountID[];
  readonly crowd: CrowdOrder[];
  made: number;
}

export const LEVERAGES = ['-10', '0', '5', '20', '50', '-3', '100', '50'];

export const priceOf = ({ side, away }: Action) =>
  ticks(CENTRE_TICKS + (side === 'Buy' ? away - LEAN : away + LEAN) * TICKS_APART);

export function leverageCommand(
  session: Session,
  account: AccountID,
  on: ProductSpec,
  pick: number,
): Command {
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

export function placing(session: Session, account: AccountID, on: ProductSpec, of: Action): PlaceOrder {
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

export function command(
  session: Session,
  account: AccountID,
  on: ProductSpec,
  of: Action,
): Command | undefined {
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
