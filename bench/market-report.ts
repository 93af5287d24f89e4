/**
 * Simulated markets beside real ones: the table and the plots of docs/market.md.
 *   npx tsx bench/market-report.ts --real FOLDER     measures recordings and keeps their figures
 *   npx tsx bench/market-report.ts                   compares with the figures that were kept
 * The folder holds BTCUSDT_1m.csv.gz and ETHUSDT_1m.csv.gz (minute candles) and btcusdt-ticks-20240808.gz (Binance's raw
 * stream); recordings themselves are not part of this repository.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  autocorrelation,
  correlation,
  deviation,
  kurtosis,
  logReturns,
  mean,
} from '../paper/src/market/stylised-facts.ts';
import { type Axis, drawPlot, type Line, tailOf } from './market/plot.ts';
import { readCloses, readTape } from './market/recorded.ts';
import { simulateCloses, simulateTape } from './market/simulated.ts';
import { DEPTH_BPS, figuresOf, gapsOf, SIGN_LAGS, type Tape, type TapeFigures } from './market/tape.ts';
import { printTable } from './table.ts';

const DOCS = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs/market');
const KEPT = join(DOCS, 'real-figures.json');
const SEEDS = [1, 2, 3, 4];
/** As long as the recordings: a month of minutes, six minutes of every message. */
const MINUTES = 44_600;
const TAPE_MINUTES = 6;
const TAPE_SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const LAGS = [1, 2, 3, 5, 8, 12, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720, 1440];
const RETURN_RANGE = { min: 0.5, max: 40 };
const SIZE_RANGE = { min: 0.01, max: 60 };
const GAP_RANGE = { min: 0.02, max: 20 };

interface PairFigures {
  readonly minuteDeviation: readonly [number, number];
  readonly kurtosis: readonly (readonly [number, number])[];
  readonly returnMemory: readonly [number, number];
  readonly sizeMemory: readonly (readonly [number, number])[];
  readonly correlation: readonly number[];
  /** Of absolute returns of minutes in deviations. */
  readonly tails: readonly [Line['points'], Line['points']];
}

const STEPS = [1, 15, 60];

const thinned = (closes: readonly number[], step: number) => closes.filter((_, at) => at % step === 0);

function pairFigures(btc: readonly number[], eth: readonly number[]): PairFigures {
  const both = <T>(of: (closes: readonly number[]) => T): [T, T] => [of(btc), of(eth)];
  const returns = both(logReturns);
  return {
    minuteDeviation: [deviation(returns[0]), deviation(returns[1])],
    kurtosis: STEPS.map((step) => both((closes) => kurtosis(logReturns(thinned(closes, step))))),
    returnMemory: [autocorrelation(returns[0], 1), autocorrelation(returns[1], 1)],
    sizeMemory: LAGS.map((lag) => both((closes) => autocorrelation(logReturns(closes).map(Math.abs), lag))),
    correlation: STEPS.map((step) =>
      correlation(logReturns(thinned(btc, step)), logReturns(thinned(eth, step))),
    ),
    tails: both((closes) => {
      const own = logReturns(closes);
      const unit = deviation(own);
      return tailOf(
        own.map((value) => Math.abs(value) / unit),
        RETURN_RANGE,
      );
    }),
  };
}

interface OrderFigures extends TapeFigures {
  readonly sizeTail: Line['points'];
  readonly gapTail: Line['points'];
}

function orderFigures(tape: Tape): OrderFigures {
  const sizes = tape.orders.map(({ qty }) => qty);
  const gaps = gapsOf(tape);
  const [size, gap] = [mean(sizes), mean(gaps)];
  return {
    ...figuresOf(tape),
    sizeTail: tailOf(
      sizes.map((value) => value / size),
      SIZE_RANGE,
    ),
    gapTail: tailOf(
      gaps.map((value) => value / gap),
      GAP_RANGE,
    ),
  };
}

interface Figures {
  readonly pair: PairFigures;
  readonly orders: OrderFigures;
}

function measureReal(folder: string): Figures {
  const btc = readCloses(join(folder, 'BTCUSDT_1m.csv.gz'));
  const eth = readCloses(join(folder, 'ETHUSDT_1m.csv.gz'));
  const times = [...btc.keys()].filter((time) => eth.has(time));
  const closes = (of: typeof btc) => times.map((time) => of.get(time) ?? 0);
  return {
    pair: pairFigures(closes(btc), closes(eth)),
    orders: orderFigures(readTape(join(folder, 'btcusdt-ticks-20240808.gz'))),
  };
}

