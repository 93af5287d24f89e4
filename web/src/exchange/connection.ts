/**
 * The page's one connection to the proxy's relay of the exchange: its state, what the proxy says about itself, and
 * the way in and out for the stream. Times are epoch milliseconds.
 */
import { createStore } from 'zustand/vanilla';
import type { RelayNotice, Status } from '#contract/status.ts';
import type { StreamMessage } from '#contract/wire/stream-message.ts';
import { createSocketLife, type Socket, type SocketEvents, type SocketState } from './socket-life.ts';

export interface Connection {
  readonly socket: SocketState;
  /** The proxy's own account of itself; absent until it has spoken. */
  readonly status?: Status;
  /** Browser to proxy and back, of the last answered heartbeat. */
  readonly roundTripMs?: number;
}

export const connectionStore = createStore<Connection>(() => ({
  socket: { state: 'connecting', sinceMs: Date.now(), attempt: 0 },
}));

const openListeners = new Set<() => void>();
const noticeListeners = new Set<(notice: RelayNotice) => void>();
const messageListeners = new Set<(message: StreamMessage) => void>();

/** Runs each time the socket is signed in and knows of no subscription. */
export function onSocketOpen(listener: () => void): () => void {
  openListeners.add(listener);
  return () => openListeners.delete(listener);
}

/** Every message of the exchange. */
export function onExchangeMessage(listener: (message: StreamMessage) => void): () => void {
  messageListeners.add(listener);
  return () => messageListeners.delete(listener);
}

/** What the proxy says of itself, besides its status, which is in the store. */
export function onRelayNotice(listener: (notice: RelayNotice) => void): () => void {
  noticeListeners.add(listener);
  return () => noticeListeners.delete(listener);
}

function showState(socket: SocketState): void {
  connectionStore.setState({ socket });
  if (socket.state === 'open') for (const listener of openListeners) listener();
}

function route(message: StreamMessage): void {
  if (message.kind === 'notice') {
    // A sign-out notice needs nothing here: the socket closes after it, and its life has heard it.
    if (message.notice.kind === 'status') connectionStore.setState({ status: message.notice.status });
    for (const listener of noticeListeners) listener(message.notice);
  } else {
    for (const listener of messageListeners) listener(message);
  }
}

function openSocket({ onOpen, onText, onClose }: SocketEvents): Socket {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const socket = new WebSocket(`${scheme}://${location.host}/exchange/ws`);
  socket.onopen = onOpen;
  socket.onmessage = ({ data }) => onText(String(data));
  socket.onclose = ({ code }) => onClose(code);
  return socket;
}

const life = createSocketLife({
  openSocket,
  nowMs: Date.now,
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  random: Math.random,
  onState: showState,
  onMessage: route,
  onRoundTrip: (roundTripMs) => connectionStore.setState({ roundTripMs }),
});

/** Asks over the socket; false when it is not open (what matters is asked again when it opens). */
export const requestOnSocket = life.request;

function hurryWhenSeen(): void {
  if (document.visibilityState === 'visible') life.hurry();
}

/** Connects with the token kept beside the session cookie, and keeps connecting until told to stop. */
export function startConnection(headerToken: string): void {
  window.addEventListener('online', life.hurry);
  document.addEventListener('visibilitychange', hurryWhenSeen);
  life.start(headerToken);
}

export function stopConnection(): void {
  window.removeEventListener('online', life.hurry);
  document.removeEventListener('visibilitychange', hurryWhenSeen);
  life.stop();
}
