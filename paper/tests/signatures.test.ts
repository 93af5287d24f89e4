import { describe, expect, it } from 'vitest';
import { ALICE, BOB, get, START_MS, send, startStill } from './harness.ts';

const server = await startStill();
const ACCOUNT = '/g-accounts/accountPositions';
const nowSec = Math.floor(START_MS / 1000);

describe('a signed request', () => {
  it('is accepted with the secret as it is written', async () => {
    const { status, json } = await send(server, ALICE, ACCOUNT, { query: 'currency=USDT' });
    expect([status, json.code]).toEqual([200, 0]);
  });

  it('is accepted with the secret base64url-decoded', async () => {
    const key = Buffer.from(BOB.secret, 'base64url');
    const { json } = await send(server, BOB, ACCOUNT, { query: 'currency=USDT', key });
    expect(json.code).toBe(0);
  });

  it('is signed over the query as it was sent, percent signs and repeated keys included', async () => {
    const query = 'currency=USDT&symbol=BTC%55SDT&note=a%2Cb&note=c+d';
    const { json } = await send(server, ALICE, ACCOUNT, { query });
    expect(json.code).toBe(0);
    expect(json.data.positions.map((row: { symbol: string }) => row.symbol)).toEqual(['BTCUSDT']);
  });

  it('is signed over the body as it was sent, spaces included', async () => {
    const body =
      '{ "symbol" : "BTCUSDT", "side":"Buy", "posSide":"Merged", "orderQtyRq": 0.01, "priceRp":"2000" }';
    const { json } = await send(server, ALICE, '/g-orders', { method: 'POST', body });
    expect(json.code).toBe(0);
  });
});

describe('a request that is not', () => {
  it('names no key: 401 with a code in text', async () => {
    const { status, text } = await get(server, `${ACCOUNT}?currency=USDT`);
    expect([status, text]).toEqual([401, '{"code":"401","msg":"401 Failed to load API KEY."}']);
  });

  it('names an unknown key', async () => {
    const { status, text } = await send(server, { apiKey: 'nobody', secret: 'x' }, ACCOUNT);
    expect([status, text]).toEqual([401, '{"msg":"Failed to find api-key nobody","code":10500}']);
  });

  it('has a wrong signature, whether the secret, the query or the body differs', async () => {
    const expected = [401, '{"msg":"API Signature verification failed.","code":10500}'];
    const wrongSecret = await send(server, { ...ALICE, secret: 'guess' }, ACCOUNT);
    expect([wrongSecret.status, wrongSecret.text]).toEqual(expected);
    const headers = { 'x-phemex-request-signature': 'f'.repeat(64) };
    const tampered = await send(server, ALICE, '/g-orders', { method: 'POST', body: '{}', headers });
    expect([tampered.status, tampered.text]).toEqual(expected);
    const upperCase = await send(server, ALICE, ACCOUNT, {
      headers: { 'x-phemex-request-signature': 'F'.repeat(64) },
    });
    expect([upperCase.status, upperCase.text]).toEqual(expected);
  });

  it('has expired', async () => {
    const { status, text } = await send(server, ALICE, ACCOUNT, { expirySec: nowSec - 1 });
    expect([status, text]).toEqual([401, `{"code":"401","msg":"401 Request Expired at ${nowSec - 1}"}`]);
  });

  it('lacks its expiry or its signature', async () => {
    const response = await fetch(`${server.url}${ACCOUNT}`, {
      headers: { 'x-phemex-access-token': ALICE.apiKey },
    });
    expect([response.status, await response.text()]).toEqual([
      401,
      '{"msg":"Missing required parameter","code":10500}',
    ]);
  });
});

describe('every reply', () => {
  it('carries a tracing id of its own or the one that was asked with', async () => {
    const first = await get(server, '/public/time');
    const second = await get(server, '/public/time');
    const tracing = first.headers.get('x-phemex-request-tracing');
    expect(tracing).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(second.headers.get('x-phemex-request-tracing')).not.toBe(tracing);
    const asked = await send(server, ALICE, ACCOUNT, { headers: { 'x-phemex-request-tracing': 'mine-1' } });
    expect(asked.headers.get('x-phemex-request-tracing')).toBe('mine-1');
    expect(asked.headers.get('content-type')).toBe('application/json');
  });

  it('carries the budget of its group, and the group others has no suffix', async () => {
    const contract = await send(server, ALICE, ACCOUNT, { query: 'currency=USDT' });
    expect(contract.headers.get('x-ratelimit-capacity-contract')).toBe('500');
    const others = await send(server, ALICE, '/exchange/order/v2/tradingList', { query: 'currency=USDT' });
    expect(others.headers.get('x-ratelimit-capacity')).toBe('100');
  });

  it('is JSON for paths that do not exist, too', async () => {
    const { status, json } = await get(server, '/g-orders/nowhere');
    expect([status, json.code]).toEqual([404, 404]);
  });

  it('refuses bodies that are no JSON object', async () => {
    const { json } = await send(server, ALICE, '/g-orders', { method: 'POST', body: 'symbol=BTCUSDT' });
    expect(json).toEqual({ code: 30000, msg: 'Please double check input arguments', data: null });
  });
});
