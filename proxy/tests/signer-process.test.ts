/** The signer as a process: what it answers, what it leaves behind, and what happens when it dies. */
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { permissionFlags } from '../src/signer/permissions.ts';
import { type SignerProcess, startSignerProcess } from '../src/signer/signer-process.ts';
import { systemTime } from '../src/time.ts';
import { createHappenings } from './happenings.ts';
import { API_KEY, API_SECRET } from './rig.ts';

/** Started programs take real seconds on a busy machine. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const quiet = { error: () => {}, warn: () => {} };
let folder: string;
let signer: SignerProcess;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perpdeck-signer-'));
  signer = await startSignerProcess({
    caps: {},
    time: systemTime,
    log: quiet,
    execArgv: ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${folder}`],
  });
});
afterEach(async () => {
  await signer.stop();
  rmSync(folder, { recursive: true, force: true });
});

const hold = () => signer.ask('hold', { account: 'a', apiKey: API_KEY, secret: Buffer.from(API_SECRET) });
const expirySec = () => Math.floor(Date.now() / 1000) + 10;
const signSomething = () =>
  signer.ask('sign', {
    account: 'a',
    order: {
      method: 'GET',
      path: '/g-orders/activeList',
      query: 'symbol=BTCUSDT',
      body: '',
      expirySec: expirySec(),
    },
  });

/** Once it ends with a bracket, it is whole. */
async function heapSnapshot(pid: number): Promise<string> {
  process.kill(pid, 'SIGUSR2');
  for (;;) {
    const [name] = readdirSync(folder).filter((file) => file.endsWith('.heapsnapshot'));
    const text = name === undefined ? '' : readFileSync(join(folder, name), 'utf8');
    if (text.trimEnd().endsWith(']}')) return text;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the signer as a process', () => {
  it('signs what its table allows, and refuses in its own words', async () => {
    await hold();
    const { 'x-phemex-request-signature': signature, 'x-phemex-request-expiry': expiry } =
      await signSomething();
    expect(signature).toBe(
      createHmac('sha256', API_SECRET).update(`/g-orders/activeListsymbol=BTCUSDT${expiry}`).digest('hex'),
    );
    const withdraw = {
      method: 'POST',
      path: '/assets/withdraw',
      query: '',
      body: '{}',
      expirySec: 1,
    } as const;
    await expect(signer.ask('sign', { account: 'a', order: withdraw })).rejects.toMatchObject({
      name: 'SignerError',
      code: 'NOT_LISTED',
    });
  });

  it.runIf(process.platform === 'linux')(
    '[L5] [L7] [L10] shows nothing to the rest of the machine',
    async () => {
      await hold();
      process.kill(signer.pid, 'SIGUSR1');
      await signSomething();
      const proc = (name: string) => readFileSync(`/proc/${signer.pid}/${name}`, 'latin1');
      expect(proc('environ').replaceAll('\0', '')).not.toMatch(/PERPDECK|PATH=|HOME=/);
      expect(proc('cmdline') + proc('environ')).not.toContain(API_SECRET);
      expect(Number.parseInt(proc('coredump_filter'), 16)).toBe(0);
      // The debugger's port would be its only TCP socket.
      expect(existsSync(`/proc/${signer.pid}/fd`)).toBe(true);
      const { stdout } = await listening(signer.pid);
      expect(stdout).toEqual([]);
    },
  );

  it.runIf(process.platform !== 'win32')('[L8] has no secret on its heap', async () => {
    await hold();
    await signSomething();
    const snapshot = await heapSnapshot(signer.pid);
    expect(snapshot).toContain(API_KEY);
    for (const form of ['utf8', 'base64', 'base64url', 'hex'] as const) {
      expect(snapshot.includes(Buffer.from(API_SECRET).toString(form))).toBe(false);
    }
  });

  it('fails what was asked of it when it dies, and comes back without its keys', async () => {
    const happenings = createHappenings();
    let restarts = 0;
    signer.onRestart(() => {
      restarts += 1;
      happenings.tell();
    });
    await hold();
    const asked = Array.from({ length: 20 }, signSomething).map((one) =>
      one.then(
        (headers) => headers['x-phemex-request-signature']?.length,
        (error: { code: string }) => error.code,
      ),
    );
    process.kill(signer.pid, 'SIGKILL');
    for (const outcome of await Promise.all(asked)) expect([64, 'GONE']).toContain(outcome);
    await happenings.until(() => restarts === 1);
    await expect(signSomething()).rejects.toMatchObject({ code: 'NO_SUCH_KEY' });
    await hold();
    await expect(signSomething()).resolves.toBeDefined();
  });
});

