/** Accounts over the proxy's own API, from locked to trading and back, and the hunt for their secrets afterwards. */
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AccountAnswer, AccountSummary, AccountsView } from '#contract/accounts.ts';
import { type SealPurpose, seal } from '#contract/sealed.ts';
import type { Status } from '#contract/status.ts';
import { type FakeExchange, startFakeExchange } from './fake-exchange.ts';
import {
  childOf,
  clientOf,
  endPrograms,
  LINK,
  type Program,
  programs,
  type StartProgram,
} from './program.ts';
import { type Credentials, call, openTab, signIn } from './rig.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const API_KEY = 'canary-key-4be1c0de-0001';
const SECRET = 'canary-secret-Zm9vYmFyYmF6cXV4-0123456789abcdef';
const PASSPHRASE = 'canary passphrase of twenty';
const MAIN = { environment: 'testnet', name: 'main' } as const;

let dataDir: string;
let exchange: FakeExchange;
let start: StartProgram;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'perpdeck-accounts-'));
  exchange = await startFakeExchange();
  start = programs(dataDir);
});
afterEach(async () => {
  endPrograms();
  await exchange.close();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Running {
  readonly program: Program;
  readonly me: Credentials;
  readonly url: string;
  /** Every answer's text. */
  readonly answers: string[];
  get<T>(path: string): Promise<T>;
  post(
    path: string,
    body: object,
  ): Promise<{
    status: number;
    body: Partial<AccountAnswer> & { error?: { code: string; message: string } };
  }>;
  box(purpose: SealPurpose, ...fields: string[]): Promise<string>;
  /** Waits until the proxy has moved. */
  until(state: Status['key']['state']): Promise<Status>;
}

async function run(args: readonly string[] = []): Promise<Running> {
  const onFake = ['--exchange-url', exchange.url, '--exchange-ws', exchange.ws];
  const program = start([...onFake, '--exchange', 'testnet', ...args]);
  const link = await program.says(LINK);
  const client = clientOf(link);
  const me = await signIn(client.proxy);
  const answers: string[] = [];
  const ask = async (method: string, path: string, body?: object) => {
    const answer = await call(client, me, method, path, body && JSON.stringify(body));
    const text = await answer.text();
    answers.push(JSON.stringify([...answer.headers]), text);
    return { status: answer.status, body: JSON.parse(text) };
  };
  const running: Running = {
    program,
    me,
    url: client.proxy.url,
    answers,
    get: async (path) => (await ask('GET', path)).body,
    post: (path, body) => ask('POST', path, body),
    async box(purpose, ...fields) {
      const { sealTo } = await running.get<AccountsView>('/api/accounts');
      const box = await seal(new Uint8Array(Buffer.from(sealTo, 'base64url')), purpose, fields);
      return Buffer.from(box).toString('base64url');
    },
    until: (state) =>
      vi.waitFor(
        async () => {
          const status = await running.get<Status>('/api/status');
          expect(status.key.state).toBe(state);
          return status;
        },
        { timeout: 60_000, interval: 50 },
      ),
  };
  return running;
}

const connect = async ({ post, box }: Running, ref: Pick<AccountSummary, 'environment' | 'name'> = MAIN) =>
  post('/api/accounts', {
    ...ref,
    key: await box(`key of ${ref.environment}`, API_KEY, SECRET),
    passphrase: await box('passphrase', PASSPHRASE),
  });
const unlock = async ({ post, box }: Running, passphrase = PASSPHRASE) =>
  post('/api/accounts/unlock', { ...MAIN, passphrase: await box('passphrase', passphrase) });

/** Whether a process holds the text anywhere in its memory: its heap, its buffers, what it has freed. Linux only. */
function isInMemory(pid: number, text: string): boolean {
  const needle = Buffer.from(text);
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
      const range = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
      if (range === null) continue;
      const [from, to] = [Number.parseInt(range[1] ?? '', 16), Number.parseInt(range[2] ?? '', 16)];
      const bytes = Buffer.alloc(Math.min(to - from, 512 * 1024 * 1024));
      try {
        const length = readSync(memory, bytes, 0, bytes.length, from);
        if (bytes.subarray(0, length).includes(needle)) return true;
      } catch {}
    }
    return false;
  } finally {
    closeSync(memory);
  }
}

const FORMS = ['utf8', 'base64', 'base64url', 'hex'] as const;
const formsOf = (text: string) => FORMS.map((form) => Buffer.from(text).toString(form));

