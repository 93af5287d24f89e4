/** Samples from the exchange's public documents, and what else is seen on its sockets. */
import { describe, expect, it } from 'vitest';
import type { RelayNotice, Status } from '../status.ts';
import { readBook, writeBook } from './book.ts';
import { writeRelayNotice } from './relay-notice.ts';
import { parseStreamMessage } from './stream-message.ts';

const problemOf = (text: string) => {
  const message = parseStreamMessage(text);
  if (message.kind !== 'malformed') throw new Error(`read as ${message.kind}`);
  const { problem } = message;
  return problem.kind === 'malformed' ? `${message.of} | ${problem.path}: ${problem.message}` : '';
};

const increment =
  '{"depth":30,"dts":1763521361212,"mts":1763521361213,"orderbook_p":{"asks":[["20702.9","0.718"],["20704.9","0"]],"bids":[["20703.10","0"]]},"sequence":77668172,"symbol":"BTCUSDT","timestamp":1666854171201355264,"type":"incremental"}';

describe('a book message', () => {
  it('becomes levels of canonical decimals, whatever else it carries', () => {
    expect(parseStreamMessage(increment)).toEqual({
      kind: 'book',
      update: {
        kind: 'incremental',
        symbol: 'BTCUSDT',
        sequence: 77668172,
        depth: 30,
        atMs: 1666854171201,
        bids: [['20703.1', '0']],
        asks: [
          ['20702.9', '0.718'],
          ['20704.9', '0'],
        ],
      },
    });
  });

  it('may have no bids or asks at all', () => {
    const message = parseStreamMessage(
      '{"depth":30,"orderbook_p":{"asks":null},"sequence":1,"symbol":"BTCUSDT","timestamp":0,"type":"snapshot"}',
    );
    expect(message).toMatchObject({ kind: 'book', update: { bids: [], asks: [], atMs: 0 } });
  });

  it('is written as it was read', () => {
    const message = parseStreamMessage(increment);
    if (message.kind !== 'book') throw new Error(message.kind);
    expect(writeBook(message.update)).toBe(
      '{"depth":30,"orderbook_p":{"asks":[["20702.9","0.718"],["20704.9","0"]],"bids":[["20703.1","0"]]},"sequence":77668172,"symbol":"BTCUSDT","timestamp":1666854171201000000,"type":"incremental"}',
    );
    const again = readBook(JSON.parse(writeBook(message.update)));
    expect(again).toEqual({ ok: true, value: message.update });
  });

  it.each([
    [
      '{"orderbook_p":{"asks":[["1","1"],["2","-1"]]},"symbol":"A","sequence":1,"timestamp":1,"type":"snapshot"}',
      'book | orderbook_p.asks[1]: expected two decimals of zero or more, got ["2","-1"]',
    ],
    [
      '{"orderbook_p":{"bids":[7]},"symbol":"A","sequence":1,"timestamp":1,"type":"snapshot"}',
      'book | orderbook_p.bids[0]: expected [price, size], got 7',
    ],
    [
      '{"orderbook_p":{},"sequence":1,"timestamp":1,"type":"snapshot"}',
      'book | symbol: expected text, got nothing',
    ],
    [
      '{"orderbook_p":{},"symbol":"A","sequence":1.5,"timestamp":1,"type":"snapshot"}',
      'book | sequence: expected a whole number, got 1.5',
    ],
    [
      '{"orderbook_p":{},"symbol":"A","sequence":1,"timestamp":1,"type":"partial"}',
      'book | type: expected snapshot or incremental, got "partial"',
    ],
  ])('that is broken says where: %s', (text, problem) => {
    expect(problemOf(text)).toBe(problem);
  });
});

describe('a trade message', () => {
  it('keeps its order, newest first, and loses its nanoseconds', () => {
    const text =
      '{"sequence":77766796,"symbol":"BTCUSDT","trades_p":[[1666860389799000000,"Buy","20702.1","0.949"],[1666860377636154600,"Sell","20675.5","0.785"]],"type":"snapshot"}';
    expect(parseStreamMessage(text)).toEqual({
      kind: 'trades',
      update: {
        kind: 'snapshot',
        symbol: 'BTCUSDT',
        sequence: 77766796,
        trades: [
          { atMs: 1666860389799, side: 'Buy', price: '20702.1', qty: '0.949' },
          { atMs: 1666860377636, side: 'Sell', price: '20675.5', qty: '0.785' },
        ],
      },
    });
  });

  it('with an odd row says which', () => {
    expect(
      problemOf('{"sequence":1,"symbol":"A","trades_p":[[1,"None","1","1"]],"type":"incremental"}'),
    ).toBe('trades | trades_p[0]: expected [ns, side, price, size], got [1,"None","1","1"]');
  });
});

