import { timingSafeEqual } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { createManualTime } from '../../tests/manual-time.ts';
import { createSessions } from './session.ts';

/** As it is, and seen. */
vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) };
});

const MINUTE_MS = 60_000;

function setUp() {
  const time = createManualTime();
  const sessions = createSessions(time);
  const open = () => {
    const opened = sessions.signIn(sessions.issueSignInToken(), undefined);
    if (!opened.ok) throw new Error('a fresh token was refused');
    return opened;
  };
  return { time, sessions, open };
}

describe('a sign-in token', () => {
  it('[A42] works once', () => {
    const { sessions } = setUp();
    const token = sessions.issueSignInToken();
    expect(sessions.signIn(token, undefined).ok).toBe(true);
    expect(sessions.signIn(token, undefined)).toEqual({ ok: false });
  });

  it('[A42] is too old after ten minutes', () => {
    const { sessions, time } = setUp();
    const [inTime, late] = [sessions.issueSignInToken(), sessions.issueSignInToken()];
    time.advance(10 * MINUTE_MS - 1);
    expect(sessions.signIn(inTime, undefined).ok).toBe(true);
    time.advance(1);
    expect(sessions.signIn(late, undefined).ok).toBe(false);
  });

  it('is 256 bits, and no two are alike', () => {
    const { sessions } = setUp();
    const tokens = Array.from({ length: 50 }, () => sessions.issueSignInToken());
    expect(new Set(tokens).size).toBe(50);
    for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  });

  it('a fifth one ends the first', () => {
    const { sessions } = setUp();
    const [first, second] = Array.from({ length: 5 }, () => sessions.issueSignInToken());
    expect(sessions.signIn(first ?? '', undefined).ok).toBe(false);
    expect(sessions.signIn(second ?? '', undefined).ok).toBe(true);
  });

  it('[A45] after five wrong ones nobody is let in for the rest of the minute, not even with a right one', () => {
    const { sessions, time } = setUp();
    for (let i = 0; i < 5; i++) expect(sessions.signIn('wrong', undefined)).toEqual({ ok: false });
    time.advance(20_000);
    const token = sessions.issueSignInToken();
    expect(sessions.signIn(token, undefined)).toEqual({ ok: false, retryAfterSec: 40 });
    time.advance(40_000);
    expect(sessions.signIn(token, undefined).ok).toBe(true);
  });

  it('[A45] that minute is a minute whichever way the clock is set', () => {
    const manual = createManualTime();
    let offMs = 0;
    const sessions = createSessions({ ...manual, nowMs: () => manual.nowMs() + offMs });
    for (let i = 0; i < 5; i++) sessions.signIn('wrong', undefined);
    const closedForSec = () => {
      const answer = sessions.signIn('wrong', undefined);
      return 'retryAfterSec' in answer ? answer.retryAfterSec : undefined;
    };
    offMs = 60 * MINUTE_MS;
    expect(closedForSec()).toBe(60);
    offMs = -60 * MINUTE_MS;
    expect(closedForSec()).toBe(60);
    manual.advance(MINUTE_MS);
    expect(closedForSec()).toBeUndefined();
  });
});

describe('a session', () => {
  it('[A47] compares whatever is offered whole and in one step: neither its length nor a common beginning shows', () => {
    const { sessions, open } = setUp();
    const { sessionId, headerToken } = open();
    const session = sessions.find(sessionId);
    const almost = headerToken.slice(0, -1);
    const last = headerToken.endsWith('A') ? 'B' : 'A';
    for (const offered of ['x', 'x'.repeat(headerToken.length), almost, almost + last, `${headerToken}x`]) {
      vi.mocked(timingSafeEqual).mockClear();
      expect(session?.isToken(offered)).toBe(false);
      const compared = vi.mocked(timingSafeEqual).mock.calls.map((both) => both.map((one) => one.byteLength));
      expect(compared).toEqual([[32, 32]]);
    }
  });

  it('[A43] has an id of its own, whatever the browser brought along', () => {
    const { sessions } = setUp();
    const opened = sessions.signIn(sessions.issueSignInToken(), 'planted');
    expect(opened.ok && opened.sessionId).not.toBe('planted');
    expect(sessions.find('planted')).toBeUndefined();
  });

  it('signing in again ends the one before', () => {
    const { sessions, open } = setUp();
    const first = open();
    sessions.signIn(sessions.issueSignInToken(), first.sessionId);
    expect(sessions.find(first.sessionId)).toBeUndefined();
  });

  it('knows its own token and no other', () => {
    const { sessions, open } = setUp();
    const [mine, theirs] = [open(), open()];
    const session = sessions.find(mine.sessionId);
    expect(session?.isToken(mine.headerToken)).toBe(true);
    expect(session?.isToken(theirs.headerToken)).toBe(false);
    expect(session?.isToken('')).toBe(false);
  });

  it('that has ended knows no token any more, for whoever still holds it', () => {
    const { sessions, open } = setUp();
    const mine = open();
    const held = sessions.find(mine.sessionId);
    sessions.end(mine.sessionId, 'test');
    expect(held?.isToken(mine.headerToken)).toBe(false);
  });

  it('is not kept alive by wrong tokens', () => {
    const { sessions, open, time } = setUp();
    const mine = open();
    time.advance(20 * MINUTE_MS);
    sessions.find(mine.sessionId)?.isToken('wrong');
    time.advance(10 * MINUTE_MS);
    expect(sessions.find(mine.sessionId)).toBeUndefined();
  });

  it('tells whoever is attached of its end within a second, once', () => {
    const { sessions, open, time } = setUp();
    const mine = open();
    const reasons: string[] = [];
    sessions.find(mine.sessionId)?.attach((reason) => reasons.push(reason));
    time.advance(12 * 60 * MINUTE_MS + 1000);
    expect(reasons).toHaveLength(1);
    sessions.close('test');
    expect(reasons).toHaveLength(1);
  });

  it('the ninth ends the one unused for longest', () => {
    const { sessions, open, time } = setUp();
    const opened = Array.from({ length: 8 }, () => {
      time.advance(1000);
      return open();
    });
    time.advance(1000);
    sessions.find(opened[0]?.sessionId ?? '')?.isToken(opened[0]?.headerToken ?? '');
    open();
    const alive = opened.map(({ sessionId }) => sessions.find(sessionId) !== undefined);
    expect(alive).toEqual([true, false, true, true, true, true, true, true]);
  });
});

