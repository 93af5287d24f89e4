/** Connecting an account: what it says when the key works, and what exactly is wrong when it does not. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type SealPurpose, seal } from '#contract/sealed.ts';
import type { Environment } from '#contract/vocabulary.ts';
import { createAccountDesk } from '../src/connect/account-desk.ts';
import { connectAccount } from '../src/connect/connect.ts';
import { type AskSigner, type Hidden, PROPOSED } from '../src/signer/protocol.ts';
import { askDesk, createSigningDesk } from '../src/signer/signing-desk.ts';
import { type FakeExchange, startFakeExchange } from './fake-exchange.ts';
import { createManualTime } from './manual-time.ts';
import { endPrograms, programs } from './program.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const API_KEY = 'canary-key-0001';
const SECRET = 'canary-secret-Zm9vYmFyYmF6cXV4';
const PASSPHRASE = 'correct horse battery';
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

let folder: string;
let ask: AskSigner;
let sealTo: Uint8Array;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perpdeck-connect-'));
  const desk = createSigningDesk({ caps: {}, vaultFolder: join(folder, 'keys'), nowMs: Date.now });
  ask = askDesk(desk);
  sealTo = desk.sealTo;
});
afterEach(() => {
  endPrograms();
  rmSync(folder, { recursive: true, force: true });
});

const plain = (...fields: string[]): Hidden => ({
  by: 'bytes',
  fields: fields.map((one) => Buffer.from(one)),
});
const connect = (host: string, key = plain(API_KEY, SECRET), passphrase = plain(PASSPHRASE)) =>
  connectAccount(
    { environment: 'testnet', host, name: 'main', key, passphrase },
    { ask, userAgent: 'test', nowMs: Date.now, isWanted: () => true },
  );
const kept = () => ask('accounts', {});

/** The paper exchange as a program of its own: another's code on the other side of the wire. */
describe('at the paper exchange', () => {
  let paper: ChildProcess;
  let host = '';
  let paperDir: string;
  beforeAll(async () => {
    paperDir = mkdtempSync(join(tmpdir(), 'perpdeck-connect-paper-'));
    paper = spawn(
      process.execPath,
      ['--import', 'tsx', 'paper/src/main.ts', '--port', '0', '--account', `${API_KEY}:${SECRET}`],
      {
        cwd: root,
        env: { ...process.env, PERPDECK_DATA_DIR: paperDir },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    host = await new Promise((resolve) => {
      let out = '';
      paper.stdout?.on('data', (chunk) => {
        out += String(chunk);
        const url = /REST\s+(http:\/\/[\d.:]+)/.exec(out)?.[1];
        if (url !== undefined) resolve(url);
      });
    });
  });
  afterAll(() => {
    paper.kill('SIGKILL');
    rmSync(paperDir, { recursive: true, force: true });
  });

  it('a good key is connected, kept, and may trade', async () => {
    const outcome = await connect(host);
    expect(outcome).toMatchObject({ ok: true, mayTrade: true });
    expect(outcome.message).toMatch(/^You are now connected to phemex_perpetual\. .*may read and trade\.$/);
    expect(await kept()).toEqual([{ environment: 'testnet', name: 'main', host, keyEnding: '0001' }]);
    const unlocked = await ask('unlock', {
      ref: { environment: 'testnet', host, name: 'main' },
      passphrase: plain(PASSPHRASE),
    });
    expect(unlocked).toEqual({ apiKey: API_KEY });
  });

  it('a key it does not know, and a secret that is not the key’s, are told apart', async () => {
    expect(await connect(host, plain('nobody', SECRET))).toMatchObject({ ok: false, reason: 'BAD_KEY' });
    expect(await connect(host, plain(API_KEY, `${SECRET}x`))).toMatchObject({
      ok: false,
      reason: 'BAD_SECRET',
    });
    expect(await kept()).toEqual([]);
  });

  it('spaces and line ends of a paste are no part of the key', async () => {
    expect(await connect(host, plain(` ${API_KEY}\n`, `\t${SECRET}\r\n`))).toMatchObject({ ok: true });
  });

  it('sealed by the page it is the same', async () => {
    const to = new Uint8Array(sealTo);
    const key: Hidden = { by: 'seal', box: await seal(to, 'key of testnet', [API_KEY, SECRET]) };
    const passphrase: Hidden = { by: 'seal', box: await seal(to, 'passphrase', [PASSPHRASE]) };
    expect(await connect(host, key, passphrase)).toMatchObject({ ok: true });
  });

  it('a passphrase too short and a name that is taken keep nothing', async () => {
    await expect(connect(host, plain(API_KEY, SECRET), plain('short'))).rejects.toMatchObject({
      code: 'WEAK_PASSPHRASE',
    });
    expect(await kept()).toEqual([]);
    await connect(host);
    await expect(connect(host)).rejects.toMatchObject({ code: 'NAME_TAKEN' });
  });

  it('`npm run connect` asks for everything, and writes nothing of it but the encrypted file', async () => {
    const start = programs(folder);
    const entry = 'connect';
    const answers = ['testnet', 'scalping', API_KEY, SECRET, PASSPHRASE, PASSPHRASE];
    const args = ['--exchange-url', host];
    const program = start(args, {}, { entry, input: `${answers.join('\n')}\n` });
    expect(await program.exitCode()).toBe(0);
    expect(program.out()).toContain('You are now connected to phemex_perpetual.');
    expect(program.out() + program.errors()).not.toContain(SECRET);
    expect(program.out() + program.errors()).not.toContain(PASSPHRASE);
    expect(readdirSync(join(folder, 'keys'))).toEqual(['testnet.scalping.key']);
    expect(readFileSync(join(folder, 'keys', 'testnet.scalping.key'), 'latin1')).not.toContain(SECRET);

    const next = 'another passphrase';
    const changing = start(
      ['--change-passphrase', 'scalping'],
      {},
      { entry, input: [PASSPHRASE, next, next].join('\n') },
    );
    expect(await changing.exitCode()).toBe(0);
    const listing = start(['--list'], {}, { entry, input: '' });
    await listing.exitCode();
    expect(listing.out()).toMatch(/testnet\s+scalping\s+key …0001\s+http/);
    const wrong = start(['--disconnect', 'scalping'], {}, { entry, input: 'no\n' });
    expect(await wrong.exitCode()).toBe(1);
    const right = start(['--disconnect', 'scalping'], {}, { entry, input: 'scalping\n' });
    expect(await right.exitCode()).toBe(0);
    expect(readdirSync(join(folder, 'keys'))).toEqual([]);
  });

  it('`npm run connect` with a wrong secret says so and ends with 1', async () => {
    const entry = 'connect';
    const answers = [API_KEY, 'wrong-secret', PASSPHRASE, PASSPHRASE];
    const args = ['--exchange', 'testnet', '--name', 'main', '--exchange-url', host];
    const program = programs(folder)(args, {}, { entry, input: answers.join('\n') });
    expect(await program.exitCode()).toBe(1);
    expect(program.out()).toContain('the secret does not belong to it');
    expect(existsSync(join(folder, 'keys'))).toBe(false);
  });
});

/** The gateway's recorded words, for what the paper exchange has no reason to say. */
describe('at an exchange that says no', () => {
  let exchange: FakeExchange;
  beforeEach(async () => {
    exchange = await startFakeExchange();
  });
  afterEach(() => exchange.close());

  const answering = (status: number, body: string, onlyFor = '') =>
    exchange.answerWith(({ target }, response) => {
      response.setHeader('content-type', 'application/json');
      if (target === '/public/time') {
        return response.end(`{"code":0,"msg":"","data":{"serverTime":${Date.now() + 90_000}}}`);
      }
      const isMeant = target.startsWith(onlyFor);
      response.writeHead(isMeant ? status : 200);
      response.end(isMeant ? body : '{"code":0,"msg":"","data":{}}');
    });

  it.each([
    [401, '{"code":"401","msg":"401 Failed to load API KEY."}', 'BAD_KEY'],
    [401, '{"msg":"Failed to find api-key canary-key-0001","code":10500}', 'BAD_KEY'],
    [200, '{"msg":"Api key not found canary-key-0001","code":"10500"}', 'BAD_KEY'],
    [401, '{"msg":"API Signature verification failed.","code":10500}', 'BAD_SECRET'],
    [401, '{"code":"401","msg":"401 Request Expired at 1618547919"}', 'CLOCK'],
    [401, '{"code":"401","msg":"401 Request IP mismatch."}', 'IP_NOT_LISTED'],
    [401, '{"code":"401","msg":"401 Insufficient privilege."}', 'NO_PERMISSION'],
    [403, '{"code":34003,"msg":"Access forbidden"}', 'NO_PERMISSION'],
    [429, '{"code":39995,"msg":"Too many requests."}', 'TOO_MANY_REQUESTS'],
    [502, '<html>Bad gateway</html>', 'UNEXPECTED'],
    [200, '{"code":11001,"msg":"TE"}', 'UNEXPECTED'],
  ])('%i %s is %s', async (status, body, reason) => {
    answering(status, body);
    const outcome = await connect(exchange.url);
    expect(outcome).toMatchObject({ ok: false, reason });
    expect(outcome.message).toMatch(/^Not connected: /);
    expect(outcome.message).not.toContain(API_KEY);
    expect(await kept()).toEqual([]);
    await expect(ask('authenticate', { account: 'proposed', expirySec: 1 })).rejects.toMatchObject({
      code: 'NO_SUCH_KEY',
    });
  });

  it('a key that may only read is connected, and told so', async () => {
    answering(401, '{"code":"401","msg":"401 Insufficient privilege."}', '/g-orders/cancel');
    const outcome = await connect(exchange.url);
    expect(outcome).toMatchObject({ ok: true, mayTrade: false });
    expect(outcome.message).toMatch(/may read but not trade/);
  });

  it('signs for the exchange’s clock, and says when this machine’s is off', async () => {
    answering(200, '{"code":10002,"msg":"OM_ORDER_NOT_FOUND","data":null}', '/g-orders/cancel');
    const outcome = await connect(exchange.url);
    expect(outcome).toMatchObject({ ok: true, mayTrade: true });
    expect(outcome.message).toMatch(/clock is 90 seconds behind the exchange’s/);
    for (const { headers } of exchange.asked()) {
      const aheadSec = Number(headers['x-phemex-request-expiry']) - Date.now() / 1000;
      expect(aheadSec).toBeGreaterThan(100);
    }
  });

  const MAIN = { environment: 'testnet', name: 'main' } as const;
  const notHeld = (account: string) =>
    expect(ask('authenticate', { account, expirySec: 1 })).rejects.toMatchObject({ code: 'NO_SUCH_KEY' });

  it.each([
    ['propose', 'Nothing was kept.'],
    ['sign', 'Nothing was kept.'],
    ['keep', 'The key is kept, and locked: unlock it with its passphrase.'],
  ])(
    'a lock pressed as the signer is asked to %s leaves no key open, and says what was kept',
    async (at, rest) => {
      answering(200, '{"code":10002,"msg":"OM_ORDER_NOT_FOUND","data":null}', '/g-orders/cancel');
      const locked: Promise<unknown>[] = [];
      const asked = ((kind: string, request: object) => {
        if (kind === at && locked.length === 0) locked.push(desk.lock());
        return (ask as (kind: string, request: object) => Promise<unknown>)(kind, request);
      }) as AskSigner;
      const desk = createAccountDesk(
        {
          signer: { ask: asked, sealTo },
          time: createManualTime(),
          userAgent: 'test',
          hostOf: () => exchange.url,
          environments: ['testnet'],
          given: () => undefined,
          conceal: () => {},
        },
        'testnet',
      );
      const connecting = desk.connect(MAIN, plain(API_KEY, SECRET), plain(PASSPHRASE));
      await expect(connecting).rejects.toThrow(`meanwhile. ${rest}`);
      expect(await Promise.all(locked)).toHaveLength(1);
      await notHeld('testnet/main');
      await notHeld(PROPOSED);
      const states = (await desk.view()).accounts.map(({ state }) => state);
      expect(states).toEqual(at === 'keep' ? ['locked'] : []);
      expect(desk.selection().key.state).not.toBe('open');
    },
  );

  it('an account that could not be erased stays open', async () => {
    answering(200, '{"code":10002,"msg":"OM_ORDER_NOT_FOUND","data":null}', '/g-orders/cancel');
    expect(await connect(exchange.url)).toMatchObject({ ok: true });
    const file = join(folder, 'keys', 'testnet.main.key');
    rmSync(file);
    mkdirSync(file);
    await expect(ask('erase', { ref: MAIN })).rejects.toThrow();
    expect(await ask('authenticate', { account: 'testnet/main', expirySec: 1 })).toMatch(/^[0-9a-f]{64}$/);
  });

  it('a key that is no longer tried is not held, nor can it be kept', async () => {
    await ask('propose', { environment: 'testnet', key: plain(API_KEY, SECRET) });
    await ask('drop', { account: PROPOSED });
    const ref = { ...MAIN, host: exchange.url };
    const keeping = ask('keep', { ref, passphrase: plain(PASSPHRASE) });
    await expect(keeping).rejects.toMatchObject({ code: 'NO_SUCH_KEY' });
  });

  it('an exchange that is not there is a network, not a key', async () => {
    const { url } = exchange;
    await exchange.close();
    expect(await connect(url)).toMatchObject({ ok: false, reason: 'NETWORK' });
    exchange = await startFakeExchange();
  });
});

describe('what was sealed', () => {
  const offer = async (
    purpose: SealPurpose,
    change: (box: Uint8Array) => Uint8Array = (box) => box,
    environment: Environment = 'testnet',
  ) => {
    const box = change(await seal(new Uint8Array(sealTo), purpose, [API_KEY, SECRET]));
    return ask('propose', { environment, key: { by: 'seal', box } });
  };

  it('for one environment is passed off for another neither when it is tried nor when it is kept', async () => {
    await expect(offer('key of mainnet', undefined, 'paper')).rejects.toMatchObject({ code: 'MALFORMED' });
    await offer('key of mainnet', undefined, 'mainnet');
    const ref = { environment: 'paper', host: 'http://127.0.0.1:1', name: 'main' } as const;
    const keep = () => ask('keep', { ref, passphrase: plain(PASSPHRASE) });
    await expect(keep()).rejects.toMatchObject({ code: 'MALFORMED' });
    await expect(keep()).rejects.toMatchObject({ code: 'NO_SUCH_KEY' });
    expect(await kept()).toEqual([]);
  });

  it('opens for its purpose alone, unchanged, by the signer it was made for', async () => {
    await expect(offer('key of testnet')).resolves.toEqual({ apiKey: API_KEY });
    await expect(offer('passphrase')).rejects.toMatchObject({ code: 'MALFORMED' });
    await expect(offer('key of testnet', (box) => box.subarray(0, 90))).rejects.toMatchObject({
      code: 'MALFORMED',
    });
    await expect(offer('key of testnet', () => new Uint8Array(5000))).rejects.toMatchObject({
      code: 'MALFORMED',
    });
    for (const at of [1, 66, 80, -1]) {
      const flip = (box: Uint8Array) => {
        const copy = new Uint8Array(box);
        const index = at < 0 ? copy.length + at : at;
        copy[index] = (copy[index] ?? 0) ^ 1;
        return copy;
      };
      await expect(offer('key of testnet', flip)).rejects.toMatchObject({ code: 'MALFORMED' });
    }
    sealTo = createSigningDesk({ caps: {}, nowMs: Date.now }).sealTo;
    await expect(offer('key of testnet')).rejects.toMatchObject({ code: 'MALFORMED' });
  });
});