describe('a candle message', () => {
  const snapshot =
    '{"kline_p":[[1666856340,60,"20689.5","20686.2","20695.4","20686.2","20691.6","2.742","56731.5609"],[1666856280,60,"20700.1","20712.7","20712.7","20689.1","20689.5","4.407","91208.3065"]],"sequence":77711279,"symbol":"BTCUSDT","type":"snapshot","priceScale":0}';

  it('comes out oldest first', () => {
    expect(parseStreamMessage(snapshot)).toEqual({
      kind: 'candles',
      update: {
        kind: 'snapshot',
        symbol: 'BTCUSDT',
        resolutionSec: 60,
        candles: [
          {
            openTimeSec: 1666856280,
            resolutionSec: 60,
            open: '20712.7',
            high: '20712.7',
            low: '20689.1',
            close: '20689.5',
            volume: '4.407',
            turnover: '91208.3065',
          },
          {
            openTimeSec: 1666856340,
            resolutionSec: 60,
            open: '20686.2',
            high: '20695.4',
            low: '20686.2',
            close: '20691.6',
            volume: '2.742',
            turnover: '56731.5609',
          },
        ],
      },
    });
  });

  it('with a short row says which', () => {
    expect(
      problemOf('{"kline_p":[[1666856340,60,"1"]],"sequence":1,"symbol":"A","type":"incremental"}'),
    ).toBe('candles | kline_p[0]: expected a candle row of nine, got [1666856340,60,"1"]');
  });
});

describe('ticker messages', () => {
  const fields =
    '["symbol","openRp","highRp","lowRp","lastRp","volumeRq","turnoverRv","openInterestRv","indexRp","markRp","fundingRateRr","predFundingRateRr","bidRp","askRp"]';
  const eth =
    '["ETHUSDT","2741.72","2751.79","2665.64","2672.37","17602.76","47636475.2596","10136.8942265","2673.9822165","2672.68","-0.0001","0.0001","2672.91","2672.92"]';
  const pack = (...rows: string[]) =>
    `{"data":[${rows.join(',')}],"fields":${fields},"method":"perp_market24h_pack_p.update","timestamp":1666862556850547000,"type":"snapshot"}`;

  const ethTicker = {
    symbol: 'ETHUSDT',
    open: '2741.72',
    high: '2751.79',
    low: '2665.64',
    last: '2672.37',
    volume: '17602.76',
    turnover: '47636475.2596',
    openInterest: '10136.8942265',
    indexPrice: '2673.9822165',
    markPrice: '2672.68',
    fundingRate: '-0.0001',
    predictedFundingRate: '0.0001',
    bid: '2672.91',
    ask: '2672.92',
  };

  it('are read by the names in their header, not by position', () => {
    expect(parseStreamMessage(pack(eth))).toEqual({
      kind: 'tickers',
      update: { atMs: 1666862556850, tickers: [ethTicker], skipped: [] },
    });
    const swapped = pack(eth)
      .replace('"symbol","openRp"', '"openRp","symbol"')
      .replace('"ETHUSDT","2741.72"', '"2741.72","ETHUSDT"');
    expect(parseStreamMessage(swapped)).toMatchObject({ update: { tickers: [ethTicker] } });
  });

  it('leave out a row that cannot be read, and keep the others', () => {
    const broken = eth.replace('ETHUSDT', 'ODDUSDT').replace('"2672.68"', '"?"');
    expect(parseStreamMessage(pack(broken, eth))).toMatchObject({
      kind: 'tickers',
      update: {
        tickers: [ethTicker],
        skipped: [
          { kind: 'malformed', path: 'data[0]', message: 'expected a decimal for the markPrice of ODDUSDT' },
        ],
      },
    });
  });

  it('have no bid or ask where the book has none', () => {
    const message = parseStreamMessage(pack(eth.replace('"2672.91"', '"0"').replace('"2672.92"', 'null')));
    if (message.kind !== 'tickers') throw new Error(message.kind);
    expect(message.update.tickers[0]).not.toHaveProperty('bid');
    expect(message.update.tickers[0]).not.toHaveProperty('ask');
  });

  it('of a single symbol use the names of REST v2', () => {
    const text =
      '{"market24h_p":{"closeRp":"1","fundingRateRr":"0.0001","highRp":"3","indexPriceRp":"4","lowRp":"5","markPriceRp":"6","openInterestRv":"7","openRp":"8","predFundingRateRr":"0.0001","symbol":"AUSDT","turnoverRv":"9","volumeRq":"10"},"timestamp":1666862556850547000}';
    expect(parseStreamMessage(text)).toMatchObject({
      kind: 'tickers',
      update: {
        atMs: 1666862556850,
        tickers: [{ symbol: 'AUSDT', last: '1', indexPrice: '4', markPrice: '6' }],
      },
    });
  });
});

