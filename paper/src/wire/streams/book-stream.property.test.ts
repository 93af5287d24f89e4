/** Long random sessions of one book, watched at every depth and pace; each frame is held against the book of its moment. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Side } from '#contract/vocabulary.ts';
import type { CrowdOrder } from '../../exchange.ts';
import { BTC, createTestbed, lots, type Testbed, ticks } from '../../testing/testbed.ts';
import { createCatalogue } from '../catalogue.ts';
import { writeLevels } from '../market-bodies.ts';
import { AGGREGATED_INTERVALS, BOOK_INTERVAL_MS, type BookStream, createBookStream } from './book-stream.ts';

/** At least 100,000 actions a run. */
const SESSIONS = 100;
const ACTIONS = { minLength: 1000, maxLength: 1100 };
const ACTIONS_MIN = 100_000;
const MINUTE_INTERVALS = 60_000 / BOOK_INTERVAL_MS;
const TIMEOUT_MS = 300_000;
const CENTRE_TICKS = 500_000;
/** Enough prices for both sides to be deeper than 30 levels, few enough for levels to come and go. */
const AWAY_MAX = 45;
const TOPICS = [0, 1, 5, 10, 30].flatMap((depth) => [
  { depth, isAggregated: false },
  { depth, isAggregated: true },
]);

interface Action {
  readonly kind: 'rest' | 'own' | 'iceberg' | 'take' | 'cancel' | 'resize' | 'tick' | 'join' | 'leave';
  readonly side: Side;
  readonly away: number;
  readonly qty: number;
  readonly pick: number;
}

const weighted = (weight: number, kind: Action['kind']) => ({ weight, arbitrary: fc.constant(kind) });
const action: fc.Arbitrary<Action> = fc.record({
  kind: fc.oneof(
    weighted(40, 'rest'),
    weighted(2, 'own'),
    weighted(2, 'iceberg'),
    weighted(10, 'take'),
    weighted(12, 'cancel'),
    weighted(8, 'resize'),
    weighted(10, 'tick'),
    weighted(1, 'join'),
    weighted(1, 'leave'),
  ),
  side: fc.constantFrom<Side>('Buy', 'Sell'),
  away: fc.integer({ min: -2, max: AWAY_MAX }),
  qty: fc.integer({ min: 1, max: 60 }),
  pick: fc.nat(1_000_000),
});

interface Message {
  readonly type: 'snapshot' | 'incremental';
  readonly sequence: number;
  readonly depth: number;
  readonly orderbook_p: Readonly<Record<'bids' | 'asks', readonly string[][]>>;
}

const catalogue = createCatalogue([BTC]);
const { scale } = catalogue.get(BTC.symbol);

/** The book as the wire would write it, to `depth` (0 for all). */
function bookText({ exchange }: Testbed, depth: number): string {
  const book = exchange.book(BTC.symbol);
  const side = (of: Side) => writeLevels(scale, book.levels(of, depth === 0 ? 10_000 : depth));
  return `[${side('Buy')}] [${side('Sell')}]`;
}

/** A client that applies what it hears as the documentation says. */
function createLocalBook() {
  const sides = { bids: new Map<number, string>(), asks: new Map<number, string>() };
  const sideText = (name: 'bids' | 'asks', sign: 1 | -1) =>
    [...sides[name]]
      .sort(([a], [b]) => sign * (a - b))
      .map(([price, qty]) => `["${price}","${qty}"]`)
      .join(',');

  return {
    text: () => `[${sideText('bids', -1)}] [${sideText('asks', 1)}]`,
    /** What should not have been said: what is not there taken away, what is there said again. */
    apply({ type, orderbook_p }: Message): string[] {
      const idle: string[] = [];
      for (const name of ['bids', 'asks'] as const) {
        if (type === 'snapshot') sides[name].clear();
        for (const [price = '', qty = ''] of orderbook_p[name]) {
          const key = Number(price);
          if ((sides[name].get(key) ?? '0') === qty) idle.push(`${name} ${price} ${qty}`);
          if (qty === '0') sides[name].delete(key);
          else sides[name].set(key, qty);
        }
      }
      return idle;
    },
  };
}

/** Held against the exchange's book after every frame. */
function createReader(bed: Testbed, depth: number, books: Map<number, string>) {
  const book = createLocalBook();
  let sequence: number | undefined;
  let text = '';
  let frames = 0;
  return {
    frames: () => frames,
    /** What it has is the book of now: nothing was left untold. */
    catchUp: () => expect(text).toBe(bookText(bed, depth)),
    hear(frame: Buffer): void {
      frames += 1;
      const message: Message = JSON.parse(frame.toString('utf8'));
      if (message.type === 'incremental') expect(message.sequence).toBeGreaterThan(sequence ?? Infinity);
      expect(book.apply(message)).toEqual([]);
      const now = book.text();
      expect(now).toBe(bookText(bed, depth));
      // A repeated snapshot is for clients to check themselves by: what they have is what it says.
      if (message.sequence === sequence) expect(now).toBe(text);
      ({ sequence } = message);
      text = now;
      expect(message.depth).toBe(depth);
      if (depth === 0) expect(books.get(sequence) ?? now, 'one sequence, one book').toBe(now);
      if (depth === 0) books.set(sequence, now);
    },
  };
}

type Reader = ReturnType<typeof createReader>;

