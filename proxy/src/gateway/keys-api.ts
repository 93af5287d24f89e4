/** Gateway keys over HTTP, for the page: listed, made, revoked; and which key placed which order. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { parseKeyTerms } from '#contract/gateway.ts';
import { refusal } from '../door/errors.ts';
import { parseJsonObject } from '../door/json-body.ts';
import { sendJson, sendRefusal } from '../door/replies.ts';
import { unsigned } from '../exchange/sign.ts';
import { SignerError } from '../signer/protocol.ts';
import type { Gateway } from './gateway.ts';

const IDS_MAX = 100;
const CL_ORD_ID = /^[\w-]{1,40}$/;

export interface KeysApiNeeds {
  /** undefined without a key of the exchange's. */
  gateway(): Gateway | undefined;
  placerOf(clOrdID: string): string | undefined;
}

export function registerKeysApi(app: FastifyInstance, { gateway, placerOf }: KeysApiNeeds): void {
  const on = (reply: FastifyReply, act: (current: Gateway) => unknown) => {
    const current = gateway();
    return current === undefined ? sendRefusal(reply, refusal('NO_KEY')) : act(current);
  };
  const ofAccount = { audience: 'api', isOfAccount: true } as const;
  const toJson = { ...ofAccount, takesBody: 'json' } as const;

  app.get('/api/keys', { config: ofAccount }, (_request, reply) =>
    on(reply, ({ list }) => sendJson(reply, list())),
  );
  app.post('/api/keys', { config: toJson }, async (request, reply) => {
    const terms = parseKeyTerms(Buffer.isBuffer(request.body) ? parseJsonObject(request.body) : undefined);
    if (!terms.ok)
      return sendRefusal(reply, refusal('BAD_REQUEST', `The key is not right: ${terms.problem.message}.`));
    return on(reply, async ({ make }) => {
      try {
        const made = await make(terms.value);
        return 'code' in made ? sendRefusal(reply, made) : sendJson(reply, made);
      } catch (error) {
        if (error instanceof SignerError) return sendRefusal(reply, unsigned(error));
        throw error;
      }
    });
  });
  app.post('/api/keys/revoke', { config: toJson }, (request, reply) => {
    const { id, ...others } =
      (Buffer.isBuffer(request.body) ? parseJsonObject(request.body) : undefined) ?? {};
    if (typeof id !== 'string' || Object.keys(others).length > 0) {
      return sendRefusal(reply, refusal('BAD_REQUEST'));
    }
    return on(reply, ({ revoke, list }) =>
      revoke(id) ? sendJson(reply, list()) : sendRefusal(reply, refusal('NOT_FOUND')),
    );
  });
  app.get('/api/placers', { config: ofAccount }, (request, reply) => {
    const { ids } = request.query as { ids?: unknown };
    const asked = typeof ids === 'string' ? ids.split(',') : [];
    if (asked.length > IDS_MAX || !asked.every((id) => CL_ORD_ID.test(id))) {
      return sendRefusal(reply, refusal('BAD_REQUEST'));
    }
    return sendJson(
      reply,
      Object.fromEntries(
        asked.flatMap((id) => {
          const name = placerOf(id);
          return name === undefined ? [] : [[id, name]];
        }),
      ),
    );
  });
}
