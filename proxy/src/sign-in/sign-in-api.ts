/** Signing in by link or by passphrase, and setting the passphrase; sealed like all that the page types. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SessionOpened, SignInWays } from '#contract/sign-in.ts';
import { browserName } from '../door/browser-name.ts';
import { refusal } from '../door/errors.ts';
import { cookieOf, type Head, sessionCookie } from '../door/gate.ts';
import { parseJsonObject } from '../door/json-body.ts';
import { sendJson, sendRefusal } from '../door/replies.ts';
import type { Passkeys } from '../passkeys/passkeys.ts';
import { type AskSigner, SignerError, sealed } from '../signer/protocol.ts';
import type { SignIn } from './session.ts';
import type { SessionApiNeeds } from './session-api.ts';

/** undefined: no passphrase can be set. */
export type SignInSigner = { readonly ask: AskSigner; readonly sealTo: Uint8Array } | undefined;

export interface SignInNeeds extends SessionApiNeeds {
  readonly passkeys?: Passkeys;
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

type SignInBody = Readonly<Partial<Record<'token' | 'passphrase', string>>>;

/** What a browser brings to be let in with; undefined: something else. */
function readSignIn(request: FastifyRequest): SignInBody | undefined {
  const body = Buffer.isBuffer(request.body) ? parseJsonObject(request.body) : undefined;
  const { token, passphrase, ...others } = body ?? { others: true };
  if (Object.keys(others).length > 0) return undefined;
  if (token !== undefined && typeof token !== 'string') return undefined;
  const isBox = passphrase === undefined || (typeof passphrase === 'string' && BOX.test(passphrase));
  if (!isBox || (token === undefined && passphrase === undefined)) return undefined;
  return {
    ...(token === undefined ? {} : { token }),
    ...(passphrase === undefined ? {} : { passphrase }),
  } as SignInBody;
}

export function registerSignIn(app: FastifyInstance, needs: SignInNeeds): void {
  const { sessions, signInSigner: signer, passkeys } = needs;
  const isPublic = { audience: 'api', isPublic: true } as const;

  /** undefined: that is not enough here. */
  const tryToSignIn = (head: Head, { token, passphrase }: SignInBody): Promise<SignIn> | undefined => {
    const previousId = cookieOf(head);
    const browser = browserName(head.header('user-agent'));
    const check = async () =>
      passphrase !== undefined &&
      signer !== undefined &&
      (await signer.ask('checkSignIn', { passphrase: sealed(passphrase) }));
    if (head.entrance.isLocal) {
      return token === undefined
        ? sessions.signInBy(check, previousId, browser)
        : Promise.resolve(sessions.signIn(token, previousId, browser));
    }
    if (token === undefined || passphrase === undefined) return undefined;
    // The passphrase first: a slip in it does not use up the link.
    return sessions.signInBy(async () => (await check()) && sessions.spendToken(token), previousId, browser);
  };
  const signIn = async (request: FastifyRequest, reply: FastifyReply) => {
    const body = readSignIn(request);
    if (body === undefined || request.head === undefined) return sendRefusal(reply, refusal('BAD_REQUEST'));
    try {
      const result = await tryToSignIn(request.head, body);
      if (result === undefined) return sendRefusal(reply, refusal('SECOND_FACTOR'));
      return answerSignIn(request, reply, result);
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
  app.get('/api/sign-in', { config: isPublic }, async ({ head }, reply) => {
    try {
      const name = head?.header('host').split(':')[0] ?? '';
      return sendJson(reply, {
        withPassphrase: await signer.ask('hasSignIn', {}),
        withPasskey: head?.entrance.isLocal === false && (passkeys?.list(name).length ?? 0) > 0,
        needsLink: head?.entrance.isLocal === false,
        sealTo: Buffer.from(signer.sealTo).toString('base64url'),
      } satisfies SignInWays);
    } catch (error) {
      return refuse(reply, error);
    }
  });
  registerPassphrase(app, signer);
}

/** Sets the passphrase, or takes it away. */
function registerPassphrase(app: FastifyInstance, signer: NonNullable<SignInSigner>): void {
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

export function answerSignIn({ head }: FastifyRequest, reply: FastifyReply, result: SignIn): FastifyReply {
  if (result.ok && head !== undefined) {
    reply.header('set-cookie', sessionCookie(head, result.sessionId));
    return sendJson(reply, { headerToken: result.headerToken } satisfies SessionOpened);
  }
  if (result.ok || result.retryAfterSec === undefined) {
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
