/** The trader's limits over HTTP: read, and replaced as a whole. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type GuardState, parseLimits } from '#contract/guard.ts';
import type { Environment } from '#contract/vocabulary.ts';
import { refusal } from '../door/errors.ts';
import { parseJsonObject } from '../door/json-body.ts';
import { sendJson, sendRefusal } from '../door/replies.ts';
import type { Guard } from './guard.ts';

export function registerGuardApi(
  app: FastifyInstance,
  environment: Environment,
  current: () => Guard | undefined,
): void {
  const sendState = (reply: FastifyReply, guard: Guard) =>
    sendJson(reply, { environment, limits: guard.limits(), ...guard.figures() } satisfies GuardState);

  app.get('/api/guard', { config: { audience: 'api', isOfAccount: true } }, (_request, reply) => {
    const guard = current();
    return guard === undefined ? sendRefusal(reply, refusal('NO_KEY')) : sendState(reply, guard);
  });
  app.put(
    '/api/guard',
    { config: { audience: 'api', isOfAccount: true, takesBody: 'json' } },
    (request, reply) => {
      const guard = current();
      if (guard === undefined) return sendRefusal(reply, refusal('NO_KEY'));
      const limits = parseLimits(Buffer.isBuffer(request.body) ? parseJsonObject(request.body) : undefined);
      if (!limits.ok) {
        const at = limits.problem.kind === 'malformed' ? limits.problem.path : '';
        return sendRefusal(
          reply,
          refusal('BAD_REQUEST', `The limits are not complete or not right, at ${at}.`),
        );
      }
      guard.setLimits(limits.value);
      request.log.info({ limits: limits.value }, 'the limits were changed');
      return sendState(reply, guard);
    },
  );
}
