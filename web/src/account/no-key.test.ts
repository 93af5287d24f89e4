import { expect, it } from 'vitest';
import type { KeyState, Status } from '#contract/status.ts';
import type { Connection } from '../exchange/connection.ts';
import { noKeyWordsOf } from './no-key.ts';

const titleFor = (key: KeyState) =>
  noKeyWordsOf({ status: { key } as Status } as unknown as Connection).title;

it('says what is missing: a key, its passphrase, or the exchange’s consent', () => {
  expect(titleFor({ state: 'none' })).toBe('No API key');
  expect(titleFor({ state: 'locked' })).toBe('Locked');
  expect(titleFor({ state: 'open', account: 'main' })).toBe('Key refused');
  expect(titleFor({ state: 'given' })).toBe('Key refused');
});
