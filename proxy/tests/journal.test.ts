/** Requests that change something: written down first, sent at most once, and known in the end. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JournalEntry } from '#contract/api.ts';
import { parseOperations } from '#contract/operations.ts';
import { openJournalFile } from '../src/journal/journal-file.ts';
import { JournalError, openJournalStore } from '../src/journal/journal-store.ts';
import type { SeenRequest } from './fake-exchange.ts';
import {
  API_KEY,
  API_SECRET,
  accountMessage,
  type Credentials,
  call,
  newOrder,
  openTab,
  type Rig,
  startRig,
  TRADING,
} from './rig.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const ACK = '{"code":0,"msg":"","data":{"bizError":0,"orderID":"o-1"}}';
const NO_ORDERS = '{"code":10002,"msg":"OM_ORDER_NOT_FOUND","data":null}';
/** Short enough to be waited for, in real milliseconds: what is tested is the order of things. */
const QUICK = { looksAtMs: [10, 20, 30], everyMs: 20, historyFromMs: 0, afterExpiryMs: -10_000 };

let folder: string;
const rigs: Rig[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perpdeck-journal-'));
});
afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(
  resolutionTiming = QUICK,
  openJournal = () => openJournalStore(folder),
  orders: readonly object[] = [],
): Promise<Rig> {
  const rig = await startRig({ trading: { ...TRADING, openJournal, resolutionTiming }, orders });
  rigs.push(rig);
  return rig;
}

/** Where the orders themselves are answered by `answering`, and look-ups by `known`. */
function answerOrders(
  { exchange }: Rig,
  answering: Parameters<Rig['exchange']['answerWith']>[0],
  known: { open?: string; past?: string } = {},
): void {
  exchange.answerWith((request, response, socket) => {
    if (request.method !== 'GET') return answering(request, response, socket);
    response.writeHead(200, JSON_TYPE);
    if (request.target.startsWith('/g-orders/activeList')) return response.end(known.open ?? NO_ORDERS);
    if (request.target === '/public/time') {
      return response.end(`{"code":0,"msg":"","data":{"serverTime":${Date.now()}}}`);
    }
    response.end(known.past ?? '{"code":0,"msg":"OK","data":{"rows":[]}}');
  });
}

const acking: Parameters<typeof answerOrders>[1] = (_request, response) => {
  response.writeHead(200, JSON_TYPE);
  response.end(ACK);
};
const resetting: Parameters<typeof answerOrders>[1] = (_request, _response, socket) =>
  socket.resetAndDestroy();

const changes = (rig: Rig): readonly SeenRequest[] =>
  rig.exchange.asked().filter(({ method }) => method !== 'GET');

async function entriesOf(rig: Rig, me: Credentials, from = 0): Promise<JournalEntry[]> {
  const text = await (await call(rig, me, 'GET', `/api/journal?from=${from}`)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalEntry);
}

const codeOf = async (answer: Response) => ((await answer.json()) as { error: { code: string } }).error.code;
const openRow = (clOrdID: string, side = 'Buy') =>
  `{"code":0,"msg":"","data":{"rows":[{"orderID":"o-1","clOrdID":"${clOrdID}","symbol":"BTCUSDT","side":"${side}",` +
  '"orderType":"Limit","timeInForce":"GoodTillCancel","ordStatus":"New","priceRp":"60000","orderQtyRq":"0.01",' +
  '"cumQtyRq":"0","leavesQtyRq":"0.01","actionTimeNs":1700000000000000000,"transactTimeNs":1700000000000000000}]}}';

