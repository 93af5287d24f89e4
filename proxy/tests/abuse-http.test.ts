/**
 * The abuse suite over raw sockets: what a hostile page, a rebound name, a neighbour on the machine or a broken client
 * may send. Ids are those of the security notes. After every case a signed-in question must still be answered.
 */
import { createConnection } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Credentials,
  type RawAnswer,
  type RawHeader,
  type Rig,
  rawRequest,
  sendRaw,
  startRig,
} from './rig.ts';

let rig: Rig;
let me: Credentials;
let other: Credentials;
beforeAll(async () => {
  rig = await startRig({ httpTiming: { headersMs: 300, requestMs: 600, idleMs: 30_000 } });
  me = await rig.signIn();
  other = await rig.signIn();
});
afterAll(() => rig.close());

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A signed-in call of the page; `changes` replaces headers, undefined leaves one out. */
function headers(changes: Headers = {}): RawHeader[] {
  const all: Headers = {
    host: rig.host,
    cookie: me.cookie,
    'x-perpdeck-token': me.headerToken,
    origin: `http://${rig.host}`,
    'sec-fetch-site': 'same-origin',
    'sec-fetch-mode': 'cors',
    ...changes,
  };
  return Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((one): RawHeader => [name, one as string]),
  );
}

const get = (target: string, changes: Headers = {}) =>
  sendRaw(rig.port, rawRequest('GET', target, headers({ origin: undefined, ...changes })));

function send(method: string, target: string, body: string | Buffer, changes: Headers = {}) {
  const all = headers({
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...changes,
  });
  return sendRaw(rig.port, rawRequest(method, target, all, body));
}

const ORDER = '{"symbol":"BTCUSDT"}';
const STATUS = '/api/status';
const port = () => rig.port;

/** Nothing that a stranger may not see, and no permission to anyone. */
function expectDiscreet(answer: RawAnswer): void {
  expect(answer.head.toLowerCase()).not.toContain('access-control-');
  expect(answer.body).not.toContain('environment');
  expect(answer.body).not.toContain('evil');
  for (const secret of [me.headerToken, me.cookie.split('=')[1] ?? '']) {
    expect(answer.head + answer.body).not.toContain(secret);
  }
}

type Case = readonly [id: string, what: string, attack: () => Promise<RawAnswer>, ...statuses: number[]];

function refuses(cases: readonly Case[]): void {
  const named = cases.map(([id, what, attack, ...statuses]) => ({ id, what, attack, statuses }));
  it.each(named)('$id $what', async ({ attack, statuses }) => {
    const answer = await attack();
    expect(statuses).toContain(answer.status);
    expectDiscreet(answer);
    expect((await get(STATUS)).status).toBe(200);
  });
}

const asHost = (host: string) => get(STATUS, { host });

describe('a name that is not ours', () => {
  refuses([
    ['A01', 'no Host', () => get(STATUS, { host: undefined }), 400],
    ['A02', 'HTTP/1.0 without Host', () => sendRaw(port(), `GET ${STATUS} HTTP/1.0\r\n\r\n`), 421],
    ['A03', 'an empty Host', () => asHost(''), 421],
    ['A04', 'another name', () => asHost(`evil.com:${port()}`), 421],
    ['A05', 'the wildcard address', () => asHost(`0.0.0.0:${port()}`), 421],
    ['A06', 'no port', () => asHost('127.0.0.1'), 421],
    ['A06', 'another port', () => asHost('127.0.0.1:1'), 421],
    ['A07', 'a final point', () => asHost(`localhost.:${port()}`), 421],
    ['A08', 'our name with a tail', () => asHost(`127.0.0.1.evil.com:${port()}`), 421],
    ['A08', 'a name that resolves to us', () => asHost(`127.0.0.1.nip.io:${port()}`), 421],
    ['A09', 'our name as a user', () => asHost(`${rig.host}@evil.com`), 421],
    ['A10', 'our address as a number', () => asHost(`2130706433:${port()}`), 421],
    ['A10', 'our address in IPv6', () => asHost(`[::ffff:127.0.0.1]:${port()}`), 421],
    ['A10', 'our address shortened', () => asHost(`127.1:${port()}`), 421],
    ['A10', 'the name localhost', () => asHost(`localhost:${port()}`), 421],
    ['A11', 'a broken name', () => asHost('['), 421],
    ['A12', 'two of them', () => get(STATUS, { host: [rig.host, 'evil.com'] }), 400],
    ['A13', 'another in the target', () => get(`http://evil.com${STATUS}`), 400],
    ['A13', 'ours in the target', () => get(`http://${rig.host}${STATUS}`), 400],
    ...['/', '/assets/app-0123abcd.js', '/nowhere', '/exchange/ws', '/healthz'].map(
      (path): Case => ['A14', `on ${path}`, () => get(path, { host: `evil.com:${port()}` }), 421],
    ),
    ['A14', 'on signing in', () => send('POST', '/api/session', '{}', { host: 'evil.com' }), 421],
  ]);

  it('A15 no other address of the machine listens', async () => {
    const addresses = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
      .map(({ address }) => address);
    for (const host of addresses) {
      const code = await new Promise((resolve) => {
        const socket = createConnection({ host, port: rig.port });
        socket.once('connect', () => resolve('connected'));
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      });
      expect(code).toBe('ECONNREFUSED');
    }
  });
});

