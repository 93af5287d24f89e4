import { expect, it } from 'vitest';
import { newClOrdID } from './client-order-id.ts';
import { linkToken } from './link-token.ts';

it('a sign-in link carries its token in the fragment, and no other fragment is one', () => {
  expect(linkToken('#t=aZ09_-x')).toBe('aZ09_-x');
  for (const other of ['', '#', '#t=', '#t=a b', '#t=a&u=b', '#x=t=a', '?t=a']) {
    expect(linkToken(other)).toBeUndefined();
  }
});

it('a client order id is what the exchange accepts, with 24 characters of chance', () => {
  expect(newClOrdID(new Uint8Array(24))).toBe('pd-000000000000000000000000');
  expect(newClOrdID(new Uint8Array(24).fill(255))).toBe('pd-------------------------');
  const ids = new Set(Array.from({ length: 500 }, () => newClOrdID()));
  expect(ids.size).toBe(500);
  for (const id of ids) expect(id).toMatch(/^pd-[\w-]{24}$/);
});