describe('the journal', () => {
  it('[R1] has the wish on the disk before the exchange has the order', async () => {
    const rig = await start();
    const me = await rig.signIn();
    const seen: unknown[] = [];
    const reader = () => new Database(join(folder, 'journal.db'), { readonly: true });
    answerOrders(rig, (request, response, socket) => {
      const database = reader();
      seen.push(database.prepare('SELECT state, body FROM entries').get());
      database.close();
      acking(request, response, socket);
    });
    const body = newOrder({ clOrdID: 'first' });
    expect((await call(rig, me, 'POST', '/exchange/g-orders', body)).status).toBe(200);
    expect(seen).toMatchObject([{ state: 'SENDING', body: expect.stringContaining('first') }]);
    expect(await entriesOf(rig, me)).toMatchObject([
      {
        scope: 'test',
        who: 'browser',
        requestID: 'first',
        kind: 'place',
        symbol: 'BTCUSDT',
        request: { method: 'POST', path: '/g-orders', query: '', body },
        state: 'ACKED',
        answer: { status: 200, body: ACK },
        steps: [{ state: 'INTENT' }, { state: 'SENDING' }, { state: 'ACKED' }],
      },
    ]);
  });

  it('holds neither key nor secret nor signature, and is for its owner alone [L3]', async () => {
    const rig = await start();
    const me = await rig.signIn();
    answerOrders(rig, (request, response) => {
      const { 'x-phemex-access-token': key, 'x-phemex-request-signature': signature } = request.headers;
      response.writeHead(401, JSON_TYPE);
      response.end(JSON.stringify({ code: 10500, msg: `Api key not found ${key} ${signature}` }));
    });
    await call(rig, me, 'POST', '/exchange/g-orders', newOrder());
    const signature = String(changes(rig)[0]?.headers['x-phemex-request-signature']);
    const text = await (await call(rig, me, 'GET', '/api/journal')).text();
    expect(text).toContain('"state":"REJECTED"');
    await rig.proxy.close();
    const bytes = readFileSync(join(folder, 'journal.db'), 'latin1');
    for (const secret of [API_KEY, API_SECRET, signature]) {
      expect(text).not.toContain(secret);
      expect(bytes).not.toContain(secret);
    }
    expect(statSync(join(folder, 'journal.db')).mode & 0o777).toBe(0o600);
  });

  it('[R3] answers the same request under the same id once and for all, across a restart too', async () => {
    const first = await start();
    const me = await first.signIn();
    answerOrders(first, acking);
    const body = newOrder();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => call(first, me, 'POST', '/exchange/g-orders', body)),
    );
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect([new Set(texts), changes(first).length]).toEqual([new Set([ACK]), 1]);
    await first.proxy.close();

    const second = await start();
    const again = await call(second, await second.signIn(), 'POST', '/exchange/g-orders', body);
    expect([again.status, await again.text(), changes(second)]).toEqual([200, ACK, []]);
  });

  it('[A75] refuses another request under the same id', async () => {
    const rig = await start();
    const me = await rig.signIn();
    answerOrders(rig, acking);
    await call(rig, me, 'POST', '/exchange/g-orders', newOrder({ clOrdID: 'mine' }));
    const other = await call(
      rig,
      me,
      'POST',
      '/exchange/g-orders',
      newOrder({ clOrdID: 'mine', orderQtyRq: '9' }),
    );
    expect([other.status, await codeOf(other)]).toEqual([409, 'REQUEST_ID_TAKEN']);
    expect(changes(rig)).toHaveLength(1);
  });

  it('[A75] knows the others by the id that their client gives them', async () => {
    const rig = await start();
    const me = await rig.signIn();
    answerOrders(rig, acking);
    const cancel = (key: string, orderID: string) =>
      fetch(`${rig.proxy.url}/exchange/g-orders/cancel?symbol=BTCUSDT&orderID=${orderID}`, {
        method: 'DELETE',
        headers: {
          cookie: me.cookie,
          'x-perpdeck-token': me.headerToken,
          origin: rig.proxy.url,
          'idempotency-key': key,
        },
      });
    expect((await cancel('k-1', 'o-1')).status).toBe(200);
    expect(await (await cancel('k-1', 'o-1')).text()).toBe(ACK);
    expect(await codeOf(await cancel('k-1', 'o-2'))).toBe('REQUEST_ID_TAKEN');
    expect((await cancel('k-2', 'o-1')).status).toBe(200);
    expect(changes(rig)).toHaveLength(2);
  });
});

