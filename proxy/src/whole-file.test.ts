import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { writeWhole } from './whole-file.ts';

/** What the disk was asked to do: syncs of files and of folders, and renames. */
let steps: string[] = [];
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  return {
    ...fs,
    fsyncSync(file: number) {
      steps.push(fs.fstatSync(file).isDirectory() ? 'folder synced' : 'file synced');
      fs.fsyncSync(file);
    },
    renameSync(from: string, to: string) {
      steps.push('in place');
      fs.renameSync(from, to);
    },
  };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perpdeck-whole-'));
  steps = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.skipIf(process.platform === 'win32')('syncs the file before its name and the folder after it', () => {
  const path = join(folder, 'file.json');
  writeWhole(path, 'old');
  writeWhole(path, new TextEncoder().encode('new'));
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const once = ['file synced', 'in place', 'folder synced'];
  expect(steps).toEqual([...once, ...once]);
});
