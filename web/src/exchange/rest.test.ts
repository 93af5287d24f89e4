import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { ok } from '#contract/result.ts';
import { openEnvelope } from '#contract/wire/envelope.ts';
import { activeOrdersRequest, type ExchangeRequest } from '#contract/wire/requests.ts';
import { askExchange, proxyRequest, setHeaderToken, setScope } from './rest.ts';

/** What the network does with the next request. */
function network(answer: () => Promise<Response>) {
  const requests: { url: string; init: RequestInit }[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    requests.push({ url, init });
    return answer();
  });
  return requests;
}
const answers = (body: unknown, status = 200) =>
  network(async () => new Response(JSON.stringify(body), { status }));

const QUESTION = activeOrdersRequest('BTCUSDT' as ProductSymbol);
const ORDER: ExchangeRequest = { method: 'POST', path: '/g-orders', query: '', body: '{"symbol":"BTCUSDT"}' };
const readData = (body: unknown) => {
  const opened = openEnvelope(body);
  return opened.ok ? ok(opened.value.value) : opened;
};

afterEach(() => {
  vi.unstubAllGlobals();
  setHeaderToken(undefined);
  setScope(undefined);
});

describe('a request to the exchange', () => {
  it('goes to its path under /exchange with the session token, worded exactly as it was', async () => {
    const requests = answers({ code: 0, msg: '', data: 7 });
    setHeaderToken('the-token');
    expect(await askExchange(QUESTION, readData)).toEqual({ ok: true, value: 7 });
    expect(requests[0]?.url).toBe('/exchange/g-orders/activeList?symbol=BTCUSDT');
    expect(new Headers(requests[0]?.init.headers).get('x-perpdeck-token')).toBe('the-token');
    await askExchange(ORDER, readData);
    expect(requests[1]?.url).toBe('/exchange/g-orders');
    expect(requests[1]?.init.body).toBe(ORDER.body);
  });

  it('names the account that the page was loaded for, once that is known', async () => {
    const requests = answers({ code: 0, msg: '', data: 7 });
    await askExchange(QUESTION, readData);
    setScope('mainnet 1a2b');
    await askExchange(ORDER, readData);
    await proxyRequest('GET', '/api/guard', {}, () => undefined);
    const named = requests.map(({ init }) => new Headers(init.headers).get('x-perpdeck-scope'));
    expect(named).toEqual([null, 'mainnet 1a2b', 'mainnet 1a2b']);
  });

  it('that the exchange refuses says so in words', async () => {
    answers({ code: 11001, msg: 'TE_NO_ENOUGH_AVAILABLE_BALANCE', data: null });
    const refused = await askExchange(ORDER, readData);
    expect(refused).toEqual({
      ok: false,
      problem: {
        kind: 'refused-by-exchange',
        code: 11001,
        msg: 'TE_NO_ENOUGH_AVAILABLE_BALANCE',
        sentence: 'Not enough available balance for this order: make it smaller, or free some margin.',
      },
    });
  });

  it('that the proxy stops never reached the exchange', async () => {
    answers({ error: { code: 'NOT_SENT', message: 'The exchange was not reached.' } }, 502);
    const stopped = await askExchange(ORDER, readData);
    expect(stopped).toEqual({
      ok: false,
      problem: { kind: 'proxy', code: 'NOT_SENT', message: 'The exchange was not reached.' },
    });
  });

  it('that changes something and gets no answer has an unknown outcome, and is sent once', async () => {
    const requests = network(() => Promise.reject(new TypeError('Failed to fetch')));
    const lost = await askExchange(ORDER, readData);
    expect(lost).toMatchObject({ ok: false, problem: { kind: 'unknown-outcome' } });
    expect(requests).toHaveLength(1);
  });

  it('has an unknown outcome too when the proxy or an unreadable answer says no more', async () => {
    answers({ error: { code: 'OUTCOME_UNKNOWN', message: 'No answer in time.' } }, 504);
    expect(await askExchange(ORDER, readData)).toMatchObject({ problem: { kind: 'unknown-outcome' } });
    network(async () => new Response('<html>Bad gateway</html>', { status: 502 }));
    expect(await askExchange(ORDER, readData)).toMatchObject({ problem: { kind: 'unknown-outcome' } });
    answers({ neither: 'nor' });
    expect(await askExchange(ORDER, readData)).toMatchObject({ problem: { kind: 'unknown-outcome' } });
  });

  it('that only asks may be asked again', async () => {
    network(() => Promise.reject(new TypeError('Failed to fetch')));
    expect(await askExchange(QUESTION, readData)).toMatchObject({ problem: { kind: 'network' } });
    answers({ neither: 'nor' });
    expect(await askExchange(QUESTION, readData)).toMatchObject({ problem: { kind: 'unreadable' } });
  });
});

it('reads the proxy own answers, and calls a wrong one unreadable', async () => {
  answers({ headerToken: 'abc' });
  const read = (body: unknown) => {
    const { headerToken } = body as { headerToken?: string };
    if (headerToken === undefined) throw new Error('no token');
    return headerToken;
  };
  expect(await proxyRequest('POST', '/api/session', { body: { token: 't' } }, read)).toEqual({
    ok: true,
    value: 'abc',
  });
  answers({});
  expect(await proxyRequest('POST', '/api/session', { body: { token: 't' } }, read)).toMatchObject({
    problem: { kind: 'unreadable' },
  });
});
