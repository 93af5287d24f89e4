/** The abuse suite from the other side: an exchange, or something in its place, that answers with malice. */
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountDesk } from '../src/connect/account-desk.ts';
import { CERTIFICATE, KEY } from './certificate.ts';
import { type Credentials, call, newOrder, type Rig, startRig } from './rig.ts';

let rig: Rig;
let me: Credentials;
beforeEach(async () => {
  rig = await startRig();
  me = await rig.signIn();
});
afterEach(() => rig.close());

const answerWith = (body: string) =>
  rig.exchange.answerWith((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(body);
  });

describe('an exchange that answers', () => {
  it('[E1] with a way to another host is not followed there', async () => {
    const elsewhere = await startRig();
    rig.exchange.answerWith((_request, response) => {
      response.writeHead(307, { location: `${elsewhere.exchange.url}/g-orders` });
      response.end();
    });
    const answer = await call(rig, me, 'POST', '/exchange/g-orders', newOrder());
    expect(await answer.json()).toMatchObject({ error: { code: 'OUTCOME_UNKNOWN' } });
    expect(elsewhere.exchange.asked()).toEqual([]);
    await elsewhere.close();
  });

  it('[E4] with names that programs trip over changes nothing here', async () => {
    const body =
      '{"code":0,"msg":"","data":{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":1}},"a":1,"a":2}}';
    answerWith(body);
    expect(await (await call(rig, me, 'GET', '/exchange/g-orders/activeList?symbol=BTCUSDT')).text()).toBe(
      body,
    );
    expect('polluted' in {}).toBe(false);
    expect((await call(rig, me, 'GET', '/api/status')).status).toBe(200);
  });

  it('[E5] with numbers beyond what a double holds has them handed on to the digit', async () => {
    const body =
      '{"code":0,"msg":"","data":{"actionTimeNs":1763521361212642955,"big":123456789012345678901234567890}}';
    answerWith(body);
    expect(await (await call(rig, me, 'GET', '/exchange/g-orders/activeList?symbol=BTCUSDT')).text()).toBe(
      body,
    );
  });
});

describe('something in the exchange’s place', () => {
  it('[E7] with a certificate of its own gets not a byte: neither key nor signature nor order', async () => {
    const requests: string[] = [];
    const impostor = createServer({ key: KEY, cert: CERTIFICATE }, (request, response) => {
      requests.push(request.url ?? '');
      response.end('{"code":0,"msg":"","data":{}}');
    });
    await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
    const { port } = impostor.address() as AddressInfo;
    const deceived = await startRig({ exchangeUrl: `https://127.0.0.1:${port}` });
    // What only closes passes though the exchange's clock is not known.
    const order = newOrder({ reduceOnly: true });
    const answer = await call(deceived, await deceived.signIn(), 'POST', '/exchange/g-orders', order);
    expect(await answer.json()).toMatchObject({ error: { code: 'NOT_SENT' } });
    expect(requests).toEqual([]);
    await deceived.close();
    impostor.close();
  });
});

describe('a mistake of ours', () => {
  it('[G4] is a code and a sentence, and nothing of what went wrong', async () => {
    const broken = () => {
      throw new Error('canary detail');
    };
    // Whatever is asked of it, it breaks.
    const desk = new Proxy({}, { get: () => broken }) as AccountDesk;
    const failing = await startRig({ accounts: { desk, move: () => {} } });
    const someone = await failing.signIn();
    for (const [method, path, body] of [
      ['GET', '/api/accounts', undefined],
      ['POST', '/api/accounts/lock', '{}'],
    ] as const) {
      const answer = await call(failing, someone, method, path, body);
      expect(answer.status).toBe(500);
      expect(await answer.json()).toEqual({
        error: { code: 'INTERNAL', message: 'Perpdeck made a mistake; its log says more.' },
      });
    }
    await failing.close();
  });
});
