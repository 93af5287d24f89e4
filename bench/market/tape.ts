/** A market as it is recorded for comparison: orders that took, and looks at the book; and the figures made of them. */
import {
  autocorrelation,
  deviation,
  kurtosis,
  logReturns,
  mean,
  quantile,
} from '../../paper/src/market/stylised-facts.ts';

export interface TakenOrder {
  readonly atMs: number;
  /** Mean price and quantity of all its prints. */
  readonly price: number;
  readonly qty: number;
  /** 1 a buyer, -1 a seller. */
  readonly sign: 1 | -1;
}

/** Prices in ticks, quantities in base currency. */
export interface BookLook {
  readonly bid: number;
  readonly ask: number;
  readonly touchQty: number;
  /** Mean quantity of a side within each of `DEPTH_BPS` of the middle. */
  readonly depth: readonly number[];
}

export interface Tape {
  readonly orders: readonly TakenOrder[];
  readonly looks: readonly BookLook[];
}

/** Hundredths of a percent from the middle price. */
export const DEPTH_BPS: readonly number[] = [0.25, 0.5, 1, 1.5, 2];
/** Between two looks at the book. */
export const LOOK_MS = 100;

type Level = readonly [ticks: number, qty: number];

/** Best first. */
export function lookAt(bids: readonly Level[], asks: readonly Level[]): BookLook | undefined {
  const [bid, ask] = [bids[0], asks[0]];
  if (bid === undefined || ask === undefined) return undefined;
  const middle = (bid[0] + ask[0]) / 2;
  const within = (levels: readonly Level[], bps: number) => {
    let sum = 0;
    for (const [ticks, qty] of levels) if (Math.abs(ticks / middle - 1) <= bps / 10_000) sum += qty;
    return sum;
  };
  return {
    bid: bid[0],
    ask: ask[0],
    touchQty: (bid[1] + ask[1]) / 2,
    depth: DEPTH_BPS.map((bps) => (within(bids, bps) + within(asks, bps)) / 2),
  };
}

/** Prints of one taker at one moment as the one order they were. */
export function mergePrints(prints: readonly TakenOrder[]): TakenOrder[] {
  const orders: TakenOrder[] = [];
  for (const print of prints) {
    const last = orders.at(-1);
    if (last === undefined || last.atMs !== print.atMs || last.sign !== print.sign) {
      orders.push(print);
      continue;
    }
    const qty = last.qty + print.qty;
    const price = (last.price * last.qty + print.price * print.qty) / qty;
    orders[orders.length - 1] = { ...last, qty, price };
  }
  return orders;
}

export interface TapeFigures {
  readonly ordersPerSec: number;
  /** Deviation of the logarithm of an order's size; its 99th percentile and its median against the mean. */
  readonly sizeLogDeviation: number;
  readonly sizeP99: number;
  readonly sizeMedian: number;
  /** Deviation of the time between orders against its mean: a Poisson process has 1. */
  readonly gapVariation: number;
  /** Correlation of an order's side with that of the order so many before. */
  readonly signMemory: readonly number[];
  readonly spreadOneTick: number;
  readonly spreadMeanBps: number;
  readonly spreadP99Ticks: number;
  readonly touchLogDeviation: number;
  /** Depth within each of `DEPTH_BPS` against the depth within the last. */
  readonly depthProfile: readonly number[];
  /** Of returns of the middle over a second. */
  readonly secondKurtosis: number;
  readonly secondMemory: number;
}

export const SIGN_LAGS: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500];

export const gapsOf = ({ orders }: Tape): number[] =>
  orders.slice(1).map(({ atMs }, at) => atMs - (orders[at]?.atMs ?? atMs));

export function figuresOf(tape: Tape): TapeFigures {
  const { orders, looks } = tape;
  const sizes = orders.map(({ qty }) => qty);
  const gaps = gapsOf(tape);
  const spreads = looks.map(({ bid, ask }) => ask - bid);
  const middles = looks.filter((_, at) => at % (1000 / LOOK_MS) === 0).map(({ bid, ask }) => (bid + ask) / 2);
  const returns = logReturns(middles);
  const signs = orders.map(({ sign }) => sign);
  const depths = DEPTH_BPS.map((_, at) => mean(looks.map(({ depth }) => depth[at] ?? 0)));
  const spanMs = (orders.at(-1)?.atMs ?? 0) - (orders[0]?.atMs ?? 0);
  return {
    ordersPerSec: (1000 * orders.length) / spanMs,
    sizeLogDeviation: deviation(sizes.map(Math.log)),
    sizeP99: quantile(sizes, 0.99) / mean(sizes),
    sizeMedian: quantile(sizes, 0.5) / mean(sizes),
    gapVariation: deviation(gaps) / mean(gaps),
    signMemory: SIGN_LAGS.map((lag) => autocorrelation(signs, lag)),
    spreadOneTick: spreads.filter((ticks) => ticks === 1).length / spreads.length,
    spreadMeanBps: mean(looks.map(({ bid, ask }) => (2e4 * (ask - bid)) / (ask + bid))),
    spreadP99Ticks: quantile(spreads, 0.99),
    touchLogDeviation: deviation(looks.map(({ touchQty }) => Math.log(touchQty))),
    depthProfile: depths.map((depth) => depth / (depths.at(-1) ?? 1)),
    secondKurtosis: kurtosis(returns),
    secondMemory: autocorrelation(returns, 1),
  };
}
