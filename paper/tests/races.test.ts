/** Amend, cancel and fill of one order at the same time: whoever comes first, it ends in exactly one state. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../src/market/random.ts';
import {
  ALICE,
  type Answer,
  BOB,
  type Client,
  connect,
  drain,
  login,
  type Message,
  place,
  SYMBOL,
  send,
  startStill,
  type TestServer,
  widen,
} from './harness.ts';

const RACES = 120;
const SEED = Math.floor(Date.now() / 86_400_000);
const ENDED = ['Filled', 'Canceled'];
const ORDER_NOT_FOUND = 10002;

async function watch(server: TestServer): Promise<Client> {
  const client = await connect(server);
  await login(server, client, ALICE);
  await client.call('aop_p.subscribe');
  await client.next(({ type }) => type === 'snapshot');
  return client;
}

/** In any order. */
function shuffled<T>(list: readonly T[], next: () => number): T[] {
  return list
    .map((item) => ({ item, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

type Move = 'cancel' | 'cancel-again' | 'move' | 'shrink' | 'take-half' | 'take-all' | 'cancel-all';
const MOVES: readonly Move[] = [
  'cancel',
  'cancel-again',
  'move',
  'shrink',
  'take-half',
  'take-all',
  'cancel-all',
];

/** Now and then nothing is there that could end it another way: whoever is quicker, it is filled, or stays open. */
const SURE: readonly (readonly Move[])[] = [
  ['take-half', 'take-all'],
  ['move', 'shrink'],
];
const SURE_EVERY = 10;

interface Race {
  readonly server: TestServer;
  readonly clOrdID: string;
  /** Inside the spread: the order is the best of its side. */
  readonly price: string;
}

function make({ server, clOrdID, price }: Race, move: Move): Promise<Answer> {
  const target = `symbol=${SYMBOL}&posSide=Merged&clOrdID=${clOrdID}`;
  const take = (orderQtyRq: string) =>
    place(server, BOB, { side: 'Buy', priceRp: price, orderQtyRq, timeInForce: 'ImmediateOrCancel' });
  switch (move) {
    case 'cancel':
    case 'cancel-again':
      return send(server, ALICE, '/g-orders/cancel', { method: 'DELETE', query: target });
    case 'cancel-all':
      return send(server, ALICE, '/g-orders/all', { method: 'DELETE', query: `symbol=${SYMBOL}` });
    case 'move':
      return send(server, ALICE, '/g-orders/replace', {
        method: 'PUT',
        query: `${target}&priceRp=${Math.round(Number(price) * 1.05)}`,
      });
    case 'shrink':
      return send(server, ALICE, '/g-orders/replace', { method: 'PUT', query: `${target}&orderQtyRq=0.015` });
    case 'take-half':
      return take('0.01');
    case 'take-all':
      return take('0.02');
  }
}

async function finalRow({ server, clOrdID }: Race): Promise<Message> {
  const query = `symbol=${SYMBOL}&clOrdID=${clOrdID}`;
  const { json } = await send(server, ALICE, '/api-data/g-futures/orders/by-order-id', { query });
  const rows = json.data.rows ?? json.data;
  expect(rows).toHaveLength(1);
  return rows[0];
}

/** The order's own messages, in order. */
const toldOf = (client: Client, clOrdID: string): Message[] =>
  client.messages
    .flatMap(({ orders_p }: Message) => orders_p ?? [])
    .filter((order) => order.clOrdID === clOrdID);

describe('[RACE1] an order that is amended, canceled and filled at once', () => {
  it(`ends in one documented state, and answers, stream and history agree on it (seed ${SEED})`, async () => {
    const server = await startStill();
    server.market.stop();
    const client = await watch(server);
    const random = createRandom(SEED);
    const { ask } = await widen(server);
    // Bob must meet Alice's order before the crowd's.
    const price = (ask - 0.1).toFixed(1);
    const seen = new Set<string>();
    for (let round = 0; round < RACES; round += 1) {
      const race = { server, clOrdID: `race-${round}`, price };
      await place(server, ALICE, { side: 'Sell', clOrdID: race.clOrdID, priceRp: price, orderQtyRq: '0.02' });
      const among = SURE[round % SURE_EVERY] ?? MOVES;
      const moves = shuffled(among, () => random.next()).slice(0, 2 + Math.floor(random.next() * 4));
      const answers = await Promise.all(
        moves.map(async (move) => ({ move, answer: await make(race, move) })),
      );
      await drain(client);

      const told = toldOf(client, race.clOrdID);
      const ends = told.filter(({ ordStatus }) => ENDED.includes(ordStatus));
      const row = await finalRow(race);
      seen.add(row.ordStatus);
      // One end at most, and nothing after it; what is open still has what is not filled.
      expect(ends.length).toBe(ENDED.includes(row.ordStatus) ? 1 : 0);
      if (ends.length === 1) expect(told.at(-1)).toBe(ends[0]);
      expect(['New', 'PartiallyFilled', ...ENDED]).toContain(row.ordStatus);
      expect(told.at(-1)).toMatchObject({
        ordStatus: row.ordStatus,
        cumQty: row.cumQtyRq,
        leavesQty: row.leavesQtyRq,
      });
      const cum = Number(row.cumQtyRq);
      const leaves = Number(row.leavesQtyRq);
      const qty = Number(row.orderQtyRq);
      if (row.ordStatus === 'Filled') expect([cum, leaves]).toEqual([qty, 0]);
      else if (row.ordStatus === 'Canceled') expect([leaves, cum < qty]).toEqual([0, true]);
      else expect(cum + leaves).toBeCloseTo(qty, 9);

      for (const { move, answer } of answers) {
        expect(answer.status).toBe(200);
        if (move === 'cancel' || move === 'cancel-again') {
          // A cancel that was taken ended it; one that was refused found it ended.
          expect([0, ORDER_NOT_FOUND]).toContain(answer.json.code);
          if (answer.json.code === 0) expect(row.ordStatus).toBe('Canceled');
          else expect(ENDED).toContain(row.ordStatus);
        }
      }
      const acked = (move: Move) => answers.some((each) => each.move === move && each.answer.json.code === 0);
      expect(acked('cancel') && acked('cancel-again')).toBe(false);
      const filled = told.reduce(
        (sum, { execQty, execStatus }) => sum + (execStatus === 'MakerFill' ? Number(execQty) : 0),
        0,
      );
      expect(filled).toBeCloseTo(cum, 9);
      await send(server, ALICE, '/g-orders/all', { method: 'DELETE', query: `symbol=${SYMBOL}` });
    }
    // The races were real: they ended in different ways.
    expect([...seen].sort()).toEqual(expect.arrayContaining(['Canceled', 'Filled', 'New']));
  });
});
