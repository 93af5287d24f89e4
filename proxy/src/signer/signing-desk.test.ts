import { createHmac } from 'node:crypto';
import { format, inspect } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { EXCHANGE_ROUTES } from '#contract/routes.ts';
import type { Environment } from '#contract/vocabulary.ts';
import type { Caps } from './caps.ts';
import { createSigningKey } from './key.ts';
import type { SigningOrder } from './protocol.ts';
import { askDesk, createSigningDesk } from './signing-desk.ts';

const SECRET = 'canary-Zm9vYmFy/+=0123456789';
const NOW_SEC = 1_700_000_000;

async function openDesk(caps: Caps = {}) {
  let nowMs = NOW_SEC * 1000;
  const ask = askDesk(createSigningDesk({ caps, nowMs: () => nowMs }));
  await ask('hold', { account: 'a', apiKey: 'key-a', secret: Buffer.from(SECRET) });
  const sign = (order: Partial<SigningOrder>) =>
    ask('sign', {
      account: 'a',
      order: {
        method: 'GET',
        path: '/g-orders/activeList',
        query: '',
        body: '',
        expirySec: NOW_SEC + 60,
        ...order,
      },
    });
  const place = (body: object, referencePrice?: string) =>
    sign({
      method: 'POST',
      path: '/g-orders',
      body: JSON.stringify(body),
      ...(referencePrice === undefined ? {} : { referencePrice }),
    });
  const amend = (query: string, referencePrice?: string) =>
    sign({
      method: 'PUT',
      path: '/g-orders/replace',
      query,
      ...(referencePrice === undefined ? {} : { referencePrice }),
    });
  return { ask, sign, place, amend, pass: (ms: number) => (nowMs += ms) };
}

const refused = (code: string) => expect.objectContaining({ name: 'SignerError', code });

describe('the signer signs', () => {
  it('what the exchange documents: path, query, expiry and body', async () => {
    const { sign } = await openDesk();
    const body = '{"symbol":"BTCUSDT"}';
    expect(await sign({ method: 'POST', path: '/g-orders', query: 'a=%2C&a=1', body })).toEqual({
      'x-phemex-access-token': 'key-a',
      'x-phemex-request-expiry': String(NOW_SEC + 60),
      'x-phemex-request-signature': createHmac('sha256', SECRET)
        .update(`/g-ordersa=%2C&a=1${NOW_SEC + 60}${body}`)
        .digest('hex'),
    });
  });

  it('the sign-in of a socket', async () => {
    const { ask } = await openDesk();
    const expirySec = NOW_SEC + 60;
    expect(await ask('authenticate', { account: 'a', expirySec })).toBe(
      createHmac('sha256', SECRET).update(`key-a${expirySec}`).digest('hex'),
    );
  });
});

describe('the signer refuses', () => {
  it.each([
    ['POST', '/assets/withdraw'],
    ['POST', '/assets/transfer'],
    ['PUT', '/g-positions/riskLimit'],
    ['PUT', '/g-orders'],
    ['GET', '/public/products'],
    ['GET', '/g-orders/activeList/'],
    ['GET', '/g-orders/activeList?symbol=BTCUSDT'],
    ['GET', '/G-orders/activeList'],
    ['get', '/g-orders/activeList'],
  ])('%s %s, which is not in its own table', async (method, path) => {
    const { sign } = await openDesk();
    await expect(sign({ method: method as 'GET', path })).rejects.toEqual(refused('NOT_LISTED'));
  });

  it('nothing of its table, which is what may be signed at all', async () => {
    const { sign } = await openDesk();
    const signed = EXCHANGE_ROUTES.filter(({ kind }) => kind !== 'public');
    for (const { method, path } of signed) await expect(sign({ method, path })).resolves.toBeDefined();
    expect(signed.map(({ path }) => path).join(' ')).not.toMatch(/withdraw|transfer|assets|sub/i);
  });

  it.each([
    ['a line break in the query', { query: 'a=1\r\nx: y' }],
    ['a fragment', { query: 'a=1#b' }],
    ['a space', { query: 'a b' }],
    ['a letter that is not ASCII', { query: 'symbol=ВTCUSDT' }],
    ['a query too long', { query: 'a'.repeat(16_385) }],
    ['a body where none belongs', { body: '{}' }],
    ['a body that is no object', { method: 'POST', path: '/g-orders', body: '[1]' }],
    ['a key twice in the body', { method: 'POST', path: '/g-orders', body: '{"a":1,"a":2}' }],
    ['an expiry hours ahead', { expirySec: NOW_SEC + 7_200 }],
    ['no expiry', { expirySec: Number.NaN }],
  ] as [string, Partial<SigningOrder>][])('%s', async (_what, order) => {
    const { sign } = await openDesk();
    await expect(sign(order)).rejects.toEqual(refused('MALFORMED'));
  });

  it('a key it was never given, or does not hold any more', async () => {
    const { ask, sign } = await openDesk();
    await expect(ask('authenticate', { account: 'b', expirySec: NOW_SEC })).rejects.toEqual(
      refused('NO_SUCH_KEY'),
    );
    await ask('drop', { account: 'a' });
    await expect(sign({})).rejects.toEqual(refused('NO_SUCH_KEY'));
  });

  it('a name for a key that would not fit a header', async () => {
    const { ask } = await openDesk();
    const secret = Buffer.from('s');
    await expect(ask('hold', { account: 'b', apiKey: 'k\r\nx: y', secret })).rejects.toEqual(
      refused('MALFORMED'),
    );
  });
});