describe('a tick', () => {
  it('is the newest value of its symbol', () => {
    expect(
      parseStreamMessage(
        '{"tick_p":{"last":"20639.38692364","symbol":".BTCUSDT","timestamp":1666863393552000000}}',
      ),
    ).toEqual({ kind: 'tick', tick: { symbol: '.BTCUSDT', price: '20639.38692364', atMs: 1666863393552 } });
  });

  it('of a funding symbol may be negative', () => {
    const text = '{"tick_p":{"last":"-0.0003","symbol":".BTCUSDTFR8H","timestamp":1}}';
    expect(parseStreamMessage(text)).toMatchObject({ tick: { price: '-0.0003' } });
  });
});

describe('answers', () => {
  it('are pongs, acks and refusals', () => {
    expect(parseStreamMessage('{"error":null,"id":7,"result":"pong"}')).toEqual({ kind: 'pong', id: 7 });
    expect(parseStreamMessage('{"error":null,"id":1234,"result":{"status":"success"}}')).toEqual({
      kind: 'ack',
      id: 1234,
    });
    expect(
      parseStreamMessage('{"error":{"code":6001,"message":"invalid argument"},"id":2,"result":null}'),
    ).toEqual({
      kind: 'ack',
      id: 2,
      refusal: { code: 6001, message: 'invalid argument' },
    });
    expect(parseStreamMessage('{"error":null,"id":3,"result":{"status":"fail"}}')).toMatchObject({
      refusal: { message: '"fail"' },
    });
  });
});

describe('what the proxy says', () => {
  const status: Status = {
    environment: 'paper',
    scope: 'paper',
    exchangeUrl: 'http://127.0.0.1:8788',
    version: '0.1.0',
    hasKey: true,
    key: { state: 'given' },
    feeds: {
      market: { state: 'live', sinceMs: 1 },
      account: { state: 'reconnecting', sinceMs: 2, attempt: 3 },
    },
    latencyMs: 0.4,
  };
  const notices: RelayNotice[] = [
    { kind: 'status', status },
    { kind: 'signed-out', reason: 'signed out in another tab' },
  ];

  it.each(notices)('arrives as it was written: $kind', (notice) => {
    expect(parseStreamMessage(writeRelayNotice(notice))).toEqual({ kind: 'notice', notice });
  });

  it('names what is wrong with it', () => {
    expect(problemOf('{"perpdeck":{"kind":"status","status":{"environment":"casino"}}}')).toBe(
      'notice | perpdeck.status.environment: expected one of paper, testnet, mainnet, got "casino"',
    );
  });
});

describe('everything else', () => {
  it.each([
    '{"position_info":{"accountID":1,"light":5,"symbol":"BTCUSD","userID":1},"sequence":1}',
    '{"index_market24h":{"highEp":10009,"symbol":".USDT"},"timestamp":1681496204104375396}',
    '{"book":{"asks":[],"bids":[]},"symbol":"BTCUSD","type":"snapshot"}',
    '[]',
    'null',
    '7',
  ])('is unknown, to be ignored: %s', (text) => {
    expect(parseStreamMessage(text)).toEqual({ kind: 'unknown' });
  });

  it('that is not JSON is malformed', () => {
    expect(problemOf('pong')).toBe('json | : expected JSON');
  });
});
