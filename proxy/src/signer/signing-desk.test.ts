import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { format, inspect } from 'node:util';
import { build } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EXCHANGE_ROUTES } from '#contract/routes.ts';
import type { Environment } from '#contract/vocabulary.ts';
import { MUTATION_PARAMETERS } from '#contract/wire/mutation-parameters.ts';
import { exposureOf } from '#contract/wire/order-exposure.ts';
import { parseJsonObject } from '../door/json-body.ts';
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

const ORDER = { method: 'POST', path: '/g-orders', body: '{"symbol":"BTCUSDT"}' } as const;
const CANCEL = { method: 'DELETE', path: '/g-orders/cancel' } as const;
const CREATE = { method: 'PUT', path: '/g-orders/create' } as const;

const refused = (code: string) => expect.objectContaining({ name: 'SignerError', code });

describe('the signer signs', () => {
  it('what the exchange documents: path, query, expiry and body', async () => {
    const { sign } = await openDesk();
    const signed = (text: string) => ({
      'x-phemex-access-token': 'key-a',
      'x-phemex-request-expiry': String(NOW_SEC + 60),
      'x-phemex-request-signature': createHmac('sha256', SECRET).update(text).digest('hex'),
    });
    const body = '{"symbol":"BTCUSDT"}';
    expect(await sign({ method: 'POST', path: '/g-orders', body })).toEqual(
      signed(`/g-orders${NOW_SEC + 60}${body}`),
    );
    expect(await sign({ query: 'a=%2C&a=1' })).toEqual(
      signed(`/g-orders/activeLista=%2C&a=1${NOW_SEC + 60}`),
    );
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
    ['a value without a name', { query: 'BTCUSDT' }],
    ['a name without a value', { query: 'symbol' }],
    ['a second value', { query: 'symbol=BTCUSDT=x' }],
    ['an empty pair', { query: 'symbol=BTCUSDT&' }],
    ['a path in the query', { query: '/create?symbol=BTCUSDT' }],
    ['a slash in a value', { query: 'symbol=BTC/USDT' }],
    ['a body in the query', { query: 'symbol={"a":1}' }],
    ['a query beside a body', { ...ORDER, query: 'symbol=BTCUSDT' }],
    [
      'the end of another path',
      { ...ORDER, query: '/createsymbol=BTCUSDT&side=Buy&ordType=Market&orderQtyRq=1000&posSide=Merged' },
    ],
    ['a name of another request', { ...ORDER, body: '{"symbol":"BTCUSDT","leverageRr":"100"}' }],
    ['a name in another spelling', { ...CANCEL, query: 'orderID=x&posSide=Merged&Symbol=BTCUSDT' }],
    ['a name twice', { ...CANCEL, query: 'orderID=x&symbol=ETHUSDT&symbol=BTCUSDT' }],
    ['a change that ends in a digit', { ...CANCEL, query: 'symbol=BTCUSDT&orderID=1' }],
    ['a change whose product is not its last word', { ...CANCEL, query: 'symbol=BTCUSDT&orderID=x' }],
    ['a product that is a number', { ...CANCEL, query: 'orderID=x&symbol=1700000061USDT' }],
    ['a body where none belongs', { body: '{}' }],
    ['a body that is no object', { method: 'POST', path: '/g-orders', body: '[1]' }],
    ['a key twice in the body', { method: 'POST', path: '/g-orders', body: '{"a":1,"a":2}' }],
    ['no expiry', { expirySec: Number.NaN }],
  ] as [string, Partial<SigningOrder>][])('%s', async (_what, order) => {
    const { sign } = await openDesk();
    await expect(sign(order)).rejects.toEqual(refused('MALFORMED'));
  });

  it('an expiry hours ahead, but for a key of the paper exchange, whose clock may run away', async () => {
    const { ask } = await openDesk();
    const expirySec = NOW_SEC + 7_200;
    const terms = { method: 'GET', path: '/g-orders/activeList', query: '', body: '', expirySec } as const;
    const far = [
      () => ask('sign', { account: 'b', order: terms }),
      () => ask('authenticate', { account: 'b', expirySec }),
    ];
    const hold = (environment?: Environment) =>
      ask('hold', {
        ...{ account: 'b', apiKey: 'key-b', secret: Buffer.from(SECRET) },
        ...(environment === undefined ? {} : { environment }),
      });
    for (const environment of ['mainnet', 'testnet', undefined] as const) {
      await hold(environment);
      for (const one of far) await expect(one()).rejects.toEqual(refused('TOO_FAR_AHEAD'));
    }
    await hold('paper');
    for (const one of far) await expect(one()).resolves.toBeDefined();
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

describe('a signature', () => {
  /** What the exchange would take a request for at most, where an order without a price is worth 50,000 a piece. */
  const worth = (route: `${string} ${string}`, query: string, body: string): number => {
    const fields = body === '' ? undefined : parseJsonObject(Buffer.from(body, 'utf8'));
    // Whether it would take its parameters from a query as well, nobody knows.
    const isOfQuery = route === 'POST /g-orders' && fields === undefined;
    const exposure = exposureOf(isOfQuery ? 'PUT /g-orders/create' : route, query, fields);
    if (exposure.kind === 'leverage') return Math.max(0, ...exposure.leverages.map(Number));
    if (exposure.kind !== 'order') return 0;
    return Number(exposure.qty ?? 0) * Math.max(50_000, ...exposure.prices.map(Number));
  };
  /** Every other request that has the same text: the exchange is told the parts, and puts them together again. */
  function* readings(text: string) {
    for (const { method, path } of EXCHANGE_ROUTES) {
      if (!text.startsWith(path)) continue;
      const rest = text.slice(path.length);
      for (const { index } of rest.matchAll(/\d{10,}/g)) {
        const digits = /^\d+/.exec(rest.slice(index))?.[0].length ?? 0;
        for (let from = index; from + 10 <= index + digits; from++) {
          for (let to = from + 10; to <= index + digits; to++) {
            const [expirySec, body] = [Number(rest.slice(from, to)), rest.slice(to)];
            yield { route: `${method} ${path}` as const, query: rest.slice(0, from), expirySec, body };
          }
        }
      }
    }
  }
  const name = fc.constantFrom(
    ...new Set(Object.values(MUTATION_PARAMETERS).flat()),
    ...['/createsymbol', 'createsymbol', 'Listsymbol', 'list?symbol', '/', ''],
  );
  const value = fc.oneof(
    fc.constantFrom('BTCUSDT', 'Buy', 'Market', 'Merged', 'true', 'x', '{"symbol":"BTCUSDT"}', '/all?a=b'),
    fc.nat({ max: 9_999_999 }).map(String),
    fc.integer({ min: 1_000_000_000, max: 9_999_999_999 }).map(String),
  );
  const fields = fc.uniqueArray(fc.tuple(name, value), { maxLength: 6, selector: ([key]) => key });
  const query = fields.map((pairs) => pairs.map((pair) => pair.join('=')).join('&'));
  const asked = fc.record({
    route: fc.constantFrom(...EXCHANGE_ROUTES),
    query: fc.oneof({ weight: 1, arbitrary: fc.constant('') }, { weight: 3, arbitrary: query }),
    body: fc.oneof(
      fc.constant(''),
      fields.map((pairs) => JSON.stringify(Object.fromEntries(pairs))),
    ),
  });
  type Asked = typeof asked extends fc.Arbitrary<infer A> ? A : never;
  const listed = (method: string, path: string) => {
    const route = EXCHANGE_ROUTES.find((one) => one.method === method && one.path === path);
    if (route === undefined) throw new Error(`${path} is not listed`);
    return route;
  };
  const examples: [Asked][] = [
    [
      {
        route: listed('POST', '/g-orders'),
        query: '/createsymbol=BTCUSDT&side=Buy&ordType=Market&orderQtyRq=1000&posSide=Merged',
        body: '',
      },
    ],
    [
      {
        route: listed('PUT', '/g-orders/create'),
        query: 'symbol=BTCUSDT&orderQtyRq=1&clOrdID=x9999999999&posSide=Merged',
        body: '',
      },
    ],
    [
      {
        route: listed('PUT', '/g-orders/replace'),
        query: 'symbol=BTCUSDT&orderID=x&orderQtyRq=12',
        body: '',
      },
    ],
  ];

  it('is good for nothing that is worth more, whatever its text is taken for, nor for longer', async () => {
    const { sign } = await openDesk();
    let signedTexts = 0;
    await fc.assert(
      fc.asyncProperty(asked, async ({ route: { method, path, kind }, query: given, body }) => {
        const isSigned = await sign({ method, path, query: given, body }).then(
          () => true,
          () => false,
        );
        if (!isSigned) return;
        signedTexts += 1;
        const most = worth(`${method} ${path}`, given, body);
        for (const other of readings(path + given + (NOW_SEC + 60) + body)) {
          const names = [...new URLSearchParams(other.query).keys()];
          const known = MUTATION_PARAMETERS[other.route] ?? [];
          const isChange = names.every((one) => known.includes(one)) && names.includes('symbol');
          if (isChange) expect(other.expirySec).toBeLessThanOrEqual(NOW_SEC + 60);
          expect([kind, other.route, worth(other.route, other.query, other.body) <= most]).toEqual([
            kind,
            other.route,
            true,
          ]);
        }
      }),
      { examples, numRuns: 500 },
    );
    expect(signedTexts).toBeGreaterThan(20);
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

  it.each<[string, object, string]>([
    ['a distance', { pegOffsetValueRp: '100' }, '49900'],
    ['a share', { pegOffsetProportionRr: '0.25' }, '40000'],
  ])(
    'hold a bid that trails by %s where its trigger begins, above the market',
    async (_by, offset, market) => {
      const { place } = await openDesk({ orderValueMax: '5000' });
      const trailing = { symbol: 'BTCUSDT', side: 'Buy', orderQtyRq: '0.1', ordType: 'Stop', ...offset };
      await expect(place(trailing, market)).resolves.toBeDefined();
      await expect(place(trailing, `${market}.1`)).rejects.toEqual(over);
      const [[name = '', value] = []] = Object.entries(offset);
      const offer = { ...trailing, side: 'Sell', [name]: `-${value}` };
      await expect(place(offer, '50000')).resolves.toBeDefined();
      await expect(place({ ...trailing, [name]: '1e3' }, '1')).rejects.toEqual(over);
    },
  );

  it('hold an amendment too', async () => {
    const { amend } = await openDesk({ orderValueMax: '5000' });
    await expect(amend('orderQtyRq=0.1&priceRp=50000&symbol=BTCUSDT', '50000')).resolves.toBeDefined();
    await expect(amend('orderQtyRq=0.1&priceRp=1&symbol=BTCUSDT')).rejects.toEqual(over);
    await expect(amend('orderQtyRq=1&priceRp=50000&symbol=BTCUSDT', '50000')).rejects.toEqual(over);
    await expect(amend('orderQtyRq=0.1&orderQtyRq=9&priceRp=1&symbol=BTCUSDT', '50000')).rejects.toEqual(
      refused('MALFORMED'),
    );
    await expect(amend('orderQty%52q=1&priceRp=50000&symbol=BTCUSDT', '50000')).rejects.toEqual(
      refused('MALFORMED'),
    );
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
        query: 'orderID=x&symbol=BTCUSDT',
      } as const;
      await expect(sign(cancel)).resolves.toBeDefined();
    }
    await expect(place({ ...order, ordType: 'Stop', closeOnTrigger: true })).resolves.toBeDefined();
    await expect(
      sign({ ...CREATE, query: 'side=Buy&orderQtyRq=0.1&reduceOnly=true&symbol=BTCUSDT' }),
    ).resolves.toBeDefined();
  });

  it.each([{ reduceOnly: 'yes' }, { reduceOnly: 'true' }, { closeOnTrigger: true }])(
    'do not believe that an order only closes where the exchange may not: %j',
    async (fields) => {
      const { place } = await openDesk({ orderValueMax: '1' });
      await expect(place({ ...order, ...fields })).rejects.toEqual(over);
    },
  );

  it('know every product by its name, also one that begins with a small letter', async () => {
    const { place } = await openDesk({ orderValueMax: '5000' });
    const cheap = { ...order, symbol: 'u1000PEPEUSDT', orderQtyRq: '1000', priceRp: '5' };
    await expect(place(cheap)).resolves.toBeDefined();
    await expect(place({ ...cheap, priceRp: '5.01' })).rejects.toEqual(over);
    await expect(place({ ...cheap, symbol: 'btcusdt' })).rejects.toEqual(over);
  });

  it('hold leverage of either sign, and of each leg', async () => {
    const { sign } = await openDesk({ leverageMax: '10' });
    const lever = (query: string) => sign({ method: 'PUT', path: '/g-positions/leverage', query });
    await expect(lever('leverageRr=-10&symbol=BTCUSDT')).resolves.toBeDefined();
    await expect(lever('leverageRr=-10.1&symbol=BTCUSDT')).rejects.toEqual(over);
    await expect(lever('longLeverageRr=5&shortLeverageRr=20&symbol=BTCUSDT')).rejects.toEqual(over);
  });

  it('hold cross margin at the highest leverage there is for above every cap', async () => {
    const { sign } = await openDesk({ leverageMax: '10' });
    const query = 'leverageRr=0&symbol=BTCUSDT';
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
    expect(readFileSync('docs/security.md', 'utf8')).toContain(`modules, ${inputs.length} files to read`);
    for (const input of inputs) expect(input).toMatch(/^(proxy|contract)\/src\//);
    const outside = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    for (const path of outside) expect(path).toMatch(/^node:/);
  });
});
