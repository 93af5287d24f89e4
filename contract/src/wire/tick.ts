/** The `tick_p` stream: the newest value of an index, mark or funding-rate symbol. */
import type { Price } from '../brand.ts';
import type { Tick } from '../model.ts';
import { malformed, ok, type Result } from '../result.ts';
import { readDecimal, readNs } from './fields.ts';
import { isRecord, quote } from './validation.ts';

export function readTick(message: Record<string, unknown>): Result<Tick> {
  const tick = message.tick_p;
  if (!isRecord(tick)) return malformed('tick_p', `expected a tick, got ${quote(tick)}`);
  const { symbol } = tick;
  if (typeof symbol !== 'string') return malformed('tick_p.symbol', `expected text, got ${quote(symbol)}`);
  const price = readDecimal(tick.last);
  if (price === undefined) return malformed('tick_p.last', `expected a decimal, got ${quote(tick.last)}`);
  const atMs = readNs(tick.timestamp);
  if (atMs === undefined) {
    return malformed('tick_p.timestamp', `expected a time in nanoseconds, got ${quote(tick.timestamp)}`);
  }
  return ok({ symbol, price: price as Price, atMs });
}
