/** REST through the proxy: what passes, how it is signed, what is said when the exchange's answer is no answer. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TIMING_HEADER } from '#contract/api.ts';
import { EXCHANGE_ROUTES } from '#contract/routes.ts';
import { OK_BODY, startFakeExchange } from './fake-exchange.ts';
import {
  API_KEY,
  API_SECRET,
  accountMessage,
  type Credentials,
  call,
  newOrder,
  openOrder,
  type Rig,
  startRig,
} from './rig.ts';

let rig: Rig;
let me: Credentials;
beforeAll(async () => {
  rig = await startRig({
    orders: [openOrder({ orderID: 'o-1', clOrdID: 'c-1' })],
    exchangeLimits: { connectMs: 1000, headersMs: 1000, bodyMs: 1000, totalMs: 1500, responseBytes: 65_536 },
  });
  me = await rig.signIn();
});
afterAll(() => rig.close());
beforeEach(() =>
  rig.exchange.answerWith((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(OK_BODY);
  }),
);

/** What the requests that change something are sent with; reads take anything. */
const QUERIES: Readonly<Record<string, string>> = {
  'POST /g-orders': '',
  'PUT /g-orders/create': 'clOrdID=p-1&side=Buy&orderQtyRq=0.01&priceRp=60000&symbol=BTCUSDT',
  'PUT /g-orders/replace': 'origClOrdID=c%2D1&priceRp=60000.5&posSide=Merged&symbol=BTCUSDT',
  'DELETE /g-orders/cancel': 'orderID=1&posSide=Merged&symbol=BTCUSDT',
  'DELETE /g-orders': 'orderID=1%2C2&posSide=Merged&symbol=BTCUSDT',
  'DELETE /g-orders/all': 'untriggered=false&symbol=BTCUSDT',
  'PUT /g-positions/leverage': 'leverageRr=-20&symbol=BTCUSDT',
  'PUT /g-positions/switch-pos-mode-sync': 'targetPosMode=Hedged&symbol=BTCUSDT',
  'POST /g-positions/assign': 'posBalanceRv=12.5&posSide=Merged&symbol=BTCUSDT',
};
const lastAsked = () => rig.exchange.asked().at(-1);
const codeOf = async (answer: Response) => ((await answer.json()) as { error: { code: string } }).error.code;

/** Written down again from the exchange's documents: path, query, expiry and body, in that order. */
const documentedSignature = (path: string, query: string, expiry: string, body: string) =>
  createHmac('sha256', API_SECRET).update(`${path}${query}${expiry}${body}`).digest('hex');

