import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openVault, type Vault, type VaultRef } from './vault.ts';

/** Key derivations are slow on purpose. */
vi.setConfig({ testTimeout: 120_000 });

const API_KEY = 'canary-key-1234';
const SECRET = 'canary-secret-Zm9vYmFy/+=0123456789';
const PASSPHRASE = 'correct horse battery';
const REF: VaultRef = { environment: 'testnet', host: 'https://testnet-api.phemex.com', name: 'main' };

const onModes = it.runIf(process.platform !== 'win32');
let root: string;
let folder: string;
let vault: Vault;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'perpdeck-vault-'));
  folder = join(root, 'keys');
  vault = openVault(folder);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const bytes = (text: string) => Buffer.from(text);
const path = (name = 'testnet.main') => join(folder, `${name}.key`);
const save = (ref = REF) =>
  vault.save(ref, { apiKey: bytes(API_KEY), secret: bytes(SECRET) }, bytes(PASSPHRASE));
const open = (ref = REF, passphrase = PASSPHRASE) => vault.open(ref, bytes(passphrase));
const failure = (code: string) => expect.objectContaining({ name: 'VaultError', code });

/** Changes the file's fields, as somebody would who has the disk and not the passphrase. */
function tamper(change: (file: Record<string, unknown> & { kdf: Record<string, unknown> }) => void): void {
  const file = JSON.parse(readFileSync(path(), 'utf8'));
  change(file);
  writeFileSync(path(), JSON.stringify(file), { mode: 0o600 });
}

describe('a key at rest', () => {
  it('comes back with its passphrase, and with nothing else', async () => {
    await save();
    const { apiKey, secret } = await open();
    expect([apiKey.toString(), secret.toString()]).toEqual([API_KEY, SECRET]);
    await expect(open(REF, 'correct horse batter')).rejects.toEqual(failure('WRONG_PASSPHRASE'));
    await expect(open({ ...REF, name: 'other' })).rejects.toEqual(failure('NO_SUCH_ACCOUNT'));
  });

  it('is listed by what may be seen of it', async () => {
    await save();
    await save({ ...REF, environment: 'mainnet', host: 'https://api.phemex.com' });
    expect(vault.list().map(({ header }) => header)).toMatchObject([
      { environment: 'mainnet', name: 'main', host: 'https://api.phemex.com', keyEnding: '1234' },
      { environment: 'testnet', name: 'main', host: 'https://testnet-api.phemex.com', keyEnding: '1234' },
    ]);
  });

  it('[D1] that was changed in any field of its header does not open, and says no more than for a wrong passphrase', async () => {
    await save();
    const whole = readFileSync(path());
    const other = Buffer.alloc(16, 7).toString('base64');
    const changes: Parameters<typeof tamper>[0][] = [
      (file) => (file.kdf.N = 2 ** 15),
      (file) => (file.kdf.salt = other),
      (file) => (file.nonce = Buffer.alloc(12, 7).toString('base64')),
      (file) => (file.keyEnding = '0000'),
      (file) => (file.ciphertext = Buffer.alloc(80, 7).toString('base64')),
    ];
    for (const change of changes) {
      writeFileSync(path(), whole);
      tamper(change);
      await expect(open()).rejects.toEqual(failure('WRONG_PASSPHRASE'));
    }
  });

  it.each([2 ** 30, 2 ** 21, 2 ** 14, 3 * 2 ** 16, -1, 1.5, '131072', null])(
    '[D2] that asks for N = %s is refused before anything is allocated for it',
    async (N) => {
      await save();
      tamper((file) => (file.kdf.N = N));
      const before = process.memoryUsage.rss();
      await expect(open()).rejects.toEqual(failure('DAMAGED'));
      expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
    },
  );

  it('[D2] that asks for other r and p, or a huge salt or text, is refused too', async () => {
    await save();
    const whole = readFileSync(path());
    for (const change of [
      (file) => (file.kdf.r = 1024),
      (file) => (file.kdf.p = 1024),
      (file) => (file.kdf.salt = Buffer.alloc(4096).toString('base64')),
      (file) => (file.ciphertext = Buffer.alloc(5000).toString('base64')),
      (file) => (file.v = 2),
    ] as Parameters<typeof tamper>[0][]) {
      writeFileSync(path(), whole);
      tamper(change);
      await expect(open()).rejects.toEqual(failure('DAMAGED'));
    }
  });

  it('[D3] makes a wrong passphrase walk the whole way: no shorter cut tells it apart', async () => {
    await save();
    const work = async (passphrase: string) => {
      const before = process.cpuUsage();
      await open(REF, passphrase).catch(() => {});
      return process.cpuUsage(before).user;
    };
    const right = await work(PASSPHRASE);
    // Processor time, which a busy machine does not change: a way round the derivation would take next to none.
    for (const passphrase of ['x'.repeat(20), '']) {
      expect(await work(passphrase)).toBeGreaterThan(right / 4);
    }
  });

  it('[D4] [D6] is nowhere in the folder as text, in any form', async () => {
    await save();
    const disk = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'latin1'))
      .join('');
    for (const text of [SECRET, API_KEY, PASSPHRASE]) {
      for (const form of ['utf8', 'base64', 'base64url', 'hex'] as const) {
        expect(disk).not.toContain(Buffer.from(text).toString(form));
      }
    }
  });

  it('[D5] of testnet is of no use on mainnet, however its file is dressed up', async () => {
    await save();
    const onMainnet: VaultRef = { environment: 'mainnet', host: 'https://api.phemex.com', name: 'main' };
    const stolen = readFileSync(path());
    writeFileSync(path('mainnet.main'), stolen, { mode: 0o600 });
    await expect(open(onMainnet)).rejects.toEqual(failure('FOREIGN_KEY'));
    const dressed = { ...JSON.parse(stolen.toString()), environment: 'mainnet', host: onMainnet.host };
    writeFileSync(path('mainnet.main'), JSON.stringify(dressed), { mode: 0o600 });
    await expect(open(onMainnet)).rejects.toEqual(failure('WRONG_PASSPHRASE'));
    await expect(open({ ...REF, host: 'https://evil.example' })).rejects.toEqual(failure('FOREIGN_KEY'));
  });

  it('[D7] that was cut short at any byte says so clearly and is never written over', async () => {
    await save();
    const whole = readFileSync(path());
    for (let length = 0; length < whole.length - 1; length += 7) {
      writeFileSync(path(), whole.subarray(0, length));
      await expect(open()).rejects.toEqual(failure('DAMAGED'));
    }
    const cut = readFileSync(path());
    await expect(save()).rejects.toEqual(failure('NAME_TAKEN'));
    await expect(vault.changePassphrase(REF, bytes(PASSPHRASE), bytes('another passphrase'))).rejects.toEqual(
      failure('DAMAGED'),
    );
    expect(readFileSync(path())).toEqual(cut);
    expect(vault.list()).toEqual([{ environment: 'testnet', name: 'main' }]);
  });

  it('is replaced whole: no name is taken over, and nothing half-written is left beside it', async () => {
    await save();
    const first = readFileSync(path());
    await expect(save()).rejects.toEqual(failure('NAME_TAKEN'));
    expect(readFileSync(path())).toEqual(first);
    expect(readdirSync(folder)).toEqual(['testnet.main.key']);
  });

  it('changes its passphrase, and then opens with the new one alone', async () => {
    await save();
    const next = 'another passphrase';
    await expect(vault.changePassphrase(REF, bytes('wrong passphrase'), bytes(next))).rejects.toEqual(
      failure('WRONG_PASSPHRASE'),
    );
    await vault.changePassphrase(REF, bytes(PASSPHRASE), bytes(next));
    await expect(open()).rejects.toEqual(failure('WRONG_PASSPHRASE'));
    expect((await open(REF, next)).secret.toString()).toBe(SECRET);
  });

  it('is gone once erased', async () => {
    await save();
    vault.erase(REF);
    expect(readdirSync(folder)).toEqual([]);
    await expect(open()).rejects.toEqual(failure('NO_SUCH_ACCOUNT'));
    vault.erase(REF);
  });

  it.each(['short', '12345678901', 'ééééééééééé'])('does not rest behind the passphrase %s', async (weak) => {
    const saving = vault.save(REF, { apiKey: bytes(API_KEY), secret: bytes(SECRET) }, bytes(weak));
    await expect(saving).rejects.toEqual(failure('WEAK_PASSPHRASE'));
    expect(existsSync(path())).toBe(false);
  });

  it.each(['', '../main', 'a/b', '.hidden', 'a.b', 'x'.repeat(33), 'naïve', 'a\nb'])(
    'is not called %j',
    async (name) => {
      await expect(save({ ...REF, name })).rejects.toEqual(failure('BAD_NAME'));
      await expect(open({ ...REF, name })).rejects.toEqual(failure('BAD_NAME'));
    },
  );

  it('zeroes the passphrases it was given', async () => {
    const given = bytes(PASSPHRASE);
    await vault.save(REF, { apiKey: bytes(API_KEY), secret: bytes(SECRET) }, given);
    expect(given.every((byte) => byte === 0)).toBe(true);
  });
});