describe('something in between', () => {
  refuses([
    ...(['x-forwarded-host', 'x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'x-real-ip', 'via'].map(
      (name): Case => ['A17', name, () => get(STATUS, { [name]: 'evil' }), 400],
    ) satisfies Case[]),
    [
      'A18',
      'a method in a header',
      () => get('/exchange/g-orders', { 'x-http-method-override': 'POST' }),
      404,
    ],
    ['A19', 'a tunnel', () => sendRaw(port(), `CONNECT evil:443 HTTP/1.1\r\nhost: ${rig.host}\r\n\r\n`), 0],
  ]);
});

const asOrigin = (origin: string | readonly string[] | undefined, changes: Headers = {}) =>
  send('POST', '/exchange/g-orders', ORDER, { origin, ...changes });
const asSite = (site: string, changes: Headers = {}) => get(STATUS, { 'sec-fetch-site': site, ...changes });

describe('another site', () => {
  refuses([
    ['A20', 'its origin', () => asOrigin('http://evil.com'), 403],
    ['A20', 'its origin on a question', () => get(STATUS, { origin: 'http://evil.com' }), 403],
    ['A21', 'no origin to speak of', () => asOrigin('null'), 403],
    ['A22', 'our origin with a tail', () => asOrigin(`http://${rig.host}.evil.com`), 403],
    [
      'A23',
      'another port of this machine',
      () => asOrigin('http://127.0.0.1:3000', { 'sec-fetch-site': 'same-site' }),
      403,
    ],
    ['A24', 'our port by another name', () => asOrigin(`http://localhost:${port()}`), 403],
    ['A24', 'our name with TLS', () => asOrigin(`https://${rig.host}`), 403],
    ['A25', 'a broken origin', () => asOrigin('http://['), 403],
    ['A26', 'two origins', () => asOrigin([`http://${rig.host}`, 'http://evil.com']), 400],
    ['A27', 'a write without one', () => asOrigin(undefined), 403],
    ['A27', 'signing in without one', () => send('POST', '/api/session', '{}', { origin: undefined }), 403],
    ['A28', 'cross-site', () => asSite('cross-site'), 403],
    ['A28', 'same-site', () => asSite('same-site'), 403],
    ['A28', 'typed into the address bar', () => asSite('none'), 403],
    ['A28', 'a value of the future', () => asSite('new-unknown-value'), 403],
    ['A28', 'two values', () => get(STATUS, { 'sec-fetch-site': ['same-origin', 'cross-site'] }), 400],
    ['A28', 'neither this nor an origin', () => get(STATUS, { 'sec-fetch-site': undefined }), 403],
    [
      'A29',
      'the page as a subresource',
      () =>
        get('/', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }),
      403,
    ],
    [
      'A29',
      'an asset as a subresource',
      () =>
        get('/assets/app-0123abcd.js', {
          'sec-fetch-site': 'cross-site',
          'sec-fetch-mode': 'no-cors',
          'sec-fetch-dest': 'script',
        }),
      403,
    ],
    ...['iframe', 'embed', 'object', 'frame'].map(
      (dest): Case => [
        'A30',
        `the page in its ${dest}`,
        () =>
          get('/', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': dest }),
        403,
      ],
    ),
    ['A31', 'a request without CORS', () => get(STATUS, { 'sec-fetch-mode': 'no-cors' }), 403],
    [
      'A32',
      'a preflight',
      () =>
        sendRaw(
          port(),
          rawRequest('OPTIONS', '/exchange/g-orders', [
            ['host', rig.host],
            ['origin', 'http://evil.com'],
            ['access-control-request-method', 'POST'],
            ['access-control-request-private-network', 'true'],
          ]),
        ),
      403,
    ],
    ...[
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/json',
    ].map(
      (type): Case => [
        'A34',
        `a body of ${type}`,
        () => send('POST', '/exchange/g-orders', ORDER, { 'content-type': type }),
        415,
      ],
    ),
    [
      'A34',
      'a body of no type',
      () => send('POST', '/exchange/g-orders', ORDER, { 'content-type': undefined }),
      415,
    ],
    [
      'A35',
      'a type behind a tab',
      () => send('POST', '/exchange/g-orders', ORDER, { 'content-type': 'application/json\ta' }),
      415,
    ],
    [
      'A35',
      'a type in capitals does not escape the check',
      () => send('POST', '/exchange/g-orders', '[1]', { 'content-type': ' APPLICATION/JSON' }),
      400,
    ],
    ...['/exchange/g-orders', '/exchange/g-orders/replace', '/exchange/g-orders/all', '/api/csp'].map(
      (path): Case => ['A36', `a question to ${path}`, () => get(path), 404, 405],
    ),
  ]);

  it('A30 may link to the page, which holds no data and sets nothing', async () => {
    for (const site of ['cross-site', 'same-site', 'none']) {
      const answer = await get('/', {
        cookie: undefined,
        'x-perpdeck-token': undefined,
        'sec-fetch-site': site,
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
      });
      expect(answer.status).toBe(200);
      expect(answer.head.toLowerCase()).not.toContain('set-cookie');
      expectDiscreet(answer);
    }
  });
});

