/**
 * A small exchange of our own making, in whole lots and whole ticks, written from the exchange's documents and from
 * nothing else of this project: what the proxy believes is held against it. One account, in either position mode.
 */
import type { Chance } from './chance.ts';

/** A thousandth of the coin. */
export const LOTS = 1_000;
export const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT'] as const;
const FIRST_PRICES = [60_000, 3_000, 150, 40] as const;
const FEE_PER_MILLE = 1;
const FIRST_LEVERAGE = '10';

export type ModelLeg = 'Merged' | 'Long' | 'Short';
const LEGS = { OneWay: ['Merged'], Hedged: ['Long', 'Short'] } as const;
export type ModelMode = keyof typeof LEGS;

export interface ModelOrder {
  readonly orderID: string;
  readonly clOrdID: string;
  readonly symbol: string;
  readonly side: 'Buy' | 'Sell';
  readonly ordType: string;
  readonly timeInForce: string;
  readonly leg: ModelLeg;
  readonly reduceOnly: boolean;
  readonly createdMs: number;
  /** 0 for an order at market. */
  price: number;
  /** 0: none, as of the two that follow. */
  trigger: number;
  takeProfit: number;
  stopLoss: number;
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
    /** In its leg, after it. */
    readonly heldLots: number;
  };
}

export interface Position {
  readonly symbol: string;
  readonly leg: ModelLeg;
  /** Below zero for a short. */
  lots: number;
  /** In thousandths of the quote currency. */
  cost: number;
  /** As asked for: above zero is isolated. */
  leverage: string;
  /** What backs it alone; its own cost comes and goes with its fills. */
  assigned: string;
}

export type NewModelOrder = Pick<
  ModelOrder,
  'clOrdID' | 'symbol' | 'side' | 'ordType' | 'timeInForce' | 'leg' | 'reduceOnly'
> &
  Pick<ModelOrder, 'lots' | 'price' | 'trigger' | 'takeProfit' | 'stopLoss'>;
export type Terms = Partial<Pick<ModelOrder, 'price' | 'lots' | 'trigger' | 'takeProfit' | 'stopLoss'>>;

/** The account was so from then on: `leverage BTCUSDT Merged 7`. */
export interface Setting {
  readonly atMs: number;
  readonly what: string;
  readonly value: string;
}

export interface Engine {
  readonly orders: ReadonlyMap<string, Readonly<ModelOrder>>;
  readonly events: readonly ModelEvent[];
  readonly settings: readonly Setting[];
  /** Of both modes; those of the other one are empty. */
  positions(): readonly Readonly<Position>[];
  mode(symbol: string): ModelMode;
  legs(symbol: string): readonly Readonly<Position>[];
  priceOf(symbol: string): number;
  open(symbol?: string): readonly Readonly<ModelOrder>[];
  find(symbol: string, ref: { orderID?: string; clOrdID?: string }): Readonly<ModelOrder> | undefined;
  /** Taken, or the code of the refusal. */
  place(order: NewModelOrder): Readonly<ModelOrder> | number;
  /** 0, or the code of the refusal, as of all that follow. */
  amend(order: Readonly<ModelOrder>, to: Terms): number;
  cancel(order: Readonly<ModelOrder>): number;
  setLeverage(symbol: string, leverages: Partial<Record<ModelLeg, string>>): number;
  setMode(symbol: string, mode: ModelMode): number;
  assign(symbol: string, leg: ModelLeg, balance: string): number;
  /** The market moves; what it crosses is filled, in part perhaps. */
  move(symbol: string): void;
}

export interface EngineNeeds {
  readonly chance: Chance;
  nowMs(): number;
  historyLagMs(): number;
  onEvents(events: readonly ModelEvent[]): void;
}

const NOT_FOUND = 10_002;
const INCONSISTENT_MODE = 20_004;
const MODE_BUSY = 20_005;
const NO_ISOLATED_POSITION = 11_009;

const isOver = ({ status }: ModelOrder): boolean =>
  status === 'Filled' || status === 'Canceled' || status === 'Rejected';

