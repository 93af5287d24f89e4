/**
 * Candles of every product and resolution. Before the exchange started: the path's history. The minute in progress
 * at the start: the path up to then, and trades from then on. After: trades alone. Closed live minutes survive a
 * restart through the store, and any longer candle that touches them is a merger of them.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { ResolutionSec } from '#contract/vocabulary.ts';
import type { Clock } from '../clock.ts';
import type { Lots, Ticks, Units } from '../commands.ts';
import type { TradeEvent } from '../events.ts';
import { type Bar, bucketStart, type Candle, flatBar, mergeBars } from './bar.ts';
import type { CandleStore } from './candle-store.ts';
import { createLiveMinutes, type LiveMinutes } from './live-minutes.ts';
import { baseOf, type ProductPath } from './path.ts';
import type { MarketProduct } from './products.ts';

export interface Candles {
  /** The newest `limit` candles, the one in progress included, oldest first. */
  last(symbol: ProductSymbol, resolutionSec: ResolutionSec, limit: number): readonly Candle[];
  /** Candles that open in [fromSec, toSec), oldest first, none before listing and none in the future. */
  range(
    symbol: ProductSymbol,
    resolutionSec: ResolutionSec,
    fromSec: number,
    toSec: number,
  ): readonly Candle[];
  /** The candle in progress. */
  current(symbol: ProductSymbol, resolutionSec: ResolutionSec): Candle;
  /** Called after every trade and when a minute has passed; read `current` (and `last` 2 after a roll). */
  onChange(listener: (symbol: ProductSymbol, change: 'trade' | 'minute') => void): () => void;
}

/** What the market feeds; readers get `Candles`. */
export interface CandleBook extends Candles {
  trade(event: TradeEvent): void;
  /** Closes minutes that have passed; called at least once a second. */
  roll(): void;
  /** Writes what is closed and not yet stored. */
  flush(): void;
  /** Price of the last trade, of the path before the first. */
  lastPrice(symbol: ProductSymbol): Ticks;
}

export interface CandleBookOptions {
  readonly products: readonly MarketProduct[];
  readonly pathOf: (symbol: ProductSymbol) => ProductPath;
  readonly clock: Clock;
  readonly store: CandleStore;
}

const MINUTE_SEC = 60;
const HOUR_SEC = 3600;
const DAY_SEC = 86_400;
/** More minutes than this without a step means that the machine slept: the market did not, so the path fills in. */
const SLEEP_MINUTES = 3;
/** Merged candles remembered per product. */
const MERGED_MAX = 4_000;
/** Minutes are written together, every so many; `flush` writes the rest. */
const STORE_BATCH_MINUTES = 5;

/** A live minute that trades still change. */
type OpenMinute = { -readonly [Key in keyof Bar]: Bar[Key] };

interface ProductCandles {
  readonly product: MarketProduct;
  readonly path: ProductPath;
  readonly live: LiveMinutes;
  /** Closed longer bars that hold live minutes, by time and length. */
  readonly merged: Map<number, Bar>;
  readonly unstored: Bar[];
  minute: OpenMinute;
  /** A minute without a trade so far opens with its first one. */
  hasTraded: boolean;
}

