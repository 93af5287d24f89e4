import { describe, expect, it } from 'vitest';
import type { OrderID, ProductSymbol } from '#contract/brand.ts';
import { money, price, qty } from '#contract/decimal.ts';
import type { Order, Position, Product } from '#contract/model.ts';
import type { TriggerSource } from '#contract/vocabulary.ts';
import {
  isStoppedAt,
  pnlOfPart,
  protectingOrders,
  protectionProblem,
  protectionStep,
  purposeAt,
} from './protection.ts';

const long = {
  symbol: 'BTCUSDT' as ProductSymbol,
  posSide: 'Merged',
  side: 'Buy',
  size: qty('0.1'),
  value: money('6000'),
  liquidationPrice: price('54000'),
} as unknown as Position;
const short = { ...long, side: 'Sell', posSide: 'Short', liquidationPrice: price('66000') } as const;
const product = { tickSize: price('0.1'), priceMin: price('1000'), priceMax: price('500000') } as Product;
const stopOf = (id: string, at: string, change: Partial<Order> = {}): Order =>
  ({
    orderID: id as OrderID,
    symbol: long.symbol,
    posSide: 'Merged',
    side: 'Sell',
    ordType: 'Stop',
    ordStatus: 'Untriggered',
    qty: qty('0'),
    reduceOnly: true,
    trigger: { price: price(at), source: 'ByMarkPrice', direction: 'Falling' },
    ...change,
  }) as Order;

describe('protection of a position', () => {
  it('stands at a price where one of all of it loses no more than there', () => {
    const at = price('60100');
    expect(isStoppedAt(long, [stopOf('a', '60500')], at)).toBe(true);
    expect(isStoppedAt(long, [stopOf('a', '60100')], at)).toBe(true);
    expect(isStoppedAt(long, [stopOf('a', '60000')], at)).toBe(false);
    // Of a part, or of the other leg, it is no protection of this.
    expect(isStoppedAt(long, [stopOf('a', '60500', { qty: qty('0.05') })], at)).toBe(false);
    const buy = { posSide: 'Short', side: 'Buy' } as const;
    expect(isStoppedAt(long, [stopOf('a', '60500', buy)], at)).toBe(false);
    expect(isStoppedAt(short, [stopOf('a', '60000', buy)], at)).toBe(true);
    expect(isStoppedAt(short, [stopOf('a', '60500', buy)], at)).toBe(false);
  });

  it('closes the whole of it, whatever its size is by then, on its own leg', () => {
    const stop = { purpose: 'stop-loss', do: 'set', price: price('58000') } as const;
    expect(protectionStep(long, [], stop)).toEqual({
      do: 'place',
      plan: {
        symbol: 'BTCUSDT',
        side: 'Sell',
        posSide: 'Merged',
        qty: '0',
        ordType: 'Stop',
        trigger: { price: '58000', source: 'ByMarkPrice' },
        closeOnTrigger: true,
        reduceOnly: true,
        timeInForce: 'ImmediateOrCancel',
      },
    });
    const profit = { ...stop, purpose: 'take-profit', source: 'ByLastPrice' } as const;
    expect(protectionStep(short, [], profit)).toMatchObject({
      plan: {
        side: 'Buy',
        posSide: 'Short',
        ordType: 'MarketIfTouched',
        trigger: { source: 'ByLastPrice' },
      },
    });
  });

  it('is a take-profit or a stop-loss by the side of mark that it lies on', () => {
    expect(purposeAt(long, price('61000'), price('60000'))).toBe('take-profit');
    expect(purposeAt(long, price('59000'), price('60000'))).toBe('stop-loss');
    expect(purposeAt(short, price('59000'), price('60000'))).toBe('take-profit');
    expect(purposeAt(short, price('60000'), price('60000'))).toBeUndefined();
  });

  it('is found among the orders that wait: its own leg’s closing ones, the nearest first', () => {
    const orders = [
      stopOf('far', '57000'),
      stopOf('near', '58000'),
      stopOf('opens', '59000', { reduceOnly: false }),
      stopOf('other side', '59000', { side: 'Buy' }),
      stopOf('other leg', '59000', { posSide: 'Long' }),
      stopOf('triggered', '59000', { ordStatus: 'New' }),
      stopOf('tp', '63000', { ordType: 'MarketIfTouched' }),
    ];
    const found = protectingOrders(long, orders);
    expect(found['stop-loss'].map(({ orderID }) => orderID)).toEqual(['near', 'far']);
    expect(found['take-profit'].map(({ orderID }) => orderID)).toEqual(['tp']);
  });

  it('may close a part of it, and at a limit', () => {
    const part = { purpose: 'stop-loss', do: 'set', price: price('58000'), qty: qty('0.05') } as const;
    expect(protectionStep(long, [], { ...part, limit: price('57900') })).toMatchObject({
      plan: {
        qty: '0.05',
        ordType: 'StopLimit',
        price: '57900',
        reduceOnly: true,
        closeOnTrigger: true,
        timeInForce: 'GoodTillCancel',
      },
    });
    const profit = { ...part, purpose: 'take-profit', price: price('63000') } as const;
    expect(protectionStep(long, [], profit)).toMatchObject({
      plan: { qty: '0.05', ordType: 'MarketIfTouched' },
    });
    expect(protectionStep(long, [], { ...profit, limit: price('63000') })).toMatchObject({
      plan: { ordType: 'LimitIfTouched' },
    });
  });

  it('comes to what the part is worth', () => {
    expect(pnlOfPart(long, { price: price('61000') })).toBe('100');
    expect(pnlOfPart(long, { price: price('61000'), qty: qty('0.05') })).toBe('50');
  });
});

