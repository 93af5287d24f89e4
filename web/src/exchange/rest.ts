/**
 * Requests to the exchange (through the proxy, which signs them) and to the proxy itself.
 * Nothing is ever sent twice: a lost answer of a request that changes something is an unknown outcome, not a failure.
 */
import {
  CONFIRMED_HEADER,
  type ProxyError,
  type ProxyErrorCode,
  REQUEST_ID_HEADER,
  SCOPE_HEADER,
  TOKEN_HEADER,
} from '#contract/api.ts';
import type { GuardRule } from '#contract/guard.ts';
import { failed, ok, type Problem, type Result } from '#contract/result.ts';
import { refusalSentence } from '#contract/wire/error-codes.ts';
import type { ExchangeRequest } from '#contract/wire/requests.ts';

/** Why there is no answer, in the ways a trader has to tell apart. */
export type Fault =
  /** The exchange understood and said no. */
  | {
      readonly kind: 'refused-by-exchange';
      readonly code: number;
      readonly msg: string;
      readonly sentence: string;
    }
  /** The proxy stopped it: nothing reached the exchange. */
  | {
      readonly kind: 'proxy';
      readonly code: ProxyErrorCode;
      readonly message: string;
      /** The limit that stopped it, where one did. */
      readonly rule?: GuardRule;
    }
  /** It may or may not have happened; look it up, never send it again. */
  | { readonly kind: 'unknown-outcome'; readonly message: string }
  /** A question that got no answer; asking again is harmless. */
  | { readonly kind: 'network'; readonly message: string }
  /** An answer that does not look as it should. */
  | { readonly kind: 'unreadable'; readonly message: string };

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** An order's answer is waited for this long before its outcome counts as unknown. */
const ANSWER_MS_MAX = 15_000;

let headerToken: string | undefined;

export function setHeaderToken(token: string | undefined): void {
  headerToken = token;
}

let scope: string | undefined;

/** What this page was loaded for: from here on Perpdeck refuses what it asks of another account. */
export function setScope(loadedFor: string | undefined): void {
  scope = loadedFor;
}

/** One sentence for a fault, fit to be shown. */
export function faultSentence(fault: Fault): string {
  switch (fault.kind) {
    case 'refused-by-exchange':
      return fault.sentence;
    case 'proxy':
    case 'unknown-outcome':
    case 'network':
    case 'unreadable':
      return fault.message;
  }
}

/**
 * One request to the exchange; `parse` (from `contract/wire`) gets the answer's whole body. A refusal or a body that
 * does not look as documented comes back as a fault, never as an exception. What changes something has an id of its own,
 * since a browser may send a PUT or a DELETE again by itself when its connection breaks.
 */
export async function askExchange<T>(
  { method, path, query, body }: ExchangeRequest,
  parse: (body: unknown) => Result<T>,
  { onHeaders, isConfirmed = false }: AskOptions = {},
): Promise<Result<T, Fault>> {
  const headers: Record<string, string> = {};
  if (method !== 'GET') headers[REQUEST_ID_HEADER] = crypto.randomUUID();
  if (isConfirmed) headers[CONFIRMED_HEADER] = 'yes';
  const url = `/exchange${path}${query === '' ? '' : `?${query}`}`;
  const answer = await send(method, url, { body, headers });
  if (!answer.ok) return answer;
  onHeaders?.(answer.value.headers);
  const parsed = parse(answer.value.body);
  if (parsed.ok) return ok(parsed.value);
  return failed(faultOf(parsed.problem, method, answer.value.status));
}

export interface AskOptions {
  /** Gets those of an answer. */
  readonly onHeaders?: (headers: Headers) => void;
  /** The trader was asked about an order this large. */
  readonly isConfirmed?: boolean;
}

/** One request to the proxy's own API; `parse` throws when the body is not what it should be. */
export async function proxyRequest<T>(
  method: Method,
  path: string,
  { body }: { readonly body?: unknown },
  parse: (body: unknown) => T,
): Promise<Result<T, Fault>> {
  const answer = await send(method, path, { body: body === undefined ? '' : JSON.stringify(body) });
  if (!answer.ok) return answer;
  try {
    return ok(parse(answer.value.body));
  } catch (error) {
    return failed({ kind: 'unreadable', message: `Perpdeck gave an answer it should not: ${String(error)}` });
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const lost = (method: Method, what: string): Fault =>
  method === 'GET'
    ? { kind: 'network', message: `${what}. Nothing was changed.` }
    : { kind: 'unknown-outcome', message: `${what}: it may or may not have reached the exchange.` };

/** `body` is JSON text, '' for none. */
async function send(
  method: Method,
  url: string,
  { body, headers: given = {} }: { readonly body: string; readonly headers?: Record<string, string> },
): Promise<Result<Answer, Fault>> {
  const headers: Record<string, string> = { accept: 'application/json', ...given };
  if (headerToken !== undefined) headers[TOKEN_HEADER] = headerToken;
  if (scope !== undefined) headers[SCOPE_HEADER] = scope;
  if (body !== '') headers['content-type'] = 'application/json';
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      headers,
      ...(body === '' ? {} : { body }),
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    text = await response.text();
  } catch {
    return failed(lost(method, 'No answer from Perpdeck'));
  }
  try {
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    const fault = proxyFault(answer);
    if (fault !== undefined) return failed(fault);
    return ok({ status: response.status, headers: response.headers, body: answer });
  } catch {
    return failed(lost(method, `An answer that cannot be read (status ${response.status})`));
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The proxy's own errors have a word for a code; the exchange's have a number. */
function proxyFault(body: unknown): Fault | undefined {
  if (!isObject(body) || !isObject(body.error) || typeof body.error.code !== 'string') return undefined;
  const { code, message, guard } = body.error as ProxyError['error'];
  if (code === 'OUTCOME_UNKNOWN') return { kind: 'unknown-outcome', message };
  return { kind: 'proxy', code, message, ...(guard && { rule: guard.rule }) };
}

function faultOf(problem: Problem, method: Method, status: number): Fault {
  if (problem.kind === 'refused') {
    const { code, message } = problem;
    return { kind: 'refused-by-exchange', code, msg: message, sentence: refusalSentence(code, message) };
  }
  if (method !== 'GET') return lost(method, `An answer that cannot be read (status ${status})`);
  return { kind: 'unreadable', message: `${problem.path}: ${problem.message} (status ${status})` };
}
