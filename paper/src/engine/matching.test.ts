import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Side } from '#contract/vocabulary.ts';
import type { Lots, Ticks } from '../commands.ts';
import { type NaiveBook, naiveAdd, naiveLevels, stand } from '../testing/naive-book.ts';
import type { BookOrder } from './book-side.ts';
import { match } from './matching.ts';
import {
  bestPrice,
  createBookOrder,
  createOrderBook,
  fillable,
  type OrderBook,
  resize,
  rest,
  takeOut,
  topLevels,
} from './order-book.ts';

const ALL = Number.MAX_SAFE_INTEGER;

type Step =
  | { kind: 'add'; side: Side; price: number; qty: number; display: number; rests: boolean }
  | { kind: 'cancel'; pick: number }
  | { kind: 'resize'; pick: number; qty: number };

/** 50 to 150 actions each. */
const SESSIONS = 1_500;
const ACTIONS_MIN = 100_000;
/** The machine may be busy; nothing here depends on time. */
const TIMEOUT_MS = 300_000;

const side = fc.constantFrom<Side>('Buy', 'Sell');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      side,
      price: fc.integer({ min: 1, max: 25 }),
      qty: fc.integer({ min: 1, max: 9 }),
      display: fc.constantFrom(0, 0, 0, 1, 3),
      rests: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat(1000) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('resize' as const),
      pick: fc.nat(1000),
      qty: fc.integer({ min: 1, max: 9 }),
    }),
  },
);

/** The fast book and the naive one side by side, and a third made only of what the fast one announced. */
function createPair() {
  const announced = new Map<string, number>();
  const fast: OrderBook<number> = createOrderBook((ofSide, price, qty) => {
    if (qty === 0) announced.delete(`${ofSide} ${price}`);
    else announced.set(`${ofSide} ${price}`, qty);
  });
  const naive: NaiveBook = { orders: [] };
  const byID = new Map<number, BookOrder<number>>();
  let made = 0;
  return {
    fast,
    announced,
    naive,
    run(todo: Step) {
      if (todo.kind === 'add') {
        const id = ++made;
        const order = createBookOrder<number>({
          side: todo.side,
          price: todo.price as Ticks,
          qty: todo.qty as Lots,
          owner: id,
          displayQty: todo.display as Lots,
        });
        byID.set(id, order);
        const fills: { maker: number; price: number; qty: number }[] = [];
        match(fast, order, {
          meet: () => 'trade',
          onReplenish: () => undefined,
          onFill: (maker, price, qty) => fills.push({ maker: maker.owner ?? 0, price, qty }),
        });
        if (todo.rests && order.leavesQty > 0) rest(fast, order);
        const { side: ofSide, price, qty, display } = todo;
        const same = { id, side: ofSide, price, qty, display, shown: 0 };
        expect(fills).toEqual(naiveAdd(naive, same, todo.rests));
        return;
      }
      const picked = naive.orders[todo.pick % Math.max(1, naive.orders.length)];
      if (picked === undefined) return;
      const order = byID.get(picked.id);
      if (order === undefined) throw new Error('The naive book knows an order that the fast one does not');
      if (todo.kind === 'cancel') {
        takeOut(order);
        naive.orders = naive.orders.filter((each) => each !== picked);
        return;
      }
      resize(order, todo.qty as Lots);
      if (todo.qty > picked.qty) {
        naive.orders = naive.orders.filter((each) => each !== picked);
        stand(naive, { ...picked, qty: todo.qty });
      } else {
        picked.qty = todo.qty;
        picked.shown = Math.min(picked.shown, todo.qty);
      }
    },
  };
}