describe('an outcome that is unknown', () => {
  it('[R2] is looked up, not sent again, and told to the page', async () => {
    const rig = await start();
    const me = await rig.signIn();
    const tab = await openTab(rig, me);
    const body = newOrder({ clOrdID: 'lost' });
    answerOrders(rig, resetting, { open: openRow('lost') });
    const outcome = async (id: string) => (await call(rig, me, 'GET', `/api/outcome?id=${id}`)).json();
    expect(await outcome('lost')).toEqual({ state: 'NONE' });
    expect(await codeOf(await call(rig, me, 'POST', '/exchange/g-orders', body))).toBe('OUTCOME_UNKNOWN');
    expect(await outcome('lost')).toMatchObject({ state: expect.stringMatching('UNKNOWN|ACKED') });
    await tab.frame('"resolved"', '"requestID":"lost"', '"state":"ACKED"');
    expect(await outcome('lost')).toMatchObject({ state: 'ACKED' });
    expect(await codeOf(await call(rig, me, 'GET', '/api/outcome?id='))).toBe('BAD_REQUEST');
    const again = await call(rig, me, 'POST', '/exchange/g-orders', body);
    expect(await again.json()).toMatchObject({ code: 0, data: { clOrdID: 'lost', orderID: 'o-1' } });
    expect(changes(rig)).toHaveLength(1);
    expect(await entriesOf(rig, me)).toMatchObject([
      { state: 'ACKED', steps: [{}, {}, { state: 'UNKNOWN' }, { state: 'ACKED' }] },
    ]);
  });

  it('[R2] is told by the private stream as soon as it speaks of the order', async () => {
    const rig = await start({ ...QUICK, looksAtMs: [3_600_000] });
    const me = await rig.signIn();
    const tab = await openTab(rig, me);
    answerOrders(rig, resetting);
    await call(rig, me, 'POST', '/exchange/g-orders', newOrder({ clOrdID: 'heard' }));
    const event = {
      ...{ orderID: 'o-9', clOrdID: 'heard', symbol: 'BTCUSDT', side: 'Buy', ordType: 'Limit' },
      ...{ timeInForce: 'GoodTillCancel', ordStatus: 'Rejected', execStatus: 'CreateRejected' },
      ...{ priceRp: '60000', orderQty: '0.01', cumQty: '0', leavesQty: '0.01', execSeq: 7 },
      ...{ actionTimeNs: 1, transactTimeNs: 1, code: 11001, message: 'TE: no enough available balance' },
    };
    const message = { accounts_p: [], orders_p: [event], positions_p: [], sequence: 2, timestamp: 1 };
    rig.exchange.push(JSON.stringify({ ...message, type: 'incremental' }));
    await tab.frame(
      '"resolved"',
      '"requestID":"heard"',
      '"state":"REJECTED"',
      'Not enough available balance',
    );
  });

  it('[R2] is NOT_PLACED only when it can no longer arrive, and the history has been asked', async () => {
    const rig = await start();
    const me = await rig.signIn();
    const tab = await openTab(rig, me);
    answerOrders(rig, resetting);
    const body = newOrder({ clOrdID: 'never' });
    await call(rig, me, 'POST', '/exchange/g-orders', body);
    await tab.frame('"resolved"', '"requestID":"never"', '"state":"NOT_PLACED"');
    const looks = rig.exchange.asked().filter(({ method }) => method === 'GET');
    expect(
      looks.filter(({ target }) => target.startsWith('/g-orders/activeList')).length,
    ).toBeGreaterThanOrEqual(3);
    expect(looks.some(({ target }) => target.includes('by-order-id?symbol=BTCUSDT&clOrdID=never'))).toBe(
      true,
    );
    expect(await codeOf(await call(rig, me, 'POST', '/exchange/g-orders', body))).toBe('NOT_PLACED');
    expect(changes(rig)).toHaveLength(1);
  });

  it.each([
    ['before its signature has expired', { ...QUICK, afterExpiryMs: 20_000 }, true],
    ['while the private stream is away', QUICK, false],
  ])('[R2] stays unknown %s', async (_name, timing, isStreamWhole) => {
    const rig = await start(timing);
    const me = await rig.signIn();
    answerOrders(rig, (...asked) => {
      if (isStreamWhole) return resetting(...asked);
      rig.exchange.setAway(true);
      rig.exchange.cut();
      const resetOnceCut = () =>
        rig.proxy.status().feeds.account.state === 'live' ? setImmediate(resetOnceCut) : resetting(...asked);
      resetOnceCut();
    });
    await call(rig, me, 'POST', '/exchange/g-orders', newOrder());
    await rig.exchange.until(
      () => rig.exchange.asked().filter(({ target }) => target.includes('by-order-id')).length >= 6,
    );
    expect(await entriesOf(rig, me)).toMatchObject([{ state: 'UNKNOWN' }]);
  });

  it('of an id that the exchange knows already is looked up too, and another order is not taken for it', async () => {
    const rig = await start();
    const me = await rig.signIn();
    const tab = await openTab(rig, me);
    const duplicate: typeof acking = (_request, response) => {
      response.writeHead(200, JSON_TYPE);
      response.end('{"code":11085,"msg":"TE_CL_ORD_ID_DUPLICATE","data":null}');
    };
    answerOrders(rig, duplicate, { open: openRow('twin', 'Sell') });
    const answer = await call(rig, me, 'POST', '/exchange/g-orders', newOrder({ clOrdID: 'twin' }));
    expect(await codeOf(answer)).toBe('OUTCOME_UNKNOWN');
    await tab.frame('"resolved"', '"twin"', 'REJECTED', 'another order');
  });

  it('of an answer that is about another order, as one that came twice is, is looked up', async () => {
    const rig = await start();
    const me = await rig.signIn();
    const tab = await openTab(rig, me);
    const ofAnother: typeof acking = (_request, response) => {
      response.writeHead(200, JSON_TYPE);
      response.end('{"code":0,"msg":"","data":{"bizError":0,"orderID":"o-7","clOrdID":"another"}}');
    };
    answerOrders(rig, ofAnother);
    const order = newOrder({ clOrdID: 'mine' });
    for (const [method, path, body] of [
      ['POST', '/exchange/g-orders', order],
      ['DELETE', '/exchange/g-orders/cancel?symbol=BTCUSDT&clOrdID=c-1', undefined],
      ['DELETE', '/exchange/g-orders/cancel?symbol=BTCUSDT&orderID=o-1', undefined],
    ] as const) {
      expect(await codeOf(await call(rig, me, method, path, body))).toBe('OUTCOME_UNKNOWN');
    }
    await tab.frame('"resolved"', '"requestID":"mine"', '"state":"NOT_PLACED"');
  });

  it('[R10] 429 and 5xx count as unknown', async () => {
    const rig = await start({ ...QUICK, looksAtMs: [3_600_000] });
    const me = await rig.signIn();
    for (const status of [429, 500, 503]) {
      answerOrders(rig, (_request, response) => {
        response.writeHead(status, JSON_TYPE);
        response.end('{"code":39995,"msg":"Too many requests."}');
      });
      const answer = await call(rig, me, 'POST', '/exchange/g-orders', newOrder());
      expect(await codeOf(answer)).toBe('OUTCOME_UNKNOWN');
    }
  });
});