describe('the folder of keys', () => {
  onModes('[L3] is its owner’s alone, whatever the umask says', async () => {
    const mask = process.umask(0);
    await save().finally(() => process.umask(mask));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  onModes.each([0o640, 0o604, 0o660])('[L3] refuses a key that others can read (%o)', async (mode) => {
    await save();
    chmodSync(path(), mode);
    await expect(open()).rejects.toEqual(failure('EXPOSED'));
    expect(() => vault.list()).toThrow(/chmod 600/);
  });

  onModes('[L3] refuses itself when it is open to others', async () => {
    await save();
    chmodSync(folder, 0o755);
    await expect(open()).rejects.toEqual(failure('EXPOSED'));
    await expect(save({ ...REF, name: 'other' })).rejects.toEqual(failure('EXPOSED'));
  });

  onModes('[L4] follows no link, to a key or as a folder', async () => {
    await save();
    const elsewhere = join(root, 'elsewhere.key');
    writeFileSync(elsewhere, readFileSync(path()), { mode: 0o600 });
    rmSync(path());
    symlinkSync(elsewhere, path());
    await expect(open()).rejects.toEqual(failure('EXPOSED'));
    await expect(save()).rejects.toEqual(failure('NAME_TAKEN'));
    expect(readFileSync(elsewhere, 'utf8')).toContain('ciphertext');

    const real = join(root, 'real');
    mkdirSync(real, { mode: 0o700 });
    rmSync(folder, { recursive: true });
    symlinkSync(real, folder);
    await expect(save()).rejects.toEqual(failure('EXPOSED'));
    expect(readdirSync(real)).toEqual([]);
  });

  onModes('that cannot be written loses nothing and says so', async () => {
    await save();
    chmodSync(folder, 0o500);
    const whole = readFileSync(path());
    if (process.getuid?.() !== 0) {
      await expect(
        vault.changePassphrase(REF, bytes(PASSPHRASE), bytes('another passphrase')),
      ).rejects.toEqual(failure('DISK'));
    }
    chmodSync(folder, 0o700);
    expect(readFileSync(path())).toEqual(whole);
  });
});
