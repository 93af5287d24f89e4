import { describe, expect, it } from 'vitest';
import { FlagError, readFlags } from './flags.ts';

describe('the command line of the stand-alone exchange', () => {
  it('has a default for everything', () => {
    expect(readFlags([])).toEqual({
      port: 8788,
      seed: 1,
      hasRateLimit: true,
      accounts: [],
      ownAccounts: 1,
      speed: 1,
      adminToken: undefined,
    });
  });

  it('makes no account of its own beside given ones, unless told how many', () => {
    const given = ['--account', 'k1:s1', '--account', 'k2:s:2'];
    expect(readFlags(given)).toMatchObject({
      accounts: [
        { name: 'k1', apiKey: 'k1', secret: 's1' },
        { name: 'k2', apiKey: 'k2', secret: 's:2' },
      ],
      ownAccounts: 0,
    });
    expect(readFlags([...given, '--accounts', '3']).ownAccounts).toBe(3);
  });

  it.each([
    ['60', 60],
    ['60x', 60],
    ['0.5', 0.5],
    ['paused', 0],
  ])('reads --speed %s', (text, speed) => {
    expect(readFlags(['--speed', text]).speed).toBe(speed);
  });

  it.each([
    [['--port', 'x'], /^--port must be a whole number/],
    [['--port', '70000'], /^--port must be a whole number/],
    [['--account', 'keyonly'], /^--account must be KEY:SECRET/],
    [['--account', 'k:secret1', '--account', 'k:secret2'], /^--account names the same KEY twice/],
    [['--accounts', '101'], /^--accounts must be a whole number from 0 to 100/],
    [['--rate-limit', 'maybe'], /^--rate-limit must be on or off/],
    [['--speed', 'fast'], /^--speed must be paused or a number from 0 to 1000, not "fast"/],
    [['--speed', '1001'], /^--speed must be/],
    [['--admin-token', 'short'], /^--admin-token must be off or at least 16 characters/],
    [['--nonsense'], /^Unknown option '--nonsense'/],
  ])('says what is wrong with %j, and repeats no secret', (args, line) => {
    expect(() => readFlags(args)).toThrow(FlagError);
    expect(() => readFlags(args)).toThrow(line);
    expect(() => readFlags(args)).not.toThrow(/secret|short/);
  });
});
