/**
 * A small exchange of our own making, in whole lots and whole ticks, written from the exchange's documents and from
 * nothing else of this project: what the proxy believes is held against it. One account, one-way mode.
 */
import type { Chance } from './chance.ts';

/** A thousandth of the coin. */
export const LOTS = 1_000;
export const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'] as const;
const FIRST_PRICES = [60_000, 3_000, 150] as const;
const FEE_PER_MILLE = 1;

export interface ModelOrder {
  readonly orderID: string;
  readonly clOrdID: string;
  readonly symbol: string;
  readonly side: 'Buy' | 'Sell';
  readonly ordType: string;
  readonly timeInForce: string;
  readonly reduceOnly: boolean;
  readonly createdMs: number;
  /** 0 for an order at market. */
  price: number;
  trigger: number;
  lots: number;
  filledLots: number;
  status: 'Untriggered' | 'New' | 'PartiallyFilled' | 'Filled' | 'Canceled' | 'Rejected';
  execSeq: number;
  changedMs: number;
  /** From here on the history shows it. */
  visibleFromMs: number;
}

/** What the private stream tells of an order. */
export interface ModelEvent {
  readonly order: Readonly<ModelOrder>;
  readonly execStatus: string;
  readonly execID: string;
  readonly fill?: {
    readonly lots: number;
    readonly price: number;
    readonly fee: number;
    readonly closedPnl: number;
  };
}

export interface Position {
  /** Below zero for a short. */
  lots: number;
  /** In thousandths of the quote currency. */
  cost: number;
}

export interface NewModelOrder {
  readonly clOrdID: string;
  readonly symbol: string;
  readonly side: 'Buy' | 'Sell';
  readonly ordType: string;
  readonly timeInForce: string;
  readonly lots: number;
  readonly price: number;
  readonly trigger: number;
  readonly reduceOnly: boolean;
}

export interface Engine {
  readonly orders: ReadonlyMap<string, Readonly<ModelOrder>>;
  readonly events: readonly ModelEvent[];
  readonly positions: ReadonlyMap<string, Readonly<Position>>;
  readonly leverages: Map<string, string>;
  priceOf(symbol: string): number;
  open(symbol?: string): readonly Readonly<ModelOrder>[];
  find(symbol: string, ref: { orderID?: string; clOrdID?: string }): Readonly<ModelOrder> | undefined;
  /** Taken, or the code of the refusal. */
  place(order: NewModelOrder): Readonly<ModelOrder> | number;
  amend(order: Readonly<ModelOrder>, to: { price?: number; lots?: number }): number;
  cancel(order: Readonly<ModelOrder>): void;
  /** The market moves; what it crosses is filled, in part perhaps. */
  move(symbol: string): void;
}

export interface EngineNeeds {
  readonly chance: Chance;
  nowMs(): number;
  historyLagMs(): number;
  onEvents(events: readonly ModelEvent[]): void;
}

const isOver = ({ status }: ModelOrder): boolean =>
  status === 'Filled' || status === 'Canceled' || status === 'Rejected';