describe('an account', () => {
  it('is connected in the page, and trades', async () => {
    const deck = await run();
    expect((await deck.get<Status>('/api/status')).key).toEqual({ state: 'none' });
    const { status, body } = await connect(deck);
    expect(status).toBe(200);
    expect(body.message).toMatch(/^You are now connected to phemex_perpetual\. /);
    expect((await deck.until('open')).key).toEqual({ state: 'open', account: 'main' });
    const tab = await openTab(clientOf(`${deck.url}/#t=`), deck.me);
    await tab.frame('"key":{"state":"open","account":"main"}');
    await exchange.until(() => exchange.subscribed('user.auth').length > 0);
    const { accounts } = await deck.get<AccountsView>('/api/accounts');
    expect(accounts).toEqual([{ ...MAIN, keyEnding: '0001', state: 'in-use' }]);
    expect(await deck.get('/exchange/g-accounts/accountPositions?currency=USDT')).toMatchObject({ code: 0 });
    expect(exchange.asked().at(-1)?.headers['x-phemex-access-token']).toBe(API_KEY);
  });

  it('says precisely why it is not connected, and keeps nothing', async () => {
    const deck = await run();
    exchange.answerWith(({ target }, response) => {
      response.writeHead(target === '/public/time' ? 200 : 401, { 'content-type': 'application/json' });
      response.end(
        target === '/public/time'
          ? `{"code":0,"msg":"","data":{"serverTime":${Date.now()}}}`
          : '{"code":"401","msg":"401 Request IP mismatch."}',
      );
    });
    const { status, body } = await connect(deck);
    expect(status).toBe(422);
    expect(body.error).toMatchObject({
      code: 'NOT_CONNECTED',
      message: expect.stringMatching(/other IP addresses/),
    });
    expect((await deck.get<AccountsView>('/api/accounts')).accounts).toEqual([]);
  });

  it('is locked at the next start, until its passphrase is given; and locked again on demand', async () => {
    const first = await run();
    await connect(first);
    await first.until('open');
    first.program.child.kill('SIGTERM');
    expect(await first.program.exitCode()).toBe(0);

    const deck = await run();
    expect(deck.program.out()).toContain('Its key is locked');
    expect((await deck.get<Status>('/api/status')).key).toEqual({ state: 'locked' });
    const order = { symbol: 'BTCUSDT', orderQtyRq: '1', clOrdID: 'c-1' };
    expect((await deck.post('/exchange/g-orders', order)).body.error?.code).toBe('NO_KEY');
    const wrong = await unlock(deck, 'not the passphrase');
    expect([wrong.status, wrong.body.error?.code]).toEqual([403, 'WRONG_PASSPHRASE']);
    // A halt that finds no key waits for it.
    const halting = start([], {}, { entry: 'kill' });
    expect(await halting.exitCode()).toBe(1);
    expect(halting.out()).toContain('NOTHING WAS CANCELED');
    expect((await deck.get<Status>('/api/status')).halt).toMatchObject({ at: 'waiting' });
    expect((await unlock(deck)).body).toMatchObject({ changes: true });
    expect((await deck.until('open')).halt).toMatchObject({ at: 'halting', who: 'npm run kill' });
    expect((await deck.post('/api/accounts/lock', {})).status).toBe(200);
    await deck.until('locked');
    const use = await deck.post('/api/accounts/use', MAIN);
    expect([use.status, use.body.error?.code]).toEqual([409, 'ACCOUNT']);
  });

  it('[A45] after five wrong passphrases waits a minute, for the right one too', async () => {
    const deck = await run();
    await connect(deck);
    await deck.until('open');
    await deck.post('/api/accounts/lock', {});
    await deck.until('locked');
    for (let i = 0; i < 5; i++) expect((await unlock(deck, `wrong passphrase ${i}`)).status).toBe(403);
    const { status, body } = await unlock(deck);
    expect([status, body.error?.code]).toEqual([429, 'TOO_MANY_REQUESTS']);
  });

  it('is one of several, and switched without its key being asked for again', async () => {
    const deck = await run();
    await connect(deck);
    await deck.until('open');
    await connect(deck, { environment: 'testnet', name: 'second' });
    await vi.waitFor(
      async () =>
        expect((await deck.get<Status>('/api/status')).key).toEqual({ state: 'open', account: 'second' }),
      60_000,
    );
    expect((await deck.post('/api/accounts/use', MAIN)).body.changes).toBe(true);
    await vi.waitFor(
      async () =>
        expect((await deck.get<Status>('/api/status')).key).toEqual({ state: 'open', account: 'main' }),
      60_000,
    );
    expect((await deck.post('/api/accounts/disconnect', MAIN)).status).toBe(200);
    await deck.until('locked');
    expect(readdirSync(join(dataDir, 'keys'))).toEqual(['testnet.second.key']);
  });

  it('changes its passphrase', async () => {
    const deck = await run();
    await connect(deck);
    await deck.until('open');
    const passphrases = await deck.box('passphrase-change', PASSPHRASE, 'another passphrase');
    expect((await deck.post('/api/accounts/change-passphrase', { ...MAIN, passphrases })).status).toBe(200);
    await deck.post('/api/accounts/lock', {});
    await deck.until('locked');
    expect((await unlock(deck)).status).toBe(403);
    expect((await unlock(deck, 'another passphrase')).status).toBe(200);
  });

  it('is unlocked at the start by a passphrase file that only its owner can read', async () => {
    const first = await run();
    await connect(first);
    await first.until('open');
    first.program.child.kill('SIGTERM');
    await first.program.exitCode();
    const file = join(dataDir, 'passphrase');
    writeFileSync(file, `${PASSPHRASE}\n`, { mode: 0o644 });
    const args = ['--passphrase-file', file];
    const onFake = ['--exchange-url', exchange.url, '--exchange-ws', exchange.ws, '--exchange', 'testnet'];
    const exposed = start([...onFake, ...args]);
    expect(await exposed.exitCode()).toBe(1);
    expect(exposed.errors()).toMatch(/^The file .* can be read by others: run "chmod 600" on it\.\n$/);
    rmSync(file);
    writeFileSync(file, `${PASSPHRASE}\n`, { mode: 0o600 });
    const deck = await run(args);
    expect(deck.program.out()).toContain('account “main”');
    expect((await deck.get<Status>('/api/status')).key.state).toBe('open');
    if (process.platform === 'linux') {
      process.kill(childOf(deck.program.child.pid ?? 0, 'signer'), 'SIGKILL');
      await vi.waitFor(async () => {
        expect(
          (await deck.get<{ code: number }>('/exchange/g-accounts/accountPositions?currency=USDT')).code,
        ).toBe(0);
      }, 60_000);
    }
  });

  it('[L3] whose file is open to others stops the start', async () => {
    const first = await run();
    await connect(first);
    await first.until('open');
    first.program.child.kill('SIGTERM');
    await first.program.exitCode();
    const { chmodSync } = await import('node:fs');
    chmodSync(join(dataDir, 'keys', 'testnet.main.key'), 0o644);
    const program = start([
      '--exchange',
      'testnet',
      '--exchange-url',
      exchange.url,
      '--exchange-ws',
      exchange.ws,
    ]);
    expect(await program.exitCode()).toBe(1);
    expect(program.errors()).toMatch(/can be read by others: run "chmod 600" on it\.\n$/);
  });

  it('is not asked for in any other shape', async () => {
    const deck = await run();
    for (const [path, body] of [
      ['/api/accounts', { environment: 'testnet', name: 'main' }],
      ['/api/accounts', { environment: 'casino', name: 'main', key: 'AA', passphrase: 'AA' }],
      ['/api/accounts', { environment: 'testnet', name: '../x', key: 'AA', passphrase: 'AA' }],
      ['/api/accounts', { environment: 'testnet', name: 'main', key: 'AA', passphrase: 'AA', extra: 1 }],
      ['/api/accounts/unlock', { environment: 'testnet', name: 'main', passphrase: 'plain text' }],
      ['/api/accounts/use', { environment: 'testnet', name: 5 }],
      ['/api/accounts/lock', { now: true }],
    ] as const) {
      expect((await deck.post(path, body)).status).toBe(400);
    }
  });
});

