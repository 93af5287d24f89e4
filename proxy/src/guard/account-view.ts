/**
 * The account as the proxy itself reads it off the private stream: open orders, positions, settings. What the exchange
 * decides on is at the exchange; this is what the guard and the kill switch go by, and when it cannot be trusted.
 */
import type { OrderID, ProductSymbol } from '#contract/brand.ts';
import type { AccountUpdate, Fill, Order, PositionRow, SymbolSettings } from '#contract/model.ts';
import { type OrderRecord, startOver, takeIn, trimEnded } from '#contract/order-record.ts';
import type { PosSide } from '#contract/vocabulary.ts';
import { readAccount } from '#contract/wire/account-stream.ts';
import type { OrderRef } from '#contract/wire/requests.ts';
import type { Follower } from '../relay/topic-hub.ts';
import type { Time } from '../time.ts';
import type { Log } from '../watch/log.ts';
import { createLastTrades } from './last-trades.ts';
import { createLostFills, type LostFillsTiming } from './lost-fills.ts';
import { createQuarantine } from './quarantine.ts';

export interface AccountView {
  /** Since when nothing can have been missed: a snapshot came and the stream has held since. Monotonic ms. */
  wholeSinceMs(): number | undefined;
  openOrders(): readonly Order[];
  /** Among the open ones. */
  order(symbol: ProductSymbol, ref: OrderRef): Order | undefined;
  /** As it was when it ended: among the latest of those. */
  closedOrder(symbol: ProductSymbol, ref: OrderRef): Order | undefined;
  /** When what is held of it last changed, by the exchange's clock; 0: never, as far as was told. */
  lastTradeMs(symbol: ProductSymbol): number;
  positions(): readonly PositionRow[];
  /** undefined: nothing was told of this leg. */
  position(symbol: ProductSymbol, posSide: PosSide): PositionRow | undefined;
  settings(symbol: ProductSymbol): SymbolSettings | undefined;
  /** Something impossible was told of it. */
  isQuarantined(symbol: ProductSymbol): boolean;
  /** How often a fill told of something that was lost. */
  losses(): number;
  /** Asks for nothing any more. */
  stop(): void;
  /** After each message, once all of it is in the view. */
  onUpdate(listener: () => void): void;
  onOrder(listener: (order: Order) => void): void;
  onFill(listener: (fill: Fill) => void): void;
  onPositions(listener: (rows: readonly PositionRow[]) => void): void;
}

export interface AccountViewNeeds {
  readonly time: Time;
  readonly log: Log;
  isStreamLive(): boolean;
  /** Asks the exchange for the account anew. */
  resync(): void;
  readonly lostFillsTiming?: LostFillsTiming | undefined;
}

function find(among: ReadonlyMap<string, Order>, symbol: ProductSymbol, ref: OrderRef): Order | undefined {
  for (const order of among.values()) {
    const isIt = 'orderID' in ref ? order.orderID === ref.orderID : order.clOrdID === ref.clOrdID;
    if (isIt && order.symbol === symbol) return order;
  }
  return undefined;
}

const legOf = (symbol: ProductSymbol, posSide: PosSide): string => `${symbol} ${posSide}`;

/** Ended orders whose late events must not open them again. */
const ENDED_KEPT = 1_000;

export function createAccountView({
  time,
  log,
  isStreamLive,
  resync,
  lostFillsTiming: timing,
}: AccountViewNeeds): AccountView & Follower {
  const orders: OrderRecord<Order> = { open: new Map(), ended: new Map() };
  const lastTrades = createLastTrades();
  const positions = new Map<string, PositionRow>();
  const settings = new Map<string, SymbolSettings>();
  const updateListeners: (() => void)[] = [];
  const orderListeners: ((order: Order) => void)[] = [];
  const fillListeners: ((fill: Fill) => void)[] = [];
  const positionListeners: ((rows: readonly PositionRow[]) => void)[] = [];
  const quarantine = createQuarantine({ log, time, resync });
  const known = (orderID: OrderID) => orders.open.get(orderID) ?? orders.ended.get(orderID);
  const lostFills = createLostFills({ time, log, known, resync, timing });
  let snapshotAtMs: number | undefined;

  const applyPosition = (row: PositionRow) => {
    positions.set(legOf(row.symbol, row.posSide), row);
    // A symbol is in one position mode: rows of the other are history.
    for (const gone of row.posSide === 'Merged' ? (['Long', 'Short'] as const) : (['Merged'] as const)) {
      positions.delete(legOf(row.symbol, gone));
    }
  };
  const applySettings = (next: SymbolSettings) => {
    const known = settings.get(next.symbol);
    const others =
      known?.posMode === next.posMode
        ? known.legs.filter(({ posSide }) => next.legs.every((leg) => leg.posSide !== posSide))
        : [];
    settings.set(next.symbol, { ...next, legs: [...others, ...next.legs] });
  };
  const apply = (update: AccountUpdate) => {
    if (update.kind === 'snapshot') {
      for (const known of [positions, settings]) known.clear();
      startOver(orders, update.orders);
      snapshotAtMs = time.monoMs();
    }
    for (const row of update.positions) applyPosition(row);
    for (const next of update.settings) applySettings(next);
    const news = update.orders.filter((order) => takeIn(orders, order));
    trimEnded(orders, ENDED_KEPT);
    for (const listener of positionListeners) listener(update.positions);
    for (const order of news) for (const listener of orderListeners) listener(order);
    lastTrades.hear(update);
    for (const fill of update.fills) for (const listener of fillListeners) listener(fill);
    for (const listener of updateListeners) listener();
  };

  return {
    wholeSinceMs: () => (isStreamLive() ? snapshotAtMs : undefined),
    openOrders: () => [...orders.open.values()],
    order: (symbol, ref) => find(orders.open, symbol, ref),
    closedOrder: (symbol, ref) => find(orders.ended, symbol, ref),
    lastTradeMs: lastTrades.ofMs,
    positions: () => [...positions.values()],
    position: (symbol, posSide) => positions.get(legOf(symbol, posSide)),
    settings: (symbol) => settings.get(symbol),
    isQuarantined: quarantine.has,
    losses: lostFills.count,
    stop: lostFills.restart,
    onUpdate: (listener) => updateListeners.push(listener),
    onOrder: (listener) => orderListeners.push(listener),
    onFill: (listener) => fillListeners.push(listener),
    onPositions: (listener) => positionListeners.push(listener),
    onMessage({ parsed }) {
      const read = readAccount(parsed);
      if (!read.ok) return log.warn({ problem: read.problem }, 'an account message cannot be read');
      const { update, skipped } = read.value;
      lostFills.judge(update);
      apply(update);
      quarantine.judge(update, skipped, parsed);
    },
    onRestart() {
      snapshotAtMs = undefined;
      lostFills.restart();
    },
  };
}
