import { expect, it } from 'vitest';
import { joinChanges } from './chart-session.ts';

it('redraws everything when anything asked for it, else from the earliest candle that changed', () => {
  expect(joinChanges(undefined, { kind: 'tail', from: 9 })).toEqual({ kind: 'tail', from: 9 });
  expect(joinChanges({ kind: 'tail', from: 9 }, { kind: 'tail', from: 10 })).toEqual({
    kind: 'tail',
    from: 9,
  });
  expect(joinChanges({ kind: 'all' }, { kind: 'tail', from: 10 })).toEqual({ kind: 'all' });
  expect(joinChanges({ kind: 'tail', from: 9 }, { kind: 'all' })).toEqual({ kind: 'all' });
});
