import { describe, expect, it } from 'vitest';
import type { StpInstruction } from '../commands.ts';
import { createTestbed, type Testbed, units } from '../testing/testbed.ts';

type Instruction = StpInstruction | undefined;
const asked = (stp: Instruction) => (stp === undefined ? {} : { instructions: { stp } });

/** A sell of 5 that rests at the offer's front, before 5 of the crowd at the same price. */
function rested(maker: Instruction): Testbed {
  const bed = createTestbed();
  bed.setMark(1_000_000);
  bed.place({ side: 'Sell', qty: 5, price: 1_000_010, clOrdID: 'maker', ...asked(maker) });
  bed.crowd('Sell', 1_000_010, 5);
  return bed;
}

describe('two orders of one account meet', () => {
  it.each<[maker: Instruction, taker: Instruction, makerEnds: string, takerEnds: string, size: number]>([
    [undefined, undefined, 'Filled', 'Filled', 0],
    [undefined, 'CancelMaker', 'Canceled', 'Filled', 5],
    [undefined, 'CancelTaker', 'New', 'Canceled', 0],
    [undefined, 'CancelBoth', 'Canceled', 'Canceled', 0],
    ['CancelMaker', undefined, 'Canceled', 'Filled', 5],
    ['CancelTaker', undefined, 'New', 'Canceled', 0],
    ['CancelBoth', undefined, 'Canceled', 'Canceled', 0],
    ['CancelBoth', 'CancelTaker', 'New', 'Canceled', 0],
    ['CancelTaker', 'CancelMaker', 'Canceled', 'Filled', 5],
  ])(
    '[ORD9] maker %s, taker %s: the maker ends %s, the taker %s',
    (maker, taker, makerEnds, takerEnds, size) => {
      const bed = rested(maker);
      bed.place({ side: 'Buy', qty: 5, price: 1_000_010, clOrdID: 'taker', ...asked(taker) });
      expect(bed.statuses()).toEqual({ maker: makerEnds, taker: takerEnds });
      expect(bed.leg().size).toBe(size);
    },
  );

  it('[ORD9] orders of two accounts trade whatever they say', () => {
    const bed = rested('CancelBoth');
    const other = bed.exchange.openAccount('other', units('10000'));
    bed.place({ side: 'Buy', qty: 5, price: 1_000_010, ...asked('CancelBoth') }, other);
    expect(bed.leg()).toMatchObject({ side: 'Sell', size: 5 });
  });

  it('[ORD9] what a taker got before it met its own order stays, and nothing of it rests', () => {
    const bed = createTestbed();
    bed.setMark(1_000_000);
    bed.crowd('Sell', 1_000_005, 2);
    bed.place({ side: 'Sell', qty: 5, price: 1_000_010, clOrdID: 'maker' });
    bed.place({ side: 'Buy', qty: 9, price: 1_000_010, clOrdID: 'taker', ...asked('CancelTaker') });
    expect(bed.statuses()).toEqual({ maker: 'New', taker: 'Canceled' });
    expect(bed.leg()).toMatchObject({ side: 'Buy', size: 2 });
  });

  it.each<[Instruction, string]>([
    [undefined, 'Filled'],
    ['CancelMaker', 'Canceled'],
    ['CancelTaker', 'Canceled'],
  ])(
    '[ORD4] fill-or-kill counts on its own account’s orders only if it may trade with them: %s',
    (stp, ends) => {
      const bed = rested(undefined);
      bed.place({
        side: 'Buy',
        qty: 10,
        price: 1_000_010,
        timeInForce: 'FillOrKill',
        clOrdID: 'f',
        ...asked(stp),
      });
      expect(bed.statuses()).toMatchObject({ f: ends, maker: ends === 'Filled' ? 'Filled' : 'New' });
    },
  );

  it('[ORD3] post-only does not take, so it prevents nothing: it is canceled as before any order', () => {
    const bed = rested('CancelMaker');
    bed.place({ side: 'Buy', qty: 5, price: 1_000_010, timeInForce: 'PostOnly', clOrdID: 'p' });
    expect(bed.statuses()).toEqual({ maker: 'New', p: 'Canceled' });
  });
});