describe('forwarding', () => {
  it.each(EXCHANGE_ROUTES.map((route) => [route.method, route.path, route.kind] as const))(
    'passes %s %s on, %s',
    async (method, path, kind) => {
      const query = QUERIES[`${method} ${path}`] ?? 'symbol=BTCUSDT&list=a%2Cb&list=c';
      const body = path === '/g-orders' && method === 'POST' ? newOrder() : '';
      const target = query === '' ? path : `${path}?${query}`;
      const askedAtMs = Date.now();
      const answer = await call(rig, me, method, `/exchange${target}`, body || undefined);
      expect([answer.status, await answer.text()]).toEqual([200, OK_BODY]);
      // What the page tells of the way through here: received; written down, sent, answered after that.
      const [receivedAtMs = 0, ...steps] = answer.headers.get(TIMING_HEADER)?.split(' ').map(Number) ?? [];
      expect(steps).toHaveLength(kind === 'order' ? 3 : 0);
      const [writtenMs = 0, sentMs = 0, answeredMs = 0] = steps;
      const inOrder = method === 'DELETE' ? [sentMs, writtenMs] : [writtenMs, sentMs];
      expect([...steps].sort((a, b) => a - b)).toEqual(kind === 'order' ? [...inOrder, answeredMs] : []);
      expect(kind !== 'order' || receivedAtMs >= askedAtMs).toBe(true);
      const seen = lastAsked();
      expect([seen?.method, seen?.target, seen?.body]).toEqual([method, target, body]);
      const signature = seen?.headers['x-phemex-request-signature'];
      if (kind === 'public') {
        expect(signature).toBeUndefined();
        expect(seen?.headers['x-phemex-access-token']).toBeUndefined();
        return;
      }
      const expiry = String(seen?.headers['x-phemex-request-expiry']);
      expect(seen?.headers['x-phemex-access-token']).toBe(API_KEY);
      expect(signature).toBe(documentedSignature(path, query, expiry, body));
      const validSec = Number(expiry) - Date.now() / 1000;
      expect(validSec).toBeLessThanOrEqual(kind === 'order' ? 10 : 60);
      expect(validSec).toBeGreaterThan(kind === 'order' ? 0 : 40);
    },
  );

  it.each([
    ['POST', '/exchange/assets/withdraw'],
    ['POST', '/exchange/assets/transfer'],
    ['POST', '/exchange/assets/universal-transfer'],
    ['GET', '/exchange/phemex-withdraw/wallets/api/createWithdraw'],
    ['GET', '/exchange/g-orders'],
    ['PUT', '/exchange/g-orders'],
    ['POST', '/exchange/positions/assign'],
    ['GET', '/exchange/g-positions/leverage'],
    ['PUT', '/exchange/g-orders/cancel'],
    ['GET', '/exchange/G-ORDERS/activeList'],
    ['GET', '/exchange/g-orders/activeList/'],
    ['GET', '/exchange//g-orders/activeList'],
    ['GET', '/exchange/orders/activeList'],
    ['GET', '/g-orders/activeList'],
    ['HEAD', '/exchange/public/time'],
    ['PATCH', '/exchange/g-orders/replace'],
  ])('lets nothing else pass: %s %s', async (method, path) => {
    const before = rig.exchange.asked().length;
    const answer = await call(rig, me, method, path);
    expect([404, 405]).toContain(answer.status);
    expect(rig.exchange.asked()).toHaveLength(before);
  });

  it('puts the product of a change last, so that no number touches the expiry in what is signed', async () => {
    const path = '/g-positions/leverage';
    await call(rig, me, 'PUT', `/exchange${path}?symbol=BTCUSDT&leverageRr=-20`);
    const seen = lastAsked();
    expect(seen?.target).toBe(`${path}?leverageRr=-20&symbol=BTCUSDT`);
    const expiry = String(seen?.headers['x-phemex-request-expiry']);
    expect(seen?.headers['x-phemex-request-signature']).toBe(
      documentedSignature(path, 'leverageRr=-20&symbol=BTCUSDT', expiry, ''),
    );
  });

  it('reads an encoded path as what it means, and sends the plain one', async () => {
    await call(rig, me, 'GET', '/exchange/%67-orders/activeList?symbol=BTCUSDT');
    expect(lastAsked()?.target).toBe('/g-orders/activeList?symbol=BTCUSDT');
  });

  it('hands the answer on unchanged: status, bytes, tracing and rate limits, and no other header', async () => {
    const body = '{"code":10500,"msg":"x","data":{"actionTimeNs":1763521361212642955,"q":1.10}}';
    rig.exchange.answerWith((_request, response) => {
      response.writeHead(401, {
        'content-type': 'application/json;charset=UTF-8',
        'x-phemex-request-tracing': '62cb1b0e-8d3e-4f0a-9d3e-0242ac130002',
        'x-ratelimit-remaining-contract': '498',
        'x-ratelimit-capacity-contract': '500',
        'set-cookie': 'evil=1',
        'access-control-allow-origin': '*',
        server: 'cloudflare',
      });
      response.end(body);
    });
    const answer = await call(rig, me, 'POST', '/exchange/g-orders', newOrder());
    expect([answer.status, await answer.text()]).toEqual([401, body]);
    expect(answer.headers.get('x-phemex-request-tracing')).toBe('62cb1b0e-8d3e-4f0a-9d3e-0242ac130002');
    expect(answer.headers.get('x-ratelimit-remaining-contract')).toBe('498');
    for (const name of ['set-cookie', 'access-control-allow-origin', 'server']) {
      expect(answer.headers.get(name)).toBeNull();
    }
  });

  it('[G2] takes the key and the signature out of an answer that repeats them', async () => {
    rig.exchange.answerWith((request, response) => {
      const { 'x-phemex-access-token': key, 'x-phemex-request-signature': signature } = request.headers;
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ msg: `Api key not found ${key} ${signature}`, code: 10500 }));
    });
    const text = await (await call(rig, me, 'GET', '/exchange/g-orders/activeList')).text();
    expect(text).toBe('{"msg":"Api key not found [key] [signature]","code":10500}');
  });

  it.each([
    ['symbols twice [A69]', '{"symbol":"BTCUSDT","symbol":"ETHUSDT"}'],
    ['a quantity twice, once in disguise', '{"orderQtyRq":"1","order\\u0051tyRq":"999"}'],
    ['__proto__', '{"__proto__":{"side":"Sell"}}'],
    ['a nested constructor', '{"a":{"constructor":1}}'],
    ['a list', '[1]'],
    ['text', '"x"'],
    ['a broken end', '{"a":1'],
    ['a second document', '{} {}'],
    ['deep nesting', `{"a":${'['.repeat(4000)}${']'.repeat(4000)}}`],
    ['nothing', ''],
  ])('refuses a body with %s, and sends nothing', async (_name, body) => {
    const before = rig.exchange.asked().length;
    const answer = await call(rig, me, 'POST', '/exchange/g-orders', body);
    expect([400, 415]).toContain(answer.status);
    expect(rig.exchange.asked()).toHaveLength(before);
  });

  it('sends a body as it came, spaces and number forms included', async () => {
    const body =
      '{ "symbol" : "BTCUSDT",\n "clOrdID":"spaced", "side":"Buy", "orderQtyRq":"1.10" , "text": "\\u00e9é" }';
    await call(rig, me, 'POST', '/exchange/g-orders', body);
    expect(lastAsked()?.body).toBe(body);
  });
});

