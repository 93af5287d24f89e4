/**
 * The exchange's own paths under `/exchange`: only those of the closed list, signed here, sent once, answered
 * unchanged. What changes something goes by way of the order desk, which remembers it.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CONFIRMED_HEADER, REQUEST_ID_HEADER, TIMING_HEADER } from '#contract/api.ts';
import { EXCHANGE_ROUTES, type ExchangeRoute } from '#contract/routes.ts';
import { isCancel, type Mutation, takesRiskAway } from '#contract/wire/mutation.ts';
import { readMutation } from '#contract/wire/mutation-reader.ts';
import { type Refusal, refusal } from '../door/errors.ts';
import { sendRefusal } from '../door/replies.ts';
import { EXCHANGE_PREFIX } from '../gateway/bot-gate.ts';
import type { Claim } from '../gateway/claim.ts';
import { nameOfSignature } from '../gateway/gateway.ts';
import { usableBody } from '../journal/judge.ts';
import type { DeskAnswer, OrderDesk } from '../journal/order-desk.ts';
import type { ExchangeClock } from './clock-offset.ts';
import { type ExchangeClient, type HeaderLine, headersOf, type Outcome } from './exchange-client.ts';
import type { RateBudget } from './rate-budget.ts';
import { type Signer, unsigned } from './sign.ts';

export interface ForwardingNeeds {
  readonly client: ExchangeClient;
  readonly clock: ExchangeClock;
  /** undefined: no key, so public paths only. */
  readonly signer: Signer | undefined;
  readonly userAgent: string;
  readonly budget: RateBudget;
  /** Absent with the key. */
  desk(): OrderDesk | undefined;
}

const BUDGET_SPENT =
  'The rest of the exchange’s request budget is kept for orders and cancels: wait a little.';
const TOO_MANY_OF_BOT = refusal('TOO_MANY_REQUESTS', 'Too many requests of bots: wait a second.');
/** How long a signature holds, in seconds. */
const READ_EXPIRY_SEC = 60;

export function registerForwarding(app: FastifyInstance, needs: ForwardingNeeds): void {
  for (const route of EXCHANGE_ROUTES) {
    app.route({
      method: route.method,
      url: EXCHANGE_PREFIX + route.path,
      config: {
        audience: 'api',
        takesBody: route.carries === 'body' ? 'json' : 'none',
        bots: route.kind === 'public' ? 'even-unsigned' : 'signed',
        isOfAccount: route.kind !== 'public',
      },
      handler: (request, reply) =>
        route.kind === 'order'
          ? forwardOrder(route, request, reply, needs)
          : forward(route, request, reply, needs),
    });
  }
}

/** Everything after the first question mark, byte for byte. */
function rawQuery(target: string): string {
  const at = target.indexOf('?');
  return at < 0 ? '' : target.slice(at + 1);
}

const bodyText = (request: FastifyRequest): string =>
  Buffer.isBuffer(request.body) ? request.body.toString('utf8') : '';

async function forward(
  route: ExchangeRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  { client, clock, signer, userAgent, budget }: ForwardingNeeds,
): Promise<FastifyReply> {
  if (route.kind !== 'public' && signer === undefined) return sendRefusal(reply, refusal('NO_KEY'));
  const { method, path } = route;
  if (request.bot?.spend(path, false) === false) return sendRefusal(reply, TOO_MANY_OF_BOT);
  const giveBack = budget.reserve('read', path);
  if (giveBack === undefined) return sendRefusal(reply, refusal('TOO_MANY_REQUESTS', BUDGET_SPENT));
  const query = rawQuery(request.raw.url ?? '');
  const order = {
    method,
    path,
    query,
    body: '',
    expirySec: Math.floor(clock.nowMs() / 1000) + READ_EXPIRY_SEC,
  };
  let signedHeaders: Readonly<Record<string, string>> | undefined;
  try {
    if (route.kind !== 'public') signedHeaders = await signer?.headers(order);
  } catch (error) {
    giveBack();
    return sendRefusal(reply, unsigned(error));
  }
  const sending = client.send('reads', {
    method,
    target: query === '' ? path : `${path}?${query}`,
    headers: { accept: 'application/json', 'user-agent': userAgent, ...signedHeaders },
  });
  giveBack();
  const outcome = await sending;
  // The bytes as they came, unless the exchange repeats the key in them ("Api key not found …").
  const scrub = (text: string) =>
    signer === undefined || signedHeaders === undefined ? text : signer.scrub(text, signedHeaders);
  return answer(outcome, reply, scrub);
}

