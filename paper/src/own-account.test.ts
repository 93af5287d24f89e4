/** The stand-alone exchange's own account: made once, and never replaced behind its owner's back. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownAccounts } from './own-account.ts';
import { StoreError } from './store/account-store.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perpdeck-account-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('is made once and found again, however many are asked for', () => {
  const three = ownAccounts(folder, 3);
  expect(new Set(three.map(({ apiKey }) => apiKey)).size).toBe(3);
  expect(ownAccounts(folder, 3)).toEqual(three);
  expect(ownAccounts(folder, 1)).toEqual(three.slice(0, 1));
});

it('is left as it is when it cannot be read, since its key is the only way to the account', () => {
  const path = join(folder, 'account.json');
  for (const text of ['{"apiKey":"k", "sec', '{"apiKey":"k"}', 'null']) {
    writeFileSync(path, text);
    expect(() => ownAccounts(folder, 1)).toThrow(StoreError);
    expect(() => ownAccounts(folder, 1)).toThrow(/account\.json/);
    expect(readFileSync(path, 'utf8')).toBe(text);
  }
});
