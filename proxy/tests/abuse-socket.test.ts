/** The abuse suite on the relay's socket: who is upgraded, what a frame may be, and when it ends. Ids as in abuse-http. */

import type { Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { SessionSummary } from '#contract/sign-in.ts';
import { createManualTime, type ManualTime } from './manual-time.ts';
import {
  type BrowserTab,
  type Credentials,
  call,
  openTab,
  type Rig,
  rawRequest,
  sendRaw,
  startRig,
} from './rig.ts';

function bigEndian(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

let rig: Rig;
let me: Credentials;
let time: ManualTime;
beforeAll(async () => {
  time = createManualTime();
  rig = await startRig({ time });
  me = await rig.signIn();
});
afterAll(() => rig.close());

type Headers = Readonly<Record<string, string | undefined>>;

function upgrade(target: string, changes: Headers = {}) {
  const headers: Headers = {
    host: rig.host,
    origin: `http://${rig.host}`,
    cookie: me.cookie,
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    ...changes,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const bytes = rawRequest('GET', target, lines).toString('latin1');
  return sendRaw(rig.port, bytes.replace('connection: close', 'connection: upgrade'));
}

const baseline = async () => {
  expect((await call(rig, me, 'GET', '/api/status')).status).toBe(200);
};

describe('an upgrade', () => {
  it.each([
    ['W1', 'of another site', '/exchange/ws', { origin: 'http://evil.com' }, 403],
    ['W1', 'of no origin to speak of', '/exchange/ws', { origin: 'null' }, 403],
    ['W1', 'of another port', '/exchange/ws', { origin: 'http://127.0.0.1:3000' }, 403],
    ['W1', 'that says it is cross-site', '/exchange/ws', { 'sec-fetch-site': 'cross-site' }, 403],
    ['W2', 'without an origin', '/exchange/ws', { origin: undefined }, 403],
    ['W3', 'without a cookie', '/exchange/ws', { cookie: undefined }, 401],
    ['W3', 'with a cookie of nobody', '/exchange/ws', { cookie: `pd_1_s=${'A'.repeat(43)}` }, 401],
    ['W4', 'elsewhere', '/exchange/wss', {}, 404],
    ['W4', 'at an encoded path', '/e%78change/ws', {}, 404],
    ['W4', 'with a query', '/exchange/ws?token=x', {}, 404],
    ['W7', 'by another name', '/exchange/ws', { host: 'evil.com', origin: 'http://evil.com' }, 421],
    ['–', 'through something in between', '/exchange/ws', { 'x-forwarded-host': 'evil.com' }, 400],
    ['–', 'to something else', '/exchange/ws', { upgrade: 'h2c' }, 400],
  ])('%s %s is refused', async (_id, _what, target, changes, status) => {
    expect((await upgrade(target, changes)).status).toBe(status);
    await baseline();
  });

  it('W9 never negotiates compression', async () => {
    const tab = await openTab(rig, me);
    expect(tab.socket.extensions).toBe('');
    tab.socket.terminate();
    await tab.until(() => tab.closedWith);
  });

  it('W8 of a ninth socket in one session is refused', async () => {
    const someone = await rig.signIn();
    const tabs = await Promise.all(Array.from({ length: 8 }, () => openTab(rig, someone)));
    expect((await upgrade('/exchange/ws', { cookie: someone.cookie })).status).toBe(503);
    for (const { socket } of tabs) socket.close();
    await Promise.all(tabs.map((tab) => tab.until(() => tab.closedWith)));
    const again = await openTab(rig, someone);
    again.socket.close();
    await baseline();
  });
});

describe('the first frame', () => {
  const first = async (frame: string | undefined) => {
    const tab = await openTab(rig, me, { signsIn: false });
    if (frame === undefined) time.advance(3_000);
    else tab.socket.send(frame);
    const code = await tab.until(() => tab.closedWith);
    expect(tab.received).toEqual([]);
    await baseline();
    return code;
  };

  it.each([
    ['W5', 'that does not come within three seconds', undefined, 4401],
    ['W6', 'with a wrong token', '{"id":0,"method":"perpdeck.auth","params":["x"]}', 4401],
    ['W6', 'with no token', '{"id":0,"method":"perpdeck.auth","params":[]}', 4401],
    ['W6', 'that is null', 'null', 4401],
    ['W6', 'that asks for something', '{"id":0,"method":"aop_p.subscribe","params":[]}', 4401],
    ['W6', 'that signs in at the exchange', '{"id":0,"method":"user.auth","params":["API","k","s",1]}', 4401],
    ['W16', 'that is no JSON', '{"id":', 4400],
  ])('%s %s ends the socket', async (_id, _what, frame, code) => {
    expect(await first(frame)).toBe(code);
  });
});

describe('a frame', () => {
  const ends = async (attack: (tab: BrowserTab) => void) => {
    const tab = await openTab(rig, me);
    attack(tab);
    const code = await tab.until(() => tab.closedWith);
    await baseline();
    return code;
  };
  const FRAGMENT = { fin: false } as const;

  it.each<[string, string, (tab: BrowserTab) => void, number]>([
    ['W10', 'of 17 KiB', ({ socket }) => socket.send('x'.repeat(17 * 1024)), 1009],
    [
      'W12',
      'in countless fragments',
      ({ socket }) => {
        for (let i = 0; i < 100; i++) socket.send('x', FRAGMENT);
      },
      1008,
    ],
    [
      'W12',
      'in countless empty fragments',
      ({ socket }) => {
        for (let i = 0; i < 100; i++) socket.send('', FRAGMENT);
      },
      1008,
    ],
    ['W15', 'of bytes', ({ socket }) => socket.send(Buffer.from([1, 2, 3])), 1003],
    ['W16', 'that is no JSON', ({ socket }) => socket.send('{'), 4400],
    ['W16', 'that is a list', ({ socket }) => socket.send('[]'), 4400],
    [
      'W17',
      'too many in a second',
      (tab) => {
        for (let i = 0; i < 21; i++) tab.request('server.ping');
      },
      4429,
    ],
  ])('%s %s ends the socket', async (_id, _what, attack, code) => {
    expect(await ends(attack)).toBe(code);
  });

  /** One raw frame; a mask of zeros leaves the payload as it is. */
  const frame = (first: number, payload: Buffer | string, { length = 0, isMasked = true } = {}) => {
    const bytes = Buffer.from(payload);
    const mask = isMasked ? 0x80 : 0;
    const size = length || bytes.length;
    const head =
      size < 126 && length === 0
        ? Buffer.from([first, mask | size])
        : Buffer.concat([Buffer.from([first, mask | 127]), bigEndian(BigInt(size))]);
    return Buffer.concat([head, isMasked ? Buffer.alloc(4) : Buffer.alloc(0), bytes]);
  };
  const raw = (bytes: Buffer) => (tab: BrowserTab) => {
    (tab.socket as unknown as { _socket: Socket })._socket.write(bytes);
  };
  const closing = Buffer.from([999 >> 8, 999 & 0xff]);

  it.each<[string, string, Buffer, number]>([
    ['W11', 'of 2^62 bytes', frame(0x81, '', { length: 2 ** 62 }), 1009],
    ['W13', 'without a mask', frame(0x81, 'x', { isMasked: false }), 1002],
    ['W13', 'with a reserved bit', frame(0xc1, 'x'), 1002],
    ['W13', 'with a reserved opcode', frame(0x83, 'x'), 1002],
    ['W13', 'of a ping of 126 bytes', frame(0x89, 'x'.repeat(126), { length: 126 }), 1002],
    ['W13', 'of a close with a code that is none', frame(0x88, closing), 1002],
    ['W14', 'of text that is no UTF-8', frame(0x81, Buffer.from([0xc3, 0x28])), 1007],
  ])('%s %s ends the socket', async (_id, _what, bytes, code) => {
    expect(await ends(raw(bytes))).toBe(code);
  });

  it.each([
    // W19: there are no order commands on the socket, so there is no second way round the checks of an order.
    ['order.place', [{ symbol: 'BTCUSDT', orderQtyRq: '1' }]],
    ['user.auth', ['API', 'key', 'signature', 1]],
    ['orderbook_p.subscribe', ['BTC USDT']],
    ['orderbook_p.subscribe', []],
    ['orderbook_p.subscribe', ['BTCUSDT', false, 5]],
    ['kline_p.subscribe', ['BTCUSDT']],
    ['kline_p.subscribe', ['BTCUSDT', -60]],
    ['trade_p.nonsense', ['BTCUSDT']],
    ['aop.subscribe', []],
    ['perpdeck.auth', ['x']],
    ['__proto__.subscribe', []],
  ])(
    'W19 %s %j is answered with a refusal, and nothing of it reaches the exchange',
    async (method, params) => {
      const tab = await openTab(rig, me);
      const before = rig.exchange.subscribed(method).length;
      const id = tab.request(method, params);
      const answer = JSON.parse(await tab.frame(`"id":${id}`)) as { error: { code: number } };
      expect(answer.error.code).toBe(6001);
      expect(rig.exchange.subscribed(method)).toHaveLength(before);
      tab.socket.terminate();
    },
  );
});

describe('A44 W20 the end of a session', () => {
  it('by signing out closes its sockets, and theirs alone', async () => {
    const leaving = await rig.signIn();
    const [theirs, mine] = [await openTab(rig, leaving), await openTab(rig, me)];
    expect((await call(rig, leaving, 'DELETE', '/api/session')).status).toBe(200);
    expect(await theirs.until(() => theirs.closedWith)).toBe(4401);
    expect(theirs.received.at(-1)).toContain('signed-out');
    expect((await call(rig, leaving, 'GET', '/api/status')).status).toBe(401);
    expect(mine.socket.readyState).toBe(WebSocket.OPEN);
    mine.socket.terminate();
    await mine.until(() => mine.closedWith);
    await baseline();
  });

  it('by being ended from another browser closes its sockets at once', async () => {
    const revoked = await rig.signIn();
    const tab = await openTab(rig, revoked);
    const listed = (await (await call(rig, revoked, 'GET', '/api/sessions')).json()) as SessionSummary[];
    const { handle } = listed.find(({ isThis }) => isThis) ?? {};
    const end = (body: object) => call(rig, me, 'POST', '/api/sessions/end', JSON.stringify(body));
    for (const body of [{ handle: 5 }, { handle: '../x' }, { others: true }, { handle, and: 1 }]) {
      expect((await end(body)).status).toBe(400);
    }
    expect(await (await end({ handle })).json()).toEqual({ ended: 1 });
    expect(await tab.until(() => tab.closedWith)).toBe(4401);
    expect((await call(rig, revoked, 'GET', '/api/sessions')).status).toBe(401);
    await baseline();
  });

  it('by idleness: half an hour without a call or a socket', async () => {
    const idle = await rig.signIn();
    const watching = await rig.signIn();
    const tab = await openTab(rig, watching);
    for (let minute = 0; minute < 31; minute++) {
      // Heartbeats keep the watching browser's socket; it answers them by itself.
      for (let step = 0; step < 4; step++) {
        time.advance(15_000);
        tab.request('server.ping');
        const pongs = minute * 4 + step + 1;
        await tab.until(() => tab.received.filter((text) => text.includes('pong')).length >= pongs);
      }
    }
    expect((await call(rig, idle, 'GET', '/api/status')).status).toBe(401);
    expect((await call(rig, watching, 'GET', '/api/status')).status).toBe(200);
    tab.socket.terminate();
    await tab.until(() => tab.closedWith);
    me = await rig.signIn();
    await baseline();
  });

  it('by age: twelve hours, however busy', async () => {
    const busy = await rig.signIn();
    for (let i = 0; i < 12 * 3 - 1; i++) {
      time.advance(20 * 60_000);
      expect((await call(rig, busy, 'GET', '/api/status')).status).toBe(200);
    }
    const tab = await openTab(rig, busy);
    time.advance(20 * 60_000);
    expect((await call(rig, busy, 'GET', '/api/status')).status).toBe(401);
    await tab.until(() => tab.closedWith);
  });
});
