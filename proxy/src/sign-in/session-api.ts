/** The sessions: whether there is one, signing out, and the list of them. */
import type { FastifyInstance } from 'fastify';
import { refusal } from '../door/errors.ts';
import { cookieOf, sessionCookie } from '../door/gate.ts';
import { parseJsonObject } from '../door/json-body.ts';
import { sendJson, sendRefusal } from '../door/replies.ts';
import type { Sessions } from './session.ts';

export interface SessionApiNeeds {
  readonly sessions: Sessions;
}

const HANDLE = /^[\w-]{12}$/;

export function registerSessions(app: FastifyInstance, { sessions }: SessionApiNeeds): void {
  app.get('/api/session', { config: { audience: 'api' } }, (_request, reply) =>
    sendJson(reply, { signedIn: true }),
  );
  app.delete('/api/session', { config: { audience: 'api' } }, (request, reply) => {
    const sessionId = cookieOf(request.head);
    if (sessionId !== undefined) sessions.end(sessionId, 'You have signed out.');
    if (request.head !== undefined) {
      reply.header('set-cookie', `${sessionCookie(request.head, '')}; Max-Age=0`);
    }
    return sendJson(reply, { signedIn: false });
  });
  app.get('/api/sessions', { config: { audience: 'api' } }, (request, reply) =>
    sendJson(reply, sessions.list(cookieOf(request.head))),
  );
  app.post('/api/sessions/end', { config: { audience: 'api', takesBody: 'json' } }, (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? parseJsonObject(request.body) : undefined;
    const { handle, ...others } = body ?? { others: true };
    const isHandle = handle === undefined || (typeof handle === 'string' && HANDLE.test(handle));
    if (!isHandle || Object.keys(others).length > 0) return sendRefusal(reply, refusal('BAD_REQUEST'));
    const which = handle === undefined ? { allBut: cookieOf(request.head) } : { handle: handle as string };
    return sendJson(reply, { ended: sessions.endOf(which, 'Signed out from another browser.') });
  });
}