/** The middle of several runs, number by number; curves are the first run's. */
function middle<T>(runs: readonly T[]): T {
  const [first] = runs;
  if (typeof first === 'number') {
    const sorted = [...(runs as readonly number[])].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] as T;
  }
  if (Array.isArray(first)) {
    if (first.length > 25) return first;
    return first.map((_, at) => middle(runs.map((run) => (run as readonly unknown[])[at]))) as T;
  }
  if (typeof first !== 'object' || first === null) throw new TypeError('Only numbers have a middle');
  return Object.fromEntries(
    Object.keys(first).map((key) => [key, middle(runs.map((run) => (run as Record<string, unknown>)[key]))]),
  ) as T;
}

function measureSimulated(): Figures {
  const pairs = SEEDS.map((seed) => {
    const [btc = [], eth = []] = simulateCloses(seed, ['BTCUSDT', 'ETHUSDT'], MINUTES);
    return pairFigures(btc, eth);
  });
  const tapes = TAPE_SEEDS.map((seed) => orderFigures(simulateTape(seed, 'BTCUSDT', TAPE_MINUTES)));
  return { pair: middle(pairs), orders: middle(tapes) };
}

const log = (name: string, min: number, max: number, ticks: readonly number[]): Axis => ({
  name,
  min,
  max,
  scale: 'log',
  ticks,
});

const SHARE = log('share at or above', 1e-5, 1, [1e-5, 1e-4, 0.001, 0.01, 0.1, 1]);

/** Of a normal distribution, by its tail's usual approximation for large x and exactly enough for a plot below. */
const NORMAL: Line['points'] = Array.from({ length: 40 }, (_, at) => {
  const x = 0.5 + at * 0.1;
  const t = 1 / (1 + 0.3275911 * (x / Math.SQRT2));
  const series =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return [x, series * Math.exp((-x * x) / 2)];
});

function drawAll(real: Figures, made: Figures): void {
  const write = (name: string, svg: string) => writeFileSync(join(DOCS, `${name}.svg`), svg);
  const fourOf = (of: (pair: PairFigures) => readonly [Line['points'], Line['points']]) => [
    { name: 'BTCUSDT, real', points: of(real.pair)[0] },
    { name: 'BTCUSDT, simulated', points: of(made.pair)[0] },
    { name: 'ETHUSDT, real', points: of(real.pair)[1] },
    { name: 'ETHUSDT, simulated', points: of(made.pair)[1] },
  ];
  write(
    'returns',
    drawPlot({
      title: 'Absolute returns of a minute',
      x: log('in deviations', 0.5, 40, [0.5, 1, 2, 5, 10, 20, 40]),
      y: SHARE,
      lines: [...fourOf((pair) => pair.tails), { name: 'normal distribution', points: NORMAL }],
    }),
  );
  const memory = (pair: PairFigures, which: 0 | 1) =>
    LAGS.map((lag, at) => [lag, pair.sizeMemory[at]?.[which] ?? 0] as const);
  write(
    'clustering',
    drawPlot({
      title: 'Memory of volatility: autocorrelation of absolute returns of a minute',
      x: log('lag in minutes', 1, 1440, [1, 5, 15, 60, 240, 1440]),
      y: {
        name: 'autocorrelation',
        min: -0.05,
        max: 0.5,
        scale: 'linear',
        ticks: [0, 0.1, 0.2, 0.3, 0.4, 0.5],
      },
      lines: fourOf((pair) => [memory(pair, 0), memory(pair, 1)]),
    }),
  );
  const two = (of: (orders: OrderFigures) => Line['points']) => [
    { name: 'BTCUSDT, real', points: of(real.orders) },
    { name: 'BTCUSDT, simulated', points: of(made.orders) },
  ];
  write(
    'order-sizes',
    drawPlot({
      title: 'Sizes of orders that take',
      x: log('against the mean', 0.01, 60, [0.01, 0.1, 1, 10, 60]),
      y: log('share at or above', 1e-4, 1, [1e-4, 0.001, 0.01, 0.1, 1]),
      lines: two(({ sizeTail }) => sizeTail),
    }),
  );
  write(
    'order-sides',
    drawPlot({
      title: 'Memory of order flow: autocorrelation of the sides of orders that take',
      x: log('lag in orders', 1, 500, SIGN_LAGS),
      y: log('autocorrelation', 0.01, 1, [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]),
      lines: two(({ signMemory }) => SIGN_LAGS.map((lag, at) => [lag, signMemory[at] ?? 0] as const)),
    }),
  );
  write(
    'order-gaps',
    drawPlot({
      title: 'Time between orders that take',
      x: log('against the mean', 0.02, 20, [0.02, 0.1, 1, 10, 20]),
      y: log('share at or above', 1e-4, 1, [1e-4, 0.001, 0.01, 0.1, 1]),
      lines: two(({ gapTail }) => gapTail),
    }),
  );
  write(
    'depth',
    drawPlot({
      title: 'Depth of the book',
      x: {
        name: 'distance from the middle in basis points',
        min: 0,
        max: 2,
        scale: 'linear',
        ticks: [0, 0.5, 1, 1.5, 2],
      },
      y: {
        name: 'against the depth within 2',
        min: 0,
        max: 1,
        scale: 'linear',
        ticks: [0, 0.25, 0.5, 0.75, 1],
      },
      lines: two(({ depthProfile }) => DEPTH_BPS.map((bps, at) => [bps, depthProfile[at] ?? 0] as const)),
    }),
  );
}

