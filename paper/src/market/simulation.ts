/**
 * Sets makers and takers of every product moving on the clock. The makers quote around the path's fair price; when it
 * moves through their quotes, takers lift part of them and the rest is withdrawn. A user's resting order in between
 * is met by ordinary orders on the way. Same seed and same clock, same orders.
 */
import type { Side } from '#contract/vocabulary.ts';
import type { Clock } from '../clock.ts';
import type { Lots, Ticks } from '../commands.ts';
import type { BookView, Exchange } from '../exchange.ts';
import { createMakers, type Makers } from './makers.ts';
import type { ProductPath } from './path.ts';
import type { MarketProduct } from './products.ts';
import { createRandom, hashText, mixHash, type Random } from './random.ts';
import type { Scenarios } from './scenarios.ts';
import { createTakers, type TakerOrder, type Takers } from './takers.ts';

const DAY_SEC = 86_400;
/** A quote at the touch is worth about this many seconds of trading. */
const TOUCH_SEC = 2.5;
/** … and about this many orders of takers. */
const TOUCH_TRADES = 12;
/** Where a tick is more of the price than this, more is quoted on each: queues of coarse prices are long. */
const COARSE_TICK = 0.0003;
/** Takers see this far ahead: they are why the price goes there. */
const FORESIGHT_MS = 1_500;
/** Orders go at most this share of the price, and this many usual gaps, past the best quote. */
const REACH_SHARE = 0.00012;
const REACH_GAPS = 1.5;
const LEVELS_IN_REACH_MAX = 12;
/** Makers disagree a little with the path from step to step, the more the faster it moves. */
const DOUBT_MEMORY = 0.85;
const DOUBT_SHARE = 0.08;
/** Looked at this many times per step that is made, on average, so that nothing ticks like a clock. */
const LOOKS_PER_STEP = 4;
/** Keeps products with the same pace from stepping in the same millisecond. */
const STAGGER_MS = 3;

export interface SimulationOptions {
  readonly exchange: Pick<Exchange, 'crowd' | 'book'>;
  readonly products: readonly MarketProduct[];
  readonly pathOf: (symbol: MarketProduct['spec']['symbol']) => ProductPath;
  readonly scenarios: Pick<Scenarios, 'effects'>;
  readonly clock: Clock;
  readonly seed: number;
}

export interface Simulation {
  start(): void;
  stop(): void;
}

interface Street {
  readonly product: MarketProduct;
  readonly path: ProductPath;
  readonly random: Random;
  readonly makers: Makers;
  readonly takers: Takers;
  /** How far past the best quote takers pay. */
  readonly reachTicks: number;
  steppedMs: number;
  /** How far makers are off the path right now, in ticks. */
  doubt: number;
}

/** Every product's ladders stand when this returns. */
export function createSimulation(options: SimulationOptions): Simulation {
  const { exchange, clock } = options;
  const { crowd } = exchange;
  const streets = options.products.map((product) => createStreet(options, product));
  let stops: (() => void)[] = [];

  /** Orders of one side that come together, and together go no farther than one may. */
  const take = (street: Street, orders: readonly TakerOrder[]) => {
    const [first] = orders;
    if (first === undefined) return;
    const { symbol } = street.product.spec;
    let left = lotsInReach(exchange.book(symbol), first.side, street.reachTicks);
    for (const { side, qty } of orders) {
      const lots = Math.min(qty, left);
      if (lots === 0) continue;
      street.takers.took(crowd.market(symbol, side, lots as Lots));
      left -= lots;
    }
  };
  const step = (street: Street) => {
    const { makers, takers, path, product, random } = street;
    const nowMs = clock.nowMs();
    const { isHalted, missing } = options.scenarios.effects(product.spec.symbol, nowMs);
    if (isHalted) {
      street.steppedMs = nowMs;
      return;
    }
    const elapsedSec = (nowMs - street.steppedMs) / 1000;
    street.steppedMs = nowMs;
    const ahead = path.fair(nowMs + FORESIGHT_MS) - path.fair(nowMs);
    street.doubt = DOUBT_MEMORY * street.doubt + DOUBT_SHARE * (Math.abs(ahead) + 0.2) * random.normal();
    const fair = path.fair(nowMs) + street.doubt;
    const { staleAsks, staleBids } = makers.agree({ fair, stress: path.stress(nowMs), move: ahead, missing });
    take(street, [{ side: 'Buy', qty: takers.lift('Buy', staleAsks) }]);
    take(street, [{ side: 'Sell', qty: takers.lift('Sell', staleBids) }]);
    makers.quote();
    const spreads = ahead / (product.profile.spreadTicks + 1);
    take(street, takers.arrive(elapsedSec, path.lotsPerSec(nowMs), spreads));
  };

  for (const street of streets) {
    const nowMs = clock.nowMs();
    street.makers.agree({
      fair: street.path.fair(nowMs),
      stress: street.path.stress(nowMs),
      move: 0,
      missing: undefined,
    });
    street.makers.quote();
  }
  return {
    start() {
      if (stops.length > 0) return;
      stops = streets.map((street, index) => {
        street.steppedMs = clock.nowMs();
        // One trade each at once: nobody should find a product that has never traded.
        take(street, [{ side: street.random.next() < 0.5 ? 'Buy' : 'Sell', qty: 1 as Lots }]);
        const intervalMs = street.product.profile.stepMs / LOOKS_PER_STEP + STAGGER_MS * (index % 7);
        return clock.every(Math.round(intervalMs), () => {
          if (street.random.next() < 1 / LOOKS_PER_STEP) step(street);
        });
      });
    },
    stop() {
      for (const stopTimer of stops) stopTimer();
      stops = [];
    },
  };
}

/** What an order may take before it pays too much: takers split what is larger. */
function lotsInReach(book: BookView, takerSide: Side, reachTicks: number): number {
  const levels = book.levels(takerSide === 'Buy' ? 'Sell' : 'Buy', LEVELS_IN_REACH_MAX);
  const best = levels[0]?.[0] ?? 0;
  let lots = 0;
  for (const [price, qty] of levels) if (Math.abs(price - best) <= reachTicks) lots += qty;
  return lots;
}

function createStreet(options: SimulationOptions, product: MarketProduct): Street {
  const { spec, profile } = product;
  const { symbol } = spec;
  const path = options.pathOf(symbol);
  const random = createRandom(hashText(mixHash(options.seed, 40), symbol));
  const fair = path.fair(options.clock.nowMs());
  const lotValue = fair * Number(spec.tickSize) * Number(spec.qtyStep);
  const usualLotsPerSec = profile.dailyTurnover / DAY_SEC / lotValue;
  return {
    product,
    path,
    random,
    reachTicks: Math.floor(Math.max(fair * REACH_SHARE, REACH_GAPS * (profile.levelGapTicks - 1))),
    steppedMs: options.clock.nowMs(),
    doubt: 0,
    makers: createMakers({
      symbol,
      crowd: options.exchange.crowd,
      random,
      spreadTicks: profile.spreadTicks,
      secondTicks: (fair * profile.dailyVolatility) / Math.sqrt(DAY_SEC),
      levelGapTicks: profile.levelGapTicks,
      touchLots:
        usualLotsPerSec *
        Math.max(TOUCH_SEC, TOUCH_TRADES / profile.tradesPerSec) *
        Math.max(1 / fair / COARSE_TICK, 1),
      qtyMax: spec.qtyMax,
      priceMin: Math.max(spec.priceMin, 1) as Ticks,
      priceMax: spec.priceMax,
    }),
    takers: createTakers({ random, tradesPerSec: profile.tradesPerSec, usualLotsPerSec }),
  };
}
