/** Passkeys over HTTP: made and removed by who is signed in, and signing in who is not. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import * as z from 'zod/mini';
import type { PasskeyQuestion, PasskeyView } from '#contract/sign-in.ts';
import { browserName } from '../door/browser-name.ts';
import { refusal } from '../door/errors.ts';
import { cookieOf, type Head } from '../door/gate.ts';
import { parseJsonObject } from '../door/json-body.ts';
import { sendJson, sendRefusal } from '../door/replies.ts';
import { createTokenBucket } from '../door/token-bucket.ts';
import type { Sessions } from '../sign-in/session.ts';
import { answerSignIn } from '../sign-in/sign-in-api.ts';
import type { Time } from '../time.ts';
import type { Passkeys } from './passkeys.ts';
import type { RelyingParty } from './webauthn.ts';

const BODY_BYTES_MAX = 8 * 1024;
/** Questions that strangers may ask: each is kept for a while. */
const QUESTIONS_PER_MINUTE = 30;

const text = z.string().check(z.regex(/^[\w-]{1,4000}$/));
const answered = { challenge: text, id: text, clientData: text, authenticatorData: text };
const registration = z.strictObject({ ...answered, publicKey: text });
const assertion = z.strictObject({ ...answered, signature: text });
const removal = z.strictObject({ id: text });

export interface PasskeyApiNeeds {
  readonly passkeys: Passkeys;
  readonly sessions: Sessions;
  readonly time: Time;
}

/** undefined: the page is open under an address, and browsers make passkeys for names alone. */
function partyOf(head: Head | undefined): RelyingParty | undefined {
  if (head === undefined || head.entrance.isLocal) return undefined;
  const host = head.header('host');
  const [id = ''] = host.split(':');
  return /^[\d.]+$/.test(id) ? undefined : { origin: `${head.entrance.scheme}://${host}`, id };
}

function read<T>(request: FastifyRequest, schema: z.ZodMiniType<T>): T | undefined {
  const body = Buffer.isBuffer(request.body) ? parseJsonObject(request.body) : undefined;
  const parsed = schema.safeParse(body);
  return parsed.success ? parsed.data : undefined;
}

const NO_NAME = refusal(
  'ACCOUNT',
  'Browsers make passkeys only where Perpdeck is open under a name, with TLS (see docs/operations.md).',
);
const NOT_TAKEN = refusal('ACCOUNT', 'That passkey was not taken: try again.');

export function registerPasskeys(app: FastifyInstance, needs: PasskeyApiNeeds): void {
  registerOwn(app, needs);
  registerSignIn(app, needs);
}

function registerOwn(app: FastifyInstance, { passkeys }: PasskeyApiNeeds): void {
  const config = { audience: 'api', takesBody: 'json' } as const;
  const view = (request: FastifyRequest): PasskeyView => {
    const party = partyOf(request.head);
    const own = party === undefined ? [] : passkeys.list(party.id);
    return {
      canAdd: party !== undefined,
      passkeys: own.map(({ id, madeIn, addedAtMs }) => ({ id, madeIn, addedAtMs })),
    };
  };
  app.get('/api/passkeys', { config: { audience: 'api' } }, (request, reply) =>
    sendJson(reply, view(request)),
  );
  app.post('/api/passkeys/question', { config: { audience: 'api' } }, (request, reply) => {
    const party = partyOf(request.head);
    if (party === undefined) return sendRefusal(reply, NO_NAME);
    const known = passkeys.list(party.id).map(({ id }) => id);
    return sendJson(reply, { challenge: passkeys.ask('make'), known } satisfies PasskeyQuestion);
  });
  app.post('/api/passkeys', { bodyLimit: BODY_BYTES_MAX, config }, (request, reply) => {
    const party = partyOf(request.head);
    const given = read(request, registration);
    if (party === undefined) return sendRefusal(reply, NO_NAME);
    if (given === undefined) return sendRefusal(reply, refusal('BAD_REQUEST'));
    const madeIn = browserName(request.head?.header('user-agent') ?? '');
    return passkeys.add(given, party, madeIn)
      ? sendJson(reply, view(request))
      : sendRefusal(reply, NOT_TAKEN);
  });
  app.post('/api/passkeys/remove', { bodyLimit: BODY_BYTES_MAX, config }, (request, reply) => {
    const given = read(request, removal);
    if (given === undefined) return sendRefusal(reply, refusal('BAD_REQUEST'));
    passkeys.remove(given.id);
    return sendJson(reply, view(request));
  });
}

function registerSignIn(app: FastifyInstance, { passkeys, sessions, time }: PasskeyApiNeeds): void {
  const bucket = createTokenBucket(time, {
    burst: QUESTIONS_PER_MINUTE,
    perSecond: QUESTIONS_PER_MINUTE / 60,
  });
  const isPublic = { audience: 'api', isPublic: true } as const;
  app.post('/api/sign-in/question', { config: isPublic }, (request, reply) => {
    const party = partyOf(request.head);
    if (party === undefined) return sendRefusal(reply, NO_NAME);
    if (!bucket.take()) return sendRefusal(reply, refusal('TOO_MANY_REQUESTS'));
    // Which passkeys there are is not for strangers: the browser knows its own.
    return sendJson(reply, { challenge: passkeys.ask('sign-in'), known: [] } satisfies PasskeyQuestion);
  });
  app.post(
    '/api/sign-in/passkey',
    { bodyLimit: BODY_BYTES_MAX, config: { ...isPublic, takesBody: 'json' } },
    async (request, reply) => {
      const party = partyOf(request.head);
      const given = read(request, assertion);
      if (party === undefined) return sendRefusal(reply, NO_NAME);
      if (given === undefined) return sendRefusal(reply, refusal('BAD_REQUEST'));
      const browser = browserName(request.head?.header('user-agent') ?? '');
      const check = async () => passkeys.check(given, party);
      const result = await sessions.signInBy(check, cookieOf(request.head), browser);
      return answerSignIn(request, reply, result);
    },
  );
}
