/** [K20] ccxt as it is, but for its URLs and its key, through the proxy to the paper exchange; and the docs' example. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ccxt, { pro } from 'ccxt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Money } from '#contract/brand.ts';
import { createSigner } from '../../src/exchange/sign.ts';
import { askDesk, createSigningDesk } from '../../src/signer/signing-desk.ts';
import { createHappenings } from '../happenings.ts';
import { API_KEY, API_SECRET, type Credentials, call, openTab, type Rig, startRig, TRADING } from '../rig.ts';
import { type Bot, keyStoreIn, newBot } from './bot.ts';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const BTC = 'BTC/USDT:USDT';

let folder: string;
let paper: ChildProcess;
let rig: Rig;
let me: Credentials;
let bot: Bot;
let rest: InstanceType<typeof ccxt.phemex>;
let live: InstanceType<typeof pro.phemex>;

const urls = () => ({
  v1: `${rig.proxy.url}/exchange/v1`,
  v2: `${rig.proxy.url}/exchange`,
  public: `${rig.proxy.url}/exchange/exchange/public`,
  private: `${rig.proxy.url}/exchange`,
  ws: `${rig.proxy.url.replace('http', 'ws')}/exchange/ws`,
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perpdeck-ccxt-'));
  const args = ['--port', '0', '--seed', '7', '--rate-limit', 'off', '--account', `${API_KEY}:${API_SECRET}`];
  paper = spawn(process.execPath, ['--import', 'tsx', 'paper/src/main.ts', ...args], {
    cwd: root,
    env: { ...process.env, PERPDECK_DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const happenings = createHappenings();
  let said = '';
  paper.stdout?.on('data', (text) => {
    said += String(text);
    happenings.tell();
  });
  const exchangeUrl = await happenings.until(() => /REST +(\S+)/.exec(said)?.[1]);
  const ask = askDesk(createSigningDesk({ caps: {}, nowMs: Date.now }));
  await ask('hold', { account: 'test', apiKey: API_KEY, secret: Buffer.from(API_SECRET) });
  rig = await startRig({
    environment: 'paper',
    exchangeUrl,
    exchangeWs: `${exchangeUrl.replace('http', 'ws')}/ws`,
    signer: createSigner(ask, 'test', API_KEY),
    trading: { ...TRADING, keyStore: keyStoreIn() },
  });
  me = await rig.signIn();
  const tab = await openTab(rig, me);
  tab.request('aop_p.subscribe');
  await tab.frame('accounts_p', 'snapshot');
  tab.socket.close();
  bot = await newBot(rig, me, { name: 'ccxt-bot' });
  const options = {
    ...{ apiKey: bot.key.id, secret: bot.secret, enableRateLimit: false },
    options: { defaultType: 'swap' },
  };
  rest = new ccxt.phemex(options);
  live = new pro.phemex(options);
  rest.urls.api = urls();
  live.urls.api = urls();
  // Plain ws:// is "not supported" until this has been called once.
  await live.loadHttpProxyAgent();
}, 60_000);
afterAll(async () => {
  await live.close();
  await rig.close();
  paper.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('ccxt through the gateway', () => {
  it('loads markets, reads the market and the account', async () => {
    await rest.loadMarkets();
    expect(rest.markets?.[BTC]).toMatchObject({ id: 'BTCUSDT', linear: true });
    expect((await rest.fetchTicker(BTC)).last).toBeGreaterThan(0);
    expect((await rest.fetchOHLCV(BTC, '1m', undefined, 10)).length).toBeGreaterThan(0);
    expect((await rest.fetchBalance({ type: 'swap' })).USDT).toMatchObject({ total: 100_000 });
    expect(await rest.fetchMyTrades(BTC)).toEqual([]);
    expect(await rest.fetchOrders(BTC)).toEqual([]);
    expect(await rest.fetchFundingHistory(BTC)).toEqual([]);
    expect((await rest.fetchFundingRate(BTC)).symbol).toBe(BTC);
    expect(await rest.fetchPositions([BTC])).toMatchObject([{ symbol: BTC, contracts: 0 }]);
  });

  it('places, edits and cancels; the orders bear the key’s name', async () => {
    const bid = (await rest.fetchOrderBook(BTC)).bids[0]?.[0] ?? 0;
    const price = Math.round(bid * 0.9);
    const placed = await rest.createOrder(BTC, 'limit', 'buy', 0.01, price);
    const [open] = await rest.fetchOpenOrders(BTC);
    expect(open).toMatchObject({ id: placed.id, price, amount: 0.01, status: 'open' });
    const placers = await call(rig, me, 'GET', `/api/placers?ids=${open?.clientOrderId}`);
    expect(await placers.json()).toEqual({ [String(open?.clientOrderId)]: 'ccxt-bot' });

    await rest.editOrder(String(placed.id), BTC, 'limit', 'buy', 0.02, price - 10);
    expect((await rest.fetchOpenOrders(BTC))[0]).toMatchObject({ amount: 0.02, price: price - 10 });
    await rest.cancelOrder(String(placed.id), BTC);
    expect(await rest.fetchOpenOrders(BTC)).toEqual([]);
    await rest.createOrder(BTC, 'limit', 'buy', 0.01, price);
    await rest.cancelAllOrders(BTC);
    expect(await rest.fetchOpenOrders(BTC)).toEqual([]);
    // Several by their ids, as far as this ccxt has a way to ask for it.
    const several = [await rest.createOrder(BTC, 'limit', 'buy', 0.01, price)];
    several.push(await rest.createOrder(BTC, 'limit', 'buy', 0.01, price - 20));
    const orderID = several.map(({ id }) => id).join();
    await rest.request('g-orders', 'private', 'DELETE', { symbol: 'BTCUSDT', orderID, posSide: 'Merged' });
    expect(await rest.fetchOpenOrders(BTC)).toEqual([]);
    await rest.setLeverage(5, BTC);
    await rest.setMarginMode('isolated', BTC, { leverage: 4 });
    await rest.setPositionMode(false, BTC);
    const stop = { triggerPrice: price - 100, triggerDirection: 'descending', reduceOnly: false };
    await rest.createOrder(BTC, 'limit', 'sell', 0.01, price - 110, { ...stop, postOnly: false });
    expect(await rest.fetchOpenOrders(BTC)).toHaveLength(1);
    await rest.cancelAllOrders(BTC, { untriggered: true });
    expect(await rest.fetchOpenOrders(BTC)).toEqual([]);
    await expect(rest.cancelAllOrders(BTC, { trigger: true })).rejects.toThrow(ccxt.BadRequest);
  });

  it('watches its book, orders and balance', async () => {
    const book = await live.watchOrderBook(BTC);
    expect(book.bids[0]?.[0]).toBeLessThan(book.asks[0]?.[0] ?? 0);
    expect((await live.watchBalance({ type: 'swap', settle: 'USDT' })).USDT?.total).toBeGreaterThan(0);
    const resting = live.watchOrders(BTC);
    const placed = await live.createOrder(
      BTC,
      'limit',
      'buy',
      0.01,
      Math.round((book.bids[0]?.[0] ?? 0) * 0.9),
    );
    expect((await resting).at(-1)).toMatchObject({ id: placed.id, status: 'open' });
    const canceled = live.watchOrders(BTC);
    await live.cancelOrder(String(placed.id), BTC);
    expect((await canceled).at(-1)).toMatchObject({ id: placed.id, status: 'canceled' });
  });

  it('is told in its own classes why not', async () => {
    await expect(rest.withdraw('USDT', 1, '0x0', undefined, { network: 'ETH' })).rejects.toThrow(
      ccxt.PermissionDenied,
    );
    await expect(rest.transfer('USDT', 1, 'swap', 'spot')).rejects.toThrow(ccxt.PermissionDenied);
    const wrong = new ccxt.phemex({ apiKey: bot.key.id, secret: 'x', options: { defaultType: 'swap' } });
    wrong.urls.api = urls();
    await expect(wrong.fetchBalance({ type: 'swap' })).rejects.toThrow(ccxt.AuthenticationError);
    const reader = await newBot(rig, me, { name: 'reader', scope: 'read' });
    const reading = new ccxt.phemex({ apiKey: reader.key.id, secret: reader.secret });
    reading.urls.api = urls();
    await expect(reading.createOrder(BTC, 'market', 'buy', 0.01)).rejects.toThrow(ccxt.PermissionDenied);
    const small = await newBot(rig, me, { name: 'small', valueMax: '100' as Money });
    const capped = new ccxt.phemex({ apiKey: small.key.id, secret: small.secret });
    capped.urls.api = urls();
    await expect(capped.createOrder(BTC, 'market', 'buy', 0.01)).rejects.toThrow(ccxt.InvalidOrder);
  });
});

describe('docs/bots.md', () => {
  it('has an example that runs', async () => {
    const page = readFileSync(join(root, 'docs', 'bots.md'), 'utf8');
    const [, example = ''] = /```js\n([\s\S]*?)```/.exec(page) ?? [];
    const child = spawn(process.execPath, ['--input-type=module', '-'], {
      cwd: root,
      env: { ...process.env, PERPDECK_URL: rig.proxy.url, BOT_KEY: bot.key.id, BOT_SECRET: bot.secret },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let out = '';
    let errors = '';
    child.stdout.on('data', (text) => {
      out += String(text);
    });
    child.stderr.on('data', (text) => {
      errors += String(text);
    });
    child.stdin.end(example);
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, errors]).toEqual([0, '']);
    expect(out).toMatch(/balance \d+/);
    expect(out).toMatch(/placed [\w-]+, open/);
    expect(out).toMatch(/armed/);
    expect(out).toMatch(/canceled/);
  });
});