describe('one that stands', () => {
  const standing = stopOf('a', '58000');
  const stepTo = (change: { readonly price?: string; readonly source?: TriggerSource }) =>
    protectionStep(long, [standing], {
      purpose: 'stop-loss',
      do: 'set',
      price: change.price === undefined ? undefined : price(change.price),
      source: change.source,
    });
  const named = { symbol: 'BTCUSDT', order: { orderID: 'a' }, posSide: 'Merged' };

  it('is moved by one replace that names what changes and nothing else', () => {
    expect(stepTo({ price: '59000' })).toEqual({
      do: 'amend',
      order: standing,
      amendment: { ...named, triggerPrice: '59000' },
    });
    expect(stepTo({ source: 'ByLastPrice' })).toMatchObject({
      amendment: { ...named, triggerSource: 'ByLastPrice' },
    });
    expect(stepTo({ price: '59000', source: 'ByLastPrice' })).toMatchObject({
      amendment: { ...named, triggerPrice: '59000', triggerSource: 'ByLastPrice' },
    });
    expect(stepTo({ price: '58000', source: 'ByMarkPrice' })).toEqual({ do: 'nothing', because: 'done' });
  });

  it('has its limit moved with it', () => {
    const limited = { ...standing, ordType: 'StopLimit', price: price('57900') } as Order;
    const change = { purpose: 'stop-loss', do: 'set', price: price('57000'), limit: price('56900') } as const;
    expect(protectionStep(long, [limited], change)).toMatchObject({
      amendment: { ...named, triggerPrice: '57000', price: '56900' },
    });
  });

  it('is canceled only by a removal, and a removal of none is nothing', () => {
    const removal = { purpose: 'stop-loss', do: 'remove' } as const;
    expect(protectionStep(long, [standing], removal)).toEqual({ do: 'cancel', order: standing });
    expect(protectionStep(long, [], removal)).toEqual({ do: 'nothing', because: 'done' });
  });

  it('and was meant is the one that is changed, not another one that is nearer', () => {
    const nearer = stopOf('b', '59000');
    const change = {
      purpose: 'stop-loss',
      do: 'set',
      orderID: standing.orderID,
      price: price('57000'),
    } as const;
    expect(protectionStep(long, [nearer, standing], change)).toMatchObject({ order: { orderID: 'a' } });
    expect(protectionStep(long, [nearer], change)).toEqual({ do: 'nothing', because: 'gone' });
    expect(protectionStep(long, [nearer], { ...change, do: 'remove' })).toEqual({
      do: 'nothing',
      because: 'done',
    });
  });

  it('of a part, or trailing, is not taken for that of the whole position', () => {
    const others = [
      stopOf('part', '59500', { qty: qty('0.05') }),
      stopOf('trailing', '59000', { trail: { by: 'price', distance: price('500') } }),
    ];
    const change = { purpose: 'stop-loss', do: 'set', price: price('57000') } as const;
    expect(protectionStep(long, [...others, standing], change)).toMatchObject({ order: { orderID: 'a' } });
    expect(protectionStep(long, others, change)).toMatchObject({ do: 'place' });
  });

  it('gets another one beside it only when that is asked for', () => {
    const change = { purpose: 'stop-loss', do: 'add', price: price('57000'), qty: qty('0.01') } as const;
    expect(protectionStep(long, [standing], change)).toMatchObject({ do: 'place', plan: { qty: '0.01' } });
  });

  it('and is gone meanwhile gets no other source', () => {
    const change = { purpose: 'stop-loss', do: 'set', source: 'ByLastPrice' } as const;
    expect(protectionStep(long, [], change)).toEqual({ do: 'nothing', because: 'done' });
  });
});

describe('a protection that would not protect', () => {
  const problem = (purpose: 'take-profit' | 'stop-loss', text: string, position = long) =>
    protectionProblem(position, product, {
      purpose,
      price: price(text),
      reference: { price: price('60000'), name: 'mark' },
    });

  it('lies on the wrong side of mark', () => {
    expect(problem('take-profit', '59000')).toBe('A take-profit of a long lies above mark');
    expect(problem('stop-loss', '61000')).toBe('A stop-loss of a long lies below mark');
    expect(problem('take-profit', '61000', short)).toBe('A take-profit of a short lies below mark');
    expect(problem('take-profit', '61000')).toBeUndefined();
  });

  it('goes by another price, on whose side it has to lie', () => {
    const at = { purpose: 'stop-loss', price: price('60500') } as const;
    const by = (last: string) =>
      protectionProblem(long, product, { ...at, reference: { price: price(last), name: 'last' } });
    expect(by('60400')).toBe('A stop-loss of a long lies below last');
    expect(by('60600')).toBeUndefined();
  });

  it('may lie beyond liquidation: that is for a warning', () => {
    expect(problem('stop-loss', '54000')).toBeUndefined();
    expect(problem('stop-loss', '66000', short)).toBeUndefined();
  });
});
