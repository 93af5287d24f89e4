/** The kill switch over HTTP: pulled, looked at, armed again. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { refusal } from '../door/errors.ts';
import { parseJsonObject } from '../door/json-body.ts';
import { sendJson, sendRefusal } from '../door/replies.ts';
import type { KillSwitch } from './kill-switch.ts';

export function registerKillApi(app: FastifyInstance, current: () => KillSwitch | undefined): void {
  const on = (reply: FastifyReply, act: (killSwitch: KillSwitch) => void) => {
    const killSwitch = current();
    if (killSwitch === undefined) return sendRefusal(reply, refusal('NO_KEY'));
    act(killSwitch);
    return sendJson(reply, killSwitch.state());
  };
  app.get('/api/kill', { config: { audience: 'api' } }, (_request, reply) => on(reply, () => {}));
  app.post('/api/kill', { config: { audience: 'api', takesBody: 'json' } }, (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? parseJsonObject(request.body) : undefined;
    const { closesPositions } = body ?? {};
    if (typeof closesPositions !== 'boolean' || Object.keys(body ?? {}).length !== 1) {
      return sendRefusal(reply, refusal('BAD_REQUEST'));
    }
    // Halting is nobody's to refuse; what a halt leaves open on one account is not closed by a press meant for another.
    const isRaised = closesPositions && current()?.isHalted() === true;
    if (isRaised && request.isForAnother) return sendRefusal(reply, refusal('MOVED'));
    return on(reply, ({ pull }) => pull('browser', { closesPositions }));
  });
  app.delete('/api/kill', { config: { audience: 'api', isOfAccount: true } }, (_request, reply) =>
    on(reply, ({ arm }) => arm()),
  );
}