describe('a sign-in passphrase', () => {
  it('signs a browser in without the link, in any number of starts, until it is taken away', async () => {
    const phrase = 'open sesame and more';
    const deck = await run();
    const ways = async () => {
      const answer = await fetch(`${deck.url}/api/sign-in`, { headers: { 'sec-fetch-site': 'same-origin' } });
      return (await answer.json()) as { withPassphrase: boolean };
    };
    const enter = async (passphrase: string) =>
      fetch(`${deck.url}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: deck.url, 'sec-fetch-site': 'same-origin' },
        body: JSON.stringify({ passphrase: await deck.box('sign-in', passphrase) }),
      });
    expect((await ways()).withPassphrase).toBe(false);
    expect((await enter(phrase)).status).toBe(401);
    const weak = await deck.post('/api/sign-in', { passphrase: await deck.box('sign-in-change', 'short') });
    expect([weak.status, weak.body.error?.code]).toEqual([409, 'ACCOUNT']);
    await deck.post('/api/sign-in', { passphrase: await deck.box('sign-in-change', phrase) });
    expect((await ways()).withPassphrase).toBe(true);
    const entered = await enter(phrase);
    expect(entered.status).toBe(200);
    const cookie = entered.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    const { headerToken } = (await entered.json()) as { headerToken: string };
    const mine = { cookie: cookie.split(';')[0] ?? '', headerToken };
    expect((await call(clientOf(`${deck.url}/#t=`), mine, 'GET', '/api/status')).status).toBe(200);
    expect(readFileSync(join(dataDir, 'keys', 'sign-in.hash'), 'utf8')).not.toContain(phrase);
    expect((await deck.get<AccountsView>('/api/accounts')).accounts).toEqual([]);
    // The one before a passphrase was set counts too.
    for (let i = 0; i < 4; i++) expect((await enter('wrong passphrase')).status).toBe(401);
    expect((await enter(phrase)).status).toBe(429);
    expect((await deck.post('/api/sign-in', {})).status).toBe(200);
    expect((await ways()).withPassphrase).toBe(false);
  });
});

describe('the environment', () => {
  it('moves from paper to an account and back, on the same page and session', async () => {
    const program = start(['--seed', '7']);
    const link = await program.says(LINK);
    const client = clientOf(link);
    const me = await signIn(client.proxy);
    const environment = async () => {
      const answer = await call(client, me, 'GET', '/api/status');
      return ((await answer.json()) as Status).environment;
    };
    const use = (body: object) => call(client, me, 'POST', '/api/accounts/use', JSON.stringify(body));
    expect((await use({ environment: 'testnet' })).status).toBe(200);
    await vi.waitFor(async () => expect(await environment()).toBe('testnet'), 60_000);
    expect((await use({ environment: 'paper' })).status).toBe(200);
    await vi.waitFor(async () => {
      const answer = await call(client, me, 'GET', '/exchange/g-accounts/accountPositions?currency=USDT');
      expect(await answer.json()).toMatchObject({ code: 0 });
    }, 60_000);
    expect(await environment()).toBe('paper');
    program.child.kill('SIGTERM');
    expect(await program.exitCode()).toBe(0);
  });
});

describe('[G1] the hunt', () => {
  it('finds secret, passphrase and signatures in no answer, frame, log line, file or process', async () => {
    const signatures: string[] = [];
    exchange.answerWith(({ target, headers }, response) => {
      if (target !== '/public/time') signatures.push(String(headers['x-phemex-request-signature']));
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        target === '/public/time'
          ? `{"code":0,"msg":"","data":{"serverTime":${Date.now()}}}`
          : JSON.stringify({ code: 0, msg: '', data: { echo: headers } }),
      );
    });
    const deck = await run();
    await connect(deck);
    await deck.until('open');
    const tab = await openTab(clientOf(`${deck.url}/#t=`), deck.me);
    await deck.post('/api/accounts/lock', {});
    await deck.until('locked');
    await unlock(deck, 'wrong passphrase here');
    await unlock(deck);
    await deck.until('open');
    const order = { symbol: 'BTCUSDT', orderQtyRq: '1', clOrdID: 'c-1' };
    await deck.post('/exchange/g-orders', order);
    await deck.get('/exchange/g-accounts/accountPositions?currency=USDT');
    const pid = deck.program.child.pid ?? 0;
    if (process.platform === 'linux') {
      // The sealed box keeps even a page's typing out of the proxy: not on its heap, not in a freed buffer.
      expect(isInMemory(pid, deck.me.headerToken)).toBe(true);
      expect(isInMemory(pid, SECRET)).toBe(false);
      expect(isInMemory(pid, PASSPHRASE)).toBe(false);
      for (const child of [pid, childOf(pid, 'signer')]) {
        for (const name of ['cmdline', 'environ', 'comm']) {
          expect(readFileSync(`/proc/${child}/${name}`, 'latin1')).not.toContain(SECRET);
          expect(readFileSync(`/proc/${child}/${name}`, 'latin1')).not.toContain(PASSPHRASE);
        }
      }
    }
    deck.program.child.kill('SIGTERM');
    expect(await deck.program.exitCode()).toBe(0);

    const disk = (readdirSync(dataDir, { recursive: true }) as string[])
      .map((name) => join(dataDir, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path, 'latin1'));
    signatures.push(...exchange.subscribed('user.auth').map(({ params }) => String(params[2])));
    expect(signatures.length).toBeGreaterThan(4);
    const everything = [
      ...disk,
      ...deck.answers,
      ...tab.received,
      deck.program.out(),
      deck.program.errors(),
    ].join('\n');
    for (const text of [SECRET, PASSPHRASE, API_KEY, ...signatures]) {
      for (const form of formsOf(text)) if (everything.includes(form)) throw new Error(`leaked: ${form}`);
    }
  });
});
