import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLogFile } from './log-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perpdeck-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const open = (bytesMax?: number) =>
  openLogFile({
    path: join(folder, 'a.log'),
    scrub: (line) => line.replace('secret', '[secret]'),
    ...(bytesMax === undefined ? {} : { bytesMax }),
  });

describe('the log file', () => {
  it('is its owner’s alone, even if it was not before', () => {
    writeFileSync(join(folder, 'a.log'), 'old\n', { mode: 0o644 });
    const file = open();
    file.write('new secret\n');
    file.close();
    expect(statSync(join(folder, 'a.log')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'a.log'), 'utf8')).toBe('old\nnew [secret]\n');
  });

  it('is put aside when full, and the oldest of five goes', () => {
    const file = open(10);
    for (let i = 0; i < 8; i++) file.write(`line ${i}..\n`);
    file.close();
    expect(readdirSync(folder).sort()).toEqual(['a.log', 'a.log.1', 'a.log.2', 'a.log.3', 'a.log.4']);
    expect(readFileSync(join(folder, 'a.log'), 'utf8')).toBe('line 7..\n');
    expect(readFileSync(join(folder, 'a.log.4'), 'utf8')).toBe('line 3..\n');
  });

  it('that cannot be written stops nobody', () => {
    const file = open();
    file.close();
    expect(() => file.write('x\n')).not.toThrow();
  });
});
