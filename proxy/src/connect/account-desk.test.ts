import { describe, expect, it } from 'vitest';
import type { Environment } from '#contract/vocabulary.ts';
import { createManualTime } from '../../tests/manual-time.ts';
import { type AskSigner, sealed } from '../signer/protocol.ts';
import { createAccountDesk } from './account-desk.ts';

/** On an environment with a key that was not kept: given at the start, or the embedded paper exchange's own. */
async function deskOn(environment: Environment) {
  const ask = (async () => []) as unknown as AskSigner;
  const desk = createAccountDesk(
    {
      signer: { ask, sealTo: new Uint8Array(32) },
      time: createManualTime(),
      userAgent: 'test',
      hostOf: (wanted) => (wanted === 'paper' ? undefined : 'https://exchange.test'),
      environments: ['paper', 'testnet'],
      given: () => ({ account: 'given', apiKey: 'key' }),
      conceal: () => {},
    },
    environment,
  );
  await desk.use(environment, undefined);
  return desk;
}

it('does not say that a key is locked which stays in use', async () => {
  const onTestnet = await (await deskOn('testnet')).lock();
  expect(onTestnet).toMatchObject({ changes: false, message: expect.stringContaining('STAYS IN USE') });
  expect((await (await deskOn('paper')).lock()).message).toContain('The paper account goes on');
});

/** With no account given, at an exchange where nobody answers. */
const deskOfSigner = (ask: AskSigner) =>
  createAccountDesk(
    {
      signer: { ask, sealTo: new Uint8Array(32) },
      time: createManualTime(),
      userAgent: 'test',
      hostOf: () => 'http://127.0.0.1:1',
      environments: ['paper', 'testnet'],
      given: () => undefined,
      conceal: () => {},
    },
    'testnet',
  );

describe('an account that is being unlocked', () => {
  const MAIN = { environment: 'testnet', name: 'main' } as const;
  const PASSPHRASE = sealed('box');

  /** A signer whose work on a passphrase ends when told, and what it holds. */
  async function deskOfSlowSigner(isDiskFull = false) {
    const held = new Set<string>();
    let end = () => {};
    const ask = (async (kind: string, { account, ref }: { account?: string; ref?: { name: string } }) => {
      if (kind === 'drop') held.delete(account ?? '');
      if (kind === 'erase' && ref?.name === 'main' && isDiskFull) throw new Error('the disk refuses');
      if (kind !== 'unlock') return [];
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      held.add('testnet/main');
      return { apiKey: 'key' };
    }) as unknown as AskSigner;
    return { desk: deskOfSigner(ask), held, end: () => end() };
  }

  it.each(['lock', 'disconnect'] as const)('stays shut after a %s that came meanwhile', async (closing) => {
    const { desk, held, end } = await deskOfSlowSigner();
    const unlocking = desk.unlock(MAIN, PASSPHRASE);
    await (closing === 'lock' ? desk.lock() : desk.disconnect(MAIN));
    end();
    await expect(unlocking).rejects.toThrow('meanwhile');
    expect([...held]).toEqual([]);
    expect(desk.selection().key.state).not.toBe('open');
  });

  it.each(['other', 'main'])(
    'stays in use where “%s” is, or cannot be, disconnected meanwhile',
    async (name) => {
      const { desk, held, end } = await deskOfSlowSigner(true);
      const unlocking = desk.unlock(MAIN, PASSPHRASE);
      end();
      await unlocking;
      const proving = desk.prove(MAIN, PASSPHRASE);
      const disconnecting = desk.disconnect({ environment: 'testnet', name }).catch(() => 'refused');
      expect((await disconnecting) === 'refused').toBe(name === 'main');
      end();
      expect(await proving.catch(() => 'meanwhile')).toBe(name === 'main' ? 'meanwhile' : undefined);
      expect(desk.selection().key).toEqual({ state: 'open', account: 'main' });
      expect([...held]).toEqual(['testnet/main']);
    },
  );

  it('only proves its passphrase: what was chosen meanwhile stays chosen', async () => {
    const { desk, end } = await deskOfSlowSigner();
    const unlocking = desk.unlock(MAIN, PASSPHRASE);
    end();
    await unlocking;
    const proving = desk.prove(MAIN, PASSPHRASE);
    await desk.use('paper', undefined);
    end();
    await proving;
    expect(desk.selection().environment).toBe('paper');
  });
});

it('tries one key after another, however many pages connect at once', async () => {
  const asked: string[] = [];
  const ask = (async (kind: string) => {
    asked.push(kind);
    return { apiKey: 'key' };
  }) as unknown as AskSigner;
  const desk = deskOfSigner(ask);
  const connect = (name: string) =>
    desk.connect({ environment: 'testnet', name }, sealed('key'), sealed('box'));
  const outcomes = await Promise.allSettled([connect('a'), connect('b')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(asked).toEqual(['propose', 'drop', 'propose', 'drop']);
});
