import { describe, expect, it } from 'vitest';
import type { ClOrdID, OrderID, ProductSymbol } from '../brand.ts';
import { price, qty, ratio } from '../decimal.ts';
import { EXCHANGE_ROUTES } from '../routes.ts';
import {
  accountPositionsRequest,
  activeOrdersRequest,
  amendOrderRequest,
  cancelAllRequests,
  cancelOrderRequest,
  closedPositionsRequest,
  type ExchangeRequest,
  fundingFeesRequest,
  klineSpanRequest,
  lastKlineRequest,
  leverageRequest,
  type NewTrail,
  orderHistoryRequest,
  orderListRequest,
  placeOrderRequest,
  posModeRequest,
  productsRequest,
  serverTimeRequest,
  tickersRequest,
  tradeHistoryRequest,
  tradingListRequest,
} from './requests.ts';
import { signatureText, socketSignatureText } from './signature.ts';

const symbol = 'BTCUSDT' as ProductSymbol;
const clOrdID = 'pd-1' as ClOrdID;
const orderID = 'ab90a08c-b728' as OrderID;
const posSide = 'Merged';

const limit = placeOrderRequest({
  symbol,
  clOrdID,
  side: 'Buy',
  posSide,
  ordType: 'Limit',
  price: price('50000.5'),
  qty: qty('0.01'),
  timeInForce: 'PostOnly',
  reduceOnly: false,
});