describe('the hard caps', () => {
  const over = refused('OVER_CAP');
  const order = { symbol: 'BTCUSDT', side: 'Buy', orderQtyRq: '0.1', ordType: 'Limit', priceRp: '50000' };

  it('hold an order’s value at the boundary, to the last digit', async () => {
    const { place } = await openDesk({ orderValueMax: '5000' });
    await expect(place(order)).resolves.toBeDefined();
    await expect(place({ ...order, priceRp: '50000.000000000001' })).rejects.toEqual(over);
    await expect(place({ ...order, orderQtyRq: 0.100001 })).rejects.toEqual(over);
    await expect(place({ ...order, stopPxRp: '50001' })).rejects.toEqual(over);
    await expect(place({ ...order, priceRp: '1' }, '60000')).rejects.toEqual(over);
  });

  it('judge a market order by the price at hand, and sign none without', async () => {
    const { place } = await openDesk({ orderValueMax: '5000' });
    const market = { symbol: 'BTCUSDT', side: 'Buy', orderQtyRq: '0.1', ordType: 'Market' };
    await expect(place(market, '50000')).resolves.toBeDefined();
    await expect(place(market, '50001')).rejects.toEqual(over);
    await expect(place(market)).rejects.toEqual(over);
  });

  it.each<[string, object]>([
    ['of a market order', { ordType: 'Market' }],
    ['of a stop', { ordType: 'Stop', stopPxRp: '1' }],
    ['of an order that waits to be touched', { ordType: 'MarketIfTouched', stopPxRp: '1' }],
    ['of an offer', { side: 'Sell' }],
    ['of a pegged order', { pegPriceType: 'PrimaryPeg' }],
    ['of zero', { priceRp: '0' }],
  ])('do not believe the price %s: the market decides', async (_what, fields) => {
    const { place } = await openDesk({ orderValueMax: '5000' });
    const cheap = { ...order, priceRp: '0.1', ...fields };
    await expect(place(cheap)).rejects.toEqual(over);
    await expect(place(cheap, '50001')).rejects.toEqual(over);
    await expect(place(cheap, '50000')).resolves.toBeDefined();
  });

  it('hold an amendment too', async () => {
    const { amend } = await openDesk({ orderValueMax: '5000' });
    await expect(amend('symbol=BTCUSDT&orderQtyRq=0.1&priceRp=50000', '50000')).resolves.toBeDefined();
    await expect(amend('symbol=BTCUSDT&orderQtyRq=0.1&priceRp=1')).rejects.toEqual(over);
    await expect(amend('symbol=BTCUSDT&orderQtyRq=1&priceRp=50000', '50000')).rejects.toEqual(over);
    await expect(amend('symbol=BTCUSDT&orderQtyRq=0.1&orderQtyRq=9&priceRp=1', '50000')).rejects.toEqual(
      over,
    );
    await expect(amend('symbol=BTCUSDT&orderQty%52q=1&priceRp=50000', '50000')).rejects.toEqual(over);
  });

  it.each([['1e9'], ['-1'], ['0x10'], ['NaN'], [['1']], [{ a: 1 }], [1e21], [' 1']])(
    'refuse a quantity that cannot be read: %j',
    async (orderQtyRq) => {
      const { place } = await openDesk({ orderValueMax: '5000' });
      await expect(place({ ...order, orderQtyRq })).rejects.toEqual(over);
    },
  );

  it('let everything pass that cannot enlarge a position', async () => {
    const { place, sign } = await openDesk({ orderValueMax: '1', ordersPerMinuteMax: 1, leverageMax: '1' });
    for (let i = 0; i < 5; i++) {
      await expect(place({ ...order, reduceOnly: true })).resolves.toBeDefined();
      const cancel = {
        method: 'DELETE',
        path: '/g-orders/cancel',
        query: 'symbol=BTCUSDT&orderID=x',
      } as const;
      await expect(sign(cancel)).resolves.toBeDefined();
    }
    await expect(place({ ...order, reduceOnly: 'yes' })).rejects.toEqual(over);
  });

  it('hold leverage of either sign, and of each leg', async () => {
    const { sign } = await openDesk({ leverageMax: '10' });
    const lever = (query: string) => sign({ method: 'PUT', path: '/g-positions/leverage', query });
    await expect(lever('symbol=BTCUSDT&leverageRr=-10')).resolves.toBeDefined();
    await expect(lever('symbol=BTCUSDT&leverageRr=-10.1')).rejects.toEqual(over);
    await expect(lever('symbol=BTCUSDT&longLeverageRr=5&shortLeverageRr=20')).rejects.toEqual(over);
  });

  it('hold cross margin at the highest leverage there is for above every cap', async () => {
    const { sign } = await openDesk({ leverageMax: '10' });
    const query = 'symbol=BTCUSDT&leverageRr=0';
    await expect(sign({ method: 'PUT', path: '/g-positions/leverage', query })).rejects.toEqual(over);
  });

  it('are others for real money, and a key of no known environment counts as that', async () => {
    const mainnetCaps = { orderValueMax: '1000' };
    const ask = askDesk(createSigningDesk({ caps: {}, mainnetCaps, nowMs: () => NOW_SEC * 1000 }));
    const place = async (environment: Environment | undefined) => {
      const key = { account: 'a', apiKey: 'key-a', secret: Buffer.from(SECRET) };
      await ask('hold', environment === undefined ? key : { ...key, environment });
      const terms = { query: '', body: JSON.stringify(order), expirySec: NOW_SEC };
      return ask('sign', { account: 'a', order: { method: 'POST', path: '/g-orders', ...terms } });
    };
    await expect(place('testnet')).resolves.toBeDefined();
    await expect(place('paper')).resolves.toBeDefined();
    await expect(place('mainnet')).rejects.toEqual(over);
    await expect(place(undefined)).rejects.toEqual(over);
  });

  it('count orders by the minute', async () => {
    const { place, pass } = await openDesk({ ordersPerMinuteMax: 2 });
    await place(order);
    await place(order);
    await expect(place(order)).rejects.toEqual(over);
    pass(60_000);
    await expect(place(order)).resolves.toBeDefined();
  });
});

