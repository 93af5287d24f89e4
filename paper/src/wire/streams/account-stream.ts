/**
 * aop_p: an account's wallet, orders and positions; a snapshot on subscription, then everything that happens, as soon
 * as whatever made it happen is done (one message for all that a command or a trade did).
 */
import { type WireJson, writeJson } from '#contract/wire/write-json.ts';
import type { Clock } from '../../clock.ts';
import type { AccountID, OrderView } from '../../commands.ts';
import type { OrderEvent, PositionView } from '../../events.ts';
import type { Exchange } from '../../exchange.ts';
import { accountMessage, positionMessage } from '../account-bodies.ts';
import type { Catalogue } from '../catalogue.ts';
import { orderMessage } from '../order-messages.ts';
import { createTopics, encode, type PrivateStream } from './topic.ts';

/** Per kind (closed, filled) in a snapshot, as documented. */
const SNAPSHOT_ORDERS_MAX = 100;

interface AccountState {
  readonly account: AccountID;
  orders: OrderEvent[];
  /** By symbol and side of the leg. */
  legs: Map<string, PositionView>;
  /** Something happened that the next message will tell: to orders, to legs or to the wallet alone. */
  isScheduled: boolean;
}

export interface AccountStreamOptions {
  readonly exchange: Exchange;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
}

const legKey = ({ symbol, posSide }: Pick<OrderView, 'symbol' | 'posSide'>): string => `${symbol} ${posSide}`;

const STANDING_EXEC_STATUS: Partial<Record<OrderView['ordStatus'], OrderEvent['execStatus']>> = {
  Canceled: 'Canceled',
  Deactivated: 'Canceled',
  Rejected: 'CreateRejected',
  Untriggered: 'Registered',
};

/** An order as an event of its own, for the snapshot: what it is now, without an execution. */
function standing(order: OrderView, leg: PositionView | undefined, balance: bigint): OrderEvent {
  const { ordStatus } = order;
  return {
    kind: 'order',
    order,
    action: ordStatus === 'Canceled' || ordStatus === 'Deactivated' ? 'Cancel' : 'New',
    execStatus: STANDING_EXEC_STATUS[ordStatus] ?? 'New',
    posSizeAfter: leg?.size ?? (0 as OrderEvent['posSizeAfter']),
    posSideAfter: leg?.side ?? 'None',
    balanceAfter: balance as OrderEvent['balanceAfter'],
  };
}

const isUnfilled = ({ ordStatus }: OrderView): boolean => ordStatus !== 'Filled';

/** The orders that a snapshot tells of. A part of one whose end is not told any more would read as an open order. */
function ordersOf(exchange: Exchange, account: AccountID) {
  const open = exchange.openOrders(account);
  const closed = exchange.recentOrders(account).filter(isUnfilled).slice(0, SNAPSHOT_ORDERS_MAX);
  const recent = exchange.recentFills(account).slice(0, SNAPSHOT_ORDERS_MAX);
  const filled = recent.map(({ order }) => order).filter((order) => !isUnfilled(order));
  const told = new Set([...open, ...closed, ...filled].map(({ orderID }) => orderID));
  return { open, closed, fills: recent.filter(({ order }) => told.has(order.orderID)) };
}

export function createAccountStream({ exchange, catalogue, clock }: AccountStreamOptions): PrivateStream {
  // All accounts count together, and on while nobody listens. Begins with the time, to rise over a restart too.
  let sequence = clock.nowMs();
  let requestNumber = 0;
  const topics = createTopics<AccountState>((key) => ({
    account: Number(key) as AccountID,
    orders: [],
    legs: new Map(),
    isScheduled: false,
  }));

  const write = (
    state: AccountState,
    type: 'snapshot' | 'incremental',
    events: readonly OrderEvent[],
    legs: ReadonlyMap<string, PositionView>,
  ): Buffer => {
    const { account } = state;
    const wallet = exchange.wallet(account);
    const known = events.every(({ order }) => legs.has(legKey(order)))
      ? legs
      : new Map(exchange.positions(account).map((leg) => [legKey(leg), leg]));
    sequence += 1;
    const message: WireJson = {
      accounts_p: [accountMessage(wallet)],
      orders_p: events.map((event) => {
        requestNumber += 1;
        const leg = known.get(legKey(event.order));
        return orderMessage(catalogue, { account, event, leg, requestNumber });
      }),
      positions_p: [...legs.values()].map((leg) => positionMessage(catalogue, leg, wallet)),
      sequence,
      timestamp: clock.nowNs(),
      type,
      version: 0,
    };
    return encode(writeJson(message));
  };

  const flush = (state: AccountState): void => {
    if (!state.isScheduled) return;
    state.isScheduled = false;
    const { orders, legs } = state;
    state.orders = [];
    state.legs = new Map();
    topics.send(String(state.account), write(state, 'incremental', orders, legs));
  };

  const snapshot = (state: AccountState): Buffer => {
    const { account } = state;
    const legs = new Map(exchange.positions(account).map((leg) => [legKey(leg), leg]));
    const { balance } = exchange.wallet(account);
    const now = (order: OrderView) => standing(order, legs.get(legKey(order)), balance);
    const { open, closed, fills } = ordersOf(exchange, account);
    const past = [...closed.map(now), ...fills].sort((a, b) =>
      a.order.transactNs < b.order.transactNs ? -1 : 1,
    );
    return write(state, 'snapshot', [...past, ...open.map(now)], legs);
  };

  const unsubscribe = exchange.subscribe((event) => {
    if (event.kind !== 'order' && event.kind !== 'account') return;
    const account = event.kind === 'order' ? event.order.accountID : event.accountID;
    const state = topics.get(String(account));
    if (state === undefined) return;
    if (event.kind === 'order') state.orders.push(event);
    else for (const leg of event.positions) state.legs.set(legKey(leg), leg);
    if (state.isScheduled) return;
    state.isScheduled = true;
    queueMicrotask(() => flush(state));
  });

  return {
    name: 'aop_p',
    topic: (account) => ({
      key: String(account),
      join: (sink) =>
        topics.join(String(account), sink, (state) => {
          flush(state);
          return snapshot(state);
        }),
    }),
    stop: unsubscribe,
  };
}
