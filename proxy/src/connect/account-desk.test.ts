import { expect, it } from 'vitest';
import type { Environment } from '#contract/vocabulary.ts';
import { createManualTime } from '../../tests/manual-time.ts';
import type { AskSigner } from '../signer/protocol.ts';
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
