/** What a bot asks of the proxy itself, signed with its gateway key: its dead-man timer. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DEAD_MAN_SECONDS, type DeadMan } from '#contract/gateway.ts';
import { refusal } from '../door/errors.ts';
import { parseJsonObject } from '../door/json-body.ts';
import { sendJson, sendRefusal } from '../door/replies.ts';
import type { DeadMen } from './dead-men.ts';
import type { Gateway } from './gateway.ts';

const { min, max } = DEAD_MAN_SECONDS;

/** undefined: something else. */
function readSeconds({ body }: FastifyRequest): number | undefined {
  const { seconds, ...others } = (Buffer.isBuffer(body) ? parseJsonObject(body) : undefined) ?? {};
  const isIt = typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= min && seconds <= max;
  return isIt && Object.keys(others).length === 0 ? seconds : undefined;
}

/** `current` is undefined without a key of the exchange's. */
export function registerBotApi(app: FastifyInstance, current: () => Gateway | undefined): void {
  const path = '/api/dead-man';
  const config = { audience: 'api', bots: 'only' } as const;
  const on = (
    request: FastifyRequest,
    reply: FastifyReply,
    act: (deadMen: DeadMen, id: string) => DeadMan,
  ) => {
    const { bot } = request;
    const gateway = current();
    if (bot === undefined || gateway === undefined) return sendRefusal(reply, refusal('UNKNOWN_KEY'));
    if (!bot.mayTrade) return sendRefusal(reply, refusal('NOT_PERMITTED'));
    if (!bot.mayAskProxy()) return sendRefusal(reply, refusal('TOO_MANY_REQUESTS'));
    return sendJson(reply, act(gateway.deadMen, bot.id));
  };
  app.get(path, { config }, (request, reply) => on(request, reply, ({ state }, id) => state(id)));
  app.post(path, { config: { ...config, takesBody: 'json' } }, (request, reply) => {
    const seconds = readSeconds(request);
    if (seconds === undefined) {
      return sendRefusal(
        reply,
        refusal('BAD_REQUEST', `{"seconds": N}, a whole number from ${min} to ${max}.`),
      );
    }
    return on(request, reply, ({ renew }, id) => renew(id, seconds));
  });
  app.delete(path, { config }, (request, reply) => on(request, reply, ({ disarm }, id) => disarm(id)));
}
