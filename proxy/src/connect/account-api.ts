/** `/api/accounts`: connecting, unlocking, switching and disconnecting accounts from the page. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod/mini';
import type { AccountAnswer } from '#contract/accounts.ts';
import { ENVIRONMENTS } from '#contract/vocabulary.ts';
import { type Refusal, refusal } from '../door/errors.ts';
import { parseJsonObject } from '../door/json-body.ts';
import { sendJson, sendRefusal } from '../door/replies.ts';
import { SignerError, sealed } from '../signer/protocol.ts';
import { type AccountDesk, NotConnectedError, TooManyGuessesError } from './account-desk.ts';

export interface AccountApiNeeds {
  readonly desk: AccountDesk;
  /** Makes what was selected true; called once the answer is on its way. */
  move(): void;
}

const BODY_BYTES_MAX = 8 * 1024;
/** A sealed box in base64url: a few hundred bytes. */
const box = z
  .string()
  .check(z.regex(/^[\w-]{1,6000}$/))
  .check(z.refine((text) => Buffer.from(text, 'base64url').toString('base64url') === text));
const name = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/));
const environment = z.enum(ENVIRONMENTS);
const account = { environment, name };

export function registerAccountApi(app: FastifyInstance, { desk, move }: AccountApiNeeds): void {
  const on = <T>(path: string, schema: z.ZodMiniType<T>, work: (body: T) => Promise<AccountAnswer>): void => {
    const handler = async (request: FastifyRequest, reply: FastifyReply) => {
      const body = Buffer.isBuffer(request.body)
        ? schema.safeParse(parseJsonObject(request.body))
        : undefined;
      if (body === undefined || !body.success) return sendRefusal(reply, refusal('BAD_REQUEST'));
      try {
        const answer = await work(body.data);
        if (answer.changes) reply.raw.once('close', move);
        return sendJson(reply, answer);
      } catch (error) {
        return refusePassphrase(reply, error);
      }
    };
    const config = { audience: 'api', takesBody: 'json' } as const;
    app.post(`/api/accounts${path}`, { bodyLimit: BODY_BYTES_MAX, config }, handler);
  };

  app.get('/api/accounts', { config: { audience: 'api' } }, async (_request, reply) => {
    try {
      return sendJson(reply, await desk.view());
    } catch (error) {
      return refusePassphrase(reply, error);
    }
  });
  on('', z.strictObject({ ...account, key: box, passphrase: box }), ({ key, passphrase, ...ref }) =>
    desk.connect(ref, sealed(key), sealed(passphrase)),
  );
  on('/unlock', z.strictObject({ ...account, passphrase: box }), ({ passphrase, ...ref }) =>
    desk.unlock(ref, sealed(passphrase)),
  );
  on('/use', z.strictObject({ environment, name: z.optional(name) }), (body) =>
    desk.use(body.environment, body.name),
  );
  on('/lock', z.strictObject({}), () => desk.lock());
  on('/change-passphrase', z.strictObject({ ...account, passphrases: box }), ({ passphrases, ...ref }) =>
    desk.changePassphrase(ref, sealed(passphrases)),
  );
  on('/disconnect', z.strictObject(account), (ref) => desk.disconnect(ref));
}

/** For whatever a passphrase is needed. @throws what is no such refusal */
export function refusePassphrase(reply: FastifyReply, error: unknown): FastifyReply {
  if (error instanceof TooManyGuessesError) {
    reply.header('retry-after', String(error.retryAfterSec));
    return sendRefusal(reply, refusal('TOO_MANY_REQUESTS', error.message));
  }
  return sendRefusal(reply, explain(error));
}

function explain(error: unknown): Refusal {
  if (error instanceof NotConnectedError) return refusal('NOT_CONNECTED', error.message);
  if (!(error instanceof SignerError)) throw error;
  if (error.code === 'GONE') return refusal('NO_SIGNER');
  if (error.code === 'WRONG_PASSPHRASE') return refusal('WRONG_PASSPHRASE', error.message);
  return refusal('ACCOUNT', error.message);
}
