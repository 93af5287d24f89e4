import { describe, expect, it } from 'vitest';
import type { OrderID, ProductSymbol } from '#contract/brand.ts';
import { price, qty } from '#contract/decimal.ts';
import type { Order } from '#contract/model.ts';
import { failed, ok, type Result } from '#contract/result.ts';
import type { Fault } from '../exchange/rest.ts';
import { createOrderRequests, notSentBecause, type OrderRequest, type OrderWish } from './order-requests.ts';

const ORDER = {
  orderID: 'a' as OrderID,
  symbol: 'BTCUSDT' as ProductSymbol,
  price: price('60000'),
  qty: qty('0.1'),
} as unknown as Order;
const REFUSED: Fault = { kind: 'refused-by-exchange', code: 10002, msg: '', sentence: 'Not found' };
const LOST: Fault = { kind: 'unknown-outcome', message: 'No answer' };

/** A stream and answers that come when told. */
function testbed() {
  let open: Order | undefined = ORDER;
  let shown: ReadonlyMap<OrderID, OrderRequest> = new Map();
  let answer: (result: Result<Order, Fault>) => void = () => undefined;
  const timers: { delayMs: number; run: () => void }[] = [];
  let sent = 0;
  const requests = createOrderRequests({
    after: (delayMs, run) => timers.push({ delayMs, run }),
    openOrder: () => open,
    onChange: (next) => {
      shown = next;
    },
  });
  return {
    ask: (wish: OrderWish) =>
      requests.ask(ORDER, wish, () => {
        sent += 1;
        return new Promise<Result<Order, Fault>>((resolve) => {
          answer = resolve;
        });
      }),
    answer: (result: Result<Order, Fault>) => answer(result),
    /** Answers what was sent last, whatever is sent after it. */
    answerer: () => answer,
    stream: (order: Order | undefined) => {
      open = order;
      requests.settle();
    },
    shown: () => shown.get(ORDER.orderID),
    sent: () => sent,
    timers,
  };
}

describe('a request about an open order', () => {
  it('is pending from the click until the stream shows the new price, not only until the answer', async () => {
    const bed = testbed();
    const asked = bed.ask({ kind: 'amend', price: price('59000') });
    expect(bed.shown()).toMatchObject({ at: 'asking', price: '59000' });
    bed.answer(ok(ORDER));
    await asked;
    expect(bed.shown()).toMatchObject({ at: 'asking' });
    bed.stream({ ...ORDER, cumQty: qty('0.01') });
    expect(bed.shown()).toMatchObject({ at: 'asking' });
    bed.stream({ ...ORDER, price: price('59000') });
    expect(bed.shown()).toBeUndefined();
  });

  it('is over when the order is gone', async () => {
    const bed = testbed();
    const asked = bed.ask({ kind: 'cancel' });
    bed.stream(undefined);
    expect(bed.shown()).toBeUndefined();
    bed.answer(ok(ORDER));
    expect(await asked).toMatchObject({ ok: true });
    expect(bed.shown()).toBeUndefined();
  });

  it('is over when the exchange refuses', async () => {
    const bed = testbed();
    const asked = bed.ask({ kind: 'amend', price: price('59000') });
    bed.answer(failed(REFUSED));
    await asked;
    expect(bed.shown()).toBeUndefined();
  });

  it('stays unknown after a lost answer, until the stream tells or it can no longer arrive', async () => {
    const bed = testbed();
    const asked = bed.ask({ kind: 'cancel' });
    bed.answer(failed(LOST));
    await asked;
    expect(bed.shown()).toEqual({ kind: 'cancel', at: 'unknown' });
    const last = bed.timers.at(-1);
    expect(last?.delayMs).toBeGreaterThan(60_000);
    last?.run();
    expect(bed.shown()).toBeUndefined();
  });

  it('is not sent while another is on its way', async () => {
    const bed = testbed();
    void bed.ask({ kind: 'cancel' });
    expect(await bed.ask({ kind: 'amend', price: price('59000') })).toBeUndefined();
    expect(await bed.ask({ kind: 'cancel' })).toBeUndefined();
    expect(bed.sent()).toBe(1);
  });

  it('to cancel it waits for no amendment, and not for a cancel that nobody knows of', async () => {
    const bed = testbed();
    const amending = bed.ask({ kind: 'amend', price: price('59000') });
    const answerAmend = bed.answerer();
    const canceling = bed.ask({ kind: 'cancel' });
    expect(bed.sent()).toBe(2);
    answerAmend(failed(LOST));
    await amending;
    expect(bed.shown()).toEqual({ kind: 'cancel', at: 'asking' });
    bed.answer(failed(LOST));
    await canceling;
    expect(bed.shown()).toEqual({ kind: 'cancel', at: 'unknown' });
    void bed.ask({ kind: 'cancel' });
    expect(bed.sent()).toBe(3);
  });

  it('for another trigger is pending until the stream shows its price and what it goes by', async () => {
    const bed = testbed();
    const asked = bed.ask({ kind: 'amend', triggerPrice: price('59000'), triggerSource: 'ByLastPrice' });
    bed.answer(ok(ORDER));
    await asked;
    bed.stream({ ...ORDER, trigger: { price: price('59000'), source: 'ByMarkPrice' } });
    expect(bed.shown()).toMatchObject({ at: 'asking' });
    bed.stream({ ...ORDER, trigger: { price: price('59000'), source: 'ByLastPrice' } });
    expect(bed.shown()).toBeUndefined();
  });
});

describe('what was asked for while another is on its way', () => {
  const to = (text: string) => ({ kind: 'amend', triggerPrice: price(text) }) as const;

  it('is said not to have been sent', () => {
    expect(notSentBecause({ ...to('59000'), at: 'asking' }, to('58000'))).toMatch(
      /change of it is still on its way/,
    );
    expect(notSentBecause({ ...to('59000'), at: 'unknown' }, to('58000'))).toMatch(/outcome .* unknown/);
    expect(notSentBecause({ kind: 'cancel', at: 'asking' }, to('58000'))).toMatch(/its cancellation/);
  });

  it('is on its way already when it is the same', () => {
    expect(notSentBecause({ ...to('59000'), at: 'asking' }, to('59000'))).toBeUndefined();
    expect(notSentBecause({ kind: 'cancel', at: 'unknown' }, { kind: 'cancel' })).toBeUndefined();
  });
});