describe('an address that the exchange turns away', () => {
  it('[R11] is said to the page, and no order is sent to it', async () => {
    const rig = await start();
    const me = await rig.signIn();
    const tab = await openTab(rig, me);
    const page = '<html>Access denied</html>';
    rig.exchange.answerWith((_request, response) => void response.writeHead(403).end(page));
    const list = '/exchange/g-orders/activeList?symbol=BTCUSDT';
    await vi.waitUntil(async () => {
      await call(rig, me, 'GET', list);
      return rig.proxy.status().block !== undefined;
    }, 10_000);
    await tab.frame('"block"', '"status":403');
    const seen = changes(rig).length;
    expect(await codeOf(await call(rig, me, 'POST', '/exchange/g-orders', newOrder()))).toBe('NOT_SENT');
    expect(changes(rig)).toHaveLength(seen);
    expect((await entriesOf(rig, me)).at(-1)).toMatchObject({
      state: 'NOT_SENT',
      note: expect.stringContaining('away'),
    });
  });
});

/** Its rows in the list of open orders and in the private stream: one order, as it is. */
const stop = (trigger: string, fields: object = {}) => ({
  ...{ orderID: 'o-1', clOrdID: 'c-1', symbol: 'BTCUSDT', side: 'Sell', posSide: 'Merged' },
  ...{ orderType: 'Stop', ordType: 'Stop', timeInForce: 'GoodTillCancel', ordStatus: 'Untriggered' },
  ...{ priceRp: '0', orderQtyRq: '0.5', orderQty: '0.5', cumQtyRq: '0', cumQty: '0' },
  ...{ leavesQtyRq: '0.5', leavesQty: '0.5', stopPxRp: trigger, trigger: 'ByMarkPrice', execSeq: 5 },
  ...{
    execStatus: 'New',
    actionTimeNs: 1_700_000_000_000_000_000,
    transactTimeNs: 1_700_000_000_000_000_000,
  },
  ...fields,
});
const listOf = (order: object) => JSON.stringify({ code: 0, msg: '', data: { rows: [order] } });
const accountOf = (order: object, type: string) =>
  JSON.stringify({
    ...{ accounts_p: [], orders_p: [order], positions_p: [] },
    ...{ sequence: 1, timestamp: 1, type, version: 0 },
  });

