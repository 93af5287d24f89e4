import { describe, expect, it } from 'vitest';
import type { OrderID, ProductSymbol } from '#contract/brand.ts';
import { money, price, qty, ratio } from '#contract/decimal.ts';
import type { Order, Position, Product } from '#contract/model.ts';
import {
  edited,
  inUnit,
  NO_DRAFT,
  type Protected,
  readPurpose,
  without,
  withPrice,
} from './protection-draft.ts';
import { PROTECTION_UNITS } from './protection-entry.ts';
import { changeWords } from './protection-words.ts';

const position = {
  symbol: 'BTCUSDT' as ProductSymbol,
  posSide: 'Merged',
  side: 'Buy',
  size: qty('0.1'),
  value: money('6000'),
  leverage: ratio('10'),
  liquidationPrice: price('54000'),
} as unknown as Position;
const product = {
  base: 'BTC',
  qtyStep: qty('0.001'),
  tickSize: price('0.1'),
  priceMin: price('1000'),
  priceMax: price('500000'),
  leverageMax: 100,
} as Product;
const stop = {
  orderID: 'stop' as OrderID,
  symbol: position.symbol,
  ordType: 'Stop',
  price: price('0'),
  qty: qty('0'),
  trigger: { price: price('58000'), source: 'ByLastPrice', direction: 'Falling' },
} as Order;
const ticker = { markPrice: price('60000'), last: price('60010'), indexPrice: price('60000') };
const over: Protected = {
  position,
  product,
  orders: { 'stop-loss': [stop], 'take-profit': [] },
  ticker,
};
const withStops = (...stops: Order[]): Protected => ({
  ...over,
  orders: { ...over.orders, 'stop-loss': stops },
});
const moved = { ...stop, trigger: { ...stop.trigger, price: price('58500') } } as Order;

describe('a field that was not touched', () => {
  it.each(PROTECTION_UNITS)('shows the order that stands and asks for nothing, in %s', (unit) => {
    const reading = readPurpose('stop-loss', inUnit(NO_DRAFT, unit, over), over);
    expect(reading).toMatchObject({ price: '58000', source: 'ByLastPrice' });
    expect(reading.text).not.toBe('');
    expect(reading.change).toBeUndefined();
  });

  it('leaves the stop alone while a take profit is entered in another unit', () => {
    const draft = edited(inUnit(NO_DRAFT, 'percent', over), 'take-profit', { text: '2' });
    expect(readPurpose('stop-loss', draft, over).change).toBeUndefined();
    expect(readPurpose('take-profit', draft, over).change).toEqual({
      purpose: 'take-profit',
      do: 'set',
      price: '61200',
      source: 'ByMarkPrice',
    });
  });

  it('follows the order when it is moved elsewhere', () => {
    const draft = edited(NO_DRAFT, 'take-profit', { text: '61000' });
    const later = withStops(moved);
    expect(readPurpose('stop-loss', draft, later)).toMatchObject({ text: '58500', price: '58500' });
    expect(readPurpose('stop-loss', draft, later).change).toBeUndefined();
  });
});

describe('a field that was edited', () => {
  const entered = (text: string) => readPurpose('stop-loss', edited(NO_DRAFT, 'stop-loss', { text }), over);

  it('asks for the price, and leaves what the order goes by', () => {
    expect(entered('57000').change).toEqual({
      purpose: 'stop-loss',
      do: 'set',
      orderID: 'stop',
      price: '57000',
    });
    expect(entered('58000').change).toBeUndefined();
  });

  it('takes the order back only once it is emptied, and says so on the button', () => {
    const { change } = entered('');
    expect(change).toEqual({ purpose: 'stop-loss', do: 'remove', orderID: 'stop' });
    expect(changeWords(change ? [change] : [])).toBe('Remove SL');
    const profit = { purpose: 'take-profit', do: 'set', price: price('61000') } as const;
    expect(changeWords(change ? [profit, change] : [])).toBe('Set TP, remove SL');
    expect(changeWords([profit])).toBe('Set TP/SL');
  });

  it('asks for nothing when it is empty and nothing stands', () => {
    const draft = edited(NO_DRAFT, 'take-profit', { text: ' ' });
    expect(readPurpose('take-profit', draft, over).change).toBeUndefined();
  });

  it('is the same price in another unit, and stays as it is where it is none', () => {
    const draft = edited(NO_DRAFT, 'stop-loss', { text: '57000' });
    const percent = inUnit(draft, 'percent', over);
    expect(percent.of['stop-loss']?.text).toBe('5.00');
    expect(readPurpose('stop-loss', percent, over).price).toBe('57000');
    const emptied = edited(NO_DRAFT, 'stop-loss', { text: '' });
    expect(readPurpose('stop-loss', inUnit(emptied, 'pnl', over), over).change).toMatchObject({
      do: 'remove',
    });
  });

  it('follows what stands again once it was done', () => {
    const draft = edited(edited(NO_DRAFT, 'stop-loss', { text: '57000' }), 'take-profit', { text: '61000' });
    const left = without(draft, ['stop-loss']);
    expect(readPurpose('stop-loss', left, over).text).toBe('58000');
    expect(readPurpose('take-profit', left, over).text).toBe('61000');
  });
});