describe('half a session', () => {
  const anotherCookie = () => me.cookie.replace(/=.*/, `=${'A'.repeat(43)}`);
  refuses([
    ['A37', 'no cookie', () => get(STATUS, { cookie: undefined }), 401],
    ['A37', 'no cookie on an order', () => asOrigin(`http://${rig.host}`, { cookie: undefined }), 401],
    ['A37', 'a cookie of nobody', () => get(STATUS, { cookie: anotherCookie() }), 401],
    ['A37', 'our cookie under another port’s name', () => get(STATUS, { cookie: `pd_1_s${me.cookie}` }), 401],
    ['A38', 'no header token', () => get(STATUS, { 'x-perpdeck-token': undefined }), 403],
    ['A39', 'a wrong token', () => get(STATUS, { 'x-perpdeck-token': 'x' }), 403],
    ['A39', 'a token of another session', () => get(STATUS, { 'x-perpdeck-token': other.headerToken }), 403],
    ['A39', 'two tokens', () => get(STATUS, { 'x-perpdeck-token': [me.headerToken, 'x'] }), 400],
    ['A40', 'two cookies', () => get(STATUS, { cookie: `${me.cookie}; ${anotherCookie()}` }), 400],
    ['A40', 'two Cookie headers', () => get(STATUS, { cookie: [me.cookie, anotherCookie()] }), 400],
    [
      'A41',
      'the token in the query',
      () =>
        get(`${STATUS}?token=${me.headerToken}&t=${me.headerToken}`, {
          cookie: undefined,
          'x-perpdeck-token': undefined,
        }),
      401,
    ],
  ]);

  it('A41 leaves no trace of it in the log', () => {
    expect(rig.logLines.join('')).not.toContain(me.headerToken);
  });
});

describe('spellings', () => {
  const bare = { cookie: undefined, 'x-perpdeck-token': undefined };
  refuses([
    ['A48', 'an encoded path without a session', () => get('/%61pi/status', bare), 401],
    [
      'A48',
      'an encoded exchange path without a session',
      () => get('/exchange/%67-orders/activeList', bare),
      401,
    ],
    ['A49', 'capitals', () => get('/API/status'), 404],
    ['A49', 'a semicolon', () => get('/api;x/status'), 404],
    ['A49', 'two slashes', () => get('//evil.com/%2f..'), 404],
    ['A49', 'a fragment', () => get(`${STATUS}#x`), 400],
    ['A50', 'an encoding that is none', () => get('/%zz'), 400],
    ['A51', 'up by ..%2f', () => get('/assets/..%2f..%2fpackage.json'), 400, 404],
    ['A51', 'up by %2e%2e/', () => get('/assets/%2e%2e/%2e%2e/package.json'), 400, 404],
    ['A51', 'up by ../', () => get('/assets/../../package.json'), 400, 404],
    ['A51', 'up by backslashes', () => get('/..\\..\\package.json'), 400],
    ['A51', 'up by encoded backslashes', () => get('/%5c..%5c..%5cpackage.json'), 400, 404],
    ['A52', 'a path to be echoed', () => get('/evil<script>'), 404],
    ['A52', 'a bad path to be echoed', () => get('/evil%zz'), 400],
  ]);
});

