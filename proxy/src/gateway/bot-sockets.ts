/**
 * Bots' side of the exchange's socket, at the same path as the browsers': market topics for everybody while some gateway
 * key is in force, the account's after `user.auth` with one. Nothing but the exchange's own messages is said to them.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { parseStreamRequest, type StreamRequest } from '#contract/wire/stream-requests.ts';
import { refusal } from '../door/errors.ts';
import { type BrowserLimits, createBrowserSocket } from '../relay/browser-socket.ts';
import { BOT_PATIENCE, createSocketServer } from '../relay/socket-server.ts';
import { answerFrame, CLOSE, createSpeaker, refusalFrame } from '../relay/speaker.ts';
import type { TopicHub } from '../relay/topic-hub.ts';
import { readTopicRequest } from '../relay/topics.ts';
import type { Time } from '../time.ts';
import { createHolders, createStay, type Holders } from './bot-room.ts';
import { readSocketClaim } from './claim.ts';
import type { Gateway } from './gateway.ts';

/** A socket that wants nothing by then makes room for one that does. */
const IDLE_MS = 10_000;

const KEY_HAS_ENOUGH = 'too many sockets or subscriptions of this key, or of all keys';

export interface BotSocketsNeeds {
  readonly hub: TopicHub;
  readonly time: Time;
  readonly limits: BrowserLimits;
  gateway(): Gateway | undefined;
}

export interface BotSockets {
  /** Lets in an upgrade that the gate has passed. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  close(): void;
}

export function createBotSockets(needs: BotSocketsNeeds): BotSockets {
  const { server, heard, stopPinging } = createSocketServer(needs.time, BOT_PATIENCE);
  const holders = createHolders();
  return {
    accept(request, socket, head) {
      holders.makeRoom();
      server.handleUpgrade(request, socket, head, (upgraded) => {
        for (const event of ['message', 'pong', 'ping', 'close']) upgraded.on(event, () => heard(upgraded));
        serve({ socket: upgraded, wire: socket }, needs, holders);
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

/** One bot's socket, from its upgrade to its end. */
function serve(
  { socket, wire }: { socket: WebSocket; wire: Duplex },
  { hub, time, limits, gateway }: BotSocketsNeeds,
  holders: Holders,
): void {
  const outlet = createBrowserSocket({ socket, wire, time, limits });
  const makeRoom = () => {
    outlet.close(CLOSE.tooMuch, 'room for another');
    socket.terminate();
  };
  const stay = createStay({ makeRoom }, holders.nobody);
  const speaker = createSpeaker(outlet, hub, time, stay.topics);
  let detach: (() => void) | undefined;
  const cancelIdle = time.after(IDLE_MS, () => {
    if (detach === undefined && !stay.hasTopics()) outlet.close(CLOSE.signedOut, 'neither sign-in nor topic');
  });

  const authenticate = async ({ id, params }: StreamRequest) => {
    const claim = readSocketClaim(params);
    const current = gateway();
    const bot = 'code' in claim ? claim : ((await current?.recognise(claim, '')) ?? refusal('NO_KEY'));
    if (socket.readyState !== socket.OPEN) return;
    if ('code' in bot) return outlet.send(refusalFrame(id, bot.message));
    if (!stay.moveTo(holders.ofKey(bot.id))) return outlet.send(refusalFrame(id, KEY_HAS_ENOUGH));
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
    stay.end();
    outlet.release();
  });
}
