/**
 * 24-hour tickers. REST v2, REST v3, the single push and the pack of all name the same things differently
 * (closeRp/lastRp, indexPriceRp/indexRp, markPriceRp/markRp); they become one here.
 */
import type { Money, Price, ProductSymbol, Qty, Ratio } from '../brand.ts';
import type { Ticker } from '../model.ts';
import { malformed, ok, type Problem, type Result } from '../result.ts';
import { openEnvelope } from './envelope.ts';
import { noneIfZero, readAmount, readDecimal, readNs } from './fields.ts';
import { isRecord, joinPath, quote } from './validation.ts';

export interface TickerUpdate {
  readonly atMs: number;
  readonly tickers: readonly Ticker[];
  /** Rows that could not be read: one odd product must not stop the prices of all others. */
  readonly skipped: readonly Problem[];
}

type Row = (name: string) => unknown;

/** An amount under whichever of its names the row has; a product that never traded sends null, which counts as zero. */
function amount(row: Row, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = row(name);
    if (value !== undefined) return value === null ? '0' : readAmount(value);
  }
  return undefined;
}

function rate(row: Row, name: string): string | undefined {
  const value = row(name);
  return value === null || value === undefined ? '0' : readDecimal(value);
}

const LAST = ['lastRp', 'closeRp'] as const;
const INDEX = ['indexRp', 'indexPriceRp'] as const;
const MARK = ['markRp', 'markPriceRp'] as const;
const OPEN = ['openRp'] as const;
const HIGH = ['highRp'] as const;
const LOW = ['lowRp'] as const;
const VOLUME = ['volumeRq'] as const;
const TURNOVER = ['turnoverRv'] as const;
const OPEN_INTEREST = ['openInterestRv'] as const;
const BID = ['bidRp'] as const;
const ASK = ['askRp'] as const;

function readTicker(row: Row, at: string): Result<Ticker> {
  const symbol = row('symbol');
  if (typeof symbol !== 'string' || symbol === '')
    return malformed(joinPath(at, ['symbol']), `expected a symbol, got ${quote(symbol)}`);
  const open = amount(row, OPEN);
  const high = amount(row, HIGH);
  const low = amount(row, LOW);
  const last = amount(row, LAST);
  const volume = amount(row, VOLUME);
  const turnover = amount(row, TURNOVER);
  const openInterest = amount(row, OPEN_INTEREST);
  const indexPrice = amount(row, INDEX);
  const markPrice = amount(row, MARK);
  const fundingRate = rate(row, 'fundingRateRr');
  const predictedFundingRate = rate(row, 'predFundingRateRr');
  const missing = Object.entries({
    open,
    high,
    low,
    last,
    volume,
    turnover,
    openInterest,
    indexPrice,
    markPrice,
    fundingRate,
    predictedFundingRate,
  }).find(([, value]) => value === undefined);
  if (missing !== undefined)
    return malformed(
      at,
      `expected a decimal for the ${missing[0]} of ${symbol || 'a product without a name'}`,
    );
  const bid = noneIfZero(amount(row, BID) as Price | undefined);
  const ask = noneIfZero(amount(row, ASK) as Price | undefined);
  return ok({
    symbol: symbol as ProductSymbol,
    open: open as Price,
    high: high as Price,
    low: low as Price,
    last: last as Price,
    volume: volume as Qty,
    turnover: turnover as Money,
    openInterest: openInterest as string,
    indexPrice: indexPrice as Price,
    markPrice: markPrice as Price,
    fundingRate: fundingRate as Ratio,
    predictedFundingRate: predictedFundingRate as Ratio,
    ...(bid === undefined ? {} : { bid }),
    ...(ask === undefined ? {} : { ask }),
  });
}

const ofRecord =
  (record: Record<string, unknown>): Row =>
  (name) =>
    record[name];

/** GET /md/v2/ticker/24hr and /md/v3/ticker/24hr. */
export function parseTicker(body: unknown): Result<Ticker> {
  const opened = openEnvelope(body);
  if (!opened.ok) return opened;
  const { at, value } = opened.value;
  return isRecord(value)
    ? readTicker(ofRecord(value), at)
    : malformed(at, `expected a ticker, got ${quote(value)}`);
}

function collect(results: readonly Result<Ticker>[], atMs: number): TickerUpdate {
  const tickers: Ticker[] = [];
  const skipped: Problem[] = [];
  for (const result of results) {
    if (result.ok) tickers.push(result.value);
    else skipped.push(result.problem);
  }
  return { atMs, tickers, skipped };
}

/** GET /md/v2/ticker/24hr/all and /md/v3/ticker/24hr/all. */
export function parseTickers(body: unknown): Result<TickerUpdate> {
  const opened = openEnvelope(body);
  if (!opened.ok) return opened;
  const { at, value } = opened.value;
  if (!Array.isArray(value)) return malformed(at, `expected a list of tickers, got ${quote(value)}`);
  const results = value.map((row: unknown, index) =>
    isRecord(row)
      ? readTicker(ofRecord(row), `${at}[${index}]`)
      : malformed(`${at}[${index}]`, `expected a ticker, got ${quote(row)}`),
  );
  const first: unknown = value[0];
  return ok(collect(results, (isRecord(first) ? readNs(first.timestamp) : undefined) ?? 0));
}

/** `perp_market24h_pack_p.update`: rows by position, under a header of names. */
export function readTickerPack(message: Record<string, unknown>): Result<TickerUpdate> {
  const { fields, data } = message;
  if (!Array.isArray(fields)) return malformed('fields', `expected a list of names, got ${quote(fields)}`);
  if (!Array.isArray(data)) return malformed('data', `expected a list of rows, got ${quote(data)}`);
  const atMs = readNs(message.timestamp);
  if (atMs === undefined) {
    return malformed('timestamp', `expected a time in nanoseconds, got ${quote(message.timestamp)}`);
  }
  const columns = new Map<unknown, number>(fields.map((name: unknown, column) => [name, column]));
  const results = data.map((row: unknown, index) => {
    if (!Array.isArray(row)) return malformed(`data[${index}]`, `expected a row, got ${quote(row)}`);
    const at = (name: string): unknown => {
      const column = columns.get(name);
      return column === undefined ? undefined : row[column];
    };
    return readTicker(at, `data[${index}]`);
  });
  return ok(collect(results, atMs));
}

/** `market24h_p`: one symbol's push, in no document, with the names of REST v2. */
export function readTickerPush(message: Record<string, unknown>): Result<TickerUpdate> {
  const row = message.market24h_p;
  if (!isRecord(row)) return malformed('market24h_p', `expected a ticker, got ${quote(row)}`);
  const ticker = readTicker(ofRecord(row), 'market24h_p');
  return ticker.ok ? ok(collect([ticker], readNs(message.timestamp) ?? 0)) : ticker;
}