describe('a key', () => {
  it('[L9] zeroes what it was made of, and shows itself in no way of printing', () => {
    const bytes = Buffer.from(SECRET);
    const key = createSigningKey('key-a', bytes);
    expect(bytes.every((byte) => byte === 0)).toBe(true);
    const prints = [
      String(key),
      JSON.stringify({ key, list: [key] }),
      inspect({ key }, { depth: 10, showHidden: true }),
      format('%s %o %j', key, key, key),
    ].join('\n');
    for (const form of ['utf8', 'base64', 'hex'] as const) {
      expect(prints).not.toContain(Buffer.from(SECRET).toString(form));
    }
  });
});

describe('the signer’s program', () => {
  it('[S5] holds no third-party code: our own files and Node’s modules, nothing else', async () => {
    const { metafile } = await build({
      entryPoints: ['proxy/src/signer/main.ts'],
      bundle: true,
      platform: 'node',
      format: 'esm',
      packages: 'external',
      metafile: true,
      write: false,
    });
    const inputs = Object.keys(metafile.inputs);
    expect(inputs.length).toBeGreaterThan(5);
    for (const input of inputs) expect(input).toMatch(/^(proxy|contract)\/src\//);
    const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    for (const path of outside) expect(path).toMatch(/^node:/);
  });
});
