/**
 * The order book: GET /md/v2/orderbook and the `orderbook_p` stream. Hand-written, since the screen reads fifty a
 * second: one pass, no copy of what is already canonical.
 */
import type { Price, ProductSymbol, Qty } from '../brand.ts';
import type { BookLevel, BookUpdate } from '../model.ts';
import { type Failure, malformed, ok, type Result } from '../result.ts';
import { openEnvelope } from './envelope.ts';
import { readAmount, readInteger, readNs } from './fields.ts';
import { isRecord, quote } from './validation.ts';

/** Levels per side that the exchange publishes unless a message says otherwise; 0 means all of them. */
const DEPTH_DEFAULT = 30;

/** `null` stands for an empty side in some replies. */
function readLevels(side: unknown, at: string): readonly BookLevel[] | Failure {
  if (side === null || side === undefined) return [];
  if (!Array.isArray(side)) return malformed(at, `expected a list of levels, got ${quote(side)}`);
  const levels: BookLevel[] = new Array(side.length);
  for (let index = 0; index < side.length; index++) {
    const row: unknown = side[index];
    if (!Array.isArray(row)) return malformed(`${at}[${index}]`, `expected [price, size], got ${quote(row)}`);
    const price = readAmount(row[0]);
    const qty = readAmount(row[1]);
    if (price === undefined || qty === undefined) {
      return malformed(`${at}[${index}]`, `expected two decimals of zero or more, got ${quote(row)}`);
    }
    levels[index] = [price as Price, qty as Qty];
  }
  return levels;
}

const isFailure = (value: readonly BookLevel[] | Failure): value is Failure => 'problem' in value;

/** A book message as parsed from JSON; `at` is where it stood. */
export function readBook(message: Record<string, unknown>, at = ''): Result<BookUpdate> {
  const prefix = at === '' ? '' : `${at}.`;
  const book = message.orderbook_p;
  if (!isRecord(book)) return malformed(`${prefix}orderbook_p`, `expected a book, got ${quote(book)}`);
  const { symbol, type } = message;
  if (typeof symbol !== 'string') return malformed(`${prefix}symbol`, `expected text, got ${quote(symbol)}`);
  if (type !== 'snapshot' && type !== 'incremental') {
    return malformed(`${prefix}type`, `expected snapshot or incremental, got ${quote(type)}`);
  }
  const sequence = readInteger(message.sequence);
  if (sequence === undefined) {
    return malformed(`${prefix}sequence`, `expected a whole number, got ${quote(message.sequence)}`);
  }
  const atMs = readNs(message.timestamp);
  if (atMs === undefined) {
    return malformed(`${prefix}timestamp`, `expected a time in nanoseconds, got ${quote(message.timestamp)}`);
  }
  const bids = readLevels(book.bids, `${prefix}orderbook_p.bids`);
  if (isFailure(bids)) return bids;
  const asks = readLevels(book.asks, `${prefix}orderbook_p.asks`);
  if (isFailure(asks)) return asks;
  const depth = readInteger(message.depth) ?? DEPTH_DEFAULT;
  return ok({ kind: type, symbol: symbol as ProductSymbol, sequence, depth, atMs, bids, asks });
}

/** GET /md/v2/orderbook. */
export function parseBook(body: unknown): Result<BookUpdate> {
  const opened = openEnvelope(body);
  if (!opened.ok) return opened;
  const { at, value } = opened.value;
  return isRecord(value) ? readBook(value, at) : malformed(at, `expected a book, got ${quote(value)}`);
}

const writeLevels = (levels: readonly BookLevel[]): string =>
  levels.map(([price, qty]) => `["${price}","${qty}"]`).join(',');

/** The stream message that says this, for whoever hands a book on (its time to the millisecond). */
export function writeBook(update: BookUpdate): string {
  return (
    `{"depth":${update.depth},"orderbook_p":{"asks":[${writeLevels(update.asks)}],` +
    `"bids":[${writeLevels(update.bids)}]},"sequence":${update.sequence},"symbol":"${update.symbol}",` +
    `"timestamp":${update.atMs}000000,"type":"${update.kind}"}`
  );
}