describe('requests', () => {
  it('place orders by POST, with decimals as text', () => {
    expect(limit).toEqual({
      method: 'POST',
      path: '/g-orders',
      query: '',
      body: '{"symbol":"BTCUSDT","clOrdID":"pd-1","side":"Buy","posSide":"Merged","ordType":"Limit","orderQtyRq":"0.01","priceRp":"50000.5","timeInForce":"PostOnly","reduceOnly":false}',
    });
  });

  it('say what sets a conditional order off, and what protects the position of an entry', () => {
    const common = { symbol, clOrdID, posSide: 'Merged', qty: qty('0'), reduceOnly: true } as const;
    const bodyOf = (order: Parameters<typeof placeOrderRequest>[0]) =>
      JSON.parse(placeOrderRequest(order).body) as Record<string, unknown>;
    const following: NewTrail = { trail: { by: 'price', distance: price('150.5') }, from: 'now' };
    const activated: NewTrail = {
      trail: { by: 'proportion', proportion: ratio('0.01') },
      from: 'activation',
    };
    const stop = { ordType: 'Stop', trigger: { price: price('49000'), source: 'ByMarkPrice' } } as const;
    expect(
      bodyOf({
        ...common,
        ...stop,
        side: 'Sell',
        timeInForce: 'ImmediateOrCancel',
        closeOnTrigger: true,
        trail: following,
      }),
    ).toMatchObject({
      ordType: 'Stop',
      stopPxRp: '49000',
      triggerType: 'ByMarkPrice',
      closeOnTrigger: true,
      pegPriceType: 'TrailingStopPeg',
      pegOffsetValueRp: '-150.5',
      orderQtyRq: '0',
    });
    expect(
      bodyOf({
        ...common,
        ...stop,
        side: 'Buy',
        timeInForce: 'ImmediateOrCancel',
        trail: activated,
      }),
    ).toMatchObject({ pegPriceType: 'TrailingTakeProfitPeg', pegOffsetProportionRr: '0.01' });
    const protectedEntry = bodyOf({
      ...common,
      side: 'Buy',
      ordType: 'Limit',
      price: price('50000'),
      timeInForce: 'GoodTillCancel',
      takeProfit: { price: price('52000'), source: 'ByLastPrice', limit: price('51990') },
      stopLoss: { price: price('49000'), source: 'ByMarkPrice' },
    });
    expect(protectedEntry).toMatchObject({
      takeProfitRp: '52000',
      tpTrigger: 'ByLastPrice',
      tpPxRp: '51990',
      stopLossRp: '49000',
      slTrigger: 'ByMarkPrice',
    });
    expect(Object.keys(protectedEntry)).not.toContain('slPxRp');
    expect(Object.keys(protectedEntry)).not.toContain('triggerType');
  });

  it('give a market order no price', () => {
    const { body } = placeOrderRequest({
      symbol,
      clOrdID,
      side: 'Sell',
      posSide: 'Long',
      ordType: 'Market',
      qty: qty('1'),
      timeInForce: 'ImmediateOrCancel',
      reduceOnly: true,
    });
    expect(JSON.parse(body)).toEqual({
      symbol: 'BTCUSDT',
      clOrdID: 'pd-1',
      side: 'Sell',
      posSide: 'Long',
      ordType: 'Market',
      orderQtyRq: '1',
      timeInForce: 'ImmediateOrCancel',
      reduceOnly: true,
    });
  });

  it('amend and cancel with the leg, which the exchange insists on', () => {
    expect(amendOrderRequest({ symbol, order: { orderID }, posSide, price: price('1.5') })).toEqual({
      method: 'PUT',
      path: '/g-orders/replace',
      query: 'symbol=BTCUSDT&orderID=ab90a08c-b728&posSide=Merged&priceRp=1.5',
      body: '',
    });
    expect(amendOrderRequest({ symbol, order: { clOrdID }, posSide: 'Short', qty: qty('2') }).query).toBe(
      'symbol=BTCUSDT&origClOrdID=pd-1&posSide=Short&orderQtyRq=2',
    );
    const trigger = { triggerPrice: price('2'), triggerSource: 'ByLastPrice' } as const;
    expect(amendOrderRequest({ symbol, order: { orderID }, posSide, ...trigger }).query).toBe(
      'symbol=BTCUSDT&orderID=ab90a08c-b728&posSide=Merged&stopPxRp=2&triggerType=ByLastPrice',
    );
    expect(cancelOrderRequest({ symbol, order: { clOrdID }, posSide })).toMatchObject({
      method: 'DELETE',
      path: '/g-orders/cancel',
      query: 'symbol=BTCUSDT&clOrdID=pd-1&posSide=Merged',
    });
  });

  it('cancel all in two steps, active orders and conditional ones', () => {
    expect(cancelAllRequests(symbol).map(({ query }) => query)).toEqual([
      'symbol=BTCUSDT&untriggered=false',
      'symbol=BTCUSDT&untriggered=true',
    ]);
  });

  it('say the margin mode by the sign of the leverage', () => {
    const cross = { marginMode: 'cross', leverage: ratio('10') } as const;
    const isolated = { marginMode: 'isolated', leverage: ratio('5') } as const;
    const query = (change: Parameters<typeof leverageRequest>[0]) => leverageRequest(change).query;
    expect(query({ symbol, posMode: 'OneWay', merged: cross })).toBe('symbol=BTCUSDT&leverageRr=-10');
    expect(query({ symbol, posMode: 'OneWay', merged: { ...cross, leverage: ratio('0') } })).toBe(
      'symbol=BTCUSDT&leverageRr=0',
    );
    expect(query({ symbol, posMode: 'Hedged', long: isolated, short: cross })).toBe(
      'symbol=BTCUSDT&longLeverageRr=5&shortLeverageRr=-10',
    );
    expect(posModeRequest(symbol, 'Hedged').query).toBe('symbol=BTCUSDT&targetPosMode=Hedged');
  });

  it('encode what a query cannot hold', () => {
    const odd = { symbol, order: { clOrdID: 'a b&c,d' as ClOrdID }, posSide } as const;
    expect(cancelOrderRequest(odd).query).toBe('symbol=BTCUSDT&clOrdID=a%20b%26c%2Cd&posSide=Merged');
  });

  it('ask for history in pages and for candles in spans', () => {
    expect(tradingListRequest({ currency: 'USDT' }).query).toBe('currency=USDT&offset=0&limit=200');
    expect(orderListRequest({ currency: 'USDT', symbol, offset: 200, limit: 50 }).query).toBe(
      'symbol=BTCUSDT&currency=USDT&offset=200&limit=50',
    );
    const span = { currency: 'USDT', symbol, fromMs: 1, toMs: 2, limit: 20 };
    expect(tradeHistoryRequest(span).query).toBe(
      'symbol=BTCUSDT&currency=USDT&start=1&end=2&offset=0&limit=20',
    );
    expect(fundingFeesRequest(symbol).query).toBe('symbol=BTCUSDT&offset=0&limit=200');
    expect(lastKlineRequest(symbol, 60, 1000).query).toBe('symbol=BTCUSDT&resolution=60&limit=1000');
    expect(klineSpanRequest({ symbol, resolutionSec: 60, fromSec: 600, toSec: 1200 }).query).toBe(
      'symbol=BTCUSDT&to=1200&from=600&resolution=60',
    );
  });

  it('all go where the proxy lets them through', () => {
    const all: readonly ExchangeRequest[] = [
      limit,
      amendOrderRequest({ symbol, order: { orderID }, posSide }),
      cancelOrderRequest({ symbol, order: { orderID }, posSide }),
      ...cancelAllRequests(symbol),
      posModeRequest(symbol, 'OneWay'),
      leverageRequest({ symbol, posMode: 'OneWay', merged: { marginMode: 'cross', leverage: ratio('1') } }),
      productsRequest(),
      serverTimeRequest(),
      tickersRequest(),
      accountPositionsRequest('USDT'),
      activeOrdersRequest(symbol),
      tradingListRequest({ currency: 'USDT' }),
      orderListRequest({ currency: 'USDT' }),
      orderHistoryRequest({ currency: 'USDT' }),
      tradeHistoryRequest({ currency: 'USDT' }),
      closedPositionsRequest({ currency: 'USDT' }),
      fundingFeesRequest(symbol),
      lastKlineRequest(symbol, 60, 5),
      klineSpanRequest({ symbol, resolutionSec: 60, fromSec: 0, toSec: 60 }),
    ];
    const routes = new Set(EXCHANGE_ROUTES.map(({ method, path }) => `${method} ${path}`));
    expect(all.filter(({ method, path }) => !routes.has(`${method} ${path}`))).toEqual([]);
  });
});

describe('the signed text', () => {
  it('is the documented one: path, query without its mark, expiry, body', () => {
    const query = 'ordStatus=New&ordStatus=PartiallyFilled&ordStatus=Untriggered&symbol=BTCUSD';
    expect(signatureText({ path: '/orders/activeList', query, expirySec: 1575735951, body: '' })).toBe(
      '/orders/activeListordStatus=New&ordStatus=PartiallyFilled&ordStatus=Untriggered&symbol=BTCUSD1575735951',
    );
    expect(
      signatureText({ path: '/orders', query: '', expirySec: 1575735514, body: '{"symbol":"BTCUSD"}' }),
    ).toBe('/orders1575735514{"symbol":"BTCUSD"}');
    expect(socketSignatureText('806066b0', 1570091232)).toBe('806066b01570091232');
  });
});
