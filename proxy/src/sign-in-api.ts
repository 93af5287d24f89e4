/** Signing in by link or by passphrase, and setting the passphrase; sealed like all that the page types. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SessionOpened, SignInWays } from '#contract/api.ts';
import { browserName } from './browser-name.ts';
import { refusal } from './errors.ts';
import { cookieOf, sessionCookie } from './gate.ts';
import { parseJsonObject } from './json-body.ts';
import { sendJson, sendRefusal } from './replies.ts';
import type { SignIn } from './session.ts';
import type { SessionApiNeeds } from './session-api.ts';
import { type AskSigner, SignerError, sealed } from './signer/protocol.ts';

/** undefined: no passphrase can be set. */
export type SignInSigner = { readonly ask: AskSigner; readonly sealTo: Uint8Array } | undefined;

export interface SignInNeeds extends SessionApiNeeds {
  readonly signInSigner?: SignInSigner;
}

const SIGN_IN_BYTES_MAX = 1024;
const BOX = /^[\w-]{1,900}$/;

/** The one field of a body; undefined: it is another. */
function onlyField(request: FastifyRequest): readonly [name: string, value: string] | undefined {
  const body = Buffer.isBuffer(request.body) ? parseJsonObject(request.body) : undefined;
  const [field, ...others] = Object.entries(body ?? {});
  if (field === undefined || others.length > 0 || typeof field[1] !== 'string') return undefined;
  return [field[0], field[1]];
}

export function registerSignIn(app: FastifyInstance, needs: SignInNeeds): void {
  const { sessions, signInSigner: signer, port } = needs;
  const isPublic = { audience: 'api', isPublic: true } as const;

  const signIn = async (request: FastifyRequest, reply: FastifyReply) => {
    const [name, value] = onlyField(request) ?? [];
    const previousId = cookieOf(request.head, port());
    const browser = browserName(request.head?.header('user-agent') ?? '');
    if (name === 'token' && value !== undefined) {
      return answer(reply, sessions.signIn(value, previousId, browser), port());
    }
    if (name !== 'passphrase' || value === undefined || signer === undefined || !BOX.test(value)) {
      return sendRefusal(reply, refusal('BAD_REQUEST'));
    }
    try {
      const check = () => signer.ask('checkSignIn', { passphrase: sealed(value) });
      return answer(reply, await sessions.signInBy(check, previousId, browser), port());
    } catch (error) {
      return refuse(reply, error);
    }
  };
  app.post(
    '/api/session',
    { bodyLimit: SIGN_IN_BYTES_MAX, config: { ...isPublic, takesBody: 'json' } },
    signIn,
  );
  if (signer === undefined) return;
  app.get('/api/sign-in', { config: isPublic }, async (_request, reply) => {
    try {
      return sendJson(reply, {
        withPassphrase: await signer.ask('hasSignIn', {}),
        sealTo: Buffer.from(signer.sealTo).toString('base64url'),
      } satisfies SignInWays);
    } catch (error) {
      return refuse(reply, error);
    }
  });
  app.post(
    '/api/sign-in',
    { bodyLimit: SIGN_IN_BYTES_MAX, config: { audience: 'api', takesBody: 'json' } },
    async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? parseJsonObject(request.body) : undefined;
      const [name, value] = onlyField(request) ?? [];
      const isClearing = body !== undefined && Object.keys(body).length === 0;
      const isSetting = name === 'passphrase' && value !== undefined && BOX.test(value);
      if (!isClearing && !isSetting) return sendRefusal(reply, refusal('BAD_REQUEST'));
      try {
        await signer.ask('setSignIn', { passphrase: isSetting ? sealed(value) : undefined });
        return sendJson(reply, { set: isSetting });
      } catch (error) {
        return refuse(reply, error);
      }
    },
  );
}

function answer(reply: FastifyReply, result: SignIn, port: number): FastifyReply {
  if (result.ok) {
    reply.header('set-cookie', sessionCookie(port, result.sessionId));
    return sendJson(reply, { headerToken: result.headerToken } satisfies SessionOpened);
  }
  if (result.retryAfterSec === undefined) {
    return sendRefusal(
      reply,
      refusal('NOT_SIGNED_IN', 'The link was used or is too old, or the passphrase is wrong.'),
    );
  }
  reply.header('retry-after', String(result.retryAfterSec));
  return sendRefusal(reply, refusal('TOO_MANY_REQUESTS', 'Too many wrong tries: wait a minute.'));
}

function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof SignerError)) throw error;
  return sendRefusal(reply, error.code === 'GONE' ? refusal('NO_SIGNER') : refusal('ACCOUNT', error.message));
}
