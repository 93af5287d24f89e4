/** Funding rates: what was charged, and what comes next. No signature. */
import type { WireJson } from '#contract/wire/write-json.ts';
import { FUNDING_RATE_CAP, INTEREST_RATE } from '../funding-rate.ts';
import type { FundingRecord } from '../market/funding.ts';
import type { Listing } from './catalogue.ts';
import { integer } from './history-query.ts';
import { fundingRow } from './market-bodies.ts';
import { BAD_ARGUMENTS, type Reply, refuse, succeed } from './replies.ts';
import { flag, type Params, Refused, text } from './request-params.ts';
import { publicRoute, type Route } from './routes.ts';
import { printRate } from './scale.ts';
import type { WireContext } from './wire-context.ts';

const HISTORY_LIMIT_MAX = 100;
const PAGE_SIZE_DEFAULT = 20;
const PAGE_SIZE_MAX = 200;

/** ".BTCUSDTFR8H", whatever the product's interval is. */
const FUNDING_SYMBOL = /^\.(\w+)FR8H$/;

/**
 * Oldest first. With a start, what follows it; without, the newest up to the end. `latestOnly` ignores everything
 * else and tells the newest rate of every product.
 */
function rateHistory({ catalogue, market, clock }: WireContext, params: Params): WireJson[] {
  const { fundingHistory } = market;
  if (flag(params, 'latestOnly')) {
    return catalogue.listings.flatMap((listing) =>
      fundingHistory(listing.product.symbol, { limit: 1 }).map((record) => fundingRow(listing, record)),
    );
  }
  const listing = catalogue.find(FUNDING_SYMBOL.exec(text(params, 'symbol') ?? '')?.[1] ?? '');
  if (listing === undefined) throw new Refused(BAD_ARGUMENTS);
  const limit = Math.min(integer(params, 'limit') ?? HISTORY_LIMIT_MAX, HISTORY_LIMIT_MAX);
  const fromMs = integer(params, 'start');
  const toMs = integer(params, 'end') ?? clock.nowMs();
  if (fromMs !== undefined && fromMs > toMs) throw new Refused(BAD_ARGUMENTS);
  const { symbol, fundingIntervalSec } = listing.product;
  let records: readonly FundingRecord[];
  if (fromMs === undefined) {
    records = fundingHistory(symbol, { toMs, limit });
  } else {
    // Settlements stand at whole intervals, so the page ends `limit` of them on.
    const intervalMs = fundingIntervalSec * 1000;
    const firstMs = Math.ceil(fromMs / intervalMs) * intervalMs;
    const lastMs = Math.min(toMs, firstMs + (limit - 1) * intervalMs);
    records = lastMs < firstMs ? [] : fundingHistory(symbol, { fromMs, toMs: lastMs, limit });
  }
  return records.map((record) => fundingRow(listing, record)).reverse();
}

function realRateRow({ market, clock }: WireContext, { product }: Listing) {
  const intervalMs = product.fundingIntervalSec * 1000;
  const nextMs = (Math.floor(clock.nowMs() / intervalMs) + 1) * intervalMs;
  return {
    symbol: product.symbol,
    fundingInterval: product.fundingIntervalSec,
    toNextfundingInterval: Math.ceil((nextMs - clock.nowMs()) / 1000),
    nextfundingTime: nextMs,
    fundingRate: printRate(market.tickers.ticker(product.symbol).fundingRate),
    interestRate: printRate(INTEREST_RATE),
    fundingRateCap: printRate(FUNDING_RATE_CAP),
    fundingRateFloor: printRate(-FUNDING_RATE_CAP),
  };
}

const ORDER_COLUMNS = [
  'symbol',
  'fundingInterval',
  'toNextfundingInterval',
  'fundingRate',
  'interestRate',
] as const;

/** The rate that each product will be charged next, sorted and in pages. */
function realRates(context: WireContext, params: Params): WireJson[] {
  const wanted = text(params, 'symbol') ?? 'ALL';
  const column = ORDER_COLUMNS.find((known) => known === (text(params, 'orderByColumn') ?? 'symbol'));
  const orderBy = text(params, 'orderBy') ?? 'asc';
  const page = integer(params, 'pageNum') ?? 1;
  const size = integer(params, 'pageSize') ?? PAGE_SIZE_DEFAULT;
  if (column === undefined || (orderBy !== 'asc' && orderBy !== 'desc') || page < 1 || size > PAGE_SIZE_MAX) {
    throw new Refused(BAD_ARGUMENTS);
  }
  const sign = orderBy === 'asc' ? 1 : -1;
  const rankOf = (row: ReturnType<typeof realRateRow>) =>
    column === 'symbol' ? row.symbol : Number(row[column]);
  return context.catalogue.listings
    .filter(({ product }) => wanted === 'ALL' || product.symbol === wanted)
    .map((listing) => realRateRow(context, listing))
    .sort((a, b) => sign * (rankOf(a) < rankOf(b) ? -1 : rankOf(a) > rankOf(b) ? 1 : 0))
    .slice((page - 1) * size, page * size);
}

const rows = (read: (params: Params) => WireJson) =>
  publicRoute((params): Reply => {
    try {
      return succeed(read(params), 'OK');
    } catch (error) {
      if (error instanceof Refused) return refuse(error.refusal);
      throw error;
    }
  });

export const fundingRoutes = (context: WireContext): [string, Route][] => [
  [
    'GET /api-data/public/data/funding-rate-history',
    rows((params) => ({ rows: rateHistory(context, params) })),
  ],
  ['GET /contract-biz/public/real-funding-rates', rows((params) => realRates(context, params))],
];
