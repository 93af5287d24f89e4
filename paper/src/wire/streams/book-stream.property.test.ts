/** The incremental book is the snapshot at every sequence, at every depth and pace, whatever happens to the book. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BTC, createTestbed, lots, ticks } from '../../exchange-testbed.ts';
import { createCatalogue } from '../catalogue.ts';
import type { Level } from '../market-bodies.ts';
import { BOOK_INTERVAL_MS, createBookStream } from './book-stream.ts';

const RUNS = 100;
const ACTIONS = 120;

const action = fc.record({
  kind: fc.constantFrom('limit', 'limit', 'limit', 'take', 'resize', 'tick', 'tick', 'join'),
  isBuy: fc.boolean(),
  price: fc.integer({ min: 0, max: 60 }),
  qty: fc.integer({ min: 1, max: 9 }),
});

const TOPICS = [0, 1, 5, 10, 30].flatMap((depth) => [
  { depth, isAggregated: false },
  { depth, isAggregated: true },
]);

type Side = Map<string, string>;
interface Follower {
  readonly depth: number;
  bids: Side;
  asks: Side;
  sequence: number;
}

interface Message {
  readonly type: string;
  readonly sequence: number;
  readonly orderbook_p: Readonly<Record<'bids' | 'asks', readonly (readonly [string, string])[]>>;
}

/** Applies a message as the documents say. */
function apply(follower: Follower, { type, sequence, orderbook_p: changes }: Message): void {
  if (type === 'snapshot') Object.assign(follower, { bids: new Map(), asks: new Map() });
  else expect(sequence).toBeGreaterThan(follower.sequence);
  follower.sequence = sequence;
  for (const side of ['bids', 'asks'] as const) {
    for (const [price, qty] of changes[side]) {
      if (qty !== '0') follower[side].set(price, qty);
      else expect(follower[side].delete(price), `${side} ${price} was there`).toBe(true);
    }
  }
}

const sorted = (side: Side, sign: 1 | -1) => [...side].sort((a, b) => sign * (Number(a[0]) - Number(b[0])));

it('[ENG2] the incremental book equals the snapshot at every sequence', { timeout: 60_000 }, () => {
  let compared = 0;
  fc.assert(
    fc.property(fc.array(action, { minLength: 20, maxLength: ACTIONS, size: 'max' }), (actions) => {
      const { exchange, clock } = createTestbed();
      const catalogue = createCatalogue([BTC]);
      const { scale } = catalogue.get(BTC.symbol);
      const books = createBookStream({ exchange, catalogue, clock });
      const followers: Follower[] = [];
      /** What the whole book was at each sequence that anybody looked at. */
      const truths = new Map<
        number,
        Readonly<Record<'bids' | 'asks', readonly (readonly [string, string])[]>>
      >();
      const print = (levels: readonly Level[]) =>
        levels.map(([price, qty]) => [scale.price(price), scale.qty(qty)] as const);
      const look = () => {
        const { sequence, bids, asks } = books.snapshot(BTC.symbol, 0);
        truths.set(sequence, { bids: print(bids), asks: print(asks) });
      };
      const compare = (follower: Follower) => {
        const truth = truths.get(follower.sequence);
        if (truth === undefined) return;
        const max = follower.depth === 0 ? Number.MAX_SAFE_INTEGER : follower.depth;
        expect(sorted(follower.bids, -1)).toEqual(truth.bids.slice(0, max));
        expect(sorted(follower.asks, 1)).toEqual(truth.asks.slice(0, max));
        compared += 1;
      };
      const join = () => {
        for (const { depth, isAggregated } of TOPICS) {
          const follower: Follower = { depth, bids: new Map(), asks: new Map(), sequence: 0 };
          books.topic([BTC.symbol, isAggregated, depth])?.join((frame) => {
            look();
            apply(follower, JSON.parse(frame.toString('utf8')) as Message);
            compare(follower);
          });
          followers.push(follower);
        }
      };
      join();
      const resting: { leavesQty: number }[] = [];
      for (const { kind, isBuy, price, qty } of actions) {
        const side = isBuy ? 'Buy' : 'Sell';
        if (kind === 'limit') {
          const order = exchange.crowd.limit(BTC.symbol, side, ticks(1_000_000 + price), lots(qty), false);
          if (order !== undefined) resting.push(order);
        } else if (kind === 'take') {
          exchange.crowd.market(BTC.symbol, side, lots(qty));
        } else if (kind === 'resize') {
          const order = resting[price % Math.max(1, resting.length)];
          if (order !== undefined && order.leavesQty > 0)
            exchange.crowd.resize(order as never, lots(qty - 1));
        } else if (kind === 'join') {
          join();
        } else {
          clock.advance(BOOK_INTERVAL_MS);
          books.tick();
        }
      }
      // Enough for every pace to have spoken.
      for (let beat = 0; beat < 7; beat += 1) books.tick();
      look();
      for (const follower of followers) {
        const whole = books.snapshot(BTC.symbol, follower.depth);
        expect(sorted(follower.bids, -1)).toEqual(print(whole.bids));
        expect(sorted(follower.asks, 1)).toEqual(print(whole.asks));
      }
      books.stop();
    }),
    { numRuns: RUNS },
  );
  expect(compared).toBeGreaterThan(RUNS * 10);
});
