import { describe, expect, it } from 'vitest';
import type { ClOrdID, ProductSymbol } from '#contract/brand.ts';
import { qty } from '#contract/decimal.ts';
import type { Order } from '#contract/model.ts';
import { createLegLine, IDLE_LEG, type LegNotice, legProblems, mayOpen, reversalStop } from './leg-line.ts';
import type { OrderPlan, Placement, Placer } from './placement.ts';

const close = (size: string): OrderPlan => ({
  symbol: 'BTCUSDT' as ProductSymbol,
  side: 'Sell',
  posSide: 'Merged',
  ordType: 'Market',
  qty: qty(size),
  timeInForce: 'ImmediateOrCancel',
  reduceOnly: true,
});
const open = (size: string): OrderPlan => ({ ...close(size), reduceOnly: false });
const clOrdID = 'pd-1' as ClOrdID;
const REFUSED: Placement = { at: 'refused', sentence: 'Too large', code: 11056 };

/** Placers whose orders get their outcomes and ends by hand, and a clock that moves when told. */
function testbed() {
  const sent: { readonly plan: OrderPlan; readonly become: (placement: Placement) => void }[] = [];
  const told: LegNotice[] = [];
  const ends = new Map<string, (order: Order | undefined) => void>();
  let state = IDLE_LEG;
  let nowMs = 0;
  const line = createLegLine({
    newPlacer: (onState): Placer => {
      const put = (plan: OrderPlan) => {
        sent.push({ plan, become: onState });
        onState({ at: 'sending', clOrdID });
      };
      return {
        send: (plan) => {
          put(plan);
          return true;
        },
        confirm: () => put(open('9')),
      };
    },
    ended: (of) => new Promise((resolve) => ends.set(of, resolve)),
    nowMs: () => nowMs,
    onChange: (next) => {
      state = next;
    },
    tell: (notice) => told.push(notice),
  });
  return {
    line,
    told,
    texts: () => told.map(({ text }) => text),
    state: () => state,
    sizes: () => sent.map(({ plan }) => plan.qty),
    /** What becomes of the order that was sent as the so-manieth. */
    become: (index: number, placement: Placement) => sent[index]?.become(placement),
    /** An order is taken under this id. */
    take: (index: number, id: string) => sent[index]?.become({ at: 'taken', clOrdID: id as ClOrdID }),
    /** The account stream tells how it ended, or (undefined) does not in time. */
    end: async (id: string, filled: string | undefined) => {
      ends.get(id)?.(filled === undefined ? undefined : ({ cumQty: qty(filled) } as Order));
      // What hears of it does so after everything that runs now.
      await new Promise((resolve) => setImmediate(resolve));
    },
    wait: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('the orders of a leg', () => {
  it('go one after the other, each once the one before was taken', () => {
    const bed = testbed();
    expect(bed.line.send('close', [close('7'), close('3')])).toBe(true);
    expect(bed.sizes()).toEqual(['7']);
    bed.become(0, { at: 'taken', clOrdID });
    expect(bed.sizes()).toEqual(['7', '3']);
    bed.become(1, { at: 'taken', clOrdID });
    expect(bed.state()).toMatchObject({ latest: { at: 'taken' }, unknown: 0 });
    expect(bed.told).toEqual([]);
  });

  it('end at a refusal, and what was not sent is told', () => {
    const bed = testbed();
    bed.line.send('close', [close('7'), close('7'), close('3')]);
    bed.become(0, REFUSED);
    expect(bed.sizes()).toEqual(['7']);
    expect(bed.texts()).toEqual(['Too large (11056). 2 more orders of it not sent']);
  });

  it('that reduce go on past one whose outcome is unknown', () => {
    const bed = testbed();
    bed.line.send('close', [close('7'), close('3')]);
    bed.become(0, { at: 'unknown', clOrdID });
    expect(bed.sizes()).toEqual(['7', '3']);
    bed.become(1, { at: 'taken', clOrdID });
    expect(bed.state()).toMatchObject({ latest: { at: 'taken' }, unknown: 1 });
    expect(legProblems(bed.state()).join()).toMatch(/unknown/);
    bed.become(0, { at: 'taken', clOrdID });
    expect(bed.state().unknown).toBe(0);
    expect(legProblems(bed.state())).toEqual([]);
  });

  it('that open do not, and that is told', () => {
    const bed = testbed();
    bed.line.send('reverse', [close('7'), open('7')]);
    bed.become(0, { at: 'unknown', clOrdID });
    expect(bed.sizes()).toEqual(['7']);
    expect(bed.texts().join()).toMatch(/unknown.*One more order of it not sent/);
  });
});

describe('what opens after what closes', () => {
  it('waits until the account stream tells that all of it was closed', async () => {
    const bed = testbed();
    bed.line.send('reverse', [close('7'), close('3'), open('7'), open('3')]);
    bed.take(0, 'a');
    bed.take(1, 'b');
    await bed.end('a', '7');
    expect(bed.sizes()).toEqual(['7', '3']);
    expect(mayOpen(bed.state())).toBe(false);
    expect([...bed.state().sending]).toEqual(['reverse']);
    await bed.end('b', '3');
    bed.take(2, 'c');
    bed.take(3, 'd');
    expect(bed.sizes()).toEqual(['7', '3', '7', '3']);
    expect(bed.state().sending.size).toBe(0);
    expect(bed.told).toEqual([]);
  });

  it.each([
    ['3', 'Only 3 of 7 was closed: nothing was opened the other way'],
    ['0', 'Nothing of 7 was closed: nothing was opened the other way'],
    [undefined, 'The exchange has not told whether 7 was closed: nothing was opened the other way'],
  ])(
    'is not sent after a close of which %s of 7 is told to be filled, and that is told',
    async (filled, text) => {
      const bed = testbed();
      bed.line.send('reverse', [close('7'), open('7')]);
      bed.take(0, 'a');
      await bed.end('a', filled);
      expect(bed.sizes()).toEqual(['7']);
      expect(bed.texts()).toEqual([text]);
      expect(mayOpen(bed.state())).toBe(true);
      bed.wait(1_000);
      expect(bed.line.send('reverse', [close('4'), open('4')])).toBe(true);
    },
  );
});

describe('while an order of a leg is unknown', () => {
  it('closing goes, again and again; opening does not, and that is told', () => {
    const bed = testbed();
    bed.line.send('close', [close('5')]);
    bed.become(0, { at: 'unknown', clOrdID });
    expect(mayOpen(bed.state())).toBe(false);
    bed.wait(1_000);
    expect(bed.line.send('close', [close('5')])).toBe(true);
    expect(bed.line.send('half', [close('2')])).toBe(true);
    expect(bed.line.send('reverse', [open('10')])).toBe(false);
    expect(bed.sizes()).toEqual(['5', '5', '2']);
    expect(bed.texts().at(-1)).toBe('Not sent: the outcome of an order of it is unknown');
    for (const index of [0, 1, 2]) bed.become(index, { at: 'taken', clOrdID });
    expect(bed.line.send('reverse', [open('10')])).toBe(true);
  });
});

describe('while an order of a leg is on its way', () => {
  it('another wish that closes goes; the same one does not, and that is told', () => {
    const bed = testbed();
    bed.line.send('half', [close('5')]);
    bed.wait(1_000);
    expect(bed.line.send('half', [close('5')])).toBe(false);
    expect(bed.texts()).toEqual(['Not sent: the one before (half) is still on its way']);
    expect(bed.line.send('close', [close('10')])).toBe(true);
    expect(bed.line.send('reverse', [open('10')])).toBe(false);
    expect(bed.sizes()).toEqual(['5', '10']);
    expect([...bed.state().sending]).toEqual(['half', 'close']);
  });

  it('the second half of a double click is nothing, and nothing is said', () => {
    const bed = testbed();
    bed.line.send('half', [close('5')]);
    bed.become(0, { at: 'taken', clOrdID });
    bed.wait(300);
    expect(bed.line.send('half', [close('5')])).toBe(false);
    expect(bed.told).toEqual([]);
    bed.wait(300);
    expect(bed.line.send('half', [close('5')])).toBe(true);
  });
});

describe('a question about a large order', () => {
  it('is answered by its action, until something newer was asked for', () => {
    const bed = testbed();
    bed.line.send('reverse', [open('10')]);
    bed.become(0, { at: 'question', sentence: 'Large' });
    bed.wait(1_000);
    bed.told[0]?.action?.run();
    expect(bed.sizes()).toHaveLength(2);
    bed.become(1, { at: 'question', sentence: 'Large' });
    bed.line.send('close', [close('10')]);
    bed.told[1]?.action?.run();
    expect(bed.sizes()).toHaveLength(3);
  });
});

it('a position is turned round only while its size is known and nothing of it is on its way', () => {
  const live = { state: 'live' } as const;
  expect(reversalStop(IDLE_LEG, live)).toBeUndefined();
  expect(reversalStop({ ...IDLE_LEG, unknown: 1 }, live)).toMatch(/on its way/);
  expect(reversalStop(IDLE_LEG, { state: 'stale', sinceMs: 1 })).toMatch(/stale/);
  expect(reversalStop(IDLE_LEG, { state: 'loading' })).toMatch(/stale/);
});
