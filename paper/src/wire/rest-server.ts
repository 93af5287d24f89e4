/**
 * The REST half of the wire, on node:http: bodies and queries are used byte for byte as they were sent (they are
 * signed), every answer, refusals of the door itself included, has the exchange's own form, and nothing is retried,
 * redirected or parsed on the way.
 */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { SIGNING_HEADERS } from '#contract/wire/signature.ts';
import type { AccountID } from '../commands.ts';
import { type FaultedTurn, gatewayPage, strikeRequest } from '../faults/rest-faults.ts';
import { publicRoutes } from './public-routes.ts';
import type { Budget } from './rate-limits.ts';
import { readBody } from './read-body.ts';
import {
  type AuthFault,
  BAD_ARGUMENTS,
  type Reply,
  refuse,
  refuseAccess,
  TOO_MANY_REQUESTS,
  UNKNOWN_PATH,
} from './replies.ts';
import type { Params } from './request-params.ts';
import type { Route, Routes } from './routes.ts';
import { signedRoutes } from './signed-routes.ts';
import type { WireContext } from './wire-context.ts';

const TRACING = /^[\w-]{1,40}$/;

interface Received {
  readonly method: string;
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  readonly body: string;
  readonly address: string;
  readonly header: (name: string) => string | undefined;
}

interface Answered {
  readonly reply: Reply;
  readonly headers: Readonly<Record<string, string>>;
}

const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

/** Budgets in the exchange's headers; the group others has no suffix. */
function budgetHeaders(budget: Budget, group: 'contract' | 'others'): Record<string, string> {
  const suffix = group === 'contract' ? '-contract' : '';
  return {
    [`x-ratelimit-remaining${suffix}`]: String(budget.remaining),
    [`x-ratelimit-capacity${suffix}`]: String(budget.capacity),
    ...(budget.retryAfterSec === undefined
      ? {}
      : { [`x-ratelimit-retry-after${suffix}`]: String(budget.retryAfterSec) }),
  };
}

/** The account that signed the request, or what is wrong with its credentials. */
function authenticate({ keys, door }: WireContext, received: Received): AccountID | AuthFault {
  const apiKey = received.header(SIGNING_HEADERS.key);
  const expiry = received.header(SIGNING_HEADERS.expiry);
  const signature = received.header(SIGNING_HEADERS.signature);
  if (apiKey === undefined || apiKey === '') return { fault: 'no-key' };
  const key = keys.find(apiKey);
  if (key === undefined) return { fault: 'unknown-key', apiKey };
  if (expiry === undefined || signature === undefined) return { fault: 'incomplete' };
  if (!/^\d{1,15}$/.test(expiry) || door.isOver(Number(expiry) * 1000)) {
    return { fault: 'expired', expirySec: expiry };
  }
  const text = `${received.path}${received.query}${expiry}${received.body}`;
  return key.isSignature(text, signature) ? key.account : { fault: 'bad-signature' };
}

/** Both at once: clients put parameters where the documents say, and some PUT them as JSON. Undefined: not JSON. */
function paramsOf({ query, body }: Received): Params | undefined {
  const params: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const known = params[name];
    params[name] = known === undefined ? value : `${known},${value}`;
  }
  if (body.trim() === '') return params;
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? { ...params, ...parsed }
      : undefined;
  } catch {
    return undefined;
  }
}

function answer(context: WireContext, routes: Routes, received: Received): Answered {
  const { limits } = context;
  const address = limits.spendAddress(received.address);
  const anonymous = budgetHeaders(address, 'others');
  if (address.retryAfterSec !== undefined) return { reply: TOO_MANY_REQUESTS, headers: anonymous };
  const route = routes.get(`${received.method} ${received.path}`);
  if (route === undefined) return { reply: UNKNOWN_PATH, headers: anonymous };
  const params = paramsOf(received);
  const account = authenticate(context, received);
  if (route.access === 'public') {
    const own = typeof account === 'number' ? limits.spendGroup(account, 'others', route.weight) : undefined;
    const headers = own === undefined ? anonymous : budgetHeaders(own, 'others');
    if (own?.retryAfterSec !== undefined) return { reply: TOO_MANY_REQUESTS, headers };
    return { reply: params === undefined ? refuse(BAD_ARGUMENTS) : route.answer(params), headers };
  }
  if (typeof account !== 'number') return { reply: refuseAccess(account), headers: anonymous };
  const budget = limits.spendGroup(account, route.group, route.weight);
  const headers = budgetHeaders(budget, route.group);
  if (budget.retryAfterSec !== undefined) return { reply: TOO_MANY_REQUESTS, headers };
  return { reply: params === undefined ? refuse(BAD_ARGUMENTS) : route.answer(params, account), headers };
}

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/** An answer whose outcome the client cannot know: something here went wrong. */
const FAILED: Answered = { reply: { status: 500, body: '{}' }, headers: {} };

