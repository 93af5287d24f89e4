import { describe, expect, it } from 'vitest';
import type { ClOrdID, ProductSymbol } from '#contract/brand.ts';
import { price, qty } from '#contract/decimal.ts';
import type { Order } from '#contract/model.ts';
import type { PlacementOutcome } from '#contract/outcome.ts';
import { failed, ok, type Result } from '#contract/result.ts';
import type { NewOrder } from '../exchange/commands.ts';
import type { Fault } from '../exchange/rest.ts';
import { createPlacer, type OrderPlan, type Placement, type Resolution } from './placement.ts';

const PLAN: OrderPlan = {
  symbol: 'BTCUSDT' as ProductSymbol,
  side: 'Buy',
  posSide: 'Merged',
  ordType: 'Limit',
  price: price('60000'),
  qty: qty('0.01'),
  timeInForce: 'GoodTillCancel',
  reduceOnly: false,
};
const TAKEN = { orderID: 'x' } as unknown as Order;
const LOST: Fault = { kind: 'unknown-outcome', message: 'No answer' };

/** An exchange whose answers are given by hand, and a clock that moves when told. */
function testbed() {
  const sent: NewOrder[] = [];
  const confirmed: boolean[] = [];
  const states: Placement[] = [];
  const lookUps: ClOrdID[] = [];
  const heard = new Set<ClOrdID>();
  const hearing = new Set<(resolution: Resolution) => void>();
  const timers: { atMs: number; run: () => void }[] = [];
  let nowMs = 0;
  let known: Order | undefined;
  let findFault: Fault | undefined;
  let outcome: PlacementOutcome = { state: 'UNKNOWN' };
  let answer: (result: Result<Order, Fault>) => void = () => undefined;
  const settle = async () => {
    for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
  };
  const placer = createPlacer({
    newID: () => `pd-${sent.length + 1}` as ClOrdID,
    place: (order, isConfirmed) => {
      sent.push(order);
      confirmed.push(isConfirmed);
      return new Promise((resolve) => {
        answer = resolve;
      });
    },
    find: async (_, clOrdID) => {
      lookUps.push(clOrdID);
      return findFault === undefined ? ok(known) : failed(findFault);
    },
    outcome: async () => (findFault === undefined ? ok(outcome) : failed(findFault)),
    onResolved: (listener) => {
      hearing.add(listener);
      return () => hearing.delete(listener);
    },
    heardOf: (clOrdID) => heard.has(clOrdID),
    nowMs: () => nowMs,
    after: (delayMs, run) => timers.push({ atMs: nowMs + delayMs, run }),
    onState: (state) => states.push(state),
  });
  return {
    placer,
    sent,
    confirmed,
    lookUps,
    heard,
    state: () => states.at(-1),
    resolve: (resolution: Resolution) => {
      for (const listener of hearing) listener(resolution);
    },
    answer: async (result: Result<Order, Fault>) => {
      answer(result);
      await settle();
    },
    know: (order: Order) => {
      known = order;
    },
    journal: (told: PlacementOutcome) => {
      outcome = told;
    },
    failLookUps: (fault: Fault | undefined) => {
      findFault = fault;
    },
    pass: async (ms: number) => {
      const endMs = nowMs + ms;
      for (;;) {
        timers.sort((a, b) => a.atMs - b.atMs);
        const next = timers[0];
        if (next === undefined || next.atMs > endMs) break;
        timers.shift();
        nowMs = next.atMs;
        next.run();
        await settle();
      }
      nowMs = endMs;
    },
  };
}

describe('placing an order', () => {
  it('sends it once, under an id made before', async () => {
    const { placer, sent, state, answer } = testbed();
    expect(placer.send(PLAN)).toBe(true);
    expect(state()).toEqual({ at: 'sending', clOrdID: 'pd-1' });
    await answer(ok(TAKEN));
    expect(state()).toEqual({ at: 'taken', clOrdID: 'pd-1' });
    expect(sent).toEqual([{ ...PLAN, clOrdID: 'pd-1' }]);
  });

  it('takes a double click for one wish, even when the first was answered in between', async () => {
    const { placer, sent, answer, pass } = testbed();
    placer.send(PLAN);
    expect(placer.send(PLAN)).toBe(false);
    await answer(ok(TAKEN));
    await pass(200);
    expect(placer.send(PLAN)).toBe(false);
    expect(sent).toHaveLength(1);
    await pass(400);
    expect(placer.send(PLAN)).toBe(true);
  });

  it('takes two quick clicks on different wishes for two orders', async () => {
    const { placer, sent, answer } = testbed();
    const wish = { draft: 1 };
    placer.send(PLAN, wish);
    await answer(ok(TAKEN));
    expect(placer.send(PLAN, wish)).toBe(false);
    expect(placer.send({ ...PLAN, qty: qty('0.02') }, { draft: 2 })).toBe(true);
    expect(sent.map((order) => order.qty)).toEqual(['0.01', '0.02']);
  });

  it('asks about a large order, and sends it under another id once it was meant', async () => {
    const { placer, sent, confirmed, state, answer } = testbed();
    placer.confirm();
    placer.send(PLAN);
    await answer(failed({ kind: 'proxy', code: 'CONFIRM_NEEDED', message: 'Large.' }));
    expect(state()).toEqual({ at: 'question', sentence: 'Large.' });
    placer.confirm();
    placer.confirm();
    expect(state()).toEqual({ at: 'sending', clOrdID: 'pd-2' });
    expect(sent.map(({ clOrdID }) => clOrdID)).toEqual(['pd-1', 'pd-2']);
    expect(confirmed).toEqual([false, true]);
    await answer(ok(TAKEN));
    expect(state()).toEqual({ at: 'taken', clOrdID: 'pd-2' });
  });

  it('says what the exchange said, and can send again', async () => {
    const { placer, state, answer, pass } = testbed();
    placer.send(PLAN);
    const msg = 'TE_NO_ENOUGH_AVAILABLE_BALANCE';
    await answer(failed({ kind: 'refused-by-exchange', code: 11001, msg, sentence: 'Not enough.' }));
    expect(state()).toEqual({ at: 'refused', sentence: 'Not enough.', code: 11001 });
    await pass(600);
    expect(placer.send(PLAN)).toBe(true);
  });

  it('knows that what Perpdeck stopped was never sent', async () => {
    const { placer, state, answer } = testbed();
    placer.send(PLAN);
    await answer(failed({ kind: 'proxy', code: 'NOT_SENT', message: 'The exchange was not reached.' }));
    expect(state()).toEqual({ at: 'refused', sentence: 'The exchange was not reached.' });
  });
});

