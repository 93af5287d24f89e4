/** The exchange as a process: flags, one clear line when it cannot start, a clean end, and life under a parent. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundleExchange } from './crash/exchange-process.ts';
import { ALICE } from './harness.ts';

const program = await bundleExchange();
afterAll(program.remove);

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** With all of its output; a forked child whose parent disconnected only exits. */
  readonly ended: Promise<number | null>;
  readonly exited: Promise<number | null>;
  readonly until: (pattern: RegExp) => Promise<RegExpExecArray>;
}

function watch(child: ChildProcess): Run {
  afterAll(() => child.kill('SIGKILL'));
  let text = '';
  let wake: () => void = () => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (bytes: Buffer) => {
      text += bytes.toString('utf8');
      wake();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  return {
    child,
    output: () => text,
    ended,
    exited,
    async until(pattern) {
      for (;;) {
        const match = pattern.exec(text);
        if (match !== null) return match;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

const freshFolder = () => mkdtempSync(join(tmpdir(), 'perpdeck-process-'));

const run = (args: readonly string[], folder = freshFolder()): Run =>
  watch(
    spawn(process.execPath, [program.path, ...args], {
      env: { ...process.env, PERPDECK_DATA_DIR: folder },
    }),
  );

describe('by hand', () => {
  it('prints its addresses and a key of its own, the same the next time, and ends cleanly', async () => {
    const folder = freshFolder();
    const keys: (string | undefined)[] = [];
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const exchange = run(['--port', '0'], folder);
      const [, url] = await exchange.until(/REST +(\S+)/);
      const [, secret] = await exchange.until(/API secret (\S+)/);
      keys.push(secret);
      expect((await fetch(`${url}/public/time`)).status).toBe(200);
      exchange.child.kill(signal);
      expect(await exchange.ended).toBe(0);
    }
    expect(keys[0]).toBe(keys[1]);
  });

  it('takes accounts and prints none of their secrets', async () => {
    const exchange = run([
      '--port',
      '0',
      '--account',
      'k1:s1secret',
      '--account',
      'k2:s2secret',
      '--rate-limit',
      'off',
    ]);
    const [, url] = await exchange.until(/WebSocket +\S+[\s\S]/).then(() => exchange.until(/REST +(\S+)/));
    const unsigned = await fetch(`${url}/g-accounts/accountPositions`, {
      headers: { 'x-phemex-access-token': 'k2' },
    });
    expect(await unsigned.json()).toMatchObject({ msg: 'Missing required parameter' });
    expect(exchange.output()).not.toContain('secret');
    exchange.child.kill('SIGTERM');
    await exchange.ended;
  });

  it('says in one line what is wrong with a flag, and how it is used', async () => {
    const exchange = run(['--port', 'x']);
    expect(await exchange.ended).toBe(1);
    const [line, usage] = exchange.output().trim().split('\n');
    expect(line).toMatch(/^--port must be a whole number/);
    expect(usage).toMatch(/^Usage: npm run paper/);
  });

  it('says in one line that its port is taken or its folder cannot be used', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const busy = run(['--port', String(port)]);
    expect(await busy.ended).toBe(1);
    expect(busy.output()).toBe(`Port ${port} is already in use. Choose another with --port.\n`);
    other.close();
    const file = join(freshFolder(), 'a-file');
    writeFileSync(file, '');
    const unusable = run(['--port', '0'], file);
    expect(await unusable.ended).toBe(1);
    expect(unusable.output()).toMatch(/^Cannot write to the data folder .*\n$/);
  });

  it('leaves a folder to the process that has it, says so, and works from memory', async () => {
    const folder = freshFolder();
    const first = run(['--port', '0'], folder);
    await first.until(/API secret/);
    const second = run(['--port', '0'], folder);
    const [, url] = await second.until(/REST +(\S+)/);
    expect(second.output()).toMatch(
      /in use by another paper exchange: this one forgets its accounts when it ends/,
    );
    expect((await fetch(`${url}/public/time`)).status).toBe(200);
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    first.child.kill('SIGTERM');
    await first.ended;
  });
});

describe('accounts and time', () => {
  it('makes as many accounts as are asked for, beside the given ones, and an admin token each time', async () => {
    const folder = freshFolder();
    const secrets: string[][] = [];
    const tokens = new Set<string>();
    for (let count = 0; count < 2; count += 1) {
      const exchange = run(['--port', '0', '--accounts', '2', '--account', 'k1:s1secret'], folder);
      const [, url, token = ''] = await exchange.until(/Admin +(\S+)\/admin, token (\S+)\n/);
      tokens.add(token);
      secrets.push([...exchange.output().matchAll(/API secret (\S+)/g)].map(([, secret = '']) => secret));
      const accounts = await fetch(`${url}/admin/accounts`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(await accounts.json()).toHaveLength(3);
      exchange.child.kill('SIGTERM');
      await exchange.ended;
    }
    expect(secrets[0]).toHaveLength(2);
    expect(secrets[0]).toEqual(secrets[1]);
    expect(tokens.size).toBe(2);
  });

  it('has no admin endpoint when told so', async () => {
    const exchange = run(['--port', '0', '--admin-token', 'off']);
    const [, url] = await exchange.until(/REST +(\S+)/);
    expect((await fetch(`${url}/admin/accounts`)).status).toBe(404);
    expect(exchange.output()).not.toContain('Admin');
    exchange.child.kill('SIGTERM');
    await exchange.ended;
  });

  it('never goes back to a time it has been past, even after kill -9', async () => {
    const folder = freshFolder();
    const timeOf = async (url: string) => {
      const { data } = (await (await fetch(`${url}/public/time`)).json()) as { data: { serverTime: number } };
      return data.serverTime;
    };
    const fast = run(['--port', '0', '--speed', '500'], folder);
    const [, url = ''] = await fast.until(/REST +(\S+)/);
    let seenMs = 0;
    while (seenMs < Date.now() + 120_000) seenMs = await timeOf(url);
    fast.child.kill('SIGKILL');
    await fast.ended;
    const again = run(['--port', '0', '--speed', 'paused'], folder);
    const [, secondUrl = ''] = await again.until(/REST +(\S+)/);
    const resumedMs = await timeOf(secondUrl);
    expect(resumedMs).toBeGreaterThanOrEqual(seenMs);
    expect(await timeOf(secondUrl)).toBe(resumedMs);
    again.child.kill('SIGTERM');
    expect(await again.ended).toBe(0);
  });
});

describe('under a parent', () => {
  const start = (message: unknown): { readonly exchange: Run; readonly answer: Promise<unknown> } => {
    const child = fork(program.path, [], {
      execArgv: [],
      env: { ...process.env, PERPDECK_PAPER_CHILD: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const answer = new Promise<unknown>((resolve) => child.once('message', resolve));
    child.send(message as object);
    return { exchange: watch(child), answer };
  };

  it('gets its keys in a message, says where it listens, and ends when the parent goes', async () => {
    const { exchange, answer } = start({
      kind: 'start',
      port: 0,
      seed: 3,
      accounts: [ALICE],
      dataDir: freshFolder(),
      rateLimit: true,
    });
    const listening = (await answer) as { kind: string; port: number };
    expect(listening).toEqual({ kind: 'listening', port: expect.any(Number) });
    expect((await fetch(`http://127.0.0.1:${listening.port}/public/time`)).status).toBe(200);
    exchange.child.kill('SIGINT');
    expect((await fetch(`http://127.0.0.1:${listening.port}/public/time`)).status).toBe(200);
    exchange.child.disconnect();
    expect(await exchange.exited).toBe(0);
    expect(exchange.output()).toBe('');
  });

  it('has an admin endpoint for whoever handed over its token', async () => {
    const adminToken = 'a-token-of-sixteen-or-more';
    const { exchange, answer } = start({
      kind: 'start',
      port: 0,
      seed: 3,
      accounts: [ALICE],
      dataDir: freshFolder(),
      rateLimit: true,
      adminToken,
    });
    const { port } = (await answer) as { port: number };
    const admin = `http://127.0.0.1:${port}/admin/accounts`;
    expect((await fetch(admin)).status).toBe(401);
    expect((await fetch(admin, { headers: { authorization: `Bearer ${adminToken}` } })).status).toBe(200);
    exchange.child.disconnect();
    expect(await exchange.exited).toBe(0);
  });

  it('says why it failed', async () => {
    const file = join(freshFolder(), 'a-file');
    writeFileSync(file, '');
    const { exchange, answer } = start({
      kind: 'start',
      port: 0,
      seed: 3,
      accounts: [],
      dataDir: file,
      rateLimit: true,
    });
    expect(await answer).toEqual({
      kind: 'failed',
      message: expect.stringMatching(/^Cannot write to the data folder/),
    });
    expect(await exchange.exited).toBe(1);
  });
});