/** The wall clock set back by an hour and a half; or the machine asleep, which the monotonic clock may not count. */
describe.each(['the clock set back', 'the machine asleep'] as const)('with %s', (what) => {
  function setUpOffClock() {
    const manual = createManualTime();
    let [wallOffMs, monoOffMs] = [0, 0];
    const time = {
      ...manual,
      nowMs: () => manual.nowMs() + wallOffMs,
      monoMs: () => manual.monoMs() + monoOffMs,
    };
    const pass = (minutes: number) => {
      if (what === 'the clock set back') wallOffMs = -90 * MINUTE_MS;
      else monoOffMs -= minutes * MINUTE_MS;
      manual.advance(minutes * MINUTE_MS);
    };
    const sessions = createSessions(time);
    const open = () => {
      const opened = sessions.signIn(sessions.issueSignInToken(), undefined);
      if (!opened.ok) throw new Error('a fresh token was refused');
      return opened;
    };
    return { sessions, pass, open };
  }

  it('[A44] a session ends after 30 idle minutes', () => {
    const { sessions, pass, open } = setUpOffClock();
    const { sessionId } = open();
    pass(29);
    expect(sessions.find(sessionId)).toBeDefined();
    pass(1);
    expect(sessions.find(sessionId)).toBeUndefined();
  });

  it('[A44] a session ends after 12 hours, however much it is used', () => {
    const { sessions, pass, open } = setUpOffClock();
    const { sessionId, headerToken } = open();
    for (let i = 1; i < 36; i += 1) {
      pass(20);
      expect(sessions.find(sessionId)?.isToken(headerToken)).toBe(true);
    }
    pass(20);
    expect(sessions.find(sessionId)).toBeUndefined();
  });

  it('[A42] a sign-in token is too old after ten minutes', () => {
    const { sessions, pass } = setUpOffClock();
    const token = sessions.issueSignInToken();
    pass(10);
    expect(sessions.signIn(token, undefined).ok).toBe(false);
  });
});

it('a session used before the clock was set back is not the one unused for longest', () => {
  const manual = createManualTime();
  let offMs = 0;
  const sessions = createSessions({ ...manual, nowMs: () => manual.nowMs() + offMs });
  const opened = Array.from({ length: 9 }, (_, index) => {
    if (index === 7) offMs = -MINUTE_MS;
    manual.advance(1000);
    return sessions.signIn(sessions.issueSignInToken(), undefined);
  });
  const alive = opened.map((one) => one.ok && sessions.find(one.sessionId) !== undefined);
  expect(alive).toEqual([false, ...Array.from({ length: 8 }, () => true)]);
});

describe('the sessions', () => {
  it('are listed, and ended by their handle or all but one', () => {
    const { sessions, time, open } = setUp();
    const [first, second, third] = [open(), open(), open()];
    time.advance(MINUTE_MS);
    const listed = sessions.list(second.sessionId);
    expect(listed).toHaveLength(3);
    expect(listed.filter(({ isThis }) => isThis)).toHaveLength(1);
    // A handle is good for nothing but being named.
    for (const { handle } of listed) expect(sessions.find(handle)).toBeUndefined();
    const [other] = sessions.list(first.sessionId).filter(({ isThis }) => isThis);
    const reasons: string[] = [];
    sessions.find(first.sessionId)?.attach((reason) => reasons.push(reason));
    expect(sessions.endOf({ handle: other?.handle ?? '' }, 'ended')).toBe(1);
    expect(reasons).toEqual(['ended']);
    expect(sessions.find(first.sessionId)).toBeUndefined();
    expect(sessions.endOf({ handle: 'nobody-knows' }, 'ended')).toBe(0);
    expect(sessions.endOf({ allBut: third.sessionId }, 'ended')).toBe(1);
    expect(sessions.find(second.sessionId)).toBeUndefined();
    expect(sessions.find(third.sessionId)).toBeDefined();
  });
});