describe('the matching engine', () => {
  it('[ENG1] fills the same makers in the same order as a naive price-time-priority book, and stands the same after', {
    timeout: TIMEOUT_MS,
  }, () => {
    let ran = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 150 }), (steps) => {
        const pair = createPair();
        for (const each of steps) {
          pair.run(each);
          for (const ofSide of ['Buy', 'Sell'] as const) {
            const stands = JSON.stringify(topLevels(pair.fast, ofSide, ALL));
            expect(stands).toBe(JSON.stringify(naiveLevels(pair.naive, ofSide)));
          }
        }
        ran += steps.length;
      }),
      { numRuns: SESSIONS },
    );
    expect(ran).toBeGreaterThan(ACTIONS_MIN);
  });

  it('[ENG2] never stands crossed or locked, and its announced levels replay to itself', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 20, maxLength: 150 }), (steps) => {
        const pair = createPair();
        for (const each of steps) {
          pair.run(each);
          const bid = bestPrice(pair.fast, 'Buy') ?? Number.NEGATIVE_INFINITY;
          const ask = bestPrice(pair.fast, 'Sell') ?? Number.POSITIVE_INFINITY;
          expect(bid).toBeLessThan(ask);
          const standing = (['Buy', 'Sell'] as const).flatMap((ofSide) =>
            topLevels(pair.fast, ofSide, ALL).map(([price, qty]) => [`${ofSide} ${price}`, qty] as const),
          );
          expect(new Map(standing)).toEqual(pair.announced);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('[ENG3] says beforehand what a taker would get', () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 20, maxLength: 80 }),
        side,
        fc.integer({ min: 1, max: 25 }),
        (steps, takerSide, limit) => {
          const pair = createPair();
          for (const each of steps) pair.run(each);
          const taker = {
            side: takerSide,
            limit: limit as Ticks,
            qty: 40 as Lots,
            meet: () => 'trade' as const,
          };
          const expected = fillable(pair.fast, taker);
          const fills = naiveAdd(
            pair.naive,
            { id: 0, side: takerSide, price: limit, qty: 40, display: 0, shown: 0 },
            false,
          );
          expect(Number(expected.qty)).toBe(fills.reduce((sum, fill) => sum + fill.qty, 0));
          expect(Number(expected.tickLots)).toBe(fills.reduce((sum, fill) => sum + fill.qty * fill.price, 0));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('[ENG4] a handler may take other resting orders out of the book in the middle of a match', () => {
    const book: OrderBook<string> = createOrderBook(() => undefined);
    const add = (owner: string, price: number) => {
      const order = createBookOrder<string>({ side: 'Sell', price: price as Ticks, qty: 5 as Lots, owner });
      rest(book, order);
      return order;
    };
    add('first', 10);
    const doomed = add('doomed', 10);
    const next = add('next', 11);
    const taker = createBookOrder<string>({
      side: 'Buy',
      price: 12 as Ticks,
      qty: 12 as Lots,
      owner: 'taker',
    });
    const filled: (string | undefined)[] = [];
    match(book, taker, {
      meet: () => 'trade',
      onReplenish: () => undefined,
      onFill(maker) {
        filled.push(maker.owner);
        takeOut(doomed);
        resize(next, 3 as Lots);
      },
    });
    expect(filled).toEqual(['first', 'next']);
    expect(taker.leavesQty).toBe(4);
    expect(topLevels(book, 'Sell', 10)).toEqual([]);
  });

  it('[ICE1] a portion that was taken comes back at the end of its queue, and hides behind nobody at worse prices', () => {
    const book: OrderBook<string> = createOrderBook(() => undefined);
    const add = (owner: string, price: number, qty: number, displayQty = 0) =>
      rest(
        book,
        createBookOrder<string>({
          side: 'Sell',
          price: price as Ticks,
          qty: qty as Lots,
          owner,
          displayQty: displayQty as Lots,
        }),
      );
    add('iceberg', 10, 7, 3);
    add('plain', 10, 2);
    add('worse', 11, 5);
    expect(topLevels(book, 'Sell', 1)).toEqual([[10, 5]]);
    const filled: string[] = [];
    const taker = createBookOrder<string>({
      side: 'Buy',
      price: 12 as Ticks,
      qty: 10 as Lots,
      owner: 'taker',
    });
    match(book, taker, {
      meet: () => 'trade',
      onReplenish: () => undefined,
      onFill: (maker, _price, qty) => filled.push(`${maker.owner} ${qty}`),
    });
    expect(filled).toEqual(['iceberg 3', 'plain 2', 'iceberg 3', 'iceberg 1', 'worse 1']);
  });

  it('[ENG5] a meeting may take the maker out, or end the taker with what it has', () => {
    const book: OrderBook<string> = createOrderBook(() => undefined);
    for (const [owner, price] of [
      ['mine', 10],
      ['other', 11],
      ['stop', 12],
      ['last', 13],
    ] as const) {
      rest(book, createBookOrder<string>({ side: 'Sell', price: price as Ticks, qty: 5 as Lots, owner }));
    }
    const meet = (owner: string | undefined) =>
      owner === 'mine' ? 'clear' : owner === 'stop' ? 'stop' : 'trade';
    const wanted = { side: 'Buy', limit: 20 as Ticks, qty: 50 as Lots } as const;
    expect(fillable(book, { ...wanted, meet })).toEqual({ qty: 5, tickLots: 55n });
    const taker = createBookOrder<string>({
      side: 'Buy',
      price: 20 as Ticks,
      qty: 50 as Lots,
      owner: 'taker',
    });
    match(book, taker, {
      meet(maker) {
        const meeting = meet(maker.owner);
        if (meeting === 'clear') takeOut(maker);
        return meeting;
      },
      onReplenish: () => undefined,
      onFill: () => undefined,
    });
    expect(taker.leavesQty).toBe(45);
    expect(topLevels(book, 'Sell', 9)).toEqual([
      [12, 5],
      [13, 5],
    ]);
  });
});