describe('a page that was loaded for another account', () => {
  const asLoadedFor = (scope: string, method: string, path: string, body?: string) =>
    fetch(rig.proxy.url + path, {
      method,
      headers: {
        ...{ cookie: me.cookie, 'x-perpdeck-token': me.headerToken, origin: rig.proxy.url },
        ...{
          'x-perpdeck-scope': scope,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
      },
      ...(body === undefined ? {} : { body }),
    });

  it.each<readonly [string, string, string | undefined]>([
    ...EXCHANGE_ROUTES.filter(({ kind }) => kind !== 'public').map(({ method, path }) => {
      const query = QUERIES[`${method} ${path}`] ?? 'symbol=BTCUSDT';
      const body = method === 'POST' && path === '/g-orders' ? newOrder() : undefined;
      return [method, `/exchange${path}${query === '' ? '' : `?${query}`}`, body] as const;
    }),
    ['GET', '/api/guard', undefined],
    ['PUT', '/api/guard', '{}'],
    ['POST', '/api/arming', '{}'],
    ['DELETE', '/api/kill', undefined],
    ['GET', '/api/keys', undefined],
    ['POST', '/api/keys', '{}'],
    ['POST', '/api/keys/revoke', '{"id":"x"}'],
    ['GET', '/api/outcome?id=x', undefined],
  ])('does nothing on this one: %s %s', async (method, path, body) => {
    const askedBefore = rig.exchange.asked().length;
    const answer = await asLoadedFor('mainnet 0011', method, path, body);
    expect([answer.status, await codeOf(answer)]).toEqual([409, 'MOVED']);
    expect(rig.exchange.asked()).toHaveLength(askedBefore);
  });

  it('can still halt it, but not raise a halt; one that was loaded for this account does as ever', async () => {
    const { scope } = rig.proxy.status();
    const halt = (of: string, closesPositions: boolean) =>
      asLoadedFor(of, 'POST', '/api/kill', JSON.stringify({ closesPositions }));
    expect((await halt('mainnet 0011', false)).status).toBe(200);
    const raised = await halt('mainnet 0011', true);
    expect([raised.status, await codeOf(raised)]).toEqual([409, 'MOVED']);
    expect(await (await asLoadedFor('mainnet 0011', 'GET', '/api/kill')).json()).toMatchObject({
      closesPositions: false,
    });
    expect((await halt('mainnet 0011', false)).status).toBe(200);
    expect((await asLoadedFor(scope, 'DELETE', '/api/kill')).status).toBe(200);
    expect((await asLoadedFor(scope, 'POST', '/exchange/g-orders', newOrder())).status).toBe(200);
  });
});

describe('an answer that is no answer', () => {
  const HTML = '<html>Bad gateway</html>';
  const failures = {
    'a redirect [E1]': (_r, response) => {
      response.writeHead(302, { location: `${rig.exchange.url}/g-orders` });
      response.end();
    },
    'HTML with status 200 [E2]': (_r, response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(HTML);
    },
    'a 502 of something in between': (_r, response) => {
      response.writeHead(502, { 'content-type': 'text/html' });
      response.end(HTML);
    },
    'JSON cut short': (_r, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"code":0,"da');
    },
    'a connection reset after the request': (_r, _response, socket) => socket.resetAndDestroy(),
    'a connection closed in the middle of the answer': (_r, response, socket) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"code":0');
      socket.end();
    },
    silence: () => {},
    'an answer larger than any should be [E3]': (_r, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`"${'x'.repeat(100_000)}"`);
    },
    'a compressed body nobody asked for [E3]': (_r, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(OK_BODY);
    },
  } satisfies Record<string, Parameters<Rig['exchange']['answerWith']>[0]>;

  it.each(Object.entries(failures))(
    'to an order is an unknown outcome, asked once: %s',
    async (_n, failing) => {
      const before = rig.exchange.asked().length;
      rig.exchange.answerWith(failing);
      const orderID = `o-${before}`;
      rig.exchange.push(accountMessage('incremental', [openOrder({ orderID, clOrdID: orderID })]));
      await rig.exchange.settled();
      for (const [method, path, body] of [
        ['POST', '/exchange/g-orders', newOrder()],
        ['PUT', `/exchange/g-orders/replace?symbol=BTCUSDT&priceRp=1&orderID=${orderID}`, undefined],
        ['DELETE', '/exchange/g-orders/cancel?symbol=BTCUSDT&orderID=1', undefined],
      ] as const) {
        const answer = await call(rig, me, method, path, body);
        expect([502, 504]).toContain(answer.status);
        expect(await codeOf(answer)).toBe('OUTCOME_UNKNOWN');
      }
      expect(rig.exchange.asked()).toHaveLength(before + 3);
    },
  );

  it.each(Object.entries(failures))('to a question changes nothing: %s', async (_name, failing) => {
    rig.exchange.answerWith(failing);
    const answer = await call(rig, me, 'GET', '/exchange/g-orders/activeList?symbol=BTCUSDT');
    expect(await codeOf(answer)).toBe('NO_ANSWER');
  });

  it.each([400, 403])(
    'that says nothing but null, with status %i, refuses the order and ends nothing',
    async (status) => {
      rig.exchange.answerWith((_request, response) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end('null');
      });
      const answer = await call(rig, me, 'POST', '/exchange/g-orders', newOrder());
      expect([answer.status, await answer.text()]).toEqual([status, 'null']);
    },
  );

  it('a 5xx to an order is unknown even in JSON; to a question it is handed on', async () => {
    rig.exchange.answerWith((_request, response) => {
      response.writeHead(503, { 'content-type': 'application/json' });
      response.end('{"code":11107,"msg":"busy"}');
    });
    const order = await call(rig, me, 'POST', '/exchange/g-orders', newOrder());
    expect([order.status, await codeOf(order)]).toEqual([502, 'OUTCOME_UNKNOWN']);
    const question = await call(rig, me, 'GET', '/exchange/g-orders/activeList');
    expect(question.status).toBe(503);
  });

  it('is NOT_SENT when the exchange cannot be reached at all', async () => {
    const gone = await startFakeExchange();
    await gone.close();
    const alone = await startRig({ exchangeUrl: gone.url });
    // What only closes passes though the exchange's clock is not known.
    const order = newOrder({ reduceOnly: true });
    const answer = await call(alone, await alone.signIn(), 'POST', '/exchange/g-orders', order);
    expect([answer.status, await codeOf(answer)]).toEqual([502, 'NOT_SENT']);
    await alone.close();
  });

  it('leaves the connection pool fit for the next request', async () => {
    expect((await call(rig, me, 'POST', '/exchange/g-orders', newOrder())).status).toBe(200);
  });
});

describe('without a key', () => {
  it('public paths work and the others say NO_KEY, with nothing sent', async () => {
    const keyless = await startRig({ isKeyless: true });
    const someone = await keyless.signIn();
    expect((await call(keyless, someone, 'GET', '/exchange/public/products')).status).toBe(200);
    const before = keyless.exchange.asked().length;
    for (const route of EXCHANGE_ROUTES.filter(({ kind }) => kind !== 'public')) {
      const body = route.method === 'POST' && route.path === '/g-orders' ? newOrder() : undefined;
      const answer = await call(keyless, someone, route.method, `/exchange${route.path}`, body);
      expect([answer.status, await codeOf(answer)]).toEqual([409, 'NO_KEY']);
    }
    expect(keyless.exchange.asked()).toHaveLength(before);
    const status = (await (await call(keyless, someone, 'GET', '/api/status')).json()) as {
      hasKey: boolean;
      feeds: { account: { state: string } };
    };
    expect([status.hasKey, status.feeds.account.state]).toEqual([false, 'off']);
    await keyless.close();
  });
});