/** One request and the way back to whoever sent it. */
function createTurn(context: WireContext, request: IncomingMessage, response: ServerResponse) {
  const headersOf = ({ reply, headers }: Answered) => {
    const tracing = single(request.headers['x-phemex-request-tracing']);
    return {
      date: new Date(context.door.nowMs()).toUTCString(),
      // Only a gateway's error page is not JSON.
      'content-type': reply.body.startsWith('<') ? 'text/html' : 'application/json',
      'content-length': Buffer.byteLength(reply.body),
      'x-phemex-request-tracing':
        tracing !== undefined && TRACING.test(tracing) ? tracing : context.newTracing(),
      ...headers,
    };
  };
  const send = (answered: Answered, headers = headersOf(answered)): void => {
    response.sendDate = false;
    response.writeHead(answered.reply.status, headers);
    response.end(answered.reply.body);
  };
  return {
    send: (answered: Answered) => send(answered),
    sendTwice(answered: Answered) {
      const { status, body } = answered.reply;
      const headers = headersOf(answered);
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      const again = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
      response.once('finish', () => request.socket.write(again));
      send(answered, headers);
    },
    sendHalf(answered: Answered) {
      const { status, body } = answered.reply;
      response.writeHead(status, headersOf(answered));
      response.write(body.slice(0, Math.floor(body.length / 2)), () => request.socket.destroy());
    },
    drop: () => void request.socket.resetAndDestroy(),
  };
}

export function createRestListener(context: WireContext, onError: (error: unknown) => void): RequestListener {
  const routes: Routes = new Map<string, Route>([...publicRoutes(context), ...signedRoutes(context)]);
  const { faults, keys, limits, machine } = context;

  const execute = (received: Received): Answered => {
    try {
      return answer(context, routes, received);
    } catch (error) {
      onError(error);
      return FAILED;
    }
  };

  const serve = (received: Received, turn: ReturnType<typeof createTurn>): void => {
    if (faults.isInMaintenance()) {
      turn.send({ reply: gatewayPage(503), headers: {} });
      return;
    }
    const { method, path } = received;
    const apiKey = received.header(SIGNING_HEADERS.key);
    const account = apiKey === undefined ? undefined : keys.find(apiKey)?.name;
    const fault = faults.onRequest({ method, path, account });
    if (fault === undefined) {
      turn.send(execute(received));
      return;
    }
    const route = routes.get(`${method} ${path}`);
    const group = route?.access === 'signed' ? route.group : 'others';
    const faulted: FaultedTurn<Answered> = {
      ...turn,
      execute: () => execute(received),
      refuse: (reply) => ({ reply, headers: {} }),
      tooMany: (retryAfterSec) => ({
        reply: TOO_MANY_REQUESTS,
        headers: budgetHeaders(limits.spent(group, retryAfterSec), group),
      }),
    };
    strikeRequest(fault, faulted, machine);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    const turn = createTurn(context, request, response);
    if (body === undefined) {
      response.shouldKeepAlive = false;
      return turn.send({ reply: { ...refuse(BAD_ARGUMENTS), status: 413 }, headers: {} });
    }
    const [path = '', ...query] = (request.url ?? '').split('?');
    const received: Received = {
      method: request.method ?? '',
      path,
      query: query.join('?'),
      body,
      address: request.socket.remoteAddress ?? '',
      header: (name) => single(request.headers[name]),
    };
    serve(received, turn);
  };

  return (request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A request that broke off has nobody to answer.
      if (!request.destroyed || request.complete) onError(error);
      response.destroy();
    });
  };
}
