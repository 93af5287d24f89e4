/**
 * The HTTP server with its limits, and the framework behind the gate. Deny by default: a route is closed unless its
 * own configuration says `isPublic`, and that is decided on the matched route, never on how a URL is spelled.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { SCOPE_HEADER, TOKEN_HEADER } from '#contract/api.ts';
import { type BotsAllowed, checkBot, EXCHANGE_PREFIX } from '../gateway/bot-gate.ts';
import type { Bot } from '../gateway/bots.ts';
import { type Claim, isOfBrowser, isSigned } from '../gateway/claim.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Session, Sessions } from '../sign-in/session.ts';
import type { Log } from '../watch/log.ts';
import { type Entrance, localEntrance } from './entrance.ts';
import { type Refusal, refusal } from './errors.ts';
import {
  type Audience,
  checkDoor,
  checkOrigin,
  type Head,
  isOriginProven,
  isRefusal,
  readCookie,
  readHead,
} from './gate.ts';
import { DATA_HEADERS } from './headers.ts';
import { parseJsonObject } from './json-body.ts';
import { refuseRequest, refuseSocket, sendRefusal } from './replies.ts';
import { createSocketOwners, type SocketOwners } from './socket-owner.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    audience?: Audience;
    /** Answered without a session. */
    isPublic?: boolean;
    takesBody?: 'none' | 'json' | 'report';
    /** Open to bots as well, or to them alone, by the signature of a gateway key; market data even without one. */
    bots?: BotsAllowed;
    /** Of this machine alone, not of those that come in by TLS. */
    isLocal?: boolean;
    /** Concerns the account that this is on: refused to a page that was loaded for another. */
    isOfAccount?: boolean;
  }
  interface FastifyRequest {
    /** Set by the gate, before anything else. */
    head: Head | undefined;
    /** Of a bot: no browser can have sent it. */
    isOfBot: boolean;
    /** Of a page that was loaded for another account than this is on. */
    isForAnother: boolean;
    /** Of a bot that says whose key it has signed with; verified once the body is there. */
    claim: Claim | undefined;
    bot: Bot | undefined;
  }
}

const BODY_BYTES_MAX = 16 * 1024;
const CONNECTIONS_MAX = 128;

export interface HttpTiming {
  readonly headersMs: number;
  readonly requestMs: number;
  /** A connection over which nothing has moved for so long is dropped. */
  readonly idleMs: number;
}
export const HTTP_TIMING: HttpTiming = { headersMs: 5_000, requestMs: 10_000, idleMs: 30_000 };

export interface HttpDoorNeeds {
  readonly log: Log;
  /** Names environment and account. */
  readonly scope: string;
  readonly sessions: Sessions;
  /** undefined: no bot is let in. */
  gateway(): Gateway | undefined;
  readonly timing: HttpTiming;
  /** Relay sockets have room beside the usual connections. */
  readonly socketsMax: number;
  /** For other machines; undefined: for none. */
  readonly lan: LanDoor | undefined;
  port(): number;
}

/** The way in for other machines, with its certificate. */
export interface LanDoor {
  readonly entrance: Entrance;
  readonly cert: Buffer;
  readonly key: Buffer;
}

export interface HttpDoor {
  readonly app: FastifyInstance;
  readonly server: Server;
  /** Not listening yet. */
  readonly lanServer: Server | undefined;
  /** The gate for an upgrade: the session it belongs to, or why not. */
  checkUpgrade(request: IncomingMessage, path: string): Session | 'bot' | Refusal;
}

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** Both servers, with the same limits; the one with TLS only where other machines may come in. */
function createServers({ timing, lan, socketsMax }: HttpDoorNeeds, serve: Serve) {
  const limits = {
    maxHeaderSize: 16 * 1024,
    headersTimeout: timing.headersMs,
    requestTimeout: timing.requestMs,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: 5_000,
    requireHostHeader: true,
    insecureHTTPParser: false,
  };
  const server = createServer(limits, serve);
  const lanServer = lan && createTlsServer({ ...limits, cert: lan.cert, key: lan.key }, serve);
  lanServer?.on('clientError', (error, socket) => refuseSocket(socket, clientRefusal(error)));
  for (const one of lanServer === undefined ? [server] : [server, lanServer]) {
    one.setTimeout(timing.idleMs);
    one.maxConnections = CONNECTIONS_MAX + socketsMax;
  }
  return { server, lanServer };
}

/** What the parser could not make a request of. */
function clientRefusal(error: NodeJS.ErrnoException): Refusal {
  if (error.code === 'HPE_HEADER_OVERFLOW') return refusal('TOO_LARGE', 'The headers are too large.', 431);
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return refusal('BAD_REQUEST', 'The request took too long to arrive.', 408);
  }
  return refusal('BAD_REQUEST');
}

