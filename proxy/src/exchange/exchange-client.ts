/**
 * One request to the exchange, sent at most once. The pools have no interceptor: undici's retry would place an order
 * again, its redirect would send a signature elsewhere. What cannot be known to have failed is `lost`, not failed.
 */
import { type Dispatcher, Pool } from 'undici';

export interface ExchangeCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query exactly as signed. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

export type Outcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      readonly body: Buffer;
    }
  /** Not one byte of the request has left. */
  | { readonly kind: 'not-sent'; readonly reason: string }
  /** The request may have arrived; its answer did not, or not whole. */
  | { readonly kind: 'lost'; readonly reason: string; readonly isTimeout: boolean };

export type HeaderLine = readonly [name: string, value: string];

/** The headers of an answer that came once, each as `scrub` leaves it. */
export const headersOf = (
  { headers }: Outcome & { kind: 'answer' },
  scrub: (text: string) => string,
): readonly HeaderLine[] =>
  Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, scrub(value)] as const] : [],
  );

export interface ExchangeLimits {
  readonly connectMs: number;
  readonly headersMs: number;
  readonly bodyMs: number;
  /** From the call to its outcome, waiting for a connection included. */
  readonly totalMs: number;
  readonly responseBytes: number;
}

export const EXCHANGE_LIMITS: ExchangeLimits = {
  connectMs: 3_000,
  headersMs: 8_000,
  bodyMs: 8_000,
  totalMs: 10_000,
  responseBytes: 4 * 1024 * 1024,
};

const CONNECTIONS = 4;

export interface ExchangeClient {
  /** Orders have connections of their own, so that no chart's history is ahead of a cancel. */
  send(lane: 'orders' | 'reads', call: ExchangeCall): Promise<Outcome>;
  close(): Promise<void>;
}

export function createExchangeClient(
  origin: string,
  limits: ExchangeLimits = EXCHANGE_LIMITS,
): ExchangeClient {
  const createPool = () =>
    new Pool(origin, {
      connections: CONNECTIONS,
      pipelining: 1,
      connect: { timeout: limits.connectMs, rejectUnauthorized: true },
      headersTimeout: limits.headersMs,
      bodyTimeout: limits.bodyMs,
      maxResponseSize: limits.responseBytes,
      allowH2: false,
    });
  const pools = { orders: createPool(), reads: createPool() };
  return {
    send: (lane, call) => sendOnce(pools[lane], call, limits.totalMs),
    async close() {
      await Promise.all([pools.orders.destroy(), pools.reads.destroy()]);
    },
  };
}

const TIMEOUT_CODES = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

function sendOnce(pool: Pool, call: ExchangeCall, totalMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | undefined;
    let isOver = false;
    let status = 0;
    let headers: Readonly<Record<string, string | string[] | undefined>> = {};
    const chunks: Buffer[] = [];

    const finish = (outcome: Outcome) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(limit);
      resolve(outcome);
    };
    const fail = (reason: string, isTimeout: boolean) =>
      finish(controller === undefined ? { kind: 'not-sent', reason } : { kind: 'lost', reason, isTimeout });
    const limit = setTimeout(() => {
      const started = controller;
      fail('TOTAL_TIMEOUT', true);
      started?.abort(new Error('No answer in time'));
    }, totalMs);

    const handler: Dispatcher.DispatchHandler = {
      // Called right before the first byte is written: the border between "not sent" and "unknown".
      onRequestStart(started) {
        if (isOver) return started.abort(new Error('No connection in time'));
        controller = started;
      },
      onResponseStart(_controller, statusCode, responseHeaders) {
        status = statusCode;
        headers = responseHeaders;
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        finish({ kind: 'answer', status, headers, body: Buffer.concat(chunks) });
      },
      onResponseError(_controller, error) {
        const { code = error.name } = error as NodeJS.ErrnoException;
        fail(code, TIMEOUT_CODES.has(code));
      },
    };
    const { method, target, headers: requestHeaders, body } = call;
    pool.dispatch(
      { method, path: target, headers: requestHeaders, ...(body === undefined ? {} : { body }) },
      handler,
    );
  });
}
