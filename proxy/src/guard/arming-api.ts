/** Arms trading from the page, and disarms it. */
import type { FastifyInstance } from 'fastify';
import { refusePassphrase } from '../connect/account-api.ts';
import { refusal } from '../door/errors.ts';
import { parseJsonObject } from '../door/json-body.ts';
import { sendJson, sendRefusal } from '../door/replies.ts';
import type { Arming } from './arming.ts';

const BODY_BYTES_MAX = 8 * 1024;
const BOX = /^[\w-]{1,6000}$/;

export function registerArmingApi(app: FastifyInstance, current: () => Arming | undefined): void {
  app.post(
    '/api/arming',
    { bodyLimit: BODY_BYTES_MAX, config: { audience: 'api', isOfAccount: true, takesBody: 'json' } },
    async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? parseJsonObject(request.body) : undefined;
      const { passphrase, ...others } = body ?? { others: true };
      const isBox = passphrase === undefined || (typeof passphrase === 'string' && BOX.test(passphrase));
      if (!isBox || Object.keys(others).length > 0) return sendRefusal(reply, refusal('BAD_REQUEST'));
      const arming = current();
      if (arming === undefined) return sendRefusal(reply, refusal('NO_KEY'));
      try {
        await arming.arm(passphrase as string | undefined);
        return sendJson(reply, {});
      } catch (error) {
        return refusePassphrase(reply, error);
      }
    },
  );
  app.delete('/api/arming', { config: { audience: 'api' } }, (_request, reply) => {
    current()?.disarm('by hand');
    return sendJson(reply, {});
  });
}