describe('the bundled signer', () => {
  it('is held by Node to its program, its vault and the passphrase file', async () => {
    const program = join(folder, 'signer.mjs');
    await build({
      ...{ entryPoints: ['proxy/src/signer/main.ts'], bundle: true, platform: 'node', format: 'esm' },
      ...{ packages: 'external', outfile: program, logLevel: 'silent' },
    });
    const vaultFolder = join(folder, 'data', 'keys');
    const [passphraseFile, otherFile] = ['passphrase', 'other'].map((name) => join(folder, name));
    for (const path of [passphraseFile, otherFile])
      writeFileSync(path ?? '', 'twelve letters', { mode: 0o600 });
    const permitted = { vaultFolder, passphraseFile: passphraseFile ?? '' };
    const held = await startSignerProcess({
      ...{ caps: {}, time: systemTime, log: quiet, bundle: program, ...permitted },
    });
    try {
      const passphrase = { by: 'bytes', fields: [Buffer.from('twelve letters')] } as const;
      await held.ask('setSignIn', { passphrase });
      expect(readdirSync(vaultFolder)).toEqual(['sign-in.hash']);
      await expect(held.ask('checkSignIn', { passphrase })).resolves.toBe(true);
      const unlock = (path: string) =>
        held.ask('unlock', {
          ref: { environment: 'testnet', name: 'none', host: 'https://x' },
          passphrase: { by: 'file', path },
        });
      await expect(unlock(permitted.passphraseFile)).rejects.toMatchObject({ code: 'NO_SUCH_ACCOUNT' });
      await expect(unlock(otherFile ?? '')).rejects.not.toMatchObject({ code: 'NO_SUCH_ACCOUNT' });
      if (process.platform === 'linux') {
        expect(Number.parseInt(readFileSync(`/proc/${held.pid}/coredump_filter`, 'utf8'), 16)).toBe(0);
      }
    } finally {
      await held.stop();
    }
    const tries = `
      const denied = (run) => { try { run(); return false; } catch ({ code }) { return code === 'ERR_ACCESS_DENIED'; } };
      console.log([
        denied(() => require('node:fs').readFileSync(${JSON.stringify(otherFile)})),
        denied(() => require('node:fs').writeFileSync(${JSON.stringify(passphraseFile)}, '')),
        denied(() => require('node:child_process').spawnSync('true')),
        denied(() => new (require('node:worker_threads').Worker)('', { eval: true })),
      ].join());`;
    const { stdout } = spawnSync(process.execPath, [...permissionFlags(program, permitted), '-e', tries]);
    expect(stdout.toString().trim()).toBe('true,true,true,true');
  });
});

/** The TCP sockets of a process that listen, from Linux's own accounting. */
async function listening(pid: number): Promise<{ stdout: string[] }> {
  const { readlinkSync } = await import('node:fs');
  const inodes = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return [];
    }
  });
  const tables = ['tcp', 'tcp6'].map((name) => readFileSync(`/proc/${pid}/net/${name}`, 'utf8')).join('\n');
  const stdout = tables.split('\n').filter((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[3] === '0A' && inodes.includes(fields[9] ?? '');
  });
  return { stdout };
}
