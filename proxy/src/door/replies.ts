/** How the proxy itself answers: refusals and small JSON, with the headers of data. */
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { botRefusalBody } from '../gateway/bot-replies.ts';
import { isSigned } from '../gateway/claim.ts';
import { type Refusal, refusalBody } from './errors.ts';
import { DATA_HEADERS } from './headers.ts';

const JSON_TYPE = 'application/json; charset=utf-8';

/** A bot is told in the exchange's shape, a browser in ours. */
export function sendRefusal(reply: FastifyReply, refused: Refusal): FastifyReply {
  const { head, isOfBot } = reply.request;
  const isForBot = isOfBot || (head !== undefined && isSigned(head));
  const body = isForBot ? botRefusalBody(refused) : refusalBody(refused);
  return reply.code(refused.status).header('content-type', JSON_TYPE).send(body);
}

export function sendJson(reply: FastifyReply, body: unknown): FastifyReply {
  return reply.code(200).header('content-type', JSON_TYPE).send(JSON.stringify(body));
}

/** Before any framework has seen the request; whatever body it has is not read, so the connection ends. */
export function refuseRequest(_request: IncomingMessage, response: ServerResponse, refused: Refusal): void {
  response.writeHead(refused.status, { ...DATA_HEADERS, 'content-type': JSON_TYPE, connection: 'close' });
  response.end(refusalBody(refused));
}

/** On a bare socket: an upgrade that is refused, or bytes that are no HTTP. */
export function refuseSocket(socket: Duplex, refused: Refusal): void {
  const body = refusalBody(refused);
  const headers = {
    ...DATA_HEADERS,
    'content-type': JSON_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const status = `${refused.status} ${STATUS_CODES[refused.status] ?? ''}`;
  socket.on('error', () => socket.destroy());
  if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`);
  else socket.destroy();
}
