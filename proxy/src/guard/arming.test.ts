import { describe, expect, it } from 'vitest';
import { createManualTime } from '../../tests/manual-time.ts';
import { SignerError } from '../signer/protocol.ts';
import { createLog } from '../watch/log.ts';
import { createArming } from './arming.ts';

const MINUTE_MS = 60_000;

function testbed(check: (box: string | undefined) => Promise<void> = async () => {}) {
  const time = createManualTime();
  let offMs = 0;
  let pages = 1;
  let changes = 0;
  const arming = createArming({
    proof: { needsPassphrase: true, check },
    time: { ...time, nowMs: () => time.nowMs() + offMs },
    log: createLog({ write() {} }),
    pages: () => pages,
    onChange: () => {
      changes += 1;
    },
  });
  return {
    arming,
    time,
    changes: () => changes,
    setClock: (byMs: number) => {
      offMs += byMs;
    },
    showPages: (count: number) => {
      pages = count;
    },
  };
}

describe('arming', () => {
  it('begins disarmed, and a right passphrase arms it', async () => {
    const { arming, time } = testbed();
    expect([arming.isArmed(), arming.state()]).toEqual([false, { at: 'disarmed', needsPassphrase: true }]);
    await arming.arm('box');
    expect(arming.state()).toEqual({ at: 'armed', untilMs: time.nowMs() + 10 * MINUTE_MS });
  });

  it('stays disarmed by a wrong one', async () => {
    const { arming } = testbed(async () => {
      throw new SignerError('WRONG_PASSPHRASE', 'wrong');
    });
    await expect(arming.arm('box')).rejects.toThrow('wrong');
    expect(arming.isArmed()).toBe(false);
  });

  it('ends ten minutes after the last request of a person, not before', async () => {
    const { arming, time, changes } = testbed();
    await arming.arm('box');
    time.advance(9 * MINUTE_MS);
    arming.touch();
    time.advance(10 * MINUTE_MS - 1_000);
    expect(arming.isArmed()).toBe(true);
    time.advance(1_000);
    expect(arming.isArmed()).toBe(false);
    expect(changes()).toBe(2);
    arming.touch();
    expect(arming.isArmed()).toBe(false);
  });

  it('lasts no longer where the clock is set back', async () => {
    const { arming, time, setClock } = testbed();
    await arming.arm('box');
    setClock(-60 * MINUTE_MS);
    time.advance(10 * MINUTE_MS);
    expect(arming.isArmed()).toBe(false);
  });

  it('is over when the machine wakes, before anything looks, and the first request does not prolong it', async () => {
    const { arming, setClock } = testbed();
    await arming.arm('box');
    setClock(10 * MINUTE_MS);
    arming.touch();
    expect([arming.isArmed(), arming.state()?.at]).toEqual([false, 'disarmed']);
  });

  it('outlives a page that is loaded anew, and ends when the last one is closed', async () => {
    const { arming, time, showPages } = testbed();
    await arming.arm('box');
    showPages(0);
    time.advance(20_000);
    showPages(1);
    time.advance(5_000);
    expect(arming.isArmed()).toBe(true);
    showPages(0);
    time.advance(31_000);
    expect(arming.isArmed()).toBe(false);
  });

  it('is no question with play money', () => {
    const arming = createArming({
      ...{ proof: undefined, time: createManualTime(), log: createLog({ write() {} }), pages: () => 0 },
      onChange: () => {},
    });
    expect([arming.isArmed(), arming.state()]).toEqual([true, undefined]);
  });
});