export function createCandleBook(options: CandleBookOptions): CandleBook {
  const { clock, store } = options;
  const nowMinute = () => bucketStart(clock.nowMs() / 1000, MINUTE_SEC);
  const listeners = new Set<(symbol: ProductSymbol, change: 'trade' | 'minute') => void>();
  const tell = (symbol: ProductSymbol, change: 'trade' | 'minute') => {
    for (const listener of listeners) listener(symbol, change);
  };

  const books = new Map<ProductSymbol, ProductCandles>(
    options.products.map((product) => {
      const { symbol } = product.spec;
      const path = options.pathOf(symbol);
      const load = (fromSec: number, toSec: number) => store.load(symbol, fromSec, toSec);
      const minute = partialMinute(path, clock.nowMs(), product.spec.unitsPerTickLot);
      return [
        symbol,
        {
          product,
          path,
          live: createLiveMinutes(load, minute.openTimeSec - MINUTE_SEC),
          merged: new Map(),
          unstored: [],
          minute,
          hasTraded: minute.volume > 0,
        },
      ];
    }),
  );
  const bookOf = (symbol: ProductSymbol): ProductCandles => {
    const book = books.get(symbol);
    if (book === undefined) throw new RangeError(`No such product: ${symbol}`);
    return book;
  };

  const write = (book: ProductCandles) => {
    if (book.unstored.length > 0) store.append(book.product.spec.symbol, book.unstored.splice(0));
  };
  const rollBook = (book: ProductCandles, minuteSec: number) => {
    const passed = (minuteSec - book.minute.openTimeSec) / MINUTE_SEC;
    if (passed <= 0) return;
    keep(book, { ...book.minute });
    const { close } = book.minute;
    if (passed <= SLEEP_MINUTES) {
      for (let at = book.minute.openTimeSec + MINUTE_SEC; at < minuteSec; at += MINUTE_SEC)
        keep(book, flatBar(at, close));
    }
    book.minute = flatBar(
      minuteSec,
      passed <= SLEEP_MINUTES ? close : book.path.bar(minuteSec, MINUTE_SEC).open,
    );
    book.hasTraded = false;
    if (book.unstored.length >= STORE_BATCH_MINUTES) write(book);
    tell(book.product.spec.symbol, 'minute');
  };

  return {
    ...reader(bookOf),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    trade(event) {
      const book = bookOf(event.symbol);
      rollBook(book, nowMinute());
      addTrade(book, event);
      tell(event.symbol, 'trade');
    },
    roll() {
      const minuteSec = nowMinute();
      for (const book of books.values()) rollBook(book, minuteSec);
    },
    flush() {
      for (const book of books.values()) write(book);
    },
    lastPrice: (symbol) => bookOf(symbol).minute.close,
  };
}

/** A minute has closed. */
function keep(book: ProductCandles, bar: Bar): void {
  book.live.keep(bar);
  book.unstored.push(bar);
}

function addTrade(book: ProductCandles, event: TradeEvent): void {
  const { minute } = book;
  if (!book.hasTraded) {
    // As on the exchange: a candle opens at its first trade, whatever the close before it was.
    minute.open = event.price;
    minute.high = event.price;
    minute.low = event.price;
    book.hasTraded = true;
  }
  if (event.price > minute.high) minute.high = event.price;
  if (event.price < minute.low) minute.low = event.price;
  minute.close = event.price;
  minute.volume = (minute.volume + event.qty) as Lots;
  const value = BigInt(event.price) * BigInt(event.qty) * book.product.spec.unitsPerTickLot;
  minute.turnover = (minute.turnover + value) as Units;
}

/** The path's minute as far as it has come. */
function partialMinute(path: ProductPath, nowMs: number, unitsPerTickLot: bigint): OpenMinute {
  const openTimeSec = bucketStart(nowMs / 1000, MINUTE_SEC);
  const { prices, lots } = path.minute(openTimeSec);
  const passedSec = Math.floor(nowMs / 1000 - openTimeSec);
  const start = Math.round(prices[0] ?? 0);
  const minute: OpenMinute = { ...flatBar(openTimeSec, start as Ticks) };
  let ticksLots = 0;
  for (let second = 0; second < passedSec; second++) {
    const at = Math.round(prices[second + 1] ?? start);
    const traded = Math.round(lots[second] ?? 0);
    minute.high = Math.max(minute.high, at) as Ticks;
    minute.low = Math.min(minute.low, at) as Ticks;
    minute.close = at as Ticks;
    minute.volume = (minute.volume + traded) as Lots;
    ticksLots += at * traded;
  }
  minute.turnover = (BigInt(ticksLots) * unitsPerTickLot) as Units;
  return minute;
}

const FINER = { 86400: HOUR_SEC, 3600: 300, 300: MINUTE_SEC, 60: MINUTE_SEC } as const;

/** Whether a span of whole hours, or one within an hour, holds a minute that really traded. */
function touchesLive(book: ProductCandles, fromSec: number, toSec: number): boolean {
  if (toSec > book.minute.openTimeSec) return true;
  const isShort = toSec - fromSec < HOUR_SEC;
  const stepSec = isShort ? MINUTE_SEC : HOUR_SEC;
  for (let at = fromSec; at < toSec; at += stepSec) {
    if (isShort ? book.live.get(at) !== undefined : book.live.hasHour(at)) return true;
  }
  return false;
}

