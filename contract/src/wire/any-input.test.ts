/** Whatever arrives, readers answer with a value or a problem: an exception would take the screen or the relay down. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAcceptance, parseCancelAll } from './acceptance.ts';
import { parseAccountPositions } from './account-positions.ts';
import { parseBook } from './book.ts';
import { parseClosedPositions } from './closed-positions.ts';
import { problemSentence } from './error-codes.ts';
import { parseFeeRates } from './fee-rates.ts';
import { parseFundingFees } from './funding-fees.ts';
import { parseKlineRows } from './kline.ts';
import { parseOrderHistory } from './order-history.ts';
import { parseOrderList } from './order-list.ts';
import { parseActiveOrders, parseOrderAck } from './order-row.ts';
import { parseProducts } from './products.ts';
import { parseStatus } from './relay-notice.ts';
import { parseRiskUnits } from './risk-units.ts';
import { parseServerTime } from './server-time.ts';
import { parseStreamMessage } from './stream-message.ts';
import { parseStreamRequest } from './stream-requests.ts';
import { parseTicker, parseTickers } from './ticker.ts';
import { parseTradeHistory } from './trade-history.ts';
import { parseTrades } from './trades.ts';
import { parseTradingList } from './trading-list.ts';

const readers = {
  parseAcceptance,
  parseCancelAll,
  parseAccountPositions,
  parseBook,
  parseKlineRows,
  parseOrderList,
  parseActiveOrders,
  parseOrderAck,
  parseProducts,
  parseStatus,
  parseServerTime,
  parseTicker,
  parseTickers,
  parseTrades,
  parseTradingList,
  parseClosedPositions,
  parseFundingFees,
  parseOrderHistory,
  parseTradeHistory,
  parseFeeRates,
  parseRiskUnits,
};

const product = {
  symbol: 'BTCUSDT',
  indexSymbol: '.BTCUSDT',
  markSymbol: '.MBTCUSDT',
  contractUnderlyingAssets: 'BTC',
  settleCurrency: 'USDT',
  quoteCurrency: 'USDT',
  tickSize: '0.1',
  status: 'Listed',
  fundingInterval: 28800,
  maxLeverage: 100,
  leverageMargin: 1002,
  maxOrderQtyRq: '1000',
  maxPriceRp: '500000',
  minOrderValueRv: '1',
  minPriceRp: '1000.0',
  qtyStepSize: '0.0001',
};

const good: readonly unknown[] = [
  { code: 0, msg: '', data: { perpProductsV2: [product], leverageMargins: [], riskLimitsV2: [] } },
  {
    code: 0,
    msg: '',
    data: {
      account: { currency: 'USDT', accountBalanceRv: '1', totalUsedBalanceRv: '0' },
      positions: [
        {
          symbol: 'BTCUSDT',
          side: 'Buy',
          posSide: 'Merged',
          posMode: 'OneWay',
          size: '1',
          valueRv: '1',
          avgEntryPriceRp: '1',
          leverageRr: '-1',
          positionMarginRv: '1',
        },
      ],
    },
  },
  {
    depth: 30,
    orderbook_p: { asks: [['2', '1']], bids: [['1', '1']] },
    sequence: 1,
    symbol: 'BTCUSDT',
    timestamp: 1666854171201355300,
    type: 'snapshot',
  },
  { sequence: 1, symbol: 'BTCUSDT', trades_p: [[1666854171201355300, 'Buy', '1', '1']], type: 'snapshot' },
  {
    kline_p: [[60, 60, '1', '1', '1', '1', '1', '1', '1']],
    sequence: 1,
    symbol: 'BTCUSDT',
    type: 'incremental',
  },
  {
    data: [['A', '1', '1', '1', '1', '1', '1', '1', '1', '1', '1', '1']],
    fields: [
      'symbol',
      'openRp',
      'highRp',
      'lowRp',
      'lastRp',
      'volumeRq',
      'turnoverRv',
      'openInterestRv',
      'indexRp',
      'markRp',
    ],
    method: 'perp_market24h_pack_p.update',
    timestamp: 1,
    type: 'snapshot',
  },
  { tick_p: { last: '1', symbol: '.M', timestamp: 1 } },
  {
    accounts_p: [{}],
    orders_p: [{ side: 'Buy' }],
    positions_p: [{}],
    sequence: 1,
    timestamp: 1,
    type: 'snapshot',
  },
  { perpdeck: { kind: 'signed-out', reason: 'x' } },
  { error: null, id: 1, result: { status: 'success' } },
];

/** The same message with one value, anywhere in it, replaced. */
function damaged(value: unknown, at: number, by: unknown): unknown {
  let left = at;
  const visit = (inner: unknown): unknown => {
    if (left-- === 0) return by;
    if (Array.isArray(inner)) return inner.map(visit);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, child]) => [key, visit(child)]));
  };
  return visit(value);
}

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom('', '0', '-0', '1e999', 1e308, 5e-324, -1, '9'.repeat(40), null, [], {}, [[]], 'NaN'),
);
const messages = fc.oneof(
  fc.jsonValue(),
  fc
    .tuple(fc.constantFrom(...good), fc.nat({ max: 40 }), odd)
    .map(([message, at, by]) => damaged(message, at, by)),
);

describe('any input at all', () => {
  it('is answered by every reader of replies', () => {
    fc.assert(
      fc.property(messages, (message) => {
        for (const body of [message, { code: 0, data: message }, { error: null, id: 0, result: message }]) {
          for (const read of Object.values(readers)) {
            const result = read(body);
            if (!result.ok) expect(problemSentence(result.problem)).toMatch(/\S\.$/);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is answered by the readers of sockets', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          messages.map((message) => JSON.stringify(message)),
          fc.string(),
        ),
        (text) => {
          expect(parseStreamMessage(text).kind).toMatch(/\w/);
          expect(parseStreamRequest(text)).toHaveProperty('ok');
        },
      ),
      { numRuns: 2000 },
    );
  });
});
