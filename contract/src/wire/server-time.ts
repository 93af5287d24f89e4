/** GET /public/time: the exchange's clock, epoch milliseconds. */
import * as z from 'zod/mini';
import { ok, type Result } from '../result.ts';
import { openEnvelope } from './envelope.ts';
import { integerField } from './fields.ts';
import { validate } from './validation.ts';

const serverTimeSchema = z.object({ serverTime: integerField });

export function parseServerTime(body: unknown): Result<number> {
  const opened = openEnvelope(body);
  if (!opened.ok) return opened;
  const read = validate(serverTimeSchema, opened.value.value, opened.value.at);
  return read.ok ? ok(read.value.serverTime) : read;
}