interface Session {
  readonly bed: Testbed;
  readonly stream: BookStream;
  readonly crowd: CrowdOrder[];
  readonly readers: { readonly reader: Reader; readonly leave: () => void }[];
  /** Whole books by their sequence. */
  readonly books: Map<number, string>;
}

function join(session: Session, pick: number): void {
  const { depth, isAggregated } = TOPICS[pick % TOPICS.length] ?? { depth: 30, isAggregated: false };
  const reader = createReader(session.bed, depth, session.books);
  const topic = session.stream.topic([BTC.symbol, isAggregated, depth]);
  if (topic === undefined) throw new Error(`No topic of depth ${depth}`);
  session.readers.push({ reader, leave: topic.join(reader.hear) });
}

/** Long enough for every pace to have spoken. */
function catchUp({ bed, stream, readers }: Session): void {
  for (let left = AGGREGATED_INTERVALS; left > 0; left -= 1) {
    bed.clock.advance(BOOK_INTERVAL_MS);
    stream.tick();
  }
  for (const { reader } of readers) reader.catchUp();
}

const priceOf = ({ side, away }: Action) => CENTRE_TICKS + (side === 'Buy' ? -away : away);

function carryOut(session: Session, of: Action): void {
  const { bed, crowd, stream, readers } = session;
  const orders = bed.exchange.crowd;
  const picked = crowd[of.pick % Math.max(1, crowd.length)];
  if (of.kind === 'rest') {
    const order = orders.limit(BTC.symbol, of.side, ticks(priceOf(of)), lots(of.qty), false);
    if (order !== undefined) crowd.push(order);
  } else if (of.kind === 'own' || of.kind === 'iceberg') {
    const instructions = of.kind === 'iceberg' ? { displayQty: lots(1) } : {};
    bed.place({ side: of.side, qty: of.qty, price: priceOf(of), instructions });
  } else if (of.kind === 'take') orders.market(BTC.symbol, of.side, lots(of.qty * 3));
  else if (of.kind === 'cancel' && picked !== undefined && picked.leavesQty > 0) orders.cancel(picked);
  else if (of.kind === 'resize' && picked !== undefined && picked.leavesQty > 0) {
    orders.resize(picked, lots(of.qty));
  } else if (of.kind === 'tick') {
    // A minute at times, with the snapshot at its end.
    for (let count = of.pick % 50 === 0 ? MINUTE_INTERVALS : 1; count > 0; count -= 1) {
      bed.clock.advance(BOOK_INTERVAL_MS);
      stream.tick();
    }
  } else if (of.kind === 'join') join(session, of.pick);
  else if (of.kind === 'leave' && readers.length > TOPICS.length)
    readers.splice(TOPICS.length, 1)[0]?.leave();
}

describe('the incremental book', () => {
  it('[BOK1] equals the snapshot at every sequence, at every depth and pace, for whoever joins whenever', {
    timeout: TIMEOUT_MS,
  }, () => {
    let actions = 0;
    let frames = 0;
    fc.assert(
      fc.property(fc.array(action, ACTIONS), (list) => {
        const bed = createTestbed();
        bed.setMark(CENTRE_TICKS);
        const stream = createBookStream({ exchange: bed.exchange, catalogue, clock: bed.clock });
        const session: Session = { bed, stream, crowd: [], readers: [], books: new Map() };
        TOPICS.forEach((_, index) => {
          join(session, index);
        });
        for (const each of list) carryOut(session, each);
        catchUp(session);
        actions += list.length;
        for (const { reader } of session.readers) frames += reader.frames();
      }),
      // Shrinking sessions this long would take hours; the seed says which one failed.
      { numRuns: SESSIONS, endOnFailure: true },
    );
    expect(actions).toBeGreaterThanOrEqual(ACTIONS_MIN);
    expect(frames).toBeGreaterThan(actions / 4);
  });
});

describe('the pace of a book', () => {
  it('[BOK1] is 20 ms, or 120 ms with all that changed in one message', () => {
    const bed = createTestbed();
    const stream = createBookStream({ exchange: bed.exchange, catalogue, clock: bed.clock });
    const counts = [false, true].map((isAggregated) => {
      const messages: Message[] = [];
      stream.topic([BTC.symbol, isAggregated, 30])?.join((frame) => {
        messages.push(JSON.parse(frame.toString('utf8')));
      });
      return messages;
    });
    // One new price at each of 24 intervals, 480 ms in all.
    for (let interval = 0; interval < 24; interval += 1) {
      bed.crowd('Buy', CENTRE_TICKS - interval, 1);
      bed.clock.advance(BOOK_INTERVAL_MS);
      stream.tick();
    }
    const changes = counts.map((messages) =>
      messages.slice(1).map(({ orderbook_p: book }) => book.bids.length),
    );
    expect(changes).toEqual([Array(24).fill(1), [6, 6, 6, 6]]);
  });

  it.each([
    [[BTC.symbol], 30],
    [[BTC.symbol, true], 0],
    [[BTC.symbol, 'false', '5'], 5],
    [[BTC.symbol, 'true', '10'], 10],
    [[BTC.symbol, false, 1], 1],
  ])('[BOK1] %j asks for depth %i', (params, depth) => {
    const bed = createTestbed();
    const stream = createBookStream({ exchange: bed.exchange, catalogue, clock: bed.clock });
    const depths: number[] = [];
    stream.topic(params)?.join((frame) => {
      depths.push(JSON.parse(frame.toString('utf8')).depth);
    });
    expect(depths).toEqual([depth]);
  });
});
