import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type News, noticeStore, notify } from './notices.ts';

const fill = (title: string): News => ({ tone: 'buy', title, text: 'BTCUSDT at 60,000.0', run: 'fills' });
const problem: News = { tone: 'problem', title: 'Not amended', text: 'Too late' };
const shown = () => noticeStore.getState().notices.map(({ title, before }) => [title, before]);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

describe('news', () => {
  it('of a run of fills take one place: the newest, and how many came before', () => {
    for (const title of ['Bought 1', 'Bought 2', 'Sold 3']) notify(fill(title));
    expect(shown()).toEqual([['Sold 3', 2]]);
  });

  it('of fills take no place from a problem', () => {
    notify(fill('Bought 1'));
    notify(problem);
    notify(problem);
    notify(fill('Bought 2'));
    expect(shown()).toEqual([
      ['Not amended', undefined],
      ['Not amended', undefined],
      ['Bought 2', 1],
    ]);
  });

  it('go by themselves; a run ends with its newest, and the next begins anew', () => {
    notify(fill('Bought 1'));
    vi.advanceTimersByTime(4_000);
    notify(fill('Bought 2'));
    vi.advanceTimersByTime(4_000);
    expect(shown()).toEqual([['Bought 2', 1]]);
    vi.advanceTimersByTime(1_000);
    expect(shown()).toEqual([]);
    notify(fill('Bought 3'));
    expect(shown()).toEqual([['Bought 3', undefined]]);
  });
});
