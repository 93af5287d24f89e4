/** [K19] `npm run keys`: made once by the Perpdeck that runs, kept nowhere, revoked with it and without it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { clientOf, KEYS, LINK, machinePerTest } from '../program.ts';
import { newOrder } from '../rig.ts';
import { botOf } from './bot.ts';

/** Started programs take real seconds on a busy machine. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const machine = machinePerTest();

async function keys(...args: string[]) {
  const program = machine.start(args, {}, { entry: 'keys' });
  const code = await program.exitCode();
  return { code, out: program.out(), errors: program.errors() };
}

async function perpdeck() {
  const args = [
    '--exchange-url',
    machine.exchange.url,
    '--exchange-ws',
    machine.exchange.ws,
    '--exchange',
    'testnet',
  ];
  const program = machine.start(args, KEYS);
  return { program, rig: clientOf(await program.says(LINK)) };
}

describe('npm run keys', () => {
  it('makes, lists and revokes; the secret is in no file, and outlives a restart', async () => {
    const early = await keys('make', 'grid-1', '--trade');
    expect([early.code, early.errors]).toEqual([1, expect.stringContaining('start it, then try again')]);
    expect((await keys('make', 'grid-1', '--on-silence', 'nothing')).errors).toContain('halt-and-close');

    const first = await perpdeck();
    const terms = ['--trade', '--symbols', 'btcusdt,ethusdt', '--cap', '5000', '--days', '30'];
    const made = await keys('make', 'grid-1', ...terms);
    expect(made).toMatchObject({ code: 0, errors: '' });
    const id = /API key +(\S+)/.exec(made.out)?.[1] ?? '';
    const secret = /API secret +(\S+)/.exec(made.out)?.[1] ?? '';
    const issued = { key: { id }, secret } as Parameters<typeof botOf>[1];
    const asked = { path: '/g-accounts/accountPositions', query: 'currency=USDT' };
    expect((await botOf(first.rig, issued).ask(asked)).status).toBe(200);
    const body = newOrder({ orderQtyRq: '1', priceRp: '5001' });
    const blind = await botOf(first.rig, issued).ask({ method: 'POST', path: '/g-orders', body });
    expect([blind.status, await blind.text()]).toEqual([422, expect.stringContaining('account stream')]);
    const listed = await keys();
    expect(listed.out).toMatch(
      /^grid-1 {2}\S+ {2}trade, BTCUSDT ETHUSDT, at most 5000 USDT, until \S+ \S+, last used .*\n$/,
    );
    expect((await keys('make', 'grid-1')).errors).toContain('a key of that name');
    first.program.child.kill('SIGTERM');
    await first.program.exitCode();
    for (const name of readdirSync(machine.dataDir, { recursive: true, encoding: 'utf8' })) {
      if (/^(journal|perpdeck|gateway|guard)/.test(name)) {
        expect([name, readFileSync(join(machine.dataDir, name)).includes(secret)]).toEqual([name, false]);
      }
    }

    const second = await perpdeck();
    expect((await botOf(second.rig, issued).ask(asked)).status).toBe(200);
    second.program.child.kill('SIGTERM');
    await second.program.exitCode();
    expect((await keys('revoke', 'grid-1')).out).toBe('The key grid-1 is revoked.\n');
    expect((await keys()).out).toBe('There is no gateway key.\n');
  });
});
