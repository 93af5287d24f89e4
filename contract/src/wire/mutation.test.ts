import { describe, expect, it } from 'vitest';
import type { ClOrdID, ProductSymbol } from '../brand.ts';
import { money, price, qty, ratio } from '../decimal.ts';
import { EXCHANGE_ROUTES } from '../routes.ts';
import { isCancel, type MutationText, mayOpen, takesRiskAway } from './mutation.ts';
import { MUTATION_PARAMETERS } from './mutation-parameters.ts';
import { READ_PARAMETERS, readMutation } from './mutation-reader.ts';
import {
  amendOrderRequest,
  assignMarginRequest,
  cancelAllRequests,
  cancelOrderRequest,
  leverageRequest,
  placeOrderRequest,
  posModeRequest,
} from './requests.ts';

const BTC = 'BTCUSDT' as ProductSymbol;
const ID = 'pd-1' as ClOrdID;
const ORDER = {
  symbol: BTC,
  clOrdID: ID,
  side: 'Buy',
  posSide: 'Merged',
  ordType: 'Limit',
  price: price('60000'),
  qty: qty('0.01'),
  timeInForce: 'GoodTillCancel',
  reduceOnly: false,
} as const;

const place = (body: object) =>
  readMutation({ method: 'POST', path: '/g-orders', query: '', body: JSON.stringify(body) });
const BODY = { symbol: 'BTCUSDT', clOrdID: 'c-1', side: 'Buy', orderQtyRq: '0.01', priceRp: '60000' };