/** A bar of any length: the path's own where nothing live touches it, else a merger of shorter ones. */
function barOf(book: ProductCandles, openTimeSec: number, resolutionSec: number): Bar {
  const { live, minute, path } = book;
  const endSec = openTimeSec + resolutionSec;
  if (openTimeSec === minute.openTimeSec && resolutionSec === MINUTE_SEC) return minute;
  if (resolutionSec === MINUTE_SEC) return live.get(openTimeSec) ?? path.bar(openTimeSec, MINUTE_SEC);
  const base = baseOf(resolutionSec);
  const isBase = base === resolutionSec;
  if (isBase && !touchesLive(book, openTimeSec, endSec)) return path.bar(openTimeSec, base);

  const isClosed = endSec <= minute.openTimeSec;
  const key = openTimeSec * (DAY_SEC + 1) + resolutionSec;
  const known = isClosed && isBase ? book.merged.get(key) : undefined;
  if (known !== undefined) return known;
  const merged = mergeBars(openTimeSec, partsOf(book, openTimeSec, endSec, isBase ? FINER[base] : base));
  if (merged === undefined) throw new RangeError(`Nothing traded yet at ${openTimeSec}`);
  if (isClosed && isBase) {
    book.merged.set(key, merged);
    const oldest = book.merged.keys().next();
    if (book.merged.size > MERGED_MAX && !oldest.done) book.merged.delete(oldest.value);
  }
  return merged;
}

/** The shorter bars of a span, from the listing on and up to the minute in progress. */
function partsOf(book: ProductCandles, fromSec: number, toSec: number, partSec: number): Bar[] {
  const endSec = Math.min(toSec, book.minute.openTimeSec + MINUTE_SEC);
  const parts: Bar[] = [];
  for (let at = Math.max(fromSec, book.path.listedSec); at < endSec; at += partSec) {
    parts.push(barOf(book, at, partSec));
  }
  return parts;
}

/** Field by field: thousands are made at once, and spreading is several times slower. */
const candleOf = (bar: Bar, resolutionSec: number, lastClose: Ticks): Candle => ({
  openTimeSec: bar.openTimeSec,
  resolutionSec,
  lastClose,
  open: bar.open,
  high: bar.high,
  low: bar.low,
  close: bar.close,
  volume: bar.volume,
  turnover: bar.turnover,
});

type Reader = Pick<Candles, 'last' | 'range' | 'current'>;

function reader(bookOf: (symbol: ProductSymbol) => ProductCandles): Reader {
  const candlesOf = (book: ProductCandles, resolutionSec: ResolutionSec, fromSec: number, toSec: number) => {
    const firstSec = bucketStart(book.path.listedSec, resolutionSec);
    let lastClose: Ticks | undefined;
    const candles: Candle[] = [];
    for (let at = Math.max(fromSec, firstSec); at < toSec; at += resolutionSec) {
      if (lastClose === undefined && at > firstSec) {
        lastClose = barOf(book, at - resolutionSec, resolutionSec).close;
      }
      const bar = barOf(book, at, resolutionSec);
      candles.push(candleOf(bar, resolutionSec, lastClose ?? bar.open));
      lastClose = bar.close;
    }
    return candles;
  };
  /** End of the bucket in progress: nothing later is known. */
  const endOf = (book: ProductCandles, resolutionSec: ResolutionSec) =>
    bucketStart(book.minute.openTimeSec, resolutionSec) + resolutionSec;

  return {
    last(symbol, resolutionSec, limit) {
      const book = bookOf(symbol);
      const endSec = endOf(book, resolutionSec);
      return candlesOf(book, resolutionSec, endSec - limit * resolutionSec, endSec);
    },
    range(symbol, resolutionSec, fromSec, toSec) {
      const book = bookOf(symbol);
      const start = bucketStart(fromSec, resolutionSec);
      const from = start < fromSec ? start + resolutionSec : start;
      return candlesOf(book, resolutionSec, from, Math.min(toSec, endOf(book, resolutionSec)));
    },
    current(symbol, resolutionSec) {
      const book = bookOf(symbol);
      const endSec = endOf(book, resolutionSec);
      const [candle] = candlesOf(book, resolutionSec, endSec - resolutionSec, endSec);
      if (candle === undefined) throw new RangeError(`${symbol} is not listed yet`);
      return candle;
    },
  };
}