describe('[R6] amendments', () => {
  let rig: Rig;
  let me: Credentials;
  let tab: Awaited<ReturnType<typeof openTab>>;
  /** With an account whose one order is `order`, as far as the private stream tells. */
  async function startWith(order: object, timing = QUICK): Promise<void> {
    rig = await start(timing, undefined, [order]);
    me = await rig.signIn();
    tab = await openTab(rig, me);
    tab.request('aop_p.subscribe');
    await tab.frame('accounts_p', 'snapshot');
  }
  const amend = (key: string, query: string) =>
    fetch(`${rig.proxy.url}/exchange/g-orders/replace?symbol=BTCUSDT&${query}`, {
      method: 'PUT',
      headers: {
        cookie: me.cookie,
        'x-perpdeck-token': me.headerToken,
        origin: rig.proxy.url,
        'idempotency-key': key,
      },
    });
  const never = { ...QUICK, looksAtMs: [3_600_000] };

  it.each([
    ['59000', 'NOT_PLACED'],
    ['58000', 'ACKED'],
  ])('of a trigger alone is judged by the trigger: at %s it is %s', async (trigger, state) => {
    await startWith(stop('59000'));
    answerOrders(rig, resetting, { open: listOf(stop(trigger)) });
    expect(await codeOf(await amend('a', 'orderID=o-1&stopPxRp=58000'))).toBe('OUTCOME_UNKNOWN');
    await tab.frame('"resolved"', '"requestID":"a"', `"state":"${state}"`);
  });

  it.each([
    ['59000', 'NOT_PLACED'],
    ['58000', 'ACKED'],
  ])('of an order that is over is judged by how it ended: at %s it is %s', async (trigger, state) => {
    await startWith(stop('59000'));
    const end = accountOf(stop(trigger, { ordStatus: 'Filled', execSeq: 6 }), 'incremental');
    answerOrders(rig, (...asked) => {
      rig.exchange.push(end);
      resetting(...asked);
    });
    await amend('a', 'orderID=o-1&stopPxRp=58000');
    await tab.frame('"resolved"', '"requestID":"a"', `"state":"${state}"`);
  });

  it('stays unknown where nobody tells what the order was in the end, and lets the next one pass', async () => {
    const logged = () => rig.logLines.some((line) => line.includes('cannot be resolved'));
    await startWith(stop('59000'));
    const past = { orderId: 'o-1', symbol: 'BTCUSDT', side: 'Sell', ordStatus: 'Filled', orderQtyRq: '0.5' };
    const vanishing: typeof resetting = (...asked) => {
      rig.exchange.push(accountMessage('snapshot'));
      resetting(...asked);
    };
    answerOrders(rig, vanishing, { past: listOf(past) });
    await amend('a', 'orderID=o-1&stopPxRp=58000');
    await vi.waitFor(() => expect(logged()).toBe(true), 10_000);
    expect(await entriesOf(rig, me)).toMatchObject([
      { state: 'UNKNOWN', note: expect.stringContaining('shows no longer') },
    ]);
    answerOrders(rig, acking);
    rig.exchange.push(accountOf(stop('59000'), 'snapshot'));
    await rig.exchange.settled();
    expect((await amend('b', 'orderID=o-1&stopPxRp=58000')).status).toBe(200);
  });

  it('are not taken for carried out by an event that was under way before them', async () => {
    await startWith(stop('59000'), never);
    answerOrders(rig, resetting);
    await amend('a', 'orderID=o-1&stopPxRp=58000');
    const told = (execSeq: number, atMs: number) =>
      accountOf(
        stop('58000', { execSeq, execStatus: 'Replaced', transactTimeNs: atMs * 1e6 }),
        'incremental',
      );
    rig.exchange.push(told(6, Date.now() - 60_000));
    await tab.frame('"execSeq":6');
    // Nor by an older one than what is known.
    rig.exchange.push(told(4, Date.now() + 60_000));
    await tab.frame('"execSeq":4');
    expect(await entriesOf(rig, me)).toMatchObject([{ state: 'UNKNOWN' }]);
    rig.exchange.push(told(7, Date.now() + 60_000));
    await tab.frame('"resolved"', '"requestID":"a"', '"state":"ACKED"');
  });

  it('of one order are under way one at a time, whatever it is called', async () => {
    await startWith(stop('59000'), never);
    let answer = () => {};
    answerOrders(rig, (request, response, socket) => {
      answer = () => acking(request, response, socket);
    });
    const first = amend('a', 'orderID=o-1&stopPxRp=58000');
    await rig.exchange.until(() => changes(rig).length === 1);
    for (const ref of ['orderID=o-1', 'origClOrdID=c-1']) {
      expect(await codeOf(await amend(`b-${ref[0]}`, `${ref}&stopPxRp=57000`))).toBe('AMEND_UNRESOLVED');
    }
    // The same one again is no second one.
    const again = amend('a', 'orderID=o-1&stopPxRp=58000');
    answer();
    expect([(await first).status, (await again).status]).toEqual([200, 200]);

    answerOrders(rig, resetting);
    expect(await codeOf(await amend('c', 'orderID=o-1&stopPxRp=57000'))).toBe('OUTCOME_UNKNOWN');
    expect(await codeOf(await amend('d', 'origClOrdID=c-1&stopPxRp=56000'))).toBe('AMEND_UNRESOLVED');
    expect(await codeOf(await amend('c', 'orderID=o-1&stopPxRp=57000'))).toBe('OUTCOME_UNKNOWN');
    answerOrders(rig, acking);
    const cancel = await call(rig, me, 'DELETE', '/exchange/g-orders/cancel?symbol=BTCUSDT&orderID=o-1');
    expect(cancel.status).toBe(200);
    expect(changes(rig)).toHaveLength(3);
  });

  it('to a quantity that is filled already are not sent', async () => {
    await startWith(stop('59000', { ordStatus: 'PartiallyFilled', cumQty: '0.2', leavesQty: '0.3' }), never);
    answerOrders(rig, acking);
    for (const [qty, code] of [
      ['0.1', 'FILLED_BEYOND'],
      ['0.20', 'FILLED_BEYOND'],
      ['0.21', undefined],
    ] as const) {
      const answer = await amend(`to-${qty.slice(2)}`, `orderID=o-1&orderQtyRq=${qty}`);
      expect([qty, code === undefined ? answer.status : await codeOf(answer)]).toEqual([qty, code ?? 200]);
    }
    expect(changes(rig)).toHaveLength(1);
    // What was taken then is so still, though all of it is filled now.
    rig.exchange.push(
      accountOf(stop('59000', { ordStatus: 'PartiallyFilled', cumQty: '0.25', execSeq: 9 }), 'incremental'),
    );
    await tab.frame('"0.25"');
    expect((await amend('to-21', 'orderID=o-1&orderQtyRq=0.21')).status).toBe(200);
  });
});

