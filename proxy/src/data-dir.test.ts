import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimDataDir } from './data-dir.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perpdeck-data-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the data folder', () => {
  it('is made if missing, for its owner alone', () => {
    const path = join(folder, 'a', 'b');
    claimDataDir(path).release();
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('has one owner at a time', () => {
    const first = claimDataDir(folder);
    expect(() => claimDataDir(folder)).toThrow(/already running/);
    first.release();
    claimDataDir(folder).release();
  });

  it('left behind by a process that is gone is taken over', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(join(folder, 'perpdeck.lock'), JSON.stringify({ pid, birth: '' }));
    claimDataDir(folder).release();
  });

  it.runIf(existsSync('/proc/self/stat'))('whose number another process has by now is taken over', () => {
    writeFileSync(join(folder, 'perpdeck.lock'), JSON.stringify({ pid: process.pid, birth: 'another boot' }));
    claimDataDir(folder).release();
  });

  it('with a lock that cannot be read is taken over', () => {
    writeFileSync(join(folder, 'perpdeck.lock'), '{');
    claimDataDir(folder).release();
  });

  it('that is no folder is one clear line', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(() => claimDataDir(file)).toThrow(/^The data folder .* cannot be used \(EEXIST\)/);
    expect(() => claimDataDir(join(file, 'below'))).toThrow(/cannot be used \(ENOTDIR\)/);
  });
});
