/** That the proxy's own process holds no secret, and what it says when the process that does is gone. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { childOf, clientOf, KEYS, LINK, machinePerTest } from './program.ts';
import { API_KEY, API_SECRET, call, newOrder, openTab, signIn } from './rig.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const machine = machinePerTest();

const FORMS = ['utf8', 'base64', 'base64url', 'hex'] as const;

async function heapSnapshot(pid: number): Promise<string> {
  process.kill(pid, 'SIGUSR2');
  for (;;) {
    const [name] = readdirSync(machine.dataDir).filter((file) => file.endsWith('.heapsnapshot'));
    const text = name === undefined ? '' : readFileSync(join(machine.dataDir, name), 'utf8');
    if (text.trimEnd().endsWith(']}')) return text;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe.runIf(process.platform !== 'win32')('the proxy’s own process', () => {
  it('[L8] signs and trades without the secret being on its heap once', async () => {
    const nodeFlags = ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${machine.dataDir}`];
    const program = machine.start([...machine.onFake(), '--exchange', 'testnet'], KEYS, { nodeFlags });
    const client = clientOf(await program.says(LINK));
    const me = await signIn(client.proxy);
    await openTab(client, me);
    expect(
      (await call(client, me, 'POST', '/exchange/g-orders', newOrder({ reduceOnly: true }))).status,
    ).toBe(200);
    await machine.exchange.until(() => machine.exchange.subscribed('user.auth').length > 0);
    const snapshot = await heapSnapshot(program.child.pid ?? 0);
    // What a snapshot shows at all: the public half is there.
    expect(snapshot).toContain(API_KEY);
    for (const form of FORMS) expect(snapshot.includes(Buffer.from(API_SECRET).toString(form))).toBe(false);
  });
});

describe.runIf(process.platform === 'linux')('a signer that dies', () => {
  it('has nothing sent, says so, and takes a given key with it', async () => {
    const program = machine.start([...machine.onFake(), '--exchange', 'testnet'], KEYS);
    const client = clientOf(await program.says(LINK));
    const me = await signIn(client.proxy);
    const signer = childOf(program.child.pid ?? 0, 'signer');
    process.kill(signer, 'SIGSTOP');
    const order = call(client, me, 'POST', '/exchange/g-orders', newOrder({ reduceOnly: true }));
    process.kill(signer, 'SIGKILL');
    const answer = await order;
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ error: { code: 'NO_SIGNER' } });
    expect(machine.exchange.asked().filter(({ method }) => method === 'POST')).toEqual([]);
    await vi.waitFor(async () => {
      const again = await call(client, me, 'POST', '/exchange/g-orders', newOrder({ reduceOnly: true }));
      expect(await again.json()).toMatchObject({ error: { code: 'NO_KEY' } });
    }, 60_000);
    expect(machine.exchange.asked().filter(({ method }) => method === 'POST')).toEqual([]);
  });

  it('comes back with its key on the paper exchange, which goes on trading', async () => {
    const program = machine.start([]);
    const client = clientOf(await program.says(LINK));
    const me = await signIn(client.proxy);
    process.kill(childOf(program.child.pid ?? 0, 'signer'), 'SIGKILL');
    await vi.waitFor(async () => {
      const answer = await call(client, me, 'GET', '/exchange/g-accounts/accountPositions?currency=USDT');
      expect(await answer.json()).toMatchObject({ code: 0 });
    }, 60_000);
  });
});
