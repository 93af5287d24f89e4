/** Replies whose only news is "done": leverage, position mode, cancel-all (which counts). */
import { ok, type Result } from '../result.ts';
import { openEnvelope } from './envelope.ts';
import { readInteger } from './fields.ts';

/** PUT /g-positions/leverage and /g-positions/switch-pos-mode-sync. */
export function parseAcceptance(body: unknown): Result<undefined> {
  const opened = openEnvelope(body);
  return opened.ok ? ok(undefined) : opened;
}

/** DELETE /g-orders/all: how many orders it canceled, 0 where the reply does not say. */
export function parseCancelAll(body: unknown): Result<number> {
  const opened = openEnvelope(body);
  return opened.ok ? ok(readInteger(opened.value.value) ?? 0) : opened;
}