it('settings of one thing are under way one at a time: the first, held up, would undo the second', async () => {
  const rig = await start({ ...QUICK, looksAtMs: [3_600_000] });
  const me = await rig.signIn();
  answerOrders(rig, resetting);
  const set = (path: string, method = 'PUT') => call(rig, me, method, `/exchange/g-positions/${path}`);
  const settings = [
    ['leverage?symbol=BTCUSDT&leverageRr=5', 'leverage?symbol=BTCUSDT&leverageRr=10'],
    [
      'switch-pos-mode-sync?symbol=ETHUSDT&targetPosMode=Hedged',
      'switch-pos-mode-sync?symbol=ETHUSDT&targetPosMode=OneWay',
    ],
    // The leverage of a leg goes with the mode that has such a leg.
    ['leverage?symbol=LTCUSDT&leverageRr=5', 'switch-pos-mode-sync?symbol=LTCUSDT&targetPosMode=Hedged'],
  ];
  for (const [first = '', second = ''] of settings) {
    expect(await codeOf(await set(first))).toBe('OUTCOME_UNKNOWN');
    expect(await codeOf(await set(second))).toBe('SETTING_UNRESOLVED');
  }
  const assign = (leg: string, balance: string) =>
    set(`assign?symbol=BTCUSDT&posSide=${leg}&posBalanceRv=${balance}`, 'POST');
  expect(await codeOf(await assign('Long', '1'))).toBe('OUTCOME_UNKNOWN');
  expect(await codeOf(await assign('Long', '2'))).toBe('SETTING_UNRESOLVED');
  expect(await codeOf(await assign('Short', '2'))).toBe('OUTCOME_UNKNOWN');
  expect(await codeOf(await set('leverage?symbol=XRPUSDT&leverageRr=5'))).toBe('OUTCOME_UNKNOWN');
});

it('[R10] orders that come at once do not all fit into the same room of the request budget', async () => {
  const rig = await start();
  const me = await rig.signIn();
  let left = 111;
  answerOrders(rig, (_request, response) => {
    left -= 1;
    const budget = { 'x-ratelimit-remaining-contract': left, 'x-ratelimit-capacity-contract': 500 };
    response.writeHead(200, { ...JSON_TYPE, ...budget });
    response.end(ACK);
  });
  const place = () => call(rig, me, 'POST', '/exchange/g-orders', newOrder());
  expect((await place()).status).toBe(200);
  // Opening orders stop at 400 of 500.
  const answers = await Promise.all(Array.from({ length: 30 }, place));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(10);
  expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  expect(changes(rig)).toHaveLength(11);
});

