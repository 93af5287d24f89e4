/** The way in for other machines: TLS, names, two factors, and passkeys, as clients of the wire see it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { type RequestOptions, request } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { seal } from '#contract/sealed.ts';
import type { PasskeyQuestion, PasskeyView, SignInWays } from '#contract/sign-in.ts';
import { openPasskeyFile } from '../src/passkeys/passkey-file.ts';
import { createPasskeys } from '../src/passkeys/passkeys.ts';
import { askDesk, createSigningDesk } from '../src/signer/signing-desk.ts';
import { systemTime } from '../src/time.ts';
import { createAuthenticator } from './authenticator.ts';
import { CERTIFICATE, KEY } from './certificate.ts';
import { type Credentials, type Rig, signIn, startRig } from './rig.ts';

const PHRASE = 'open sesame and more';
let rig: Rig;
let folder: string;
let host: string;
let sealTo: Uint8Array<ArrayBuffer>;
/** On this machine. */
let me: Credentials;

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perpdeck-lan-'));
  const desk = createSigningDesk({ caps: {}, vaultFolder: join(folder, 'keys'), nowMs: Date.now });
  const ask = askDesk(desk);
  sealTo = new Uint8Array(desk.sealTo);
  await ask('setSignIn', { passphrase: { by: 'bytes', fields: [Buffer.from(PHRASE)] } });
  const port = await freePort();
  host = `deck.test:${port}`;
  rig = await startRig({
    lan: { names: ['deck.test', '127.0.0.1'], port, cert: Buffer.from(CERTIFICATE), key: Buffer.from(KEY) },
    passkeys: createPasskeys(openPasskeyFile(folder), systemTime),
    signInSigner: { ask, sealTo: desk.sealTo },
  });
  // Before the wrong tries, which close the door for everybody for a minute.
  me = await signIn(rig.proxy);
});
afterAll(async () => {
  await rig.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly cookie: string;
  readonly body: unknown;
}

/** As a page of that name calls, over TLS. */
function call(
  method: string,
  path: string,
  { body, headers = {}, at = host }: { body?: object; headers?: Record<string, string>; at?: string } = {},
): Promise<Answer> {
  const options: RequestOptions = {
    ...{ host: '127.0.0.1', port: Number(host.split(':')[1]), method, path, rejectUnauthorized: false },
    headers: {
      ...{ host: at, origin: `https://${at}`, 'sec-fetch-site': 'same-origin' },
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  };
  return new Promise((resolve, reject) => {
    const asked = request(options, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => {
        const [cookie = ''] = response.headers['set-cookie'] ?? [];
        resolve({
          status: response.statusCode ?? 0,
          cookie,
          body: text === '' ? undefined : JSON.parse(text),
        });
      });
    });
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const linkToken = () => rig.proxy.lanLink()?.split('#t=')[1] ?? '';
const box = async (phrase: string) =>
  Buffer.from(await seal(sealTo, 'sign-in', [phrase])).toString('base64url');
const codeOf = ({ status, body }: Answer) => [status, (body as { error?: { code: string } }).error?.code];
/** What a signed-in page brings along. */
const bring = ({ cookie, body }: Answer) => ({
  cookie: cookie.split(';')[0] ?? '',
  'x-perpdeck-token': (body as { headerToken: string }).headerToken,
});

describe('from another machine', () => {
  it('only the names that were given are answered, and each way in knows only its own', async () => {
    expect((await call('GET', '/api/sign-in')).status).toBe(200);
    for (const at of ['evil.test', `evil.test:${rig.port}`, rig.host, 'deck.test', `localhost:${rig.port}`]) {
      expect(codeOf(await call('GET', '/api/sign-in', { at }))).toEqual([421, 'FOREIGN_HOST']);
    }
    const local = await fetch(`${rig.proxy.url}/api/sign-in`, { headers: { origin: rig.proxy.url } });
    expect(await local.json()).toMatchObject({ needsLink: false, withPasskey: false });
    const plain = { headers: { origin: `http://${host}` } };
    expect(codeOf(await call('GET', '/api/sign-in', plain))).toEqual([403, 'FOREIGN_ORIGIN']);
  });

  it('what is said without a session is said to this machine alone', async () => {
    for (const path of ['/healthz', '/metrics']) {
      expect((await call('GET', path)).status).toBe(404);
      expect((await fetch(rig.proxy.url + path)).status).toBe(200);
    }
  });

  it('neither the link nor the passphrase is enough alone; together they are, and only once', async () => {
    expect((await call('GET', '/api/sign-in')).body).toMatchObject({
      ...{ withPassphrase: true, withPasskey: false, needsLink: true },
    } satisfies Partial<SignInWays>);
    const token = linkToken();
    const alone = await call('POST', '/api/session', { body: { token } });
    expect(codeOf(alone)).toEqual([401, 'SECOND_FACTOR']);
    const phrase = await call('POST', '/api/session', { body: { passphrase: await box(PHRASE) } });
    expect(codeOf(phrase)).toEqual([401, 'SECOND_FACTOR']);
    const slip = await call('POST', '/api/session', {
      body: { token, passphrase: await box('a slip of it') },
    });
    expect(codeOf(slip)).toEqual([401, 'NOT_SIGNED_IN']);
    const both = { token, passphrase: await box(PHRASE) };
    const opened = await call('POST', '/api/session', { body: both });
    expect(opened.status).toBe(200);
    expect(opened.cookie).toMatch(/^__Host-pd_s=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/);
    expect((await call('GET', '/api/status', { headers: bring(opened) })).status).toBe(200);
    expect(codeOf(await call('POST', '/api/session', { body: both }))).toEqual([401, 'NOT_SIGNED_IN']);
  });

  it('a socket is let in with the session and the page’s own Origin', async () => {
    const both = { token: linkToken(), passphrase: await box(PHRASE) };
    const { cookie } = bring(await call('POST', '/api/session', { body: both }));
    const open = (origin: string) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(`wss://127.0.0.1:${host.split(':')[1]}/exchange/ws`, {
          ...{ rejectUnauthorized: false, headers: { host, origin, cookie } },
        });
        socket.once('open', () => {
          socket.close();
          resolve(101);
        });
        socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
        socket.on('error', () => {});
      });
    expect([await open(`https://${host}`), await open(`http://${host}`)]).toEqual([101, 403]);
  });

  it('a passkey signs in by itself, each answer once, and no more when it was removed', async () => {
    const both = { token: linkToken(), passphrase: await box(PHRASE) };
    const headers = bring(await call('POST', '/api/session', { body: both }));
    const party = { origin: `https://${host}`, id: 'deck.test' };
    const question = async (path: string, given = {}) =>
      ((await call('POST', path, given)).body as PasskeyQuestion).challenge;
    const authenticator = createAuthenticator('ec');
    const challenge = await question('/api/passkeys/question', { headers });
    const made = { challenge, ...authenticator.register({ challenge, party }) };
    const view = await call('POST', '/api/passkeys', { body: made, headers });
    expect(view.body).toMatchObject({ canAdd: true, passkeys: [{ id: made.id }] });
    expect((await call('POST', '/api/passkeys', { body: made, headers })).status).toBe(409);
    expect((await call('GET', '/api/sign-in')).body).toMatchObject({ withPasskey: true });

    const answer = async () => {
      const asked = await question('/api/sign-in/question');
      return { challenge: asked, ...authenticator.sign({ challenge: asked, party }) };
    };
    const body = await answer();
    const opened = await call('POST', '/api/sign-in/passkey', { body });
    expect(opened.status).toBe(200);
    expect((await call('GET', '/api/status', { headers: bring(opened) })).status).toBe(200);
    expect(codeOf(await call('POST', '/api/sign-in/passkey', { body }))).toEqual([401, 'NOT_SIGNED_IN']);
    expect((await call('POST', '/api/sign-in/passkey', { body: { ...body, extra: 1 } })).status).toBe(400);

    const stays = openPasskeyFile(folder).list();
    expect(stays).toMatchObject([{ id: made.id, host: 'deck.test', counter: 2 }]);
    const removed = await call('POST', '/api/passkeys/remove', { body: { id: made.id }, headers });
    expect((removed.body as PasskeyView).passkeys).toEqual([]);
    expect((await call('POST', '/api/sign-in/passkey', { body: await answer() })).status).toBe(401);
  });

  it('passkeys are made for names: on this machine’s address nothing is asked and nothing taken', async () => {
    const answer = await fetch(`${rig.proxy.url}/api/passkeys/question`, {
      method: 'POST',
      headers: {
        ...{ cookie: me.cookie, 'x-perpdeck-token': me.headerToken, origin: rig.proxy.url },
        'sec-fetch-site': 'same-origin',
      },
    });
    expect(answer.status).toBe(409);
    const at = `127.0.0.1:${host.split(':')[1]}`;
    expect((await call('POST', '/api/sign-in/question', { at })).status).toBe(409);
  });
});
