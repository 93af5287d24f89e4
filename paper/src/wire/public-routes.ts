/** Products, time and market data: no signature. */
import { isResolution } from '#contract/vocabulary.ts';
import { writeJson } from '#contract/wire/write-json.ts';
import type { Catalogue, Listing } from './catalogue.ts';
import { fundingRoutes } from './funding-routes.ts';
import { candleRow, tickerV2, tickerV3, tradeRow, withTimestamp, writeLevels } from './market-bodies.ts';
import { writeProducts } from './products-body.ts';
import {
  BAD_ARGUMENTS,
  INVALID_MARKET_DATA_REQUEST,
  missing,
  type Reply,
  refuse,
  succeed,
  succeedMarketData,
  TOO_MANY_ROWS,
} from './replies.ts';
import type { Params } from './request-params.ts';
import { publicRoute, type Route } from './routes.ts';
import type { WireContext } from './wire-context.ts';

const BOOK_DEPTH = 30;
const CANDLES_DEFAULT = 5;
const CANDLES_MAX = 1000;
/** /kline/list answers at most this many, as documented. */
const CANDLE_RANGE_MAX = 2000;
/** Requests that one for candles counts as. */
const KLINE_WEIGHT = 10;

/** A whole number parameter, or `otherwise` when it is absent; undefined when it is not a number. */
function integer(params: Params, name: string, otherwise: number): number | undefined {
  const value = params[name];
  if (value === undefined || value === '') return otherwise;
  const number = Number(value);
  return Number.isInteger(number) && number >= 0 ? number : undefined;
}

const listingOf = (catalogue: Catalogue, params: Params): Listing | undefined =>
  catalogue.find(String(params.symbol ?? ''));

function bookReply({ catalogue, books }: WireContext, params: Params): Reply {
  const listing = listingOf(catalogue, params);
  if (listing === undefined) return INVALID_MARKET_DATA_REQUEST;
  const { symbol } = listing.product;
  const { bids, asks, sequence, timestamp } = books.snapshot(symbol, BOOK_DEPTH);
  const levels = `{"asks":[${writeLevels(listing.scale, asks)}],"bids":[${writeLevels(listing.scale, bids)}]}`;
  const body =
    `{"error":null,"id":0,"result":{"depth":${BOOK_DEPTH},"orderbook_p":${levels},` +
    `"sequence":${sequence},"symbol":"${symbol}","timestamp":${timestamp},"type":"snapshot"}}`;
  return { status: 200, body };
}

function tradesReply({ catalogue, books, market }: WireContext, params: Params): Reply {
  const listing = listingOf(catalogue, params);
  if (listing === undefined) return INVALID_MARKET_DATA_REQUEST;
  const { symbol } = listing.product;
  return succeedMarketData({
    sequence: books.settle(symbol),
    symbol,
    trades_p: market.tradesRecent(symbol).map((trade) => tradeRow(listing.scale, trade)),
    type: 'snapshot',
  });
}

function tickerRoutes(context: WireContext): [string, Route][] {
  const { catalogue, market, clock } = context;
  const versions = [
    ['v2', tickerV2],
    ['v3', tickerV3],
  ] as const;
  return versions.flatMap(([version, print]) => {
    const row = (listing: Listing) =>
      withTimestamp(print(listing, market.tickers.ticker(listing.product.symbol)), clock.nowNs());
    const one = publicRoute((params) => {
      const listing = listingOf(catalogue, params);
      return listing === undefined ? INVALID_MARKET_DATA_REQUEST : succeedMarketData(row(listing));
    });
    const all = publicRoute(() => succeedMarketData(catalogue.listings.map(row)));
    return [
      [`GET /md/${version}/ticker/24hr`, one],
      [`GET /md/${version}/ticker/24hr/all`, all],
    ] as [string, Route][];
  });
}

/** What both candle endpoints ask first, or the refusal. */
function candleRequest(catalogue: Catalogue, params: Params) {
  if (params.symbol === undefined) return { reply: refuse(missing('symbol')) };
  if (params.resolution === undefined) return { reply: refuse(missing('resolution')) };
  const listing = listingOf(catalogue, params);
  const resolutionSec = Number(params.resolution);
  if (listing === undefined || !isResolution(resolutionSec)) return { reply: refuse(BAD_ARGUMENTS) };
  return { listing, resolutionSec };
}

/** Newest first, like the stream's snapshot; any limit up to 1,000. */
function lastCandlesReply({ catalogue, market }: WireContext, params: Params): Reply {
  const request = candleRequest(catalogue, params);
  if ('reply' in request) return request.reply;
  const limit = integer(params, 'limit', CANDLES_DEFAULT);
  if (limit === undefined || limit === 0) return refuse(BAD_ARGUMENTS);
  if (limit > CANDLES_MAX) return refuse(TOO_MANY_ROWS);
  const { listing, resolutionSec } = request;
  const candles = market.candles.last(listing.product.symbol, resolutionSec, limit);
  const rows = candles.map((candle) => candleRow(listing.scale, candle)).reverse();
  return succeed({ total: -1, rows }, 'OK');
}

/** [from, to) in seconds, oldest first; without `to`, up to now. A `limit` is not read: clients trim for themselves. */
function candleRangeReply({ catalogue, market, clock }: WireContext, params: Params): Reply {
  const request = candleRequest(catalogue, params);
  if ('reply' in request) return request.reply;
  const { listing, resolutionSec } = request;
  const toSec = integer(params, 'to', Math.floor(clock.nowMs() / 1000) + 1);
  if (toSec === undefined) return refuse(BAD_ARGUMENTS);
  const fromSec = integer(params, 'from', Math.max(0, toSec - CANDLE_RANGE_MAX * resolutionSec));
  if (fromSec === undefined || fromSec > toSec) return refuse(BAD_ARGUMENTS);
  if (toSec - fromSec > CANDLE_RANGE_MAX * resolutionSec) return refuse(TOO_MANY_ROWS);
  const candles = market.candles.range(listing.product.symbol, resolutionSec, fromSec, toSec);
  return succeed({ total: -1, rows: candles.map((candle) => candleRow(listing.scale, candle)) }, 'OK');
}

export function publicRoutes(context: WireContext): [string, Route][] {
  const products: Reply = { status: 200, body: writeProducts(context.market.products) };
  const productsPlus: Reply = { status: 200, body: writeProducts(context.market.products, 'plus') };
  // Third-party clients fetch it with every product list; it speaks of COIN-M products only.
  const legacyProducts: Reply = { status: 200, body: writeJson({ code: 0, msg: 'OK', data: [] }) };
  return [
    ['GET /public/products', publicRoute(() => products)],
    ['GET /public/products-plus', publicRoute(() => productsPlus)],
    ['GET /v1/exchange/public/products', publicRoute(() => legacyProducts)],
    ['GET /public/time', publicRoute(() => succeed({ serverTime: context.door.nowMs() }))],
    ['GET /md/v2/orderbook', publicRoute((params) => bookReply(context, params))],
    ['GET /md/v2/trade', publicRoute((params) => tradesReply(context, params))],
    ...tickerRoutes(context),
    [
      'GET /exchange/public/md/v2/kline/last',
      publicRoute((params) => lastCandlesReply(context, params), KLINE_WEIGHT),
    ],
    [
      'GET /exchange/public/md/v2/kline/list',
      publicRoute((params) => candleRangeReply(context, params), KLINE_WEIGHT),
    ],
    ...fundingRoutes(context),
  ];
}