export function createEngine({ chance, nowMs, historyLagMs, onEvents }: EngineNeeds): Engine {
  const orders = new Map<string, ModelOrder>();
  const modes = new Map<string, ModelMode>(SYMBOLS.map((symbol) => [symbol, 'OneWay']));
  const positions = new Map<string, Position>();
  const settings: Setting[] = [];
  const set = (what: string, value: string) => settings.push({ atMs: nowMs(), what, value });
  for (const symbol of SYMBOLS) {
    set(`mode ${symbol}`, 'OneWay');
    for (const leg of ['Merged', 'Long', 'Short'] as const) {
      const flat = { lots: 0, cost: 0, leverage: FIRST_LEVERAGE, assigned: '0' };
      positions.set(`${symbol} ${leg}`, { symbol, leg, ...flat });
      set(`leverage ${symbol} ${leg}`, FIRST_LEVERAGE);
    }
  }
  const prices = new Map<string, number>(SYMBOLS.map((symbol, at) => [symbol, FIRST_PRICES[at] ?? 100]));
  const events: ModelEvent[] = [];
  let batch: ModelEvent[] = [];
  let execSeq = 1_000;
  let made = 0;

  const positionOf = (symbol: string, leg: ModelLeg): Position => {
    const position = positions.get(`${symbol} ${leg}`);
    if (position === undefined) throw new Error(`no ${symbol} ${leg}`);
    return position;
  };
  const modeOf = (symbol: string): ModelMode => modes.get(symbol) ?? 'OneWay';
  const legsOf = (symbol: string) => LEGS[modeOf(symbol)].map((leg) => positionOf(symbol, leg));
  const hasLeg = (symbol: string, leg: ModelLeg) => legsOf(symbol).some((one) => one.leg === leg);
  const priceOf = (symbol: string) => prices.get(symbol) ?? 0;
  const tell = (order: ModelOrder, execStatus: string, fill?: NonNullable<ModelEvent['fill']>) => {
    execSeq += chance.between(1, 9);
    order.execSeq = execSeq;
    order.changedMs = nowMs();
    if (isOver(order)) order.visibleFromMs = nowMs() + historyLagMs();
    const execID = fill === undefined ? '00000000-0000-0000-0000-000000000000' : `exec-${execSeq}`;
    batch.push({ order: { ...order }, execStatus, execID, ...(fill === undefined ? {} : { fill }) });
  };
  const flush = (tellsPositions = false) => {
    if (batch.length === 0 && !tellsPositions) return;
    const told = batch;
    batch = [];
    events.push(...told);
    onEvents(told);
  };
  /** The average cost goes out with what is closed. */
  const book = ({ symbol, leg }: ModelOrder, signed: number, price: number): number => {
    const position = positionOf(symbol, leg);
    const isClosing = position.lots !== 0 && Math.sign(position.lots) !== Math.sign(signed);
    const closing = isClosing ? Math.min(Math.abs(position.lots), Math.abs(signed)) : 0;
    const share = closing === 0 ? 0 : Math.round((position.cost * closing) / Math.abs(position.lots));
    const closedPnl = closing === 0 ? 0 : Math.sign(position.lots) * closing * price - share;
    const opening = Math.abs(signed) - closing;
    position.cost += Math.sign(signed) * opening * price - share;
    position.lots += signed;
    const isIsolated = position.lots !== 0 && Number(position.leverage) > 0;
    assign(position, isIsolated ? String(Number(position.assigned) + opening) : '0');
    return closedPnl;
  };
  const assign = (position: Position, balance: string) => {
    position.assigned = balance;
    set(`margin ${position.symbol} ${position.leg}`, balance);
  };
  /** What it could close; undefined where it may open as well. */
  const closableBy = ({ symbol, leg, side, reduceOnly }: NewModelOrder): number | undefined => {
    const { lots } = positionOf(symbol, leg);
    const closes = reduceOnly || (leg === 'Long' && side === 'Sell') || (leg === 'Short' && side === 'Buy');
    return closes ? Math.max(0, side === 'Buy' ? -lots : lots) : undefined;
  };
  const fill = (order: ModelOrder, wanted: number, price: number) => {
    const lots = Math.min(wanted, closableBy(order) ?? wanted);
    if (lots <= 0) {
      order.status = 'Canceled';
      return tell(order, 'Canceled');
    }
    order.filledLots += lots;
    order.status = order.filledLots === order.lots ? 'Filled' : 'PartiallyFilled';
    const closedPnl = book(order, order.side === 'Buy' ? lots : -lots, price);
    const fee = Math.ceil((lots * price * FEE_PER_MILLE) / 1000);
    tell(order, order.price === 0 ? 'TakerFill' : 'MakerFill', {
      ...{ lots, price, fee, closedPnl },
      heldLots: positionOf(order.symbol, order.leg).lots,
    });
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
    settings,
    positions: () => [...positions.values()],
    mode: modeOf,
    legs: legsOf,
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
      if (!hasLeg(asked.symbol, asked.leg)) return INCONSISTENT_MODE;
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
      const refusal = closableBy(asked) === 0 ? 11_011 : chance.isTrue(0.05) ? 11_001 : 0;
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
    amend(given, to) {
      const order = orders.get(given.orderID);
      if (order === undefined || isOver(order)) return NOT_FOUND;
      if (to.trigger !== undefined && order.status !== 'Untriggered') return 11_015;
      if (to.lots !== undefined && to.lots <= order.filledLots) return 11_012;
      if (Object.entries(to).every(([name, value]) => order[name as keyof Terms] === value)) return 11_065;
      Object.assign(order, to);
      tell(order, 'Replaced');
      if (order.status !== 'Untriggered' && crosses(order)) match(order);
      flush();
      return 0;
    },
    cancel(given) {
      const order = orders.get(given.orderID);
      if (order === undefined || isOver(order)) return NOT_FOUND;
      order.status = 'Canceled';
      tell(order, 'Canceled');
      flush();
      return 0;
    },
    setLeverage(symbol, leverages) {
      const asked = Object.entries(leverages) as [ModelLeg, string][];
      if (asked.length !== legsOf(symbol).length || asked.some(([leg]) => !hasLeg(symbol, leg)))
        return INCONSISTENT_MODE;
      for (const [leg, leverage] of asked) {
        positionOf(symbol, leg).leverage = leverage;
        set(`leverage ${symbol} ${leg}`, leverage);
      }
      flush(true);
      return 0;
    },
    setMode(symbol, mode) {
      const isBusy = openOrders(symbol).length > 0 || legsOf(symbol).some(({ lots }) => lots !== 0);
      if (isBusy && mode !== modeOf(symbol)) return MODE_BUSY;
      modes.set(symbol, mode);
      set(`mode ${symbol}`, mode);
      flush(true);
      return 0;
    },
    assign(symbol, leg, balance) {
      if (!hasLeg(symbol, leg)) return INCONSISTENT_MODE;
      const position = positionOf(symbol, leg);
      if (position.lots === 0 || Number(position.leverage) <= 0) return NO_ISOLATED_POSITION;
      assign(position, balance);
      flush(true);
      return 0;
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
