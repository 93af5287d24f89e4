/** What lies between the proxy and the simulated exchange, and everything that can go wrong there. Milliseconds. */
import type { ExchangeCall, ExchangeClient, Outcome } from '../../src/exchange/exchange-client.ts';
import type { ExchangeSocket, OpenSocket, SocketEvents } from '../../src/exchange/exchange-socket.ts';
import type { Chance } from './chance.ts';
import type { Door, DoorAnswer } from './exchange-door.ts';
import type { ModelEvent } from './exchange-engine.ts';
import type { World } from './world.ts';

/** How often, of a hundred thousand or so, things go wrong: probabilities. */
export interface Weather {
  readonly request: number;
  /** Of a stream's message to be lost, told twice, or overtaken by later ones. */
  readonly event: number;
  /** Of a socket to fail on opening or to go silent within a second. */
  readonly socket: number;
}
export const CALM: Weather = { request: 0, event: 0, socket: 0 };

export const EXCHANGE_WS = 'wss://exchange.simulated/ws';

const TOTAL_MS = 10_000;
const HEADERS_MS = 8_000;
/** Later than any signature of an order is good for. */
const LATE_MS = 13_000;
const TICKERS_MS = 5_000;
const FRAMES_PER_SECOND = 20;

export interface NetworkNeeds {
  readonly world: World;
  readonly chance: Chance;
  readonly door: Door;
  weather(): Weather;
  /** A request has left. */
  onSend(call: ExchangeCall): void;
  /** Something that may not happen has. */
  onFault(what: string): void;
}

export interface Network {
  /** As one process has it; what it sends once it has ended goes nowhere. */
  clientOf(process: { isRunning(): boolean; touch(where: string): void }): {
    readonly client: ExchangeClient;
    readonly openSocket: OpenSocket;
  };
  /** The exchange says it to every socket that subscribed. */
  publish(events: readonly ModelEvent[]): void;
  /** The account's stream is there, and says nothing. */
  isAccountSilent(): boolean;
  /** Every connection is cut. */
  cut(): void;
  /** Nothing gets through until told otherwise; a connection that is refused is known to be none. */
  setAway(away: boolean | 'refusing'): void;
}

type Reply = (outcome: Outcome) => void;

/** One each: what waits for a promise lives as long as it does. */
const never = () => new Promise<Outcome>(() => {});
const page = (status: number): Outcome => ({
  kind: 'answer',
  status,
  headers: { 'content-type': 'text/html' },
  body: Buffer.from('<html><body>Bad gateway</body></html>'),
});
const whole = ({ status, headers, body }: DoorAnswer): Outcome & { kind: 'answer' } => ({
  kind: 'answer',
  status,
  headers,
  body: Buffer.from(body),
});
const refused: Outcome = { kind: 'not-sent', reason: 'ECONNREFUSED' };
const lost = (reason: string, isTimeout = false): Outcome => ({ kind: 'lost', reason, isTimeout });