export function createEngine({ chance, nowMs, historyLagMs, onEvents }: EngineNeeds): Engine {
  const orders = new Map<string, ModelOrder>();
  const positions = new Map<string, Position>(SYMBOLS.map((symbol) => [symbol, { lots: 0, cost: 0 }]));
  const prices = new Map<string, number>(SYMBOLS.map((symbol, at) => [symbol, FIRST_PRICES[at] ?? 100]));
  const events: ModelEvent[] = [];
  let batch: ModelEvent[] = [];
  let execSeq = 1_000;
  let made = 0;

  const positionOf = (symbol: string): Position => positions.get(symbol) ?? { lots: 0, cost: 0 };
  const priceOf = (symbol: string) => prices.get(symbol) ?? 0;
  const tell = (order: ModelOrder, execStatus: string, fill?: NonNullable<ModelEvent['fill']>) => {
    execSeq += chance.between(1, 9);
    order.execSeq = execSeq;
    order.changedMs = nowMs();
    if (isOver(order)) order.visibleFromMs = nowMs() + historyLagMs();
    const execID = fill === undefined ? '00000000-0000-0000-0000-000000000000' : `exec-${execSeq}`;
    batch.push({ order: { ...order }, execStatus, execID, ...(fill === undefined ? {} : { fill }) });
  };
  const flush = () => {
    if (batch.length === 0) return;
    const told = batch;
    batch = [];
    events.push(...told);
    onEvents(told);
  };
  /** The average cost goes out with what is closed. */
  const book = (symbol: string, signed: number, price: number): number => {
    const position = positionOf(symbol);
    const isClosing = position.lots !== 0 && Math.sign(position.lots) !== Math.sign(signed);
    const closing = isClosing ? Math.min(Math.abs(position.lots), Math.abs(signed)) : 0;
    const share = closing === 0 ? 0 : Math.round((position.cost * closing) / Math.abs(position.lots));
    const closedPnl = closing === 0 ? 0 : Math.sign(position.lots) * closing * price - share;
    const opening = Math.abs(signed) - closing;
    position.cost += Math.sign(signed) * opening * price - share;
    position.lots += signed;
    return closedPnl;
  };
  const fill = (order: ModelOrder, wanted: number, price: number) => {
    const held = positionOf(order.symbol).lots;
    const closable = order.side === 'Buy' ? -held : held;
    const lots = order.reduceOnly ? Math.min(wanted, Math.max(0, closable)) : wanted;
    if (lots <= 0) {
      order.status = 'Canceled';
      return tell(order, 'Canceled');
    }
    order.filledLots += lots;
    order.status = order.filledLots === order.lots ? 'Filled' : 'PartiallyFilled';
    const closedPnl = book(order.symbol, order.side === 'Buy' ? lots : -lots, price);
    const fee = Math.ceil((lots * price * FEE_PER_MILLE) / 1000);
    tell(order, order.price === 0 ? 'TakerFill' : 'MakerFill', { lots, price, fee, closedPnl });
  };
  const crosses = ({ side, price, symbol }: ModelOrder) =>
    price === 0 || (side === 'Buy' ? price >= priceOf(symbol) : price <= priceOf(symbol));
  /** At once where the market is: what is not filled then rests, or goes. */
  const match = (order: ModelOrder) => {
    if (crosses(order)) fill(order, order.lots - order.filledLots, priceOf(order.symbol));
    const rests = order.price !== 0 && order.timeInForce === 'GoodTillCancel';
    if (isOver(order) || rests) return;
    order.status = 'Canceled';
    tell(order, 'Canceled');
  };
  const openOrders = (symbol?: string) =>
    [...orders.values()].filter(
      (order) => !isOver(order) && (symbol === undefined || order.symbol === symbol),
    );

  return {
    orders,
    events,
    positions,
    leverages: new Map(SYMBOLS.map((symbol) => [symbol, '10'])),
    priceOf,
    open: openOrders,
    find(symbol, { orderID, clOrdID }) {
      for (const order of orders.values()) {
        const isIt = orderID === undefined ? order.clOrdID === clOrdID : order.orderID === orderID;
        if (isIt && order.symbol === symbol && !isOver(order)) return order;
      }
      return undefined;
    },
    place(asked) {
      made += 1;
      const isConditional = asked.trigger > 0;
      const order: ModelOrder = {
        ...asked,
        orderID: `o-${made}-${chance.below(1e6)}`,
        createdMs: nowMs(),
        filledLots: 0,
        status: isConditional ? 'Untriggered' : 'New',
        execSeq: 0,
        changedMs: nowMs(),
        visibleFromMs: Number.POSITIVE_INFINITY,
      };
      const held = positionOf(asked.symbol).lots;
      const reduces = asked.side === 'Buy' ? held < 0 : held > 0;
      const refusal = asked.reduceOnly && !reduces ? 11_011 : chance.isTrue(0.05) ? 11_001 : 0;
      if (refusal !== 0) {
        // Not every refusal is told to the stream, and none is in the history.
        order.status = 'Rejected';
        if (chance.isTrue(0.5)) {
          tell(order, 'CreateRejected');
          flush();
        }
        return refusal;
      }
      orders.set(order.orderID, order);
      tell(order, 'New');
      if (!isConditional) match(order);
      flush();
      return order;
    },
    amend(given, { price, lots }) {
      const order = orders.get(given.orderID);
      if (order === undefined || isOver(order)) return 10_002;
      if (lots !== undefined && lots <= order.filledLots) return 11_064;
      if (price !== undefined) order.price = price;
      if (lots !== undefined) order.lots = lots;
      tell(order, 'Replaced');
      if (order.status !== 'Untriggered' && crosses(order)) match(order);
      flush();
      return 0;
    },
    cancel(given) {
      const order = orders.get(given.orderID);
      if (order === undefined || isOver(order)) return;
      order.status = 'Canceled';
      tell(order, 'Canceled');
      flush();
    },
    move(symbol) {
      const step = chance.between(-8, 8) / 1000;
      prices.set(symbol, Math.max(2, Math.round(priceOf(symbol) * (1 + step))));
      for (const order of openOrders(symbol)) {
        if (order.status === 'Untriggered') {
          const isReached =
            order.side === 'Buy' ? priceOf(symbol) >= order.trigger : priceOf(symbol) <= order.trigger;
          if (!isReached) continue;
          order.status = 'New';
          tell(order, 'New');
          match(order);
          continue;
        }
        if (!crosses(order)) continue;
        const left = order.lots - order.filledLots;
        fill(order, chance.isTrue(0.5) ? left : chance.between(1, left), order.price);
      }
      flush();
    },
  };
}