const rawLines = (...lines: readonly string[]) => sendRaw(port(), lines.join('\r\n'));

describe('bytes', () => {
  const post = ['POST /api/session HTTP/1.1', `connection: close`];
  refuses([
    ['A53', 'a header of 17 KiB', () => get(STATUS, { 'x-long': 'a'.repeat(17 * 1024) }), 431],
    [
      'A54',
      'many headers',
      () =>
        sendRaw(
          port(),
          rawRequest('GET', STATUS, [
            ...headers({ origin: undefined }),
            ...Array.from({ length: 1500 }, (_, i): RawHeader => [`x${i}`, '']),
          ]),
        ),
      431,
    ],
    ['A55', '__proto__ as a header', () => get('/nowhere', { ['__proto__' as string]: 'x' }), 404],
    [
      'A56',
      'length and chunks at once',
      () =>
        rawLines(
          ...post,
          `host: ${rig.host}`,
          'content-length: 4',
          'transfer-encoding: chunked',
          '',
          '0\r\n\r\n',
        ),
      400,
    ],
    [
      'A56',
      'two lengths',
      () => rawLines(...post, `host: ${rig.host}`, 'content-length: 1', 'content-length: 2', '', 'ab'),
      400,
    ],
    ['A56', 'bare line feeds', () => sendRaw(port(), `GET ${STATUS} HTTP/1.1\nhost: ${rig.host}\n\n`), 400],
    [
      'A56',
      'a folded header',
      () => rawLines(`GET ${STATUS} HTTP/1.1`, 'x: a', ' b', `host: ${rig.host}`, '', ''),
      400,
    ],
    ['A56', 'a NUL', () => rawLines(`GET ${STATUS} HTTP/1.1`, 'x: a\0b', `host: ${rig.host}`, '', ''), 400],
    [
      'A56',
      'a space before the colon',
      () => rawLines(`GET ${STATUS} HTTP/1.1`, `host : ${rig.host}`, '', ''),
      400,
    ],
    ['A57', 'HTTP/2', () => sendRaw(port(), 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 400],
    ['A57', 'TLS', () => sendRaw(port(), Buffer.from('16030100c8010000c40303', 'hex')), 400],
    [
      'A58',
      'headers that never end',
      () => sendRaw(port(), `GET ${STATUS} HTTP/1.1\r\nhost: ${rig.host}\r\n`),
      408,
    ],
    [
      'A58',
      'a body that never comes',
      () => send('POST', '/exchange/g-orders', '', { 'content-length': '10' }),
      408,
    ],
    [
      'A60',
      'a body of 17 KiB',
      () => send('POST', '/exchange/g-orders', `{"a":"${'x'.repeat(17 * 1024)}"}`),
      413,
    ],
    ['A46', 'a sign-in of 2 KiB', () => send('POST', '/api/session', `{"token":"${'x'.repeat(2048)}"}`), 413],
    [
      'A61',
      'JSON 8,000 deep',
      () => send('POST', '/exchange/g-orders', `${'['.repeat(8000)}${']'.repeat(8000)}`),
      400,
    ],
    [
      'A62',
      'bytes that are no UTF-8',
      () => send('POST', '/exchange/g-orders', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
      400,
    ],
    ['A63', '__proto__', () => send('POST', '/exchange/g-orders', '{"__proto__":{"a":1}}'), 400],
    ['A63', 'constructor', () => send('POST', '/exchange/g-orders', '{"constructor":{"prototype":1}}'), 400],
    ['A64', 'TRACE', () => sendRaw(port(), rawRequest('TRACE', STATUS, headers())), 404, 405],
    ['–', 'a body where none belongs', () => send('DELETE', '/exchange/g-orders/cancel?a=1', ORDER), 400],
  ]);
});

describe('what every answer carries', () => {
  it.each(['/', '/assets/app-0123abcd.js', STATUS, '/nowhere', '/healthz', '/exchange/public/products'])(
    'A33 the security headers on %s, and no permission for another site',
    async (path) => {
      const { head } = await get(path);
      const lower = head.toLowerCase();
      for (const line of [
        'x-content-type-options: nosniff',
        'cross-origin-resource-policy: same-origin',
        'referrer-policy: no-referrer',
        'vary: origin, sec-fetch-site',
      ]) {
        expect(lower).toContain(line);
      }
      expect(lower).not.toContain('access-control');
      expect(lower).not.toMatch(/^(server|x-powered-by):/m);
    },
  );

  it('X1 the page’s content policy, with our port alone', async () => {
    const { head } = await get('/', { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' });
    const policy = /^content-security-policy: (.*)$/im.exec(head)?.[1]?.trim();
    expect(policy).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
        `worker-src 'self'; connect-src 'self' ws://127.0.0.1:${rig.port}; manifest-src 'self'; base-uri 'none'; ` +
        "form-action 'none'; frame-src 'none'; frame-ancestors 'none'; object-src 'none'; " +
        "require-trusted-types-for 'script'; trusted-types 'none'; report-uri /api/csp",
    );
    for (const line of [
      'Cross-Origin-Opener-Policy: same-origin',
      'Cross-Origin-Embedder-Policy: require-corp',
      'Origin-Agent-Cluster: ?1',
    ]) {
      expect(head.toLowerCase()).toContain(line.toLowerCase());
    }
  });

  it('takes the browser’s report about the page, without its text', async () => {
    const report =
      '{"csp-report":{"effective-directive":"script-src-elem","blocked-uri":"https://evil.com/x"}}';
    const reportHeaders = {
      'content-type': 'application/csp-report',
      'sec-fetch-mode': 'no-cors',
      'sec-fetch-dest': 'report',
      'x-perpdeck-token': undefined,
    };
    const answer = await send('POST', '/api/csp', report, { ...reportHeaders, origin: 'null' });
    expect(answer.status).toBe(204);
    const foreign = { ...reportHeaders, origin: 'null', 'sec-fetch-site': 'cross-site' };
    expect((await send('POST', '/api/csp', report, foreign)).status).toBe(403);
    expect(rig.logLines.join('')).toContain('script-src-elem');
    expect(rig.logLines.join('')).not.toContain('evil.com');
  });
});

describe('crowds and laggards', () => {
  it('A59 a reader that does not read is dropped, and never gets the rest', {
    timeout: 120_000,
  }, async () => {
    const strict = await startRig({ httpTiming: { headersMs: 60_000, requestMs: 60_000, idleMs: 150 } });
    const someone = await strict.signIn();
    const [answers, size] = [10, 4_000_000];
    let answered = 0;
    strict.exchange.answerWith(({ target }, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      // Nothing else that the proxy asks for by itself is counted, or large.
      if (!target.startsWith('/public/products')) return response.end('{"code":0}');
      return response.end(`{"code":0,"data":"${'x'.repeat(size)}"}`, () => answered++);
    });
    const question = rawRequest('GET', '/exchange/public/products', [
      ['host', strict.host],
      ['cookie', someone.cookie],
      ['x-perpdeck-token', someone.headerToken],
      ['sec-fetch-site', 'same-origin'],
    ]);
    const keptAlive = question.toString('latin1').replace('connection: close', 'connection: keep-alive');
    // More than a system buffers: at the reader's end Linux may take 32 MB, though only a little every 200 ms, and each
    // little is a sign of life.
    const slow = createConnection({ host: '127.0.0.1', port: strict.port });
    slow.on('error', () => {});
    slow.pause();
    slow.write(keptAlive.repeat(answers));
    await strict.exchange.until(() => strict.exchange.asked().length > 0);
    // One that reads and then falls silent: when it is dropped, and nothing moved for the other meanwhile, then that
    // one has been silent for longer.
    let before: number;
    do {
      before = answered;
      const silent = createConnection({ host: '127.0.0.1', port: strict.port });
      silent.resume();
      silent.write(keptAlive);
      await new Promise((resolve) => silent.once('close', resolve));
    } while (answered > before + 1);
    let received = 0;
    slow.on('data', (chunk) => {
      received += chunk.length;
    });
    slow.resume();
    await new Promise((resolve) => slow.once('close', resolve));
    expect(received).toBeLessThan(answers * size);
    await strict.close();
  });

  it('A65 three hundred silent connections are capped and closed, and the page goes on', async () => {
    const sockets = Array.from({ length: 300 }, () =>
      createConnection({ host: '127.0.0.1', port: rig.port }),
    );
    const ends = sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.on('error', () => {});
          socket.once('close', () => resolve());
          socket.resume();
        }),
    );
    await Promise.all(ends);
    expect((await get(STATUS)).status).toBe(200);
  });
});