export function createHttpDoor(needs: HttpDoorNeeds): HttpDoor {
  const { log } = needs;
  const owners = createSocketOwners();
  const heads = new WeakMap<IncomingMessage, Head>();
  const guardNeeds = { ...needs, owners, heads };
  let servers: ReturnType<typeof createServers> | undefined;
  const app = Fastify({
    serverFactory(handler) {
      servers = createServers(needs, (request, response) => {
        const head = headOf(request, needs);
        if (isRefusal(head)) return refuseRequest(request, response, head);
        const refused = checkDoor(head);
        if (refused !== undefined) return refuseRequest(request, response, refused);
        heads.set(request, head);
        handler(request, response);
      });
      return servers.server;
    },
    clientErrorHandler: (error, socket) => refuseSocket(socket, clientRefusal(error)),
    frameworkErrors: (_error, _request, reply) => {
      reply.headers(DATA_HEADERS);
      return sendRefusal(reply, refusal('BAD_REQUEST'));
    },
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    trustProxy: false,
    return503OnClosing: true,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 64 },
    // Bodies are checked by hand, byte for byte: nothing here may coerce, default or remove a field.
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, useDefaults: false } },
  });
  app.decorateRequest('head', undefined);
  app.decorateRequest('isOfBot', false);
  app.decorateRequest('isForAnother', false);
  app.decorateRequest('claim', undefined);
  app.decorateRequest('bot', undefined);
  // Hooks that call back, where nothing is waited for: a promise each would cost every order its turn.
  app.addHook('onRequest', (request, reply, done) => {
    const refused = guard(request, reply, guardNeeds);
    if (refused === undefined) done();
    else sendRefusal(reply, refused);
  });
  app.addHook('preHandler', (request, reply, done) => {
    if (request.claim === undefined) return done();
    recognise(request.claim, request, needs.gateway()).then((recognised) => {
      if ('code' in recognised) return sendRefusal(reply, recognised);
      if (!owners.isOurs(request.raw.socket)) return sendRefusal(reply, refusal('FOREIGN_USER'));
      request.bot = recognised;
      done();
    }, done);
  });
  app.addHook('onResponse', (request, reply, done) => {
    logRequest(request, reply);
    done();
  });
  registerBodies(app);
  registerFailures(app);
  if (servers === undefined) throw new Error('the framework has made no server');

  return {
    app,
    ...servers,
    checkUpgrade(request, path) {
      const head = headOf(request, needs);
      if (isRefusal(head)) return head;
      const refused = checkDoor(head);
      if (refused !== undefined) return refused;
      if (head.target !== path) return refusal('NOT_FOUND');
      const isBot = head.entrance.isLocal && !isOfBrowser(head) && needs.gateway()?.isOpen() === true;
      if (isBot) return owners.isOurs(request.socket) ? 'bot' : refusal('FOREIGN_USER');
      const foreign = checkOrigin(head, { audience: 'api', isUpgrade: true });
      if (foreign !== undefined) return foreign;
      const session = sessionOf(head, needs);
      return 'code' in session || owners.isOurs(request.socket) ? session : refusal('FOREIGN_USER');
    },
  };
}

/** By which way a request came in: what is encrypted came by the one with TLS. */
function headOf(request: IncomingMessage, { lan, port }: HttpDoorNeeds): Head | Refusal {
  const isLan = lan !== undefined && 'encrypted' in request.socket;
  return readHead(request, isLan ? lan.entrance : localEntrance(port()));
}

type GuardNeeds = HttpDoorNeeds & {
  readonly owners: SocketOwners;
  /** Of those that have come through the door. */
  readonly heads: WeakMap<IncomingMessage, Head>;
};

/** The rest of the gate, now that the route is known. A route that says nothing about itself is a closed `api`. */
function guard(request: FastifyRequest, reply: FastifyReply, needs: GuardNeeds): Refusal | undefined {
  reply.headers(DATA_HEADERS);
  const head = needs.heads.get(request.raw);
  if (head === undefined) return refusal('BAD_REQUEST');
  request.head = head;
  if (request.is404 && isSigned(head)) return refusal('NOT_ALLOWED');
  const {
    audience = 'api',
    isPublic = false,
    takesBody = 'none',
    isLocal = false,
    isOfAccount = false,
    bots,
  } = request.is404 ? { audience: 'asset' as const, isPublic: true } : request.routeOptions.config;
  // Bots and their routes are of this machine, whatever else comes in from others.
  const { entrance } = head;
  if ((isLocal || bots === 'only') && !entrance.isLocal) return refusal('NOT_FOUND');
  const claimed = checkBot(head, entrance.isLocal ? bots : undefined, needs.gateway());
  if (claimed === undefined) {
    const refused = checkBrowser(head, { audience, isPublic }, needs);
    if (refused !== undefined) return refused;
    // Last, for it costs some milliseconds: a flood without a session never gets here.
    if (!isPublic && !needs.owners.isOurs(request.raw.socket)) return refusal('FOREIGN_USER');
    request.isForAnother = isForAnother(head, needs);
    if (isOfAccount && request.isForAnother) return refusal('MOVED');
  } else {
    request.isOfBot = true;
    if ('code' in claimed) return claimed;
    request.claim = claimed.claim;
    // Of who has signed it is asked once the signature is known to be right.
    const isSigned = claimed.claim !== undefined;
    if (!isSigned && !needs.owners.isOurs(request.raw.socket)) return refusal('FOREIGN_USER');
  }
  return request.is404 ? undefined : checkBodyType(head, takesBody);
}

