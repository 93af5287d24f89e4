import { expect, it } from 'vitest';
import { worthFeedOf } from './worth-feed.ts';

const LIVE = { state: 'live' } as const;
const staleSince = (sinceMs: number) => ({ state: 'stale', sinceMs }) as const;

it('what the account is worth is stale as soon as the account or the market is, since the older of them was', () => {
  expect(worthFeedOf(LIVE, LIVE)).toEqual(LIVE);
  expect(worthFeedOf(LIVE, staleSince(5))).toEqual(staleSince(5));
  expect(worthFeedOf(staleSince(3), LIVE)).toEqual(staleSince(3));
  expect(worthFeedOf(staleSince(3), staleSince(5))).toEqual(staleSince(3));
  expect(worthFeedOf(staleSince(7), staleSince(5))).toEqual(staleSince(5));
  expect(worthFeedOf({ state: 'no-key' }, staleSince(5))).toEqual({ state: 'no-key' });
});
