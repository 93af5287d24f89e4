import { afterEach, expect, it, vi } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { cancelAllOrders } from './order-actions.ts';

afterEach(() => vi.unstubAllGlobals());

it('canceling everything waits for no product’s answer before the next is asked for', () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (url: string) => {
    asked.push(url);
    return new Promise(() => {});
  });
  void cancelAllOrders(['BTCUSDT', 'ETHUSDT'] as ProductSymbol[]);
  for (const symbol of ['BTCUSDT', 'ETHUSDT']) {
    expect(asked.filter((url) => url.includes(symbol))).toHaveLength(2);
  }
});
