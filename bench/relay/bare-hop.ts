/**
 * The peers of the relay, a process of its own: one upstream socket, every message sent to all who are connected as
 * one shared buffer. With `--parse` each message is parsed once first, as the relay must; without, it is the plain
 * `ws` broadcast.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

const [upstreamUrl = '', mode] = process.argv.slice(2);
const upstream = new WebSocket(upstreamUrl, { perMessageDeflate: false });
const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
const asked = new Set<string>();
const waiting: string[] = [];
let parsed = 0;

sockets.on('connection', (socket) => {
  socket.on('message', (bytes) => {
    const text = bytes.toString();
    const topic = text.slice(text.indexOf('"method"'));
    if (asked.has(topic)) return;
    asked.add(topic);
    if (upstream.readyState === WebSocket.OPEN) upstream.send(text);
    else waiting.push(text);
  });
});
upstream.on('open', () => {
  for (const text of waiting) upstream.send(text);
});
upstream.on('message', (bytes: Buffer) => {
  if (mode === '--parse') parsed += Object.keys(JSON.parse(bytes.toString()) as object).length;
  for (const socket of sockets.clients) socket.send(bytes, { binary: false });
});

server.listen(0, '127.0.0.1', () => {
  console.log(`listening ${(server.address() as AddressInfo).port}`);
});
process.on('SIGTERM', () => process.exit(parsed < 0 ? 1 : 0));
