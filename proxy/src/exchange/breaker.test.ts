/** [R11] An exchange that turns the address away is left alone, but for one try in ten seconds. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createManualTime } from '../../tests/manual-time.ts';
import { createLog } from '../watch/log.ts';
import { createBreaker } from './breaker.ts';
import { createExchangeClock } from './clock-offset.ts';
import type { ExchangeCall, Outcome } from './exchange-client.ts';

const log = createLog({ write: () => {} });
const answer = (status: number, body: string, headers = {}): Outcome => ({
  ...{ kind: 'answer' as const, status, headers },
  body: Buffer.from(body),
});
const PAGE = '<html>Access denied</html>';
const CANCEL: ExchangeCall = { method: 'DELETE', target: '/g-orders/cancel?symbol=BTCUSDT', headers: {} };
const ORDER: ExchangeCall = { method: 'POST', target: '/g-orders', headers: {}, body: Buffer.from('{}') };
const LIST: ExchangeCall = { method: 'GET', target: '/g-orders/activeList?symbol=BTCUSDT', headers: {} };

function start() {
  const time = createManualTime(1_764_000_000_000);
  const sent: { atMs: number; what: string }[] = [];
  const exchange = {
    reply: (): Outcome => answer(200, '{"code":0,"msg":"","data":{"serverTime":1764000000000}}'),
  };
  const breaker = createBreaker({
    ...{ time, log, onChange: () => {} },
    client: {
      async send(_lane, { method, target }) {
        sent.push({ atMs: time.monoMs(), what: `${method} ${target.split('?')[0]}` });
        return exchange.reply();
      },
      close: async () => {},
    },
  });
  return {
    ...{ time, sent, exchange, breaker },
    /** Second by second, with what was set off in between. */
    async pass(seconds: number, eachSecond: () => void = () => {}) {
      for (let i = 0; i < seconds; i++) {
        eachSecond();
        await turn();
        time.advance(1_000);
        await turn();
      }
    },
  };
}

describe('an address that is turned away', () => {
  it.each([
    [403, PAGE],
    [429, ''],
  ])(
    '%i: knocks once in ten seconds for five minutes, cancels first, and goes on after that',
    async (status, body) => {
      const { time, sent, exchange, breaker, pass } = start();
      const clock = createExchangeClock(breaker, time, log);
      await pass(2);
      exchange.reply = () => answer(status, body);
      const knock = () => {
        for (const call of [ORDER, LIST]) void breaker.send('orders', call);
      };
      await pass(3, knock);
      expect(breaker.block()).toMatchObject({ status });
      sent.length = 0;
      // Nobody cancels: the question that costs nothing.
      await pass(60, knock);
      expect(new Set(sent.map(({ what }) => what))).toEqual(new Set(['GET /public/time']));
      expect(sent.length).toBeGreaterThanOrEqual(3);
      await pass(240, () => {
        knock();
        void breaker.send('orders', CANCEL);
      });
      const apart = sent.slice(1).map(({ atMs }, i) => atMs - (sent[i]?.atMs ?? 0));
      expect(Math.min(...apart)).toBeGreaterThanOrEqual(10_000);
      expect(sent.filter(({ what }) => what === 'DELETE /g-orders/cancel').length).toBeGreaterThanOrEqual(23);
      expect(await breaker.send('orders', ORDER)).toMatchObject({ kind: 'not-sent' });
      exchange.reply = () => answer(200, '{"code":0}');
      await pass(16);
      expect(breaker.block()).toBeUndefined();
      expect(await breaker.send('orders', ORDER)).toMatchObject({ kind: 'answer', status: 200 });
      clock.stop();
    },
  );

  it('is not taken for a budget that is spent, a key that may not, or a single slip', async () => {
    const { exchange, breaker, pass } = start();
    const knock = () => void breaker.send('orders', LIST);
    exchange.reply = () => answer(429, '', { 'x-ratelimit-retry-after-contract': '7' });
    await pass(5, knock);
    exchange.reply = () => answer(403, '{"code":34003,"msg":"Access forbidden"}');
    await pass(5, knock);
    let turns = 0;
    exchange.reply = () => (turns++ % 2 === 0 ? answer(403, PAGE) : answer(200, '{"code":0}'));
    await pass(6, knock);
    expect(breaker.block()).toBeUndefined();
  });
});
