/** The proxy's own routes: the page, signing in and out, status, the browser's reports about the page. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SessionOpened, Status } from '#contract/api.ts';
import { browserName } from './browser-name.ts';
import { refusal } from './errors.ts';
import { type Head, isRefusal, readCookie, sessionCookieName } from './gate.ts';
import { pageHeaders } from './headers.ts';
import { parseJsonObject } from './json-body.ts';
import { sendJson, sendRefusal } from './replies.ts';
import type { Sessions } from './session.ts';
import type { Pages } from './spa.ts';
import type { Time } from './time.ts';
import { createTokenBucket } from './token-bucket.ts';

export interface OwnApiNeeds {
  readonly sessions: Sessions;
  readonly pages: Pages;
  readonly time: Time;
  /** Known once the proxy listens. */
  port(): number;
  status(): Status;
}

const SIGN_IN_BYTES_MAX = 1024;
const REPORT_BYTES_MAX = 8 * 1024;
const REPORTS_PER_MINUTE = 30;

export function registerOwnApi(app: FastifyInstance, needs: OwnApiNeeds): void {
  registerPages(app, needs);
  registerSession(app, needs);
  registerSessionList(app, needs);
  app.get('/api/status', { config: { audience: 'api' } }, (_request, reply) =>
    sendJson(reply, needs.status()),
  );
  app.get('/healthz', { config: { audience: 'api', isPublic: true } }, (_request, reply) =>
    sendJson(reply, { ok: true }),
  );
  registerReports(app, needs.time);
}

function registerPages(app: FastifyInstance, { pages, port }: OwnApiNeeds): void {
  app.get('/', { config: { audience: 'shell', isPublic: true } }, (_request, reply) =>
    reply
      .headers(pageHeaders(`127.0.0.1:${port()}`))
      .header('content-type', 'text/html; charset=utf-8')
      .send(pages.html),
  );
  for (const [path, file] of pages.files) {
    app.get(path, { config: { audience: 'asset', isPublic: true } }, (_request, reply) =>
      reply
        .removeHeader('content-security-policy')
        .headers(file.headers)
        .header('content-type', file.contentType)
        .send(file.bytes),
    );
  }
}

function registerSession(app: FastifyInstance, { sessions, port }: OwnApiNeeds): void {
  const cookie = (value: string) =>
    `${sessionCookieName(port())}=${value}; Path=/; HttpOnly; SameSite=Strict`;

  const signIn = (request: FastifyRequest, reply: FastifyReply) => {
    const body = Buffer.isBuffer(request.body) ? parseJsonObject(request.body) : undefined;
    if (typeof body?.token !== 'string' || Object.keys(body).length !== 1) {
      return sendRefusal(reply, refusal('BAD_REQUEST'));
    }
    const previousId = cookieOf(request.head, port());
    const browser = browserName(request.head?.header('user-agent') ?? '');
    const result = sessions.signIn(body.token, previousId, browser);
    if (result.ok) {
      reply.header('set-cookie', cookie(result.sessionId));
      return sendJson(reply, { headerToken: result.headerToken } satisfies SessionOpened);
    }
    if (result.retryAfterSec === undefined) {
      return sendRefusal(reply, refusal('NOT_SIGNED_IN', 'The link has been used or is too old.'));
    }
    reply.header('retry-after', String(result.retryAfterSec));
    return sendRefusal(reply, refusal('TOO_MANY_REQUESTS', 'Too many wrong links: wait a minute.'));
  };

  app.post(
    '/api/session',
    { bodyLimit: SIGN_IN_BYTES_MAX, config: { audience: 'api', isPublic: true, takesBody: 'json' } },
    signIn,
  );
  app.get('/api/session', { config: { audience: 'api' } }, (_request, reply) =>
    sendJson(reply, { signedIn: true }),
  );
  app.delete('/api/session', { config: { audience: 'api' } }, (request, reply) => {
    const sessionId = cookieOf(request.head, port());
    if (sessionId !== undefined) sessions.end(sessionId, 'You have signed out.');
    reply.header('set-cookie', `${cookie('')}; Max-Age=0`);
    return sendJson(reply, { signedIn: false });
  });
}

const HANDLE = /^[\w-]{12}$/;

function registerSessionList(app: FastifyInstance, { sessions, port }: OwnApiNeeds): void {
  app.get('/api/sessions', { config: { audience: 'api' } }, (request, reply) =>
    sendJson(reply, sessions.list(cookieOf(request.head, port()))),
  );
  app.post('/api/sessions/end', { config: { audience: 'api', takesBody: 'json' } }, (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? parseJsonObject(request.body) : undefined;
    const { handle, ...others } = body ?? { others: true };
    const isHandle = handle === undefined || (typeof handle === 'string' && HANDLE.test(handle));
    if (!isHandle || Object.keys(others).length > 0) return sendRefusal(reply, refusal('BAD_REQUEST'));
    const which =
      handle === undefined ? { allBut: cookieOf(request.head, port()) } : { handle: handle as string };
    return sendJson(reply, { ended: sessions.endOf(which, 'Signed out from another browser.') });
  });
}

function cookieOf(head: Head | undefined, port: number): string | undefined {
  if (head === undefined) return undefined;
  const cookie = readCookie(head, sessionCookieName(port));
  return typeof cookie === 'object' && isRefusal(cookie) ? undefined : cookie;
}

/** A word of the policy, e.g. "script-src-elem": nothing else of a report is kept, for a page may put anything there. */
const DIRECTIVE = /^[a-z-]{1,32}$/;

function registerReports(app: FastifyInstance, time: Time): void {
  const bucket = createTokenBucket(time, {
    burst: REPORTS_PER_MINUTE,
    perSecond: REPORTS_PER_MINUTE / 60,
  });
  app.post(
    '/api/csp',
    { bodyLimit: REPORT_BYTES_MAX, config: { audience: 'report', isPublic: true, takesBody: 'report' } },
    (request, reply) => {
      if (!bucket.take()) return sendRefusal(reply, refusal('TOO_MANY_REQUESTS'));
      const body = Buffer.isBuffer(request.body) ? parseJsonObject(request.body) : undefined;
      const report = body?.['csp-report'] as Record<string, unknown> | undefined;
      const directive = report?.['effective-directive'] ?? report?.['violated-directive'];
      if (typeof directive === 'string' && DIRECTIVE.test(directive)) {
        request.log.warn({ directive }, 'the page tried what its content policy forbids');
      }
      return reply.code(204).send();
    },
  );
}