describe('the numbers for a supervisor', () => {
  it('tell how requests ended, and nothing of what was traded or by whom', async () => {
    const rig = await start({ ...QUICK, looksAtMs: [3_600_000] });
    const me = await rig.signIn();
    answerOrders(rig, acking);
    await call(rig, me, 'POST', '/exchange/g-orders', newOrder({ clOrdID: 'counted' }));
    answerOrders(rig, resetting);
    await call(rig, me, 'POST', '/exchange/g-orders', newOrder());
    const answer = await fetch(`${rig.proxy.url}/metrics`);
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    for (const line of [
      'perpdeck_requests_total{state="ACKED"} 1',
      'perpdeck_requests_unknown 1',
      'perpdeck_journal_failing 0',
      'perpdeck_halted 0',
      'perpdeck_feed{feed="market",state="live"} 1',
      'perpdeck_requests_left{budget="contract"} 498',
      'perpdeck_connection_up{connection="account"} 1',
      'perpdeck_subscriptions{connection="market 1"} 1',
      'perpdeck_connection_losses_total{connection="market 1"} 0',
      'perpdeck_browser_sockets 0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    for (const secret of ['BTCUSDT', 'counted', API_KEY]) expect(text).not.toContain(secret);
    // The order's price: as a word, since the digits may stand within a count of bytes.
    expect(text).not.toMatch(/(?<![\d.])60000(?!\d)/);
    // Every line is a comment or a sample.
    expect(text).toMatch(/^(# (HELP|TYPE) \w+ .+\n|\w+(\{(\w+="[^"]*",?)+\})? -?[\d.e+-]+\n)+$/);
    expect(await (await fetch(`${rig.proxy.url}/healthz`)).json()).toEqual({ ok: true });

    // The page asks for the same figures, signed in.
    expect((await fetch(`${rig.proxy.url}/api/operations`)).status).toBe(401);
    const view = parseOperations(await (await call(rig, me, 'GET', '/api/operations')).json());
    expect(view.ok && view.value).toMatchObject({
      connections: [{ name: 'market 1', state: 'live', subscriptions: 1, losses: 0 }, { name: 'account' }],
      budgets: { contract: { left: 498, capacity: 500 } },
      journal: { requests: { ACKED: 1, UNKNOWN: 1 }, unresolved: 1 },
    });
  });
});

describe('a journal that cannot be written', () => {
  it.each([
    [
      'a full disk',
      () => {
        const store = openJournalStore(':memory:');
        return {
          ...store,
          insert: () => {
            throw new JournalError('database or disk is full');
          },
        };
      },
    ],
    [
      'no file',
      () => {
        throw new JournalError('The journal cannot be used');
      },
    ],
  ])('[R14] lets cancels pass and nothing else: %s', async (_name, openJournal) => {
    const rig = await start(QUICK, openJournal);
    const me = await rig.signIn();
    answerOrders(rig, acking);
    const refused = await call(rig, me, 'POST', '/exchange/g-orders', newOrder());
    expect([refused.status, await codeOf(refused)]).toEqual([503, 'JOURNAL']);
    for (const change of [
      'orders/replace?orderID=o-1&priceRp=59000&symbol=BTCUSDT',
      'positions/leverage?leverageRr=2&symbol=BTCUSDT',
      'positions/switch-pos-mode-sync?targetPosMode=Hedged&symbol=BTCUSDT',
    ])
      expect(await codeOf(await call(rig, me, 'PUT', `/exchange/g-${change}`))).toBe('JOURNAL');
    expect(changes(rig)).toEqual([]);
    expect((await fetch(`${rig.proxy.url}/healthz`)).status).toBe(503);
    for (const path of ['cancel?symbol=BTCUSDT&orderID=o-1', 'all?symbol=BTCUSDT&untriggered=false']) {
      expect((await call(rig, me, 'DELETE', `/exchange/g-orders/${path}`)).status).toBe(200);
    }
    expect(changes(rig)).toHaveLength(2);
  });

  /** Nothing new can be written while `isFull`. */
  async function startOnFullDisk() {
    const disk = { isFull: true };
    const store = openJournalStore(folder);
    const rig = await start(QUICK, () => ({
      ...store,
      insert(entry, key) {
        if (disk.isFull) throw new JournalError('database or disk is full');
        return store.insert(entry, key);
      },
    }));
    return { rig, disk };
  }

  it('[R14] is caught up with when it can be written again', async () => {
    const { rig, disk } = await startOnFullDisk();
    const me = await rig.signIn();
    answerOrders(rig, acking);
    await call(rig, me, 'DELETE', '/exchange/g-orders/cancel?symbol=BTCUSDT&orderID=o-1');
    disk.isFull = false;
    expect((await call(rig, me, 'POST', '/exchange/g-orders', newOrder())).status).toBe(200);
    expect((await entriesOf(rig, me)).map(({ kind, state }) => `${kind} ${state}`).sort()).toEqual([
      'cancel ACKED',
      'place ACKED',
    ]);
  });

  it('[R14] sends no cancel twice under its id, written down or not', async () => {
    const { rig, disk } = await startOnFullDisk();
    const me = await rig.signIn();
    answerOrders(rig, acking);
    const cancel = (orderID: string) =>
      fetch(`${rig.proxy.url}/exchange/g-orders/cancel?orderID=${orderID}&symbol=BTCUSDT`, {
        method: 'DELETE',
        headers: {
          ...{ cookie: me.cookie, 'x-perpdeck-token': me.headerToken, origin: rig.proxy.url },
          ...{ 'sec-fetch-site': 'same-origin', 'idempotency-key': 'once' },
        },
      });
    for (disk.isFull of [true, true, false, false]) expect((await cancel('o-1')).status).toBe(200);
    expect(await codeOf(await cancel('o-2'))).toBe('REQUEST_ID_TAKEN');
    expect(changes(rig)).toHaveLength(1);
    expect((await call(rig, me, 'POST', '/exchange/g-orders', newOrder())).status).toBe(200);
    expect(await codeOf(await cancel('o-2'))).toBe('REQUEST_ID_TAKEN');
    expect((await entriesOf(rig, me)).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      ...['cancel ACKED', 'place ACKED'],
    ]);
  });

  it('[R14] sends nothing that the disk has not confirmed, and cancels without asking it', async () => {
    let isBroken = true;
    const rig = await start(QUICK, () =>
      openJournalStore(folder, (path) => {
        const file = openJournalFile(path);
        return { ...file, sync: () => (isBroken ? Promise.reject(new Error('EIO')) : file.sync()) };
      }),
    );
    const me = await rig.signIn();
    answerOrders(rig, acking);
    const body = newOrder({ clOrdID: 'unsynced' });
    const refused = await call(rig, me, 'POST', '/exchange/g-orders', body);
    expect([refused.status, await codeOf(refused), changes(rig)]).toEqual([503, 'JOURNAL', []]);
    const cancel = '/exchange/g-orders/cancel?symbol=BTCUSDT&orderID=o-1';
    expect((await call(rig, me, 'DELETE', cancel)).status).toBe(200);
    isBroken = false;
    expect((await call(rig, me, 'POST', '/exchange/g-orders', newOrder())).status).toBe(200);
    expect((await entriesOf(rig, me)).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      ...['place NOT_SENT', 'cancel ACKED', 'place ACKED'],
    ]);
  });

  it('lets orders that come together wait for one sync, and cancels for none', async () => {
    const syncs: (() => void)[] = [];
    const rig = await start(QUICK, () =>
      openJournalStore(folder, (path) => ({
        ...openJournalFile(path),
        sync: () => new Promise<void>((resolve) => syncs.push(resolve)),
      })),
    );
    const me = await rig.signIn();
    answerOrders(rig, acking);
    const place = (clOrdID: string) => call(rig, me, 'POST', '/exchange/g-orders', newOrder({ clOrdID }));
    const first = place('first');
    await vi.waitUntil(() => syncs.length === 1, 10_000);
    const others = ['second', 'third', 'fourth'].map(place);
    await vi.waitUntil(async () => (await entriesOf(rig, me)).length === 4, 10_000);
    const cancel = '/exchange/g-orders/cancel?symbol=BTCUSDT&orderID=o-1';
    expect((await call(rig, me, 'DELETE', cancel)).status).toBe(200);
    expect(changes(rig).map(({ method }) => method)).toEqual(['DELETE']);
    syncs[0]?.();
    expect((await first).status).toBe(200);
    await vi.waitUntil(() => syncs.length > 1, 10_000);
    expect(changes(rig)).toHaveLength(2);
    syncs[1]?.();
    for (const answer of await Promise.all(others)) expect(answer.status).toBe(200);
    expect(syncs).toHaveLength(2);
  });

  it('[R14] is waited for while another process holds it, and not for long', async () => {
    const rig = await start();
    const me = await rig.signIn();
    answerOrders(rig, acking);
    const other = new Database(join(folder, 'journal.db'));
    other.exec('BEGIN IMMEDIATE');
    expect(await codeOf(await call(rig, me, 'POST', '/exchange/g-orders', newOrder()))).toBe('JOURNAL');
    other.exec('ROLLBACK');
    other.close();
    expect((await call(rig, me, 'POST', '/exchange/g-orders', newOrder())).status).toBe(200);
  });

  it.each<[string, (path: string) => void]>([
    [
      "somebody else's database",
      (path) => {
        const foreign = new Database(path);
        foreign.exec('CREATE TABLE mine (a)');
        foreign.close();
      },
    ],
    ['a file that is no database', (path) => writeFileSync(path, 'a text of somebody, '.repeat(500))],
    [
      'a damaged journal',
      (path) => {
        openJournalStore(folder).close();
        const bytes = readFileSync(path);
        writeFileSync(
          path,
          Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0x5a)]),
        );
      },
    ],
  ])('[R15] leaves %s as it is', async (_name, spoil) => {
    spoil(join(folder, 'journal.db'));
    const before = readFileSync(join(folder, 'journal.db'));
    const rig = await start();
    const me = await rig.signIn();
    expect(await codeOf(await call(rig, me, 'POST', '/exchange/g-orders', newOrder()))).toBe('JOURNAL');
    expect(readFileSync(join(folder, 'journal.db'))).toEqual(before);
  });
});