describe('a request that changes something', () => {
  it('is read back as what our own page sends', () => {
    const [active, conditional] = cancelAllRequests(BTC);
    expect(
      [
        placeOrderRequest(ORDER),
        placeOrderRequest({ ...ORDER, ordType: 'Market', price: undefined, reduceOnly: true }),
        amendOrderRequest({ symbol: BTC, order: { clOrdID: ID }, posSide: 'Merged', price: price('1') }),
        cancelOrderRequest({ symbol: BTC, order: { clOrdID: ID }, posSide: 'Merged' }),
        active,
        conditional,
        leverageRequest({
          symbol: BTC,
          posMode: 'OneWay',
          merged: { marginMode: 'cross', leverage: ratio('20') },
        }),
        posModeRequest(BTC, 'Hedged'),
        assignMarginRequest({ symbol: BTC, posSide: 'Long', balance: money('12.5') }),
      ].map((request) => readMutation(request)),
    ).toMatchObject([
      { value: { kind: 'place', clOrdID: ID, price: '60000', qty: '0.01', isReducing: false } },
      { value: { kind: 'place', ordType: 'Market', isReducing: true } },
      { value: { kind: 'amend', order: { clOrdID: ID }, price: '1' } },
      { value: { kind: 'cancel', order: { clOrdID: ID } } },
      { value: { kind: 'cancel-all', isConditional: false } },
      { value: { kind: 'cancel-all', isConditional: true } },
      { value: { kind: 'leverage', legs: [{ posSide: 'Merged', marginMode: 'cross', leverage: '20' }] } },
      { value: { kind: 'pos-mode', target: 'Hedged' } },
      { value: { kind: 'margin', posSide: 'Long', balance: '12.5' } },
    ]);
  });

  it('cancels several orders by one kind of ids, which are named', () => {
    const cancel = (query: string) =>
      readMutation({ method: 'DELETE', path: '/g-orders', query: `symbol=BTCUSDT${query}`, body: '' });
    expect(cancel('&orderID=o-1%2Co-2&posSide=Merged')).toMatchObject({
      value: { kind: 'cancel-several', orders: [{ orderID: 'o-1' }, { orderID: 'o-2' }] },
    });
    expect(cancel('&clOrdID=c-1')).toMatchObject({ value: { orders: [{ clOrdID: 'c-1' }] } });
    const many = Array.from({ length: 101 }, (_, index) => `o-${index}`).join();
    for (const wrong of [
      '',
      '&orderID=',
      '&orderID=o-1,,o-2',
      '&orderID=o-1&clOrdID=c-1',
      `&orderID=${many}`,
    ]) {
      expect([wrong, cancel(wrong).ok]).toEqual([wrong, false]);
    }
  });

  it('of an amendment has to change something', () => {
    const amend = (fields: string) =>
      readMutation({
        ...{ method: 'PUT', path: '/g-orders/replace', body: '' },
        query: `symbol=BTCUSDT&orderID=o-1${fields}`,
      });
    for (const nothing of ['', '&priceRp=0', '&stopPxRp=0', '&pegPriceType=TrailingStopPeg']) {
      expect(amend(nothing)).toMatchObject({ ok: false });
    }
    expect(
      amend('&takeProfitRp=0&stopLossRp=59000&triggerType=ByMarkPrice&pegOffsetValueRp=-25'),
    ).toMatchObject({
      value: { takeProfit: '0', stopLoss: '59000', triggerSource: 'ByMarkPrice', trailDistance: '25' },
    });
  });

  it('of a conditional order names its trigger; zero is no price', () => {
    expect(
      place({ ...BODY, ordType: 'Stop', priceRp: '0', stopPxRp: '59000', closeOnTrigger: true }),
    ).toEqual({
      ok: true,
      value: {
        kind: 'place',
        symbol: 'BTCUSDT',
        clOrdID: 'c-1',
        side: 'Buy',
        posSide: 'Merged',
        ordType: 'Stop',
        qty: '0.01',
        triggerPrice: '59000',
        isReducing: true,
      },
    });
  });

  it.each<[string, object]>([
    ['a field it does not know [A66]', { reduceonly: true }],
    ['a quantity that is a number [A67]', { orderQtyRq: 1 }],
    ['a list for a quantity [A67]', { orderQtyRq: ['1'] }],
    ['an exponent [A67]', { orderQtyRq: '1e5' }],
    ['a flag in text [A68]', { reduceOnly: 'true' }],
    ['a negative quantity [A70]', { orderQtyRq: '-1' }],
    ['an empty quantity [A70]', { orderQtyRq: '' }],
    ['no quantity', { orderQtyRq: undefined }],
    ['a line break in the symbol [A71]', { symbol: 'BTC\r\nX:' }],
    ['a second parameter in the symbol [A71]', { symbol: 'BTCUSDT&side=Buy' }],
    ['a look-alike letter in the symbol [A71]', { symbol: 'ВTCUSDT' }],
    ['a symbol in small letters [A71]', { symbol: 'btcusdt' }],
    ['an id of 41 characters [A72]', { clOrdID: 'x'.repeat(41) }],
    ['an id with a space [A72]', { clOrdID: 'a b' }],
    ['no id: it could not be looked up', { clOrdID: undefined }],
    ['a path [A73]', { path: '/assets/withdraw' }],
  ])('is refused with %s', (_name, change) => {
    expect(place({ ...BODY, ...change }).ok).toBe(false);
  });

  it('is refused with a parameter twice', () => {
    const query = 'symbol=BTCUSDT&orderID=1&symbol=ETHUSDT';
    expect(readMutation({ method: 'DELETE', path: '/g-orders/cancel', query, body: '' }).ok).toBe(false);
  });

  it('is known by what it risks: what may open, what takes risk away, what comes to nothing when repeated', () => {
    const of = (...[method, path, query, body = '']: [MutationText['method'], string, string, string?]) => {
      const read = readMutation({ method, path, query, body });
      return read.ok && [mayOpen(read.value), takesRiskAway(read.value), isCancel(read.value)];
    };
    const order = (fields: object) => of('POST', '/g-orders', '', JSON.stringify({ ...BODY, ...fields }));
    expect(order({})).toEqual([true, false, false]);
    expect(order({ reduceOnly: true })).toEqual([false, true, false]);
    expect(order({ ordType: 'Stop', closeOnTrigger: true })).toEqual([false, true, false]);
    // An order that waits for no trigger may not be held to it.
    expect(order({ closeOnTrigger: true })).toEqual([true, false, false]);
    expect(order({ ordType: 'Market', closeOnTrigger: true })).toEqual([true, false, false]);
    expect(of('PUT', '/g-orders/replace', 'symbol=BTCUSDT&orderID=1&priceRp=1')).toEqual([
      true,
      false,
      false,
    ]);
    expect(of('DELETE', '/g-orders/cancel', 'symbol=BTCUSDT&orderID=1')).toEqual([false, true, true]);
    expect(of('DELETE', '/g-orders/all', 'symbol=BTCUSDT')).toEqual([false, true, true]);
    expect(of('PUT', '/g-positions/leverage', 'symbol=BTCUSDT&leverageRr=5')).toEqual([false, false, false]);
  });

  it('has no other names than those that the signer knows', () => {
    const sorted = (names: Readonly<Record<string, readonly string[]>>) =>
      Object.fromEntries(Object.entries(names).map(([route, list]) => [route, [...list].sort()]));
    expect(sorted(MUTATION_PARAMETERS)).toEqual(sorted(READ_PARAMETERS));
    const routes = EXCHANGE_ROUTES.filter(({ kind }) => kind === 'order');
    expect(Object.keys(MUTATION_PARAMETERS)).toEqual(routes.map(({ method, path }) => `${method} ${path}`));
  });
});
