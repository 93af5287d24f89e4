/** Candles ("kline" on the wire): the REST rows and the `kline_p` stream. Newest first on the wire, oldest first here. */
import type { Money, Price, ProductSymbol, Qty } from '../brand.ts';
import type { Candle, CandleUpdate } from '../model.ts';
import { malformed, ok, type Result } from '../result.ts';
import { openRows } from './envelope.ts';
import { readAmount, readInteger } from './fields.ts';
import { quote } from './validation.ts';

/** One row: [open time s, resolution s, last close, open, high, low, close, volume, turnover]. */
function readCandle(row: unknown): Candle | undefined {
  if (!Array.isArray(row)) return undefined;
  const openTimeSec = readInteger(row[0]);
  const resolutionSec = readInteger(row[1]);
  const open = readAmount(row[3]);
  const high = readAmount(row[4]);
  const low = readAmount(row[5]);
  const close = readAmount(row[6]);
  const volume = readAmount(row[7]);
  const turnover = readAmount(row[8]);
  if (openTimeSec === undefined || resolutionSec === undefined || open === undefined || high === undefined) {
    return undefined;
  }
  if (low === undefined || close === undefined || volume === undefined || turnover === undefined)
    return undefined;
  return {
    openTimeSec,
    resolutionSec,
    open: open as Price,
    high: high as Price,
    low: low as Price,
    close: close as Price,
    volume: volume as Qty,
    turnover: turnover as Money,
  };
}

function readCandles(rows: readonly unknown[], at: string): Result<readonly Candle[]> {
  const candles: Candle[] = [];
  for (let index = 0; index < rows.length; index++) {
    const candle = readCandle(rows[index]);
    if (candle === undefined) {
      return malformed(`${at}[${index}]`, `expected a candle row of nine, got ${quote(rows[index])}`);
    }
    candles.push(candle);
  }
  return ok(candles.sort((a, b) => a.openTimeSec - b.openTimeSec));
}

/** GET /exchange/public/md/v2/kline/last and /list: oldest first. */
export function parseKlineRows(body: unknown): Result<readonly Candle[]> {
  const opened = openRows(body);
  return opened.ok ? readCandles(opened.value.rows, opened.value.at) : opened;
}

/** A `kline_p` message as parsed from JSON. The resolution stands in the rows alone, so an empty message has none (0). */
export function readKline(message: Record<string, unknown>): Result<CandleUpdate> {
  const { kline_p: rows, symbol, type } = message;
  if (typeof symbol !== 'string') return malformed('symbol', `expected text, got ${quote(symbol)}`);
  if (type !== 'snapshot' && type !== 'incremental') {
    return malformed('type', `expected snapshot or incremental, got ${quote(type)}`);
  }
  const list = rows ?? [];
  if (!Array.isArray(list)) return malformed('kline_p', `expected a list, got ${quote(rows)}`);
  const candles = readCandles(list, 'kline_p');
  if (!candles.ok) return candles;
  const resolutionSec = candles.value[0]?.resolutionSec ?? 0;
  return ok({ kind: type, symbol: symbol as ProductSymbol, resolutionSec, candles: candles.value });
}