export function createNetwork(needs: NetworkNeeds): Network {
  const { world, chance, door } = needs;
  const sockets = new Set<{
    tell(text: string, heldUpMs?: number): void;
    cut(): void;
    /** There is nothing at the other end any more, and nobody has said so. */
    isSilent(): boolean;
    isSubscribed: boolean;
  }>();
  let away: boolean | 'refusing' = false;

  const hop = () => chance.between(1, 40);
  const ask = ({ method, target, headers, body }: ExchangeCall): DoorAnswer => {
    const answer = door.answer({ method, target, headers, body: body?.toString('utf8') ?? '' });
    world.trace('answer', method, target, answer.status, answer.body);
    return answer;
  };
  const later = (delayMs: number, run: () => void) => world.after(delayMs, run);

  /** The faults of a request, each with what the exchange and the proxy see of it. */
  const FAULTS: readonly [string, (call: ExchangeCall, reply: Reply) => void][] = [
    ['refused', (_call, reply) => later(hop(), () => reply(refused))],
    ['reset before', (_call, reply) => later(hop(), () => reply(lost('ECONNRESET')))],
    ['request lost', (_call, reply) => later(TOTAL_MS, () => reply(lost('TOTAL_TIMEOUT', true)))],
    [
      'reset after',
      (call, reply) =>
        later(hop(), () => {
          ask(call);
          later(hop(), () => reply(lost('UND_ERR_SOCKET')));
        }),
    ],
    [
      'answer lost',
      (call, reply) => {
        later(hop(), () => ask(call));
        later(HEADERS_MS, () => reply(lost('UND_ERR_HEADERS_TIMEOUT', true)));
      },
    ],
    [
      'late',
      (call, reply) => {
        const delayMs = chance.between(100, LATE_MS);
        let isOver = false;
        const once: Reply = (outcome) => {
          if (!isOver) reply(outcome);
          isOver = true;
        };
        later(delayMs, () => {
          const answer = ask(call);
          later(hop(), () => once(whole(answer)));
        });
        later(TOTAL_MS, () => once(lost('TOTAL_TIMEOUT', true)));
      },
    ],
    [
      'bad gateway after',
      (call, reply) =>
        later(hop(), () => {
          ask(call);
          reply(page(chance.pick([500, 502, 503, 504])));
        }),
    ],
    ['bad gateway before', (_call, reply) => later(hop(), () => reply(page(chance.pick([502, 503]))))],
    ['a page', (_call, reply) => later(hop(), () => reply(page(200)))],
    [
      'a redirect',
      (_call, reply) =>
        later(hop(), () =>
          reply({
            kind: 'answer',
            status: 302,
            headers: { location: 'https://evil' },
            body: Buffer.from(''),
          }),
        ),
    ],
    [
      'too many requests',
      (call, reply) =>
        later(hop(), () => {
          if (chance.isTrue(0.3)) ask(call);
          const headers = { 'x-ratelimit-retry-after-contract': '1' };
          reply({
            kind: 'answer',
            status: 429,
            headers,
            body: Buffer.from('{"code":39995,"msg":"Too many"}'),
          });
        }),
    ],
    [
      'cut short',
      (call, reply) =>
        later(hop(), () => {
          const answer = ask(call);
          const body = Buffer.from(answer.body.slice(0, chance.below(answer.body.length)));
          reply(
            chance.isTrue(0.5) ? { ...whole(answer), body } : lost('UND_ERR_RES_CONTENT_LENGTH_MISMATCH'),
          );
        }),
    ],
    [
      'engine not reached',
      (call, reply) =>
        later(hop(), () => {
          if (chance.isTrue(0.5)) ask(call);
          const body = Buffer.from('{"code":11107,"msg":"engine failed to connect","data":null}');
          reply({ kind: 'answer', status: 200, headers: {}, body });
        }),
    ],
  ];
  const NOT_REACHED = FAULTS.slice(0, 3) as [(typeof FAULTS)[0], ...(typeof FAULTS)[0][]];

  const send = (call: ExchangeCall, reply: Reply) => {
    const isStruck = away !== false || chance.isTrue(needs.weather().request);
    if (isStruck) {
      const [name, strike] = chance.pick(away !== false ? NOT_REACHED : (FAULTS as typeof NOT_REACHED));
      world.trace('fault', name);
      return strike(call, reply);
    }
    later(hop(), () => {
      const answer = ask(call);
      later(hop(), () => reply(whole(answer)));
    });
  };

  const createSocket = (isRunning: () => boolean, events: SocketEvents): ExchangeSocket => {
    /** A connection that is there for one side only. */
    let isHalfOpen = away === true || chance.isTrue(needs.weather().socket);
    let isOver = false;
    let lastDueMs = 0;
    let sent: number[] = [];
    const one = {
      isSubscribed: false,
      isSilent: () => isHalfOpen,
      tell: (text: string, heldUpMs = 0) => {
        if (isHalfOpen || isOver) return;
        const dueMs = Math.max(lastDueMs, world.nowMs() + hop()) + heldUpMs;
        if (heldUpMs === 0) lastDueMs = dueMs;
        later(dueMs - world.nowMs(), () => {
          if (isOver || !isRunning()) return;
          world.trace('heard', text);
          events.onMessage(Buffer.from(text));
        });
      },
      cut() {
        if (isOver) return;
        end();
        if (isRunning()) events.onLost('ECONNRESET');
      },
    };
    const end = () => {
      isOver = true;
      sockets.delete(one);
    };
    const answer = (id: number, result: unknown) => one.tell(JSON.stringify({ error: null, id, result }));
    const repeatTickers = () => {
      if (isOver || !isRunning()) return;
      one.tell(door.tickers());
      later(TICKERS_MS, repeatTickers);
    };
    const hear = (text: string) => {
      if (isOver || isHalfOpen) return;
      const { id, method, params } = JSON.parse(text) as { id: number; method: string; params: unknown[] };
      if (method === 'server.ping') {
        if (chance.isTrue(needs.weather().socket / 10)) isHalfOpen = true;
        return answer(id, 'pong');
      }
      if (method === 'user.auth' && !door.isSignedIn(params))
        needs.onFault('a socket signed in with a wrong signature');
      if (method === 'user.auth' && chance.isTrue(needs.weather().socket / 2)) return one.cut();
      answer(id, { status: 'success' });
      if (method === 'perp_market24h_pack_p.subscribe') repeatTickers();
      if (method === 'aop_p.subscribe') {
        one.isSubscribed = true;
        one.tell(door.snapshot());
      }
    };
    sockets.add(one);
    if (chance.isTrue(needs.weather().socket) || away === 'refusing' || (away && chance.isTrue(0.5))) {
      later(hop(), one.cut);
    } else {
      later(2 * hop(), () => {
        if (!isOver && isRunning()) events.onOpen();
      });
    }
    return {
      send(text) {
        if (!isRunning() || isOver) return;
        sent = [...sent.filter((atMs) => atMs > world.nowMs() - 1000), world.nowMs()];
        if (sent.length > FRAMES_PER_SECOND) needs.onFault('more than 20 frames in a second on one socket');
        later(hop(), () => hear(text));
      },
      terminate: () => {
        if (isOver) return;
        end();
        later(0, () => {
          if (isRunning()) events.onLost('closed with 1006');
        });
      },
    };
  };

  return {
    clientOf: ({ isRunning, touch }) => ({
      client: {
        send(_lane, call) {
          touch('before a request');
          if (!isRunning()) return never();
          needs.onSend(call);
          const outcome = new Promise<Outcome>((resolve) => {
            send(call, (one) => {
              if (!isRunning()) return;
              touch('before an answer');
              if (isRunning()) resolve(one);
            });
          });
          touch('after a request');
          return outcome;
        },
        close: async () => {},
      },
      openSocket(url, _handshakeMs, events) {
        if (url !== EXCHANGE_WS) needs.onFault(`a socket to ${url}`);
        return createSocket(isRunning, events);
      },
    }),
    publish(events) {
      const text = door.incremental(events);
      for (const socket of sockets) {
        if (!socket.isSubscribed) continue;
        if (!chance.isTrue(needs.weather().event)) {
          socket.tell(text);
          continue;
        }
        const fate = chance.pick(['lost', 'twice', 'overtaken']);
        world.trace('event', fate);
        if (fate === 'lost') continue;
        socket.tell(text, fate === 'overtaken' ? chance.between(20, 2_000) : 0);
        if (fate === 'twice') socket.tell(text);
      }
    },
    isAccountSilent: () => [...sockets].some((socket) => socket.isSubscribed && socket.isSilent()),
    cut() {
      for (const socket of [...sockets]) socket.cut();
    },
    setAway(next) {
      away = next;
    },
  };
}
