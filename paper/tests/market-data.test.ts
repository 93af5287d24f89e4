/** Market data over REST, read back by the same schemas that the page uses, and compared with what the docs print. */
import { describe, expect, it } from 'vitest';
import { parseBook } from '#contract/wire/book.ts';
import { parseKlineRows } from '#contract/wire/kline.ts';
import { parseProducts } from '#contract/wire/products.ts';
import { parseTicker, parseTickers } from '#contract/wire/ticker.ts';
import { parseTrades } from '#contract/wire/trades.ts';
import { get, START_MS, SYMBOL, startStill } from './harness.ts';

const server = await startStill();
const KLINE = '/exchange/public/md/v2/kline';

describe('products', () => {
  it('of the longer list say in their timeline when they were listed, and are the same otherwise', async () => {
    const plain = (await get(server, '/public/products')).json.data;
    const plus = (await get(server, '/public/products-plus')).json.data;
    const timed = plain.perpProductsV2.map((product: { listTime: number }) => ({
      ...product,
      timeline: [0, product.listTime, 0, 0],
    }));
    expect(plus.perpProductsV2).toEqual(timed);
    expect(Object.keys(plus)).toEqual(Object.keys(plain));
  });

  it('have the keys of the exchange’s reply, and floats where it prints floats', async () => {
    const { json, text } = await get(server, '/public/products');
    expect(Object.keys(json.data)).toEqual([
      'currencies',
      'products',
      'perpProductsV2',
      'perpProductsPilot',
      'riskLimits',
      'leverages',
      'riskLimitsV2',
      'leveragesV2',
      'leverageMargins',
      'ratioScale',
      'md5Checksum',
    ]);
    expect(text).toContain('"maxOI":-1.0,');
    const read = parseProducts(json);
    expect(read).toMatchObject({ ok: true, value: { skipped: [] } });
    if (!read.ok) return;
    expect(read.value.products.length).toBeGreaterThanOrEqual(12);
    for (const product of read.value.products) expect(product.tiers.length).toBeGreaterThan(1);
  });

  it('have a legacy list that is empty but there', async () => {
    expect((await get(server, '/v1/exchange/public/products')).text).toBe('{"code":0,"msg":"OK","data":[]}');
  });
});

describe('time', () => {
  it('is the exchange’s clock in milliseconds', async () => {
    expect((await get(server, '/public/time')).text).toBe(
      `{"code":0,"msg":"","data":{"serverTime":${START_MS}}}`,
    );
  });
});

describe('book, trades and tickers', () => {
  it('are in the /md envelope and parse', async () => {
    const book = await get(server, `/md/v2/orderbook?symbol=${SYMBOL}`);
    expect(book.text).toMatch(/^\{"error":null,"id":0,"result":\{"depth":30,"orderbook_p":\{"asks":\[\["/);
    expect(book.text).toMatch(/"timestamp":\d{19},"type":"snapshot"\}\}$/);
    expect(parseBook(book.json)).toMatchObject({ ok: true, value: { kind: 'snapshot', depth: 30 } });
    const trades = await get(server, `/md/v2/trade?symbol=${SYMBOL}`);
    expect(trades.text).toMatch(/"trades_p":\[\[\d{19},"(Buy|Sell)","[\d.]+","[\d.]+"\]/);
    expect(parseTrades(trades.json)).toMatchObject({ ok: true });
    for (const version of ['v2', 'v3']) {
      const one = await get(server, `/md/${version}/ticker/24hr?symbol=${SYMBOL}`);
      expect(one.text).toMatch(/"timestamp":\d{19},/);
      expect(parseTicker(one.json)).toMatchObject({ ok: true, value: { symbol: SYMBOL } });
      const all = await get(server, `/md/${version}/ticker/24hr/all`);
      expect(parseTickers(all.json)).toMatchObject({ ok: true, value: { skipped: [] } });
    }
  });

  it('name things differently in v2 and v3', async () => {
    const v2 = (await get(server, `/md/v2/ticker/24hr?symbol=${SYMBOL}`)).json.result;
    const v3 = (await get(server, `/md/v3/ticker/24hr?symbol=${SYMBOL}`)).json.result;
    expect([v2.closeRp, v2.markPriceRp, v2.indexPriceRp]).toEqual([v3.lastRp, v3.markRp, v3.indexRp]);
    expect(Object.keys(v2)).toEqual(Object.keys(v2).toSorted());
    expect(Number(v3.bidRp)).toBeLessThan(Number(v3.askRp));
  });

  it('refuse a symbol that is not listed', async () => {
    for (const path of ['/md/v2/orderbook', '/md/v2/trade', '/md/v2/ticker/24hr', '/md/v3/ticker/24hr']) {
      const { text } = await get(server, `${path}?symbol=NOPEUSDT`);
      expect(text).toBe('{"error":{"code":6001,"message":"invalid argument"},"id":null,"result":null}');
    }
  });
});

describe('candles', () => {
  it('are given for any limit up to 1,000, newest first, each continuing the one before', async () => {
    for (const limit of [1, 7, 1000]) {
      const { json } = await get(server, `${KLINE}/last?symbol=${SYMBOL}&resolution=60&limit=${limit}`);
      expect(json.data.rows).toHaveLength(limit);
      expect(parseKlineRows(json)).toMatchObject({ ok: true });
      for (let index = 1; index < limit; index += 1) {
        const [newer, older] = [json.data.rows[index - 1], json.data.rows[index]];
        expect(newer[0] - older[0]).toBe(60);
        expect(newer[2]).toBe(older[6]);
      }
    }
  });

  it('are at least 1,000 of every length up to a day', async () => {
    for (const resolution of [60, 180, 300, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200, 86400]) {
      const { json } = await get(
        server,
        `${KLINE}/last?symbol=${SYMBOL}&resolution=${resolution}&limit=1000`,
      );
      expect(json.data.rows).toHaveLength(1000);
    }
  });

  it('are given for a range of seconds, oldest first, the end left out', async () => {
    const to = Math.floor(START_MS / 3_600_000) * 3600;
    const { json } = await get(
      server,
      `${KLINE}/list?symbol=${SYMBOL}&resolution=3600&from=${to - 36_000}&to=${to}`,
    );
    expect(json.data.rows.map((row: number[]) => row[0])).toEqual(
      Array.from({ length: 10 }, (_, hour) => to - 36_000 + hour * 3600),
    );
  });

  it('refuse what is missing or unknown', async () => {
    const missing = await get(server, `${KLINE}/last?symbol=${SYMBOL}`);
    expect(missing.text).toBe('{"code":412,"msg":"Missing parameter - resolution","data":null}');
    const unknown = await get(server, `${KLINE}/last?symbol=${SYMBOL}&resolution=61`);
    expect(unknown.json.code).toBe(30000);
    const many = await get(server, `${KLINE}/last?symbol=${SYMBOL}&resolution=60&limit=1001`);
    expect(many.json.code).toBe(30018);
  });
});

describe('funding history', () => {
  it('is asked by the funding symbol and spaced by the product’s interval', async () => {
    const path = '/api-data/public/data/funding-rate-history';
    const { json } = await get(server, `${path}?symbol=.BTCUSDTFR8H&limit=5`);
    expect(json.data.rows).toHaveLength(5);
    const [first, second] = json.data.rows;
    expect(Object.keys(first)).toEqual(['symbol', 'fundingRate', 'fundingTime', 'intervalSeconds']);
    expect(Math.abs(first.fundingTime - second.fundingTime)).toBe(first.intervalSeconds * 1000);
    expect((await get(server, `${path}?symbol=BTCUSDT`)).json.code).toBe(30000);
  });
});