function rowsOf(real: Figures, made: Figures): string[][] {
  const row = (name: string, of: (figures: Figures) => number | undefined, digits = 2) => [
    name,
    (of(real) ?? Number.NaN).toFixed(digits),
    (of(made) ?? Number.NaN).toFixed(digits),
  ];
  const lagRow = (lag: number, which: 0 | 1) =>
    row(
      `autocorrelation of its size, ${lag} min, ${which === 0 ? 'BTC' : 'ETH'}`,
      ({ pair }) => pair.sizeMemory[LAGS.indexOf(lag)]?.[which],
    );
  return [
    row('deviation of a minute’s return, BTC, bp', ({ pair }) => 1e4 * pair.minuteDeviation[0], 1),
    row('the same, ETH', ({ pair }) => 1e4 * pair.minuteDeviation[1], 1),
    ...STEPS.flatMap((step, at) => [
      row(`kurtosis of returns of ${step} min, BTC`, ({ pair }) => pair.kurtosis[at]?.[0], 1),
      row(`the same, ETH`, ({ pair }) => pair.kurtosis[at]?.[1], 1),
    ]),
    row('autocorrelation of a minute’s return, BTC', ({ pair }) => pair.returnMemory[0]),
    ...[1, 60, 720].map((lag) => lagRow(lag, 0)),
    ...STEPS.map((step, at) =>
      row(`correlation of BTC and ETH, ${step} min`, ({ pair }) => pair.correlation[at]),
    ),
    row('kurtosis of returns of a second', ({ orders }) => orders.secondKurtosis, 1),
    row('autocorrelation of a second’s return', ({ orders }) => orders.secondMemory),
    row('orders that take, a second', ({ orders }) => orders.ordersPerSec, 1),
    row('deviation of the logarithm of their size', ({ orders }) => orders.sizeLogDeviation),
    row('their median size against the mean', ({ orders }) => orders.sizeMedian),
    row('their 99th percentile against the mean', ({ orders }) => orders.sizeP99, 1),
    row('deviation of the time between them against its mean', ({ orders }) => orders.gapVariation),
    ...[1, 5, 20, 100].map((lag) =>
      row(
        `autocorrelation of their sides, ${lag} orders on`,
        ({ orders }) => orders.signMemory[SIGN_LAGS.indexOf(lag)],
      ),
    ),
    row('share of time with a spread of one tick', ({ orders }) => orders.spreadOneTick),
    row('mean spread, bp', ({ orders }) => orders.spreadMeanBps, 3),
    row('deviation of the logarithm of the touch’s size', ({ orders }) => orders.touchLogDeviation),
  ];
}

const { values } = parseArgs({ options: { real: { type: 'string' } } });
if (values.real !== undefined) writeFileSync(KEPT, `${JSON.stringify(measureReal(values.real))}\n`);
const real = JSON.parse(readFileSync(KEPT, 'utf8')) as Figures;
const made = measureSimulated();
drawAll(real, made);
printTable(
  `Real and simulated (middle of ${SEEDS.length} seeds; of ${TAPE_SEEDS.length} for orders and books)`,
  ['BTCUSDT unless said', 'real', 'simulated'],
  rowsOf(real, made),
);
