/**
 * The exchange's own paths under `/exchange`: only those of the closed list, signed here, sent once, answered
 * unchanged. What the exchange did with an order whose answer is lost is unknown, and is said to be.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EXCHANGE_ROUTES, type ExchangeRoute } from '#contract/routes.ts';
import type { ExchangeClock } from './clock-offset.ts';
import { type Refusal, refusal } from './errors.ts';
import type { ExchangeClient, Outcome } from './exchange-client.ts';
import { sendRefusal } from './replies.ts';
import { type Signer, unsigned } from './sign.ts';

export interface ForwardingNeeds {
  readonly client: ExchangeClient;
  readonly clock: ExchangeClock;
  /** undefined: no key, so public paths only. */
  readonly signer: Signer | undefined;
  readonly version: string;
}

/** How long a signature holds: a lost order cannot be accepted later than this. Seconds. */
const ORDER_EXPIRY_SEC = 10;
const READ_EXPIRY_SEC = 60;

export const EXCHANGE_PREFIX = '/exchange';

export function registerForwarding(app: FastifyInstance, needs: ForwardingNeeds): void {
  for (const route of EXCHANGE_ROUTES) {
    app.route({
      method: route.method,
      url: EXCHANGE_PREFIX + route.path,
      config: { audience: 'api', takesBody: route.method === 'POST' ? 'json' : 'none' },
      handler: (request, reply) => forward(route, request, reply, needs),
    });
  }
}

/** Everything after the first question mark, byte for byte. */
function rawQuery(target: string): string {
  const at = target.indexOf('?');
  return at < 0 ? '' : target.slice(at + 1);
}

async function forward(
  route: ExchangeRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  { client, clock, signer, version }: ForwardingNeeds,
): Promise<FastifyReply> {
  if (route.kind !== 'public' && signer === undefined) return sendRefusal(reply, refusal('NO_KEY'));
  const query = rawQuery(request.raw.url ?? '');
  const body = Buffer.isBuffer(request.body) ? request.body : undefined;
  const expirySec =
    Math.floor(clock.nowMs() / 1000) + (route.kind === 'order' ? ORDER_EXPIRY_SEC : READ_EXPIRY_SEC);
  const order = {
    method: route.method,
    path: route.path,
    query,
    body: body?.toString('utf8') ?? '',
    expirySec,
  };
  let signedHeaders: Readonly<Record<string, string>> | undefined;
  try {
    if (route.kind !== 'public') signedHeaders = await signer?.headers(order);
  } catch (error) {
    return sendRefusal(reply, unsigned(error));
  }
  const outcome = await client.send(route.kind === 'order' ? 'orders' : 'reads', {
    method: route.method,
    target: query === '' ? route.path : `${route.path}?${query}`,
    headers: {
      accept: 'application/json',
      'user-agent': `perpdeck/${version}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...signedHeaders,
    },
    ...(body === undefined ? {} : { body }),
  });
  // The bytes as they came, unless the exchange repeats the key in them ("Api key not found …").
  const scrub = (text: string) =>
    signer === undefined || signedHeaders === undefined ? text : signer.scrub(text, signedHeaders);
  return answer(route, outcome, reply, scrub);
}

function answer(
  route: ExchangeRoute,
  outcome: Outcome,
  reply: FastifyReply,
  scrub: (text: string) => string,
): FastifyReply {
  if (outcome.kind === 'not-sent') return fail(reply, refusal('NOT_SENT'), outcome.reason);
  const isOrder = route.kind === 'order';
  if (outcome.kind === 'lost') {
    const status = outcome.isTimeout ? 504 : 502;
    return fail(reply, refusal(isOrder ? 'OUTCOME_UNKNOWN' : 'NO_ANSWER', undefined, status), outcome.reason);
  }
  if (!isUsable(outcome) || (isOrder && outcome.status >= 500)) {
    const reason = `status ${outcome.status}, not a usable answer`;
    return fail(reply, refusal(isOrder ? 'OUTCOME_UNKNOWN' : 'NO_ANSWER'), reason);
  }
  for (const [name, value] of Object.entries(outcome.headers)) {
    if (!isPassedOn(name) || typeof value !== 'string' || !PLAIN_VALUE.test(value)) continue;
    reply.header(name, scrub(value));
  }
  return reply
    .code(outcome.status)
    .header('content-type', 'application/json')
    .send(Buffer.from(scrub(outcome.body.toString('latin1')), 'latin1'));
}

function fail(reply: FastifyReply, refused: Refusal, reason: string): FastifyReply {
  reply.request.log.warn({ route: reply.request.routeOptions.url, code: refused.code, reason }, 'no answer');
  return sendRefusal(reply, refused);
}

/** JSON that stands for an outcome: no redirect (never followed), no HTML of something in between, not cut short. */
function isUsable({ status, headers, body }: Outcome & { kind: 'answer' }): boolean {
  if (status < 200 || (status >= 300 && status < 400)) return false;
  if (headers['content-encoding'] !== undefined) return false;
  try {
    JSON.parse(body.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

const isPassedOn = (name: string): boolean =>
  name === 'x-phemex-request-tracing' || name.startsWith('x-ratelimit-');
const PLAIN_VALUE = /^[\w-]{1,64}$/;
