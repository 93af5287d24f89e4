import { describe, expect, it } from 'vitest';
import type { ExecID, ProductSymbol } from './brand.ts';
import { money, price, qty, ratio } from './decimal.ts';
import { fillKey } from './fill.ts';
import type { Fill } from './model.ts';

const streamed: Fill = {
  execID: 'd789fa5e-0c1d-5e8e-8a9e-346059900242' as ExecID,
  symbol: 'LTCUSDT' as ProductSymbol,
  side: 'Buy',
  price: price('69.82'),
  qty: qty('0.1'),
  value: money('6.982'),
  fee: money('0.0041892'),
  feeRate: ratio('0.0006'),
  isMaker: false,
  atMs: 1700817297607,
};

describe('a fill', () => {
  it('is the same one in history, which cuts its id and may time it a little later', () => {
    const remembered = { ...streamed, execID: 'd789fa5' as ExecID, atMs: 1700817297610 };
    expect(fillKey(remembered)).toBe(fillKey(streamed));
  });

  it('is another one when its id, quantity or price differs', () => {
    const others: Fill[] = [
      { ...streamed, execID: 'd789fa6' as ExecID },
      { ...streamed, qty: qty('0.2') },
      { ...streamed, price: price('69.83') },
    ];
    for (const other of others) expect(fillKey(other)).not.toBe(fillKey(streamed));
  });
});