function answer(outcome: Outcome, reply: FastifyReply, scrub: (text: string) => string): FastifyReply {
  if (outcome.kind === 'not-sent') return fail(reply, refusal('NOT_SENT'), outcome.reason);
  if (outcome.kind === 'lost') {
    return fail(reply, refusal('NO_ANSWER', undefined, outcome.isTimeout ? 504 : 502), outcome.reason);
  }
  if (usableBody(outcome) === undefined) {
    return fail(reply, refusal('NO_ANSWER'), `status ${outcome.status}, not a usable answer`);
  }
  const body = scrub(outcome.body.toString('latin1'));
  return passOn(reply, outcome.status, headersOf(outcome, scrub), Buffer.from(body, 'latin1'));
}

async function forwardOrder(
  { method, path }: ExchangeRoute,
  request: FastifyRequest,
  reply: FastifyReply,
  needs: ForwardingNeeds,
): Promise<FastifyReply> {
  const desk = needs.desk();
  if (desk === undefined) return sendRefusal(reply, refusal('NO_KEY'));
  const text = { method, path, query: rawQuery(request.raw.url ?? ''), body: bodyText(request) };
  const read = readMutation(text);
  const requestID = request.head?.header(REQUEST_ID_HEADER) ?? '';
  if (!read.ok) return sendRefusal(reply, refusal('BAD_REQUEST', unreadable(read.problem)));
  if (!REQUEST_ID.test(requestID)) {
    return sendRefusal(reply, refusal('BAD_REQUEST', `${REQUEST_ID_HEADER}: at most 64 letters and digits.`));
  }
  const mutation = read.value;
  const { bot, claim } = request;
  if (bot !== undefined && claim !== undefined) {
    const refused = bot.refuse(mutation);
    if (refused !== undefined) return sendRefusal(reply, refused);
    if (!bot.spend(path, takesRiskAway(mutation))) return sendRefusal(reply, TOO_MANY_OF_BOT);
    const wish = { who: bot.name, requestID: nameOfBotRequest(mutation, claim), mutation, text, key: bot };
    return answerOrder(reply, await desk.submit(wish));
  }
  const named = mutation.kind === 'place' ? mutation.clOrdID : requestID;
  const byHand = { isConfirmed: request.head?.header(CONFIRMED_HEADER) === 'yes' };
  const wish = { who: 'browser', requestID: named === '' ? undefined : named, mutation, text, byHand };
  const answered = await desk.submit(wish);
  const timing = answered.kind === 'answer' ? answered.timing : undefined;
  if (timing !== undefined) {
    const [receivedAtMs, ...steps] = timing;
    reply.header(TIMING_HEADER, [receivedAtMs, ...steps.map((ms) => ms.toFixed(2))].join(' '));
  }
  return answerOrder(reply, answered);
}

/** A cancel may come again: it takes nothing on. What else is signed is good for one request. */
function nameOfBotRequest(mutation: Mutation, claim: Claim): string | undefined {
  if (mutation.kind === 'place') return mutation.clOrdID;
  return isCancel(mutation) ? undefined : nameOfSignature(claim);
}

const REQUEST_ID = /^[\w-]{0,64}$/;

/** Where it is wrong and what was expected, without what stood there. */
function unreadable({ path = '', message }: { path?: string; message: string }): string {
  const expected = message.split(', got ')[0] ?? '';
  return `The request is not one that Perpdeck passes on${path === '' ? '' : `, at ${path}`}: ${expected}.`;
}

function answerOrder(reply: FastifyReply, answered: DeskAnswer): FastifyReply {
  if (answered.kind === 'refused') {
    const { refused, reason } = answered;
    return reason === undefined ? sendRefusal(reply, refused) : fail(reply, refused, reason);
  }
  const { status, headers = [], body } = answered;
  return passOn(reply, status, headers, Buffer.from(body, 'utf8'));
}

/** The exchange's own answer, with those of its headers that concern a client. */
function passOn(
  reply: FastifyReply,
  status: number,
  headers: readonly HeaderLine[],
  body: Buffer,
): FastifyReply {
  for (const [name, value] of headers) {
    if (isPassedOn(name) && PLAIN_VALUE.test(value)) reply.header(name, value);
  }
  return reply.code(status).header('content-type', 'application/json').send(body);
}

function fail(reply: FastifyReply, refused: Refusal, reason: string): FastifyReply {
  reply.request.log.warn({ route: reply.request.routeOptions.url, code: refused.code, reason }, 'no answer');
  return sendRefusal(reply, refused);
}

const isPassedOn = (name: string): boolean =>
  name === 'x-phemex-request-tracing' || name.startsWith('x-ratelimit-');
const PLAIN_VALUE = /^[\w-]{1,64}$/;
