import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '../brand.ts';
import {
  parseStreamRequest,
  pingFrame,
  subscribeFrame,
  type Topic,
  unsubscribeFrame,
  userAuthFrame,
} from './stream-requests.ts';

const symbol = 'BTCUSDT' as ProductSymbol;

describe('frames of a client', () => {
  it.each<[Topic, string, unknown[]]>([
    [{ kind: 'book', symbol }, 'orderbook_p', ['BTCUSDT']],
    [{ kind: 'trades', symbol }, 'trade_p', ['BTCUSDT']],
    [{ kind: 'candles', symbol, resolutionSec: 60 }, 'kline_p', ['BTCUSDT', 60]],
    [{ kind: 'tick', symbol: '.MBTCUSDT' }, 'tick_p', ['.MBTCUSDT']],
    [{ kind: 'tickers' }, 'perp_market24h_pack_p', []],
    [{ kind: 'account' }, 'aop_p', []],
  ])('subscribe to $kind on its channel', (topic, channel, params) => {
    expect(JSON.parse(subscribeFrame(1, topic))).toEqual({ id: 1, method: `${channel}.subscribe`, params });
    expect(JSON.parse(unsubscribeFrame(2, topic))).toEqual({
      id: 2,
      method: `${channel}.unsubscribe`,
      params,
    });
  });

  it('keep the connection alive and sign it in', () => {
    expect(pingFrame(0)).toBe('{"id":0,"method":"server.ping","params":[]}');
    expect(userAuthFrame(1234, 'key', 'signature', 1570091232)).toBe(
      '{"id":1234,"method":"user.auth","params":["API","key","signature",1570091232]}',
    );
  });

  it('are read by a server as they were written', () => {
    expect(parseStreamRequest(subscribeFrame(7, { kind: 'book', symbol }))).toEqual({
      ok: true,
      value: { id: 7, method: 'orderbook_p.subscribe', params: ['BTCUSDT'] },
    });
    expect(parseStreamRequest('{"method":"server.ping"}')).toEqual({
      ok: true,
      value: { id: null, method: 'server.ping', params: [] },
    });
    expect(parseStreamRequest('{"id":1,"method":"ras_p.subscribe","params":{}}')).toEqual({
      ok: true,
      value: { id: 1, method: 'ras_p.subscribe', params: [] },
    });
  });

  it.each([
    ['ping', '', 'expected JSON'],
    ['7', '', 'expected an object, got 7'],
    ['{"id":1}', 'method', 'expected text, got nothing'],
    ['{"method":"aop_p.subscribe","params":{"a":1}}', 'params', 'expected a list, got {"a":1}'],
  ])('that make no sense say why: %s', (text, path, message) => {
    expect(parseStreamRequest(text)).toEqual({ ok: false, problem: { kind: 'malformed', path, message } });
  });
});