function checkBrowser(
  head: Head,
  { audience, isPublic }: { audience: Audience; isPublic: boolean },
  needs: HttpDoorNeeds,
): Refusal | undefined {
  const foreign = checkOrigin(head, { audience });
  if (foreign !== undefined || isPublic) return foreign;
  const session = sessionOf(head, needs);
  if ('code' in session) return session;
  if (!isOriginProven(head)) return refusal('FOREIGN_ORIGIN');
  const token = head.header(TOKEN_HEADER);
  return token === '' || !session.isToken(token) ? refusal('WRONG_TOKEN') : undefined;
}

/** A page that has not been told yet that Perpdeck has moved; a program that names no account means whichever it is. */
function isForAnother(head: Head, { scope }: HttpDoorNeeds): boolean {
  const meant = head.header(SCOPE_HEADER);
  return meant !== '' && meant !== scope;
}

const NOT_UNLOCKED = 'Api key not found: no account is unlocked.';

async function recognise(
  claim: Claim,
  { body }: FastifyRequest,
  gateway: Gateway | undefined,
): Promise<Bot | Refusal> {
  if (gateway === undefined) return refusal('UNKNOWN_KEY', NOT_UNLOCKED);
  return gateway.recognise(claim, Buffer.isBuffer(body) ? body.toString('utf8') : '');
}

function sessionOf(head: Head, { sessions }: HttpDoorNeeds): Session | Refusal {
  const cookie = readCookie(head);
  if (cookie === undefined) return refusal('NOT_SIGNED_IN');
  if (typeof cookie === 'object') return cookie;
  return sessions.find(cookie) ?? refusal('NOT_SIGNED_IN');
}

const JSON_TYPES = new Set([
  'application/json',
  'application/json;charset=utf-8',
  'application/json; charset=utf-8',
]);
const REPORT_TYPES = new Set(['application/csp-report', 'application/json']);

function checkBodyType(head: Head, takesBody: 'none' | 'json' | 'report'): Refusal | undefined {
  const length = head.header('content-length');
  const hasBody = (length !== '' && length !== '0') || head.header('transfer-encoding') !== '';
  if (takesBody === 'none') return hasBody ? refusal('BAD_REQUEST') : undefined;
  const types = takesBody === 'json' ? JSON_TYPES : REPORT_TYPES;
  return types.has(head.header('content-type').toLowerCase()) ? undefined : refusal('UNSUPPORTED_MEDIA_TYPE');
}

/** Bodies stay the bytes they are; the check changes nothing. */
function registerBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    ['application/json', 'application/csp-report'],
    { parseAs: 'buffer' },
    (_request: FastifyRequest, body: Buffer, done: (error: Error | null, body?: Buffer) => void) => {
      if (parseJsonObject(body) === undefined) done(new MalformedBodyError());
      else done(null, body);
    },
  );
}

class MalformedBodyError extends Error {
  override readonly name = 'MalformedBodyError';
  readonly statusCode = 400;
}

function registerFailures(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    const isExchange = (request.raw.url ?? '').startsWith(`${EXCHANGE_PREFIX}/`);
    return sendRefusal(reply, refusal(isExchange ? 'NOT_ALLOWED' : 'NOT_FOUND'));
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status === 413) return sendRefusal(reply, refusal('TOO_LARGE'));
    if (status === 415) return sendRefusal(reply, refusal('UNSUPPORTED_MEDIA_TYPE'));
    if (status >= 400 && status < 500) return sendRefusal(reply, refusal('BAD_REQUEST'));
    request.log.error({ err: error, route: request.routeOptions.url }, 'a handler failed');
    return sendRefusal(reply, refusal('INTERNAL'));
  });
}

/** By route pattern, never by URL; what the gate turned away is not worth a line each. */
function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const { config, url } = request.routeOptions;
  if (request.is404 || config.audience !== 'api' || reply.statusCode === 401 || reply.statusCode === 403)
    return;
  request.log.info({
    method: request.method,
    route: url,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
  });
}
