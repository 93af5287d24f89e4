/**
 * The least that a proxy which keeps the key can do, a process of its own: take an order, sign it, pass it on, pass the
 * answer back. No check, no limit, no journal: what is slower than this is what Perpdeck does besides.
 */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

const [target = '', key = '', secret = ''] = process.argv.slice(2);
const EXPIRY_SEC = 10;
const exchange = new Pool(target, { connections: 1 });

const server = createServer({ noDelay: true }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    const body = Buffer.concat(chunks).toString();
    const path = request.url ?? '';
    const expiry = String(Math.floor(Date.now() / 1000) + EXPIRY_SEC);
    const answer = await exchange.request({
      method: 'POST',
      path,
      body,
      headers: {
        'content-type': 'application/json',
        'x-phemex-access-token': key,
        'x-phemex-request-expiry': expiry,
        'x-phemex-request-signature': createHmac('sha256', secret)
          .update(path + expiry + body)
          .digest('hex'),
      },
    });
    response.writeHead(answer.statusCode, { 'content-type': 'application/json' });
    response.end(await answer.body.text());
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
