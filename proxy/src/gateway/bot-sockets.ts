/**
 * Bots' side of the exchange's socket, at the same path as the browsers': market topics for everybody while some gateway
 * key is in force, the account's after `user.auth` with one. Nothing but the exchange's own messages is said to them.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { parseStreamRequest, type StreamRequest } from '#contract/wire/stream-requests.ts';
import { refusal } from '../door/errors.ts';
import { refuseSocket } from '../door/replies.ts';
import { type BrowserLimits, createBrowserSocket } from '../relay/browser-socket.ts';
import { createSocketServer } from '../relay/socket-server.ts';
import { answerFrame, CLOSE, createSpeaker, refusalFrame, type Share } from '../relay/speaker.ts';
import type { TopicHub } from '../relay/topic-hub.ts';
import { readTopicRequest } from '../relay/topics.ts';
import type { Time } from '../time.ts';
import type { Log } from '../watch/log.ts';
import { readSocketClaim } from './claim.ts';
import type { Gateway } from './gateway.ts';

/** Of all bots; the browsers' are counted apart. */
const SOCKETS_MAX = 16;
/** As many as the exchange gives one connection. */
const TOPICS_PER_SOCKET = 20;
/** Of the exchange's 80: the rest is the pages'. */
const TOPICS_OF_ALL = 60;
/** A socket that wants nothing by then makes room for one that does. */
const IDLE_MS = 10_000;

export interface BotSocketsNeeds {
  readonly hub: TopicHub;
  readonly time: Time;
  readonly log: Log;
  readonly limits: BrowserLimits;
  gateway(): Gateway | undefined;
}

export interface BotSockets {
  /** Lets in an upgrade that the gate has passed. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

export function createBotSockets(needs: BotSocketsNeeds): BotSockets {
  const { server, heard, stopPinging } = createSocketServer(needs.time);
  const all = createShare(TOPICS_OF_ALL);
  return {
    accept(request, socket, head) {
      if (server.clients.size >= SOCKETS_MAX) {
        needs.log.warn({ sockets: server.clients.size }, 'a bot’s socket too many');
        return refuseSocket(socket, refusal('TOO_MANY_REQUESTS', 'Too many sockets are open.', 503));
      }
      server.handleUpgrade(request, socket, head, (upgraded) => {
        for (const event of ['message', 'pong', 'ping', 'close']) upgraded.on(event, () => heard(upgraded));
        serve({ socket: upgraded, wire: socket }, needs, all);
      });
    },
    close() {
      stopPinging();
      for (const socket of server.clients) {
        socket.close(CLOSE.goingAway, 'Perpdeck is stopping');
        socket.terminate();
      }
    },
  };
}

/** `of`: a larger one that it is a part of. */
function createShare(max: number, of?: Share): Share & { taken(): number } {
  let taken = 0;
  return {
    take() {
      if (taken >= max || of?.take() === false) return false;
      taken += 1;
      return true;
    },
    giveBack(count) {
      taken -= count;
      of?.giveBack(count);
    },
    taken: () => taken,
  };
}

/** One bot's socket, from its upgrade to its end. */
function serve(
  { socket, wire }: { socket: WebSocket; wire: Duplex },
  { hub, time, limits, gateway }: BotSocketsNeeds,
  all: Share,
): void {
  const outlet = createBrowserSocket({ socket, wire, time, limits });
  const share = createShare(TOPICS_PER_SOCKET, all);
  const speaker = createSpeaker(outlet, hub, time, share);
  let detach: (() => void) | undefined;
  const cancelIdle = time.after(IDLE_MS, () => {
    if (detach === undefined && share.taken() === 0)
      outlet.close(CLOSE.signedOut, 'neither sign-in nor topic');
  });

  const authenticate = async ({ id, params }: StreamRequest) => {
    const claim = readSocketClaim(params);
    const current = gateway();
    const bot = 'code' in claim ? claim : ((await current?.recognise(claim, '')) ?? refusal('NO_KEY'));
    if (socket.readyState !== socket.OPEN) return;
    if ('code' in bot) return outlet.send(refusalFrame(id, bot.message));
    detach?.();
    detach = bot.attach(() => outlet.close(CLOSE.signedOut, 'the gateway key is over'));
    outlet.send(answerFrame(id, { status: 'success' }));
  };
  const hear = (text: string) => {
    if (!speaker.maySpeak()) return outlet.close(CLOSE.tooMuch, 'too many messages');
    const request = parseStreamRequest(text);
    if (!request.ok) return outlet.close(CLOSE.badFrame, 'malformed');
    const { id, method } = request.value;
    if (method === 'user.auth') {
      return void authenticate(request.value).catch(() => outlet.close(CLOSE.signedOut, 'not signed in'));
    }
    const asked = readTopicRequest(request.value);
    const isPrivate = asked?.verb === 'subscribe' && asked.topic.kind === 'account';
    if (isPrivate && detach === undefined) return outlet.send(refusalFrame(id, 'authentication required'));
    speaker.hear(request.value);
  };

  socket.on('message', (data, isBinary) => {
    if (socket.readyState !== socket.OPEN) return;
    if (isBinary) return outlet.close(CLOSE.notText, 'text only');
    hear((data as Buffer).toString('utf8'));
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    cancelIdle();
    detach?.();
    speaker.leave();
    outlet.release();
  });
}
