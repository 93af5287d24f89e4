/** The proxy's own routes: the page, status, the browser's reports about the page. */
import type { FastifyInstance } from 'fastify';
import type { Status } from '#contract/status.ts';
import { registerPasskeys } from '../passkeys/passkey-api.ts';
import { registerSessions } from '../sign-in/session-api.ts';
import { registerSignIn, type SignInNeeds } from '../sign-in/sign-in-api.ts';
import type { Time } from '../time.ts';
import { refusal } from './errors.ts';
import { originOf } from './gate.ts';
import { pageHeaders } from './headers.ts';
import { parseJsonObject } from './json-body.ts';
import { sendJson, sendRefusal } from './replies.ts';
import type { Pages } from './spa.ts';
import { createTokenBucket } from './token-bucket.ts';

export interface OwnApiNeeds extends SignInNeeds {
  readonly pages: Pages;
  readonly time: Time;
  status(): Status;
}

const REPORT_BYTES_MAX = 8 * 1024;
const REPORTS_PER_MINUTE = 30;

export function registerOwnApi(app: FastifyInstance, needs: OwnApiNeeds): void {
  registerPages(app, needs);
  registerSignIn(app, needs);
  registerSessions(app, needs);
  const { passkeys, sessions, time } = needs;
  if (passkeys !== undefined) registerPasskeys(app, { passkeys, sessions, time });
  app.get('/api/status', { config: { audience: 'api' } }, (_request, reply) =>
    sendJson(reply, needs.status()),
  );
  registerReports(app, needs.time);
}

function registerPages(app: FastifyInstance, { pages }: OwnApiNeeds): void {
  app.get('/', { config: { audience: 'shell', isPublic: true } }, ({ head }, reply) =>
    reply
      .headers(pageHeaders(head === undefined ? '' : originOf(head).replace('http', 'ws')))
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
