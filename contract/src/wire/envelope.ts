/**
 * The exchange's two envelopes: `{code, msg, data}` everywhere but under /md, and `{error, id, result}` under /md and
 * on sockets. Errors of one sort turn up in the other's place, so both are opened by one function.
 */
import { malformed, ok, type Result, refused } from '../result.ts';
import { readInteger } from './fields.ts';
import { isRecord, quote } from './validation.ts';

export interface Payload {
  /** Where it stood, for the paths of problems. */
  readonly at: 'data' | 'result';
  readonly value: unknown;
}

/** The payload of a reply, or the refusal in it. Codes come as numbers and as text ("401"). */
export function openEnvelope(body: unknown): Result<Payload> {
  if (!isRecord(body)) return malformed('', `expected an envelope, got ${quote(body)}`);
  if (isRecord(body.error)) {
    const { code, message } = body.error;
    return refused(readInteger(code) ?? 0, typeof message === 'string' ? message : quote(body.error));
  }
  if ('code' in body) {
    const code = readInteger(body.code);
    if (code === undefined) return malformed('code', `expected a whole number, got ${quote(body.code)}`);
    if (code !== 0) return refused(code, typeof body.msg === 'string' ? body.msg : '');
    return ok({ at: 'data', value: body.data });
  }
  if ('result' in body) return ok({ at: 'result', value: body.result });
  return malformed('', `expected an envelope, got ${quote(body)}`);
}

/** Rows come as `data: [..]`, as `data: {rows: [..]}` and, for "none", as `data: null`. */
export function openRows(body: unknown): Result<{ at: string; rows: readonly unknown[] }> {
  const opened = openEnvelope(body);
  if (!opened.ok) return opened;
  const { at, value } = opened.value;
  if (Array.isArray(value)) return ok({ at, rows: value });
  if (value === null || value === undefined) return ok({ at, rows: [] });
  if (isRecord(value) && Array.isArray(value.rows)) return ok({ at: `${at}.rows`, rows: value.rows });
  return malformed(at, `expected rows, got ${quote(value)}`);
}
