/** Public trades: GET /md/v2/trade and the `trade_p` stream. Hand-written like the book, for the same reason. */
import type { Price, ProductSymbol, Qty } from '../brand.ts';
import type { Trade, TradeUpdate } from '../model.ts';
import { malformed, ok, type Result } from '../result.ts';
import { openEnvelope } from './envelope.ts';
import { readAmount, readInteger, readNs } from './fields.ts';
import { isRecord, quote } from './validation.ts';

/** One row: [nanoseconds, taker's side, price, size]. */
function readTrade(row: unknown): Trade | undefined {
  if (!Array.isArray(row)) return undefined;
  const atMs = readNs(row[0]);
  const side: unknown = row[1];
  const price = readAmount(row[2]);
  const qty = readAmount(row[3]);
  if (atMs === undefined || price === undefined || qty === undefined) return undefined;
  if (side !== 'Buy' && side !== 'Sell') return undefined;
  return { atMs, side, price: price as Price, qty: qty as Qty };
}

/** A trade message as parsed from JSON; `at` is where it stood. */
export function readTrades(message: Record<string, unknown>, at = ''): Result<TradeUpdate> {
  const prefix = at === '' ? '' : `${at}.`;
  const { trades_p: rows, symbol, type } = message;
  if (typeof symbol !== 'string') return malformed(`${prefix}symbol`, `expected text, got ${quote(symbol)}`);
  if (type !== 'snapshot' && type !== 'incremental') {
    return malformed(`${prefix}type`, `expected snapshot or incremental, got ${quote(type)}`);
  }
  const sequence = readInteger(message.sequence);
  if (sequence === undefined) {
    return malformed(`${prefix}sequence`, `expected a whole number, got ${quote(message.sequence)}`);
  }
  const list = rows ?? [];
  if (!Array.isArray(list)) return malformed(`${prefix}trades_p`, `expected a list, got ${quote(rows)}`);
  const trades: Trade[] = [];
  for (let index = 0; index < list.length; index++) {
    const trade = readTrade(list[index]);
    if (trade === undefined) {
      return malformed(
        `${prefix}trades_p[${index}]`,
        `expected [ns, side, price, size], got ${quote(list[index])}`,
      );
    }
    trades.push(trade);
  }
  return ok({ kind: type, symbol: symbol as ProductSymbol, sequence, trades });
}

/** GET /md/v2/trade: newest first. */
export function parseTrades(body: unknown): Result<TradeUpdate> {
  const opened = openEnvelope(body);
  if (!opened.ok) return opened;
  const { at, value } = opened.value;
  return isRecord(value) ? readTrades(value, at) : malformed(at, `expected trades, got ${quote(value)}`);
}