describe('an order without an answer', () => {
  it('is looked up under its id until the exchange knows it, and never sent again', async () => {
    const { placer, sent, lookUps, state, answer, know, pass } = testbed();
    placer.send(PLAN);
    await answer(failed(LOST));
    expect(state()).toEqual({ at: 'unknown', clOrdID: 'pd-1' });
    await pass(2_000);
    expect(placer.send(PLAN)).toBe(false);
    know(TAKEN);
    await pass(4_000);
    expect(state()).toEqual({ at: 'taken', clOrdID: 'pd-1' });
    expect(sent).toHaveLength(1);
    expect(new Set(lookUps)).toEqual(new Set(['pd-1']));
  });

  it('is known as soon as the private stream has told of it', async () => {
    const { placer, heard, state, answer, pass } = testbed();
    placer.send(PLAN);
    await answer(failed(LOST));
    heard.add('pd-1' as ClOrdID);
    await pass(1_000);
    expect(state()).toEqual({ at: 'taken', clOrdID: 'pd-1' });
  });

  it.each([
    ['ACKED', { at: 'taken', clOrdID: 'pd-1' }],
    ['REJECTED', { at: 'refused', sentence: 'why' }],
    ['NOT_PLACED', { at: 'never-arrived' }],
  ] as const)('is known as soon as the proxy has found out: %s', async (state, becomes) => {
    const { placer, state: now, lookUps, answer, pass, resolve } = testbed();
    placer.send(PLAN);
    await answer(failed(LOST));
    resolve({ kind: 'resolved', requestID: 'another', state, note: 'why' });
    expect(now()?.at).toBe('unknown');
    resolve({ kind: 'resolved', requestID: 'pd-1', state, note: 'why' });
    expect(now()).toEqual(becomes);
    const looks = lookUps.length;
    await pass(60_000);
    expect([now(), lookUps.length]).toEqual([becomes, looks]);
  });

  it('counts as never arrived only when the journal says so, however long the exchange shows nothing', async () => {
    const { placer, state, answer, failLookUps, journal, pass } = testbed();
    placer.send(PLAN);
    await answer(failed(LOST));
    await pass(600_000);
    expect(state()?.at).toBe('unknown');
    journal({ state: 'NOT_PLACED' });
    failLookUps({ kind: 'network', message: 'gone' });
    await pass(600_000);
    expect(state()?.at).toBe('unknown');
    failLookUps(undefined);
    await pass(5_000);
    expect(state()).toEqual({ at: 'never-arrived' });
  });

  it('that Perpdeck has never received counts as never arrived once it cannot come any more', async () => {
    const { placer, state, answer, journal, pass } = testbed();
    placer.send(PLAN);
    journal({ state: 'NONE' });
    await answer(failed(LOST));
    await pass(70_000);
    expect(state()?.at).toBe('unknown');
    await pass(15_000);
    expect(state()).toEqual({ at: 'never-arrived' });
  });

  it.each([
    ['ACKED', { at: 'taken', clOrdID: 'pd-1' }],
    ['REJECTED', { at: 'refused', sentence: 'why' }],
    // The journal notes what went wrong; the trader wants to know that nothing was sent.
    ['NOT_SENT', { at: 'refused', sentence: 'The exchange was not reached: nothing was sent.' }],
  ] as const)('is what the journal says where the word of it was missed: %s', async (told, becomes) => {
    const { placer, state, answer, journal, pass } = testbed();
    placer.send(PLAN);
    journal({ state: told, note: 'why' });
    await answer(failed(LOST));
    await pass(1_000);
    expect(state()).toEqual(becomes);
  });

  it('is what an inner failure of Perpdeck leaves behind, too', async () => {
    const { placer, state, answer } = testbed();
    placer.send(PLAN);
    await answer(failed({ kind: 'proxy', code: 'INTERNAL', message: 'broken' }));
    expect(state()?.at).toBe('unknown');
  });
});
