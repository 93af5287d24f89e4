import { expect, it } from 'vitest';
import { PRODUCT_NAME, readProductNames } from './product-name.ts';

it('the name of a product is written in capitals, but for a small letter before some', () => {
  for (const name of ['BTCUSDT', '1INCHUSDT', 'u1000PEPEUSDT']) expect(PRODUCT_NAME.test(name)).toBe(true);
  for (const name of ['btcusdt', 'BTCUSDt', 'ubUSDT', '', 'BTC-USDT'])
    expect(PRODUCT_NAME.test(name)).toBe(false);
});

it('names are found as the exchange writes them, however they were typed', () => {
  expect(readProductNames(' btcusdt,UNIUSDT  U1000pepeusdt, ')).toEqual([
    'BTCUSDT',
    'UNIUSDT',
    'u1000PEPEUSDT',
  ]);
  expect(readProductNames('')).toEqual([]);
});
