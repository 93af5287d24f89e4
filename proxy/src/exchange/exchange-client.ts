/**
 * One request to the exchange, sent at most once, and answered by its own answer alone. The connections have no
 * interceptor: undici's retry would place an order again, its redirect would send a signature elsewhere. What cannot be
 * known to have failed is `lost`, not failed.
 */
import { randomBytes } from 'node:crypto';
import { buildConnector, type Dispatcher } from 'undici';
import { type Connections, createConnections, type GivenBack } from './connections.ts';

export interface ExchangeCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path and query exactly as signed. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

export type Outcome =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: AnswerHeaders;
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

/**
 * They connect when they are needed. An answer that never comes holds its connection for seconds: there are more for
 * orders than are ever busy otherwise, so that a cancel does not wait behind such ones.
 */
const CONNECTIONS = { orders: 16, reads: 4 };

export interface ExchangeClient {
  /** Orders have connections of their own, so that no chart's history is ahead of a cancel. */
  send(lane: 'orders' | 'reads', call: ExchangeCall): Promise<Outcome>;
  close(): Promise<void>;
}

export function createExchangeClient(
  origin: string,
  limits: ExchangeLimits = EXCHANGE_LIMITS,
): ExchangeClient {
  const options = {
    // One for all, so that a new connection takes up a TLS session that another one began.
    connect: buildConnector({ timeout: limits.connectMs, rejectUnauthorized: true, allowH2: false }),
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.bodyMs,
    maxResponseSize: limits.responseBytes,
    allowH2: false,
  };
  const lanes = {
    orders: createConnections(origin, CONNECTIONS.orders, options),
    reads: createConnections(origin, CONNECTIONS.reads, options),
  };
  const naming = createNaming();
  return {
    send: (lane, call) => sendOnce(lanes[lane], naming(call.method), call, limits.totalMs),
    async close() {
      await Promise.all([lanes.orders.close(), lanes.reads.close()]);
    },
  };
}

/** The exchange's header for a name that a client gives its request; its answers bear that one, or a new one each. */
const NAME_HEADER = 'x-phemex-request-tracing';
/** How many answers back a copy is still known: far more than pass one connection before it comes. */
const HEARD_MAX = 1_000;

/** What one request is called, and what an answer's name says about it; each answer is read once. */
interface RequestName {
  readonly name: string;
  readonly readAnswer: (headers: AnswerHeaders) => 'own' | 'of-another' | 'unnamed';
}

/** A copy of an answer that is late is told from the answer to the next request by its name alone (docs/decisions/021). */
function createNaming(): (method: ExchangeCall['method']) => RequestName {
  // With the number below 40 bytes, as the exchange asks.
  const ours = `${randomBytes(8).toString('hex')}-`;
  const heard = new Set<string>();
  let count = 0;
  return (method) => {
    count += 1;
    const name = `${ours}${count}`;
    const readAnswer: RequestName['readAnswer'] = ({ [NAME_HEADER]: named, age }) => {
      // What a cache on the way repeats bears the name of the answer that it has kept.
      const isKept = method === 'GET' && age !== undefined;
      if (typeof named !== 'string' || isKept) return 'unnamed';
      if (named === name) return 'own';
      if (named.includes(ours) || heard.has(named)) return 'of-another';
      heard.add(named);
      const [oldest = named] = heard;
      if (heard.size > HEARD_MAX) heard.delete(oldest);
      return 'own';
    };
    return { name, readAnswer };
  };
}

const TIMEOUT_CODES = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

function sendOnce(
  connections: Connections,
  { name, readAnswer }: RequestName,
  call: ExchangeCall,
  totalMs: number,
): Promise<Outcome> {
  return new Promise((resolve) => {
    let controller: Dispatcher.DispatchController | undefined;
    let isOver = false;
    let isNamed = false;
    let status = 0;
    let headers: AnswerHeaders = {};
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

    const handlerFor = (giveBack: (as: GivenBack) => void): Dispatcher.DispatchHandler => ({
      // Called right before the first byte is written: the border between "not sent" and "unknown".
      onRequestStart(started) {
        if (isOver) return started.abort(new Error('No connection in time'));
        controller = started;
      },
      onResponseStart(started, statusCode, responseHeaders) {
        const whose = readAnswer(responseHeaders);
        if (whose === 'of-another') {
          fail('ANSWER_TO_ANOTHER_REQUEST', false);
          started.abort(new Error('The answer to another request'));
        }
        isNamed = whose === 'own';
        status = statusCode;
        headers = responseHeaders;
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk);
      },
      onResponseEnd() {
        finish({ kind: 'answer', status, headers, body: Buffer.concat(chunks) });
        // A copy of an answer without a name could not be told from the next one's.
        giveBack(isNamed ? 'warm' : 'spent');
      },
      onResponseError(_controller, error) {
        const { code = error.name } = error as NodeJS.ErrnoException;
        fail(code, TIMEOUT_CODES.has(code));
        giveBack('cold');
      },
    });
    const { method, target, body } = call;
    connections.take((client) => {
      // What came right behind the answer is read first: it ends the connection while nothing is under way on it.
      const giveBack = (as: GivenBack) => void setImmediate(() => connections.giveBack(client, as));
      if (isOver) return giveBack('warm');
      client.dispatch(
        {
          ...{ method, path: target, headers: { ...call.headers, [NAME_HEADER]: name } },
          ...(body === undefined ? {} : { body }),
        },
        handlerFor(giveBack),
      );
    });
  });
}
