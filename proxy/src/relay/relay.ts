/**
 * The browsers' side of the exchange's socket, at `/exchange/ws`: upgrades are let in by the gate and the session's
 * cookie, the first frame brings the session's token, and then the exchange's own methods are spoken.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { AUTH_METHOD, type JournalEntry } from '#contract/api.ts';
import type { RelayNotice, Status } from '#contract/status.ts';
import { writeRelayNotice } from '#contract/wire/relay-notice.ts';
import { parseStreamRequest, type StreamRequest } from '#contract/wire/stream-requests.ts';
import { type Refusal, refusal } from '../door/errors.ts';
import { refuseSocket } from '../door/replies.ts';
import type { Session } from '../sign-in/session.ts';
import type { Time } from '../time.ts';
import type { Log } from '../watch/log.ts';
import { type BrowserLimits, type BrowserSocket, createBrowserSocket } from './browser-socket.ts';
import { createSocketServer, PAGE_PATIENCE } from './socket-server.ts';
import { answerFrame, CLOSE, createSpeaker } from './speaker.ts';
import { textFrame } from './text-frame.ts';
import type { TopicHub } from './topic-hub.ts';

export const RELAY_PATH = '/exchange/ws';

const AUTH_MS = 3_000;
const STATUS_MS = 5_000;
/** How long browsers have to say goodbye. */
const CLOSING_MS = 1_000;

export interface SocketCounts {
  readonly perSession: number;
  readonly total: number;
}
export const SOCKET_COUNTS: SocketCounts = { perSession: 8, total: 64 };

export interface RelayNeeds {
  readonly hub: TopicHub;
  readonly time: Time;
  readonly log: Log;
  readonly counts: SocketCounts;
  readonly limits: BrowserLimits;
  status(): Status;
}

export interface Relay {
  /** Lets in an upgrade that the gate and the session have passed. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, session: Session): void;
  /** Says the status again: the feeds have changed. */
  announce(): void;
  /** A request whose outcome was unknown has one now. */
  tellResolved(entry: JournalEntry): void;
  /** Those that are signed in, and those of them that do not keep up. */
  browsers(): { readonly sockets: number; readonly behind: number };
  close(): Promise<void>;
}

export function createRelay(needs: RelayNeeds): Relay {
  const { time, log, counts } = needs;
  const { server, heard, stopPinging } = createSocketServer(time, PAGE_PATIENCE);
  const signedIn = new Set<BrowserSocket>();
  const perSession = new Map<Session, number>();

  const tell = (notice: RelayNotice) => {
    const frame = textFrame(writeRelayNotice(notice));
    for (const browser of signedIn) browser.send(frame);
  };
  const announce = () => {
    if (signedIn.size > 0) tell({ kind: 'status', status: needs.status() });
  };
  const stopAnnouncing = time.every(STATUS_MS, announce);
  const count = (session: Session, change: 1 | -1) => {
    const sockets = (perSession.get(session) ?? 0) + change;
    if (sockets === 0) perSession.delete(session);
    else perSession.set(session, sockets);
  };

  return {
    accept(request, socket, head, session) {
      const refused = refuseCrowd(server.clients.size, perSession.get(session) ?? 0, counts);
      if (refused !== undefined) {
        log.warn({ sockets: server.clients.size }, 'a socket too many');
        return refuseSocket(socket, refused);
      }
      server.handleUpgrade(request, socket, head, (upgraded) => {
        count(session, 1);
        serve({ socket: upgraded, wire: socket }, session, {
          ...needs,
          onSignedIn: (browser) => signedIn.add(browser),
          onHeard: () => heard(upgraded),
          onGone(browser) {
            signedIn.delete(browser);
            heard(upgraded);
            count(session, -1);
          },
        });
      });
    },
    announce,
    tellResolved({ requestID, state, note = '' }) {
      if (requestID === undefined) return;
      if (state === 'ACKED' || state === 'REJECTED' || state === 'NOT_PLACED') {
        tell({ kind: 'resolved', requestID, state, note });
      }
    },
    browsers: () => ({
      sockets: signedIn.size,
      behind: [...signedIn].filter((browser) => browser.isBehind()).length,
    }),
    async close() {
      stopAnnouncing();
      stopPinging();
      const sockets = [...server.clients];
      const gone = sockets.map(
        (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
      );
      for (const socket of sockets) socket.close(CLOSE.goingAway, 'Perpdeck is stopping');
      const cancel = time.after(CLOSING_MS, () => {
        for (const socket of sockets) socket.terminate();
      });
      await Promise.all(gone);
      cancel();
    },
  };
}

function refuseCrowd(all: number, ofSession: number, counts: SocketCounts): Refusal | undefined {
  const isFull = all >= counts.total || ofSession >= counts.perSession;
  return isFull ? refusal('TOO_MANY_REQUESTS', 'Too many sockets are open.', 503) : undefined;
}

interface ServeNeeds extends RelayNeeds {
  onSignedIn(browser: BrowserSocket): void;
  onHeard(): void;
  onGone(browser: BrowserSocket): void;
}

/** One browser's socket, from its upgrade to its end. */
function serve(
  { socket, wire }: { socket: WebSocket; wire: Duplex },
  session: Session,
  needs: ServeNeeds,
): void {
  const { hub, time, limits } = needs;
  const browser = createBrowserSocket({ socket, wire, time, limits });
  const speaker = createSpeaker({ ...browser, tell: browser.send }, hub, time);
  const cancelAuth = time.after(AUTH_MS, () => browser.close(CLOSE.signedOut, 'no sign-in'));
  let detach: (() => void) | undefined;

  const signIn = ({ id, method, params }: StreamRequest) => {
    const [token] = params;
    if (method !== AUTH_METHOD || typeof token !== 'string' || !session.isToken(token)) {
      return browser.close(CLOSE.signedOut, 'not signed in');
    }
    cancelAuth();
    detach = session.attach((reason) => {
      browser.send(writeRelayNotice({ kind: 'signed-out', reason }));
      browser.close(CLOSE.signedOut, 'signed out');
    });
    browser.send(answerFrame(id, { status: 'success' }));
    browser.send(writeRelayNotice({ kind: 'status', status: needs.status() }));
    needs.onSignedIn(browser);
  };
  const hear = (text: string) => {
    if (!speaker.maySpeak()) return browser.close(CLOSE.tooMuch, 'too many messages');
    const request = parseStreamRequest(text);
    if (request.ok) return detach === undefined ? signIn(request.value) : speaker.hear(request.value);
    if (detach === undefined && isJson(text)) return browser.close(CLOSE.signedOut, 'not signed in');
    browser.close(CLOSE.badFrame, 'malformed');
  };

  socket.on('message', (data, isBinary) => {
    needs.onHeard();
    if (socket.readyState !== socket.OPEN) return;
    if (isBinary) return browser.close(CLOSE.notText, 'text only');
    // The default binary type of `ws` makes every message a Buffer.
    hear((data as Buffer).toString('utf8'));
  });
  socket.on('pong', needs.onHeard);
  // Protocol errors: `ws` closes with the code that fits; what came is not worth a line each.
  socket.on('error', () => {});
  socket.on('close', () => {
    cancelAuth();
    detach?.();
    speaker.leave();
    browser.release();
    needs.onGone(browser);
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