describe('what a trigger goes by', () => {
  const chosen = (source: 'ByMarkPrice' | 'ByLastPrice', text?: string) =>
    readPurpose('stop-loss', edited(NO_DRAFT, 'stop-loss', { source, ...(text ? { text } : {}) }), over);

  it('starts as the order has it, and is changed by itself at an equal price', () => {
    expect(chosen('ByMarkPrice').change).toEqual({
      purpose: 'stop-loss',
      do: 'set',
      orderID: 'stop',
      source: 'ByMarkPrice',
    });
    expect(chosen('ByMarkPrice', '57000').change).toMatchObject({ price: '57000', source: 'ByMarkPrice' });
    expect(chosen('ByLastPrice').change).toBeUndefined();
  });

  it('is warned of by what the stop would go by, and judged by it', () => {
    expect(readPurpose('stop-loss', NO_DRAFT, over).warning).toMatch(/by last, liquidation .* by mark/);
    expect(chosen('ByMarkPrice').warning).toBeUndefined();
    expect(chosen('ByLastPrice', '60005').problem).toBeUndefined();
    expect(chosen('ByMarkPrice', '60005').problem).toBe('A stop-loss of a long lies below mark');
  });

  it('is not a client’s to say for an order that goes by another one', () => {
    const odd = { ...stop, trigger: { price: price('58000') } } as Order;
    expect(readPurpose('stop-loss', NO_DRAFT, withStops(odd)).source).toBeUndefined();
  });
});

it('a stop beyond liquidation is warned of and may be sent', () => {
  const reading = readPurpose('stop-loss', edited(NO_DRAFT, 'stop-loss', { text: '53000' }), over);
  expect(reading.warning).toMatch(/beyond liquidation/);
  expect(reading.problem).toBeUndefined();
  expect(reading.change).toMatchObject({ do: 'set', price: '53000' });
});

describe('an edit over one of several', () => {
  const nearer = {
    ...stop,
    orderID: 'nearer' as OrderID,
    trigger: { ...stop.trigger, price: price('59000') },
  } as Order;
  const draft = edited(NO_DRAFT, 'stop-loss', { text: '57000', orderID: stop.orderID });

  it('stays with that one, and is not meant for another when it goes', () => {
    expect(readPurpose('stop-loss', draft, withStops(nearer, stop)).change).toMatchObject({
      orderID: 'stop',
    });
    const gone = readPurpose('stop-loss', draft, withStops(nearer));
    expect(gone).toMatchObject({ problem: 'The order that this was entered over is gone' });
    expect(gone.change).toBeUndefined();
  });

  it('places a new one when none is left', () => {
    expect(readPurpose('stop-loss', draft, withStops()).change).toMatchObject({ do: 'set', price: '57000' });
    expect(readPurpose('stop-loss', draft, withStops()).change?.orderID).toBeUndefined();
  });
});

describe('a part of the position, and a limit', () => {
  const read = (entered: Parameters<typeof edited>[2], under: Protected = withStops()) =>
    readPurpose('stop-loss', edited(NO_DRAFT, 'stop-loss', entered), under);

  it('are those of a new order, the limit never worse than typed', () => {
    expect(read({ text: '58000', percent: 25, limit: '57,900.06' }).change).toEqual({
      purpose: 'stop-loss',
      do: 'set',
      price: '58000',
      source: 'ByMarkPrice',
      limit: '57900.1',
      qty: '0.025',
    });
  });

  it('count money by the part', () => {
    const draft = edited({ ...NO_DRAFT, unit: 'pnl' }, 'stop-loss', { text: '50', percent: 50 });
    expect(readPurpose('stop-loss', draft, withStops()).price).toBe('59000');
    expect(
      withPrice(draft, withStops(), { purpose: 'stop-loss', price: price('58000') }).of['stop-loss']?.text,
    ).toBe('100.00');
  });

  it('are refused where they are nothing', () => {
    const dust = { ...withStops(), position: { ...position, size: qty('0.002') } };
    expect(read({ text: '58000', percent: 25 }, dust).problem).toBe('Less than 0.001 BTC');
    expect(read({ text: '58000', limit: 'x' }).problem).toMatch(/not a number/);
    expect(read({ text: '58000', limit: '1' }).problem).toMatch(/outside/);
    expect(read({ limit: '57900' }).problem).toBe('The limit lacks a trigger');
  });

  it('warn of a stop that may rest', () => {
    expect(read({ text: '58000', limit: '58100' }).warning).toMatch(/may rest/);
    expect(read({ text: '58000', limit: '57900' }).warning).toBeUndefined();
  });

  it('of an order that stands: its limit can be moved, and not be taken away', () => {
    const limited = { ...stop, ordType: 'StopLimit', price: price('57900') } as Order;
    expect(read({}, withStops(limited)).limitText).toBe('57900');
    expect(read({ limit: '57800' }, withStops(limited)).change).toEqual({
      purpose: 'stop-loss',
      do: 'set',
      orderID: 'stop',
      limit: '57800',
    });
    expect(read({ text: '57950', limit: '' }, withStops(limited)).problem).toBe(
      'A limit order keeps a limit',
    );
  });

  it('go with one more, for which a share is to be chosen beside one of all', () => {
    expect(read({ isNew: true }, over)).toMatchObject({ text: '', standing: undefined });
    expect(read({ isNew: true, text: '57000', percent: 50 }, over).change).toMatchObject({
      do: 'add',
      qty: '0.05',
    });
    expect(read({ isNew: true, text: '57000' }, over).problem).toMatch(/choose a share/);
    const partial = { ...stop, qty: qty('0.05') } as Order;
    expect(read({ isNew: true, text: '57000' }, withStops(partial)).problem).toBeUndefined();
  });
});
