import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { textFrame } from './text-frame.ts';

const http = createServer();
const upgrades = new WebSocketServer({ noServer: true });
let wire: Socket;
let client: WebSocket;
beforeAll(async () => {
  http.on('upgrade', (request, socket, head) => {
    wire = socket as Socket;
    upgrades.handleUpgrade(request, socket, head, () => {});
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  await new Promise((resolve) => client.once('open', resolve));
});
afterAll(() => {
  client.terminate();
  wire.destroy();
  http.close();
});

/** As a client that is not ours to write reads it. */
function readBack(frame: Buffer): Promise<string> {
  const heard = new Promise<string>((resolve) => {
    client.once('message', (bytes, isBinary) => resolve(`${isBinary} ${String(bytes)}`));
  });
  wire.write(frame);
  return heard;
}

it.each([0, 1, 125, 126, 65_535, 65_536, 200_000])('a text of %d bytes arrives as it was', async (length) => {
  const text = 'x'.repeat(length);
  expect(await readBack(textFrame(text))).toBe(`false ${text}`);
  expect(await readBack(textFrame(Buffer.from(text)))).toBe(`false ${text}`);
});

it('counts bytes, not characters', async () => {
  const text = '–'.repeat(60);
  expect(await readBack(textFrame(text))).toBe(`false ${text}`);
});
