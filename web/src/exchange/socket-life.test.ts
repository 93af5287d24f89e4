import { describe, expect, it } from 'vitest';
import type { StreamMessage } from '#contract/wire/stream-message.ts';
import {
  backoffMs,
  createSocketLife,
  HEARTBEAT_MS,
  SIGN_IN_MS_MAX,
  SIGNED_OUT_CODE,
  type SocketEvents,
  type SocketState,
} from './socket-life.ts';

interface FakeSocket {
  readonly events: SocketEvents;
  readonly sent: { id: number; method: string; params: unknown[] }[];
  isClosed: boolean;
  say(message: unknown): void;
}

/** The outside world: sockets that do what they are told, and time that passes when told to. */
function world() {
  let nowMs = 1_000_000;
  let timers: { atMs: number; run: () => void }[] = [];
  const sockets: FakeSocket[] = [];
  const states: SocketState[] = [];
  const messages: StreamMessage[] = [];
  const roundTrips: number[] = [];
  const life = createSocketLife({
    openSocket: (events) => {
      const socket: FakeSocket = {
        events,
        sent: [],
        isClosed: false,
        say: (message) => events.onText(JSON.stringify(message)),
      };
      sockets.push(socket);
      return {
        send: (text) => socket.sent.push(JSON.parse(text) as FakeSocket['sent'][number]),
        close: () => {
          socket.isClosed = true;
        },
      };
    },
    nowMs: () => nowMs,
    after: (delayMs, run) => {
      const timer = { atMs: nowMs + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    random: () => 0.5,
    onState: (state) => states.push(state),
    onMessage: (message) => messages.push(message),
    onRoundTrip: (ms) => roundTrips.push(ms),
  });
  return {
    life,
    sockets,
    states,
    messages,
    roundTrips,
    socket: () => sockets.at(-1) as FakeSocket,
    state: () => states.at(-1)?.state,
    pass(ms: number) {
      const untilMs = nowMs + ms;
      for (;;) {
        const next = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        nowMs = next.atMs;
        next.run();
      }
      nowMs = untilMs;
    },
    signIn() {
      this.socket().events.onOpen();
      this.socket().say({ error: null, id: 0, result: { status: 'success' } });
    },
    answerPings() {
      for (const { id, method } of this.socket().sent) {
        if (method === 'server.ping') this.socket().say({ error: null, id, result: 'pong' });
      }
    },
  };
}

const subscribeBook = (id: number) =>
  JSON.stringify({ id, method: 'orderbook_p.subscribe', params: ['BTCUSDT'] });

describe('the socket', () => {
  it('signs in with its first frame and is open once that is answered', () => {
    const at = world();
    at.life.start('the-token');
    at.socket().events.onOpen();
    expect(at.socket().sent).toEqual([{ id: 0, method: 'perpdeck.auth', params: ['the-token'] }]);
    expect(at.life.request(subscribeBook)).toBe(false);
    at.socket().say({ error: null, id: 0, result: { status: 'success' } });
    expect(at.state()).toBe('open');
    expect(at.life.request(subscribeBook)).toBe(true);
  });

  it('is signed out, and stays so, when its token is refused or the session ends', () => {
    const refused = world();
    refused.life.start('stale');
    refused.socket().events.onOpen();
    refused.socket().say({ error: { code: 6012, message: 'invalid token' }, id: 0, result: null });
    expect(refused.state()).toBe('signed-out');
    refused.pass(60_000);
    expect(refused.sockets).toHaveLength(1);

    const ended = world();
    ended.life.start('token');
    ended.signIn();
    ended.socket().say({ perpdeck: { kind: 'signed-out', reason: 'Signed out.' } });
    ended.socket().events.onClose(SIGNED_OUT_CODE);
    ended.pass(60_000);
    expect(ended.state()).toBe('signed-out');
    expect(ended.sockets).toHaveLength(1);
  });

  it('tries again after a close that nobody explained, for a page frozen during its sign-in is not signed out', () => {
    const at = world();
    at.life.start('token');
    at.socket().events.onClose(SIGNED_OUT_CODE);
    expect(at.state()).toBe('closed');
    at.pass(1_000);
    at.signIn();
    expect(at.state()).toBe('open');
  });

  it('measures the round trip of its heartbeats', () => {
    const at = world();
    at.life.start('token');
    at.signIn();
    at.pass(7);
    at.answerPings();
    expect(at.roundTrips).toEqual([7]);
  });

  it('gives up a socket that leaves three heartbeats unanswered, and connects anew', () => {
    const at = world();
    at.life.start('token');
    at.signIn();
    at.pass(HEARTBEAT_MS * 2);
    at.answerPings();
    at.pass(HEARTBEAT_MS * 3);
    expect(at.state()).toBe('open');
    at.pass(HEARTBEAT_MS);
    expect(at.state()).toBe('closed');
    expect(at.socket().isClosed).toBe(true);
    at.pass(1_000);
    expect(at.sockets).toHaveLength(2);
  });

  it('says since when it is lost, not since the last attempt', () => {
    const at = world();
    at.life.start('token');
    at.signIn();
    at.socket().events.onClose(1006);
    const lostAt = at.states.at(-1)?.sinceMs;
    at.pass(500);
    expect(at.state()).toBe('connecting');
    at.socket().events.onClose(1006);
    at.pass(0);
    expect(at.states.at(-1)).toEqual({ state: 'closed', sinceMs: lostAt, attempt: 2 });
  });

  it('keeps trying with growing pauses, and at once when told to hurry', () => {
    const at = world();
    at.life.start('token');
    for (let attempt = 0; attempt < 8; attempt++) {
      at.socket().events.onClose(1006);
      at.pass(10_000);
    }
    expect(at.sockets).toHaveLength(9);
    at.socket().events.onClose(1006);
    at.life.hurry();
    expect(at.sockets).toHaveLength(10);
    at.life.hurry();
    expect(at.sockets).toHaveLength(10);
  });

  it('gives up a connection that never gets to its sign-in', () => {
    const at = world();
    at.life.start('token');
    at.pass(SIGN_IN_MS_MAX);
    expect(at.state()).toBe('closed');
  });

  it('does not hear a socket that it gave up', () => {
    const at = world();
    at.life.start('token');
    at.signIn();
    const old = at.socket();
    old.events.onClose(1006);
    at.pass(1_000);
    old.say({
      orderbook_p: { asks: [], bids: [] },
      symbol: 'BTCUSDT',
      sequence: 1,
      timestamp: 1,
      type: 'snapshot',
    });
    old.events.onClose(SIGNED_OUT_CODE);
    expect(at.messages).toEqual([]);
    expect(at.state()).toBe('connecting');
  });

  it('does nothing more once stopped', () => {
    const at = world();
    at.life.start('token');
    at.signIn();
    at.life.stop();
    at.pass(60_000);
    expect(at.socket().isClosed).toBe(true);
    expect(at.sockets).toHaveLength(1);
    expect(at.life.request(subscribeBook)).toBe(false);
  });

  it('pauses no longer than eight seconds, and never less than half of the step', () => {
    expect(backoffMs(0, 0)).toBe(125);
    expect(backoffMs(0, 0.999)).toBeLessThan(250);
    expect(backoffMs(50, 0.999)).toBeLessThan(8_000);
    expect(backoffMs(50, 0)).toBe(4_000);
  });
});
