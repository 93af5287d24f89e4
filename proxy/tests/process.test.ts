/** The program as a person starts and stops it, and what may never come out of it. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeExchange, startFakeExchange } from './fake-exchange.ts';
import { childOf, clientOf, endPrograms, KEYS, LINK, programs, type StartProgram } from './program.ts';
import { API_KEY, API_SECRET, call, newOrder, openTab, signIn } from './rig.ts';

/** Started programs take real seconds on a busy machine. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let dataDir: string;
let exchange: FakeExchange;
let start: StartProgram;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'perpdeck-process-'));
  exchange = await startFakeExchange();
  start = programs(dataDir);
});
afterEach(async () => {
  endPrograms();
  await exchange.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const onFake = () => ['--exchange-url', exchange.url, '--exchange-ws', exchange.ws];

describe('starting', () => {
  it('says the environment and one link, in two lines, and nothing else', async () => {
    const program = start([...onFake(), '--exchange', 'testnet'], KEYS);
    await program.says(LINK);
    expect(program.out().split('\n')).toEqual([
      `Perpdeck is on Phemex testnet at ${exchange.url}.`,
      expect.stringMatching(/^Sign in: http:\/\/127\.0\.0\.1:\d+\/#t=[\w-]{43}$/),
      '',
    ]);
    program.child.kill('SIGTERM');
    expect(await program.exitCode()).toBe(0);
    expect(program.errors()).toBe('');
  });

  it('without a key says so, and starts all the same', async () => {
    const program = start([...onFake(), '--exchange', 'mainnet']);
    expect(await program.says(/No API key: public data only/)).toBeDefined();
    await program.says(LINK);
  });

  it('starts though the exchange cannot be reached, and shows that it is reconnecting', async () => {
    await exchange.close();
    const program = start([...onFake(), '--exchange', 'testnet'], KEYS);
    const client = clientOf(await program.says(LINK));
    const tab = await openTab(client, await signIn(client.proxy));
    await tab.frame('"reconnecting"');
    exchange = await startFakeExchange();
  });

  it('on a busy port is one clear line', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const program = start([...onFake(), '--port', String(port)]);
    expect(await program.exitCode()).toBe(1);
    expect(program.errors()).toBe(
      `Port ${port} is in use: stop what uses it, or choose another with --port.\n`,
    );
    expect(program.out()).toBe('');
    server.close();
  });

  it('[L2] twice on one data folder is one clear line, and the first goes on', async () => {
    const first = start(onFake());
    const link = await first.says(LINK);
    const second = start(onFake());
    expect(await second.exitCode()).toBe(1);
    expect(second.errors()).toMatch(/^Perpdeck is already running on .*\n$/);
    const health = await fetch(`${link.split('/#')[0]}/healthz`);
    expect([health.status, await health.json()]).toEqual([200, { ok: true }]);
  });

  it('after a kill -9 starts again on the same folder', async () => {
    const first = start(onFake());
    await first.says(LINK);
    first.child.kill('SIGKILL');
    await first.exitCode();
    await start(onFake()).says(LINK);
  });

  it('on a data folder that is a file is one clear line', async () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    const program = start(onFake(), { PERPDECK_DATA_DIR: file });
    expect(await program.exitCode()).toBe(1);
    expect(program.errors()).toMatch(/^The data folder .* cannot be used .*\n$/);
  });

  it.runIf(process.getuid?.() !== 0)(
    'on a data folder that cannot be written is one clear line',
    async () => {
      chmodSync(dataDir, 0o500);
      const program = start(onFake());
      expect(await program.exitCode()).toBe(1);
      expect(program.errors()).toMatch(/cannot be used \(EACCES\)/);
    },
  );

  it('with an option that does not exist is one clear line', async () => {
    const program = start(['--prot', '1']);
    expect(await program.exitCode()).toBe(1);
    expect(program.errors()).toMatch(/^Unknown option '--prot'.*\n$/);
  });
});

describe('stopping', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s says goodbye to browsers and ends with 0',
    async (signal) => {
      const program = start([...onFake(), '--exchange', 'testnet'], KEYS);
      const client = clientOf(await program.says(LINK));
      const tab = await openTab(client, await signIn(client.proxy));
      program.child.kill(signal);
      expect(await tab.until(() => tab.closedWith)).toBe(1001);
      expect(await program.exitCode()).toBe(0);
    },
  );

  it('by one Ctrl-C that npm passes on a second time ends as cleanly', async () => {
    const program = start([...onFake(), '--exchange', 'testnet'], KEYS);
    const client = clientOf(await program.says(LINK));
    const me = await signIn(client.proxy);
    const [quick, slow] = [await openTab(client, me), await openTab(client, me)];
    // It does not answer the goodbye, so that there is time for the second signal.
    slow.socket.pause();
    program.child.kill('SIGINT');
    await quick.until(() => quick.closedWith);
    program.child.kill('SIGINT');
    expect(await program.exitCode()).toBe(0);
    expect(existsSync(join(dataDir, 'perpdeck.lock'))).toBe(false);
  });
});

// Which process is whose is read from Linux's own accounting.
describe.runIf(process.platform === 'linux')('the embedded paper exchange', () => {
  it('trades, outlives its own death, and is gone when Perpdeck is', async () => {
    const program = start(['--seed', '7']);
    const client = clientOf(await program.says(LINK));
    expect(program.out()).toContain('the paper exchange (play money)');
    const me = await signIn(client.proxy);
    const tab = await openTab(client, me);
    tab.request('aop_p.subscribe');
    tab.request('orderbook_p.subscribe', ['BTCUSDT']);
    await tab.frame('orderbook_p', 'incremental');
    await tab.frame('accounts_p', 'snapshot');
    tab.request('perp_market24h_pack_p.subscribe');
    await tab.frame('perp_market24h_pack_p.update');

    const order = JSON.stringify({
      symbol: 'BTCUSDT',
      clOrdID: 'process-test-1',
      side: 'Buy',
      posSide: 'Merged',
      ordType: 'Market',
      orderQtyRq: '0.01',
      timeInForce: 'ImmediateOrCancel',
    });
    const placed = await call(client, me, 'POST', '/exchange/g-orders', order);
    expect(await placed.json()).toMatchObject({ code: 0, data: { clOrdID: 'process-test-1' } });
    await tab.frame('accounts_p', 'process-test-1', 'TakerFill');

    const paper = childOf(program.child.pid ?? 0, 'paper');
    process.kill(paper, 'SIGKILL');
    await tab.frame('"reconnecting"');
    const seen = tab.received.length;
    await tab.until(() =>
      tab.received.slice(seen).some((text) => text.includes('orderbook_p') && text.includes('snapshot')),
    );
    const account = await tab.until(() =>
      tab.received.slice(seen).find((text) => text.includes('accounts_p') && text.includes('snapshot')),
    );
    expect(account).toContain('process-test-1');

    const reborn = childOf(program.child.pid ?? 0, 'paper');
    program.child.kill('SIGTERM');
    expect(await program.exitCode()).toBe(0);
    expect(() => process.kill(reborn, 0)).toThrow(/ESRCH/);
    expect(program.errors()).toBe('');
  });

  it('goes with Perpdeck even when that is killed', async () => {
    const program = start([]);
    await program.says(LINK);
    const paper = childOf(program.child.pid ?? 0, 'paper');
    program.child.kill('SIGKILL');
    await program.exitCode();
    await vi.waitFor(() => expect(() => process.kill(paper, 0)).toThrow(/ESRCH/), 20_000);
  });
});

describe('npm run kill', () => {
  const kill = (...args: string[]) => start(args, {}, { entry: 'kill' });

  it('halts the Perpdeck that runs, tells what it does, and arms it again', async () => {
    const program = start(['--seed', '7']);
    const client = clientOf(await program.says(LINK));
    const me = await signIn(client.proxy);
    const tab = await openTab(client, me);
    tab.request('aop_p.subscribe');
    await tab.frame('accounts_p', 'snapshot');
    tab.request('perp_market24h_pack_p.subscribe');
    await tab.frame('perp_market24h_pack_p.update');
    const order = (clOrdID: string) =>
      call(client, me, 'POST', '/exchange/g-orders', newOrder({ clOrdID, priceRp: '20000' }));
    // Nothing is opened before the exchange has told its time.
    await tab.frame('"clockOffsetMs"');
    expect((await order('rests')).status).toBe(200);
    await tab.frame('accounts_p', 'rests', '"New"');
    const halting = kill();
    expect(await halting.exitCode()).toBe(0);
    expect(halting.out()).toContain('Trading is halted, and the exchange shows it');
    expect(halting.out()).toContain('canceled in BTCUSDT');
    await tab.frame('accounts_p', 'rests', '"Canceled"');
    expect((await order('refused')).status).toBe(422);
    const arming = kill('--arm');
    expect(await arming.exitCode()).toBe(0);
    expect((await order('passes')).status).toBe(200);
  });

  it('says it where none runs, and leaves the halt for the next start', async () => {
    const halting = kill('--close-positions');
    expect(await halting.exitCode()).toBe(1);
    expect(halting.errors()).toContain('NOTHING WAS CANCELED');
    const program = start([]);
    const client = clientOf(await program.says(LINK));
    const state = await call(client, await signIn(client.proxy), 'GET', '/api/kill');
    expect(await state.json()).toMatchObject({ who: 'npm run kill', closesPositions: true });
  });
});

describe('[G1] [G5] what may never come out', () => {
  it('key, secret, signatures and tokens are in no line, answer or frame', async () => {
    const signatures: string[] = [];
    exchange.answerWith((request, response) => {
      signatures.push(String(request.headers['x-phemex-request-signature']));
      response.writeHead(401, { 'content-type': 'application/json', 'x-phemex-request-tracing': API_KEY });
      response.end(JSON.stringify({ code: 10500, msg: JSON.stringify(request.headers) }));
    });
    exchange.follow(({ method, params }) => {
      if (method === 'user.auth') signatures.push(String(params[2]));
      return method === 'trade_p.subscribe' ? { refuse: JSON.stringify(params) } : undefined;
    });
    // [G6] words that make other programs talkative.
    const env = { ...KEYS, DEBUG: '*', LOG_LEVEL: 'trace', PINO_LEVEL: 'trace' };
    const program = start([...onFake(), '--exchange', 'testnet'], env);
    const link = await program.says(LINK);
    const client = clientOf(link);
    const me = await signIn(client.proxy);
    const tab = await openTab(client, me);
    const answers: string[] = [];
    const ask = async (method: string, path: string, body?: string) => {
      const answer = await call(client, me, method, path, body);
      answers.push(JSON.stringify([...answer.headers]), await answer.text());
    };
    await ask('GET', '/');
    await ask('GET', '/api/status');
    await ask('GET', `/api/status?token=${me.headerToken}`);
    await ask('GET', '/exchange/g-accounts/accountPositions?currency=USDT');
    await ask('POST', '/exchange/g-orders', `{"symbol":"BTCUSDT","note":"${API_SECRET}"}`);
    await ask('POST', '/exchange/g-orders', newOrder());
    await ask('DELETE', '/exchange/g-orders/all?symbol=BTCUSDT&untriggered=false');
    await ask('GET', '/api/journal');
    await ask('POST', '/exchange/g-orders', '{');
    tab.request('trade_p.subscribe', ['BTCUSDT']);
    await tab.frame('BTCUSDT');
    tab.request('user.auth', ['API', 'x', 'y', 1]);
    await call(client, me, 'DELETE', '/api/session');
    await tab.until(() => tab.closedWith);
    program.child.kill('SIGTERM');
    expect(await program.exitCode()).toBe(0);

    const logPath = join(dataDir, 'perpdeck.log');
    expect(statSync(logPath).mode & 0o777).toBe(0o600);
    const log = readFileSync(logPath, 'utf8');
    expect(log).toContain('/exchange/g-orders');
    expect(signatures.length).toBeGreaterThan(3);
    const forms = (text: string) => [
      text,
      encodeURIComponent(text),
      ...(['base64', 'base64url', 'hex'] as const).map((encoding) => Buffer.from(text).toString(encoding)),
    ];
    const tokens = [me.headerToken, me.cookie.split('=')[1] ?? ''];
    const printed = program.out().replace(link, '') + program.errors();
    const everything = [log, printed, ...answers, ...tab.received].join('\n');
    for (const secret of [API_KEY, API_SECRET, ...signatures, ...tokens].flatMap(forms)) {
      if (everything.includes(secret)) throw new Error(`leaked: ${secret}`);
    }
    expect(log).not.toContain(link.split('#t=')[1]);
  });
});
