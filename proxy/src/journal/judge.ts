/**
 * What an outcome says about a request that changes something. Only what leaves no doubt is final: a code of success,
 * a refusal, a request of which no byte has left. Everything else is unknown: a timeout, a reset, a redirect, 429, 5xx,
 * a body that is no JSON.
 */

import { openEnvelope } from '#contract/wire/envelope.ts';
import { refusalSentence } from '#contract/wire/error-codes.ts';
import type { Mutation } from '#contract/wire/mutation.ts';
import { isRecord } from '#contract/wire/validation.ts';
import type { Outcome } from '../exchange/exchange-client.ts';

export interface Judgement {
  readonly state: 'ACKED' | 'REJECTED' | 'NOT_SENT' | 'UNKNOWN';
  readonly note?: string;
  /** Of the order that was taken, where the answer tells. */
  readonly orderID?: string;
}

/**
 * "There is one of this id already" (or so it may be): evidence that the request arrived, so it is looked up.
 * 11107 is the exchange's own gateway that has not reached its engine.
 */
const DOUBTFUL_CODES = new Set([10001, 11033, 11085, 11107, 19999]);
/** The exchange has read the request and turned it away. */
const REFUSING_STATUSES = new Set([400, 401, 403]);

export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

const unknown = (note: string): Judgement => ({ state: 'UNKNOWN', note });

/** JSON that stands for an outcome: no redirect (never followed), no HTML of something in between, not cut short. */
export function usableBody({ status, headers, body }: Outcome & { kind: 'answer' }): unknown {
  if (status < 200 || (status >= 300 && status < 400)) return undefined;
  return headers['content-encoding'] === undefined ? parseJson(body) : undefined;
}

/** Codes of refusal stand in the envelope or, for orders, in the payload's `bizError`. */
function verdictOf(body: unknown): { code: number; message: string } | { orderID?: string } | 'unreadable' {
  const opened = openEnvelope(body);
  if (!opened.ok) {
    const { problem } = opened;
    return problem.kind === 'refused' ? { code: problem.code, message: problem.message } : 'unreadable';
  }
  const { value } = opened.value;
  const { bizError, orderID } = isRecord(value) ? value : {};
  if (typeof bizError === 'number' && bizError !== 0) return { code: bizError, message: '' };
  return typeof orderID === 'string' ? { orderID } : {};
}

/** Answers are told apart by their requests' names; one about another order answers another request in any case. */
function namesAnother(mutation: Mutation, body: unknown): boolean {
  const opened = openEnvelope(body);
  const row = opened.ok && isRecord(opened.value.value) ? opened.value.value : {};
  const isOther = (name: 'orderID' | 'clOrdID', id: string) => {
    const named = row[name];
    return typeof named === 'string' && named !== '' && named !== id;
  };
  if (mutation.kind === 'place') return isOther('clOrdID', mutation.clOrdID);
  if (mutation.kind !== 'amend' && mutation.kind !== 'cancel') return false;
  const { order } = mutation;
  return 'orderID' in order ? isOther('orderID', order.orderID) : isOther('clOrdID', order.clOrdID);
}

export function judge(outcome: Outcome, mutation: Mutation): Judgement {
  if (outcome.kind === 'not-sent') return { state: 'NOT_SENT', note: outcome.reason };
  if (outcome.kind === 'lost') return unknown(outcome.reason);
  const { status } = outcome;
  const body = usableBody(outcome);
  if (body === undefined) return unknown(`status ${status}, not a usable answer`);
  if (REFUSING_STATUSES.has(status)) return { state: 'REJECTED', note: `status ${status}` };
  if (status !== 200) return unknown(`status ${status}`);
  const verdict = verdictOf(body);
  if (verdict === 'unreadable') return unknown('an answer that is not in the exchange’s form');
  if (namesAnother(mutation, body)) return unknown('an answer about another order');
  if (!('code' in verdict)) return { state: 'ACKED', ...verdict };
  const { code, message } = verdict;
  if (DOUBTFUL_CODES.has(code)) return unknown(`code ${code}`);
  return { state: 'REJECTED', note: refusalSentence(code, message) };
}
