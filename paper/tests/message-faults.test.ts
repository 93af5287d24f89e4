/** Faults of sockets: what arrives, what does not, and when. */
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  ALICE,
  BOB,
  type Client,
  connect,
  drain,
  login,
  type Message,
  place,
  SYMBOL,
  startStill,
  type TestServer,
  touch,
} from './harness.ts';

async function startQuiet(): Promise<TestServer> {
  const server = await startStill();
  server.market.stop();
  return server;
}

/** The book, told whole and then by increments that the test causes. */
async function watchBook(server: TestServer): Promise<Client> {
  const client = await connect(server);
  await client.call('orderbook_p.subscribe', [SYMBOL]);
  await client.next(({ type }) => type === 'snapshot');
  return client;
}

/** One change of the book: more at the best bid. */
async function change(server: TestServer): Promise<void> {
  const { bid } = await touch(server);
  await place(server, ALICE, { priceRp: String(bid) });
  server.clock.advance(20);
}

const sequences = (client: Client): number[] =>
  client.messages
    .filter(({ orderbook_p }: Message) => orderbook_p !== undefined)
    .map(({ sequence }: Message) => sequence);

describe('[FLT8] messages', () => {
  it('are doubled or lost on the stream that is named, as often as it is said, and on no other', async () => {
    const server = await startQuiet();
    const book = await watchBook(server);
    const ticker = await connect(server);
    await ticker.call('tick_p.subscribe', ['.MBTCUSDT']);
    const [first = 0] = sequences(book);
    server.faults.add({ kind: 'duplicate-message', stream: 'orderbook_p' });
    server.faults.add({ kind: 'lose-message', stream: 'orderbook_p', count: 2 });
    for (let count = 0; count < 4; count += 1) await change(server);
    await drain(book);
    expect(sequences(book)).toEqual([first, first + 1, first + 1, first + 4]);
    await drain(ticker);
    expect(ticker.messages.filter(({ tick_p }) => tick_p !== undefined)).toHaveLength(1);
    expect(server.faults.list()).toEqual([]);
  });

  it("are lost of one account's stream alone", async () => {
    const server = await startQuiet();
    const clients = new Map<string, Client>();
    for (const who of [ALICE, BOB]) {
      const client = await connect(server);
      await login(server, client, who);
      await client.call('aop_p.subscribe');
      await client.next(({ type }) => type === 'snapshot');
      clients.set(who.name, client);
    }
    server.faults.add({ kind: 'lose-message', stream: 'aop_p', account: 'alice' });
    for (const who of [ALICE, BOB]) await place(server, who, { priceRp: '20000' });
    for (const client of clients.values()) await drain(client);
    const heard = (name: string) => clients.get(name)?.messages.filter(({ type }) => type === 'incremental');
    expect(heard('alice')).toHaveLength(0);
    expect(heard('bob')).toHaveLength(1);
  });

  it('wait while the stream is silent, though pings are answered, and come in order when it is over', async () => {
    const server = await startQuiet();
    const book = await watchBook(server);
    const [first = 0] = sequences(book);
    const id = server.faults.add({ kind: 'silence', stream: 'orderbook_p' });
    for (let count = 0; count < 3; count += 1) await change(server);
    await drain(book);
    expect(sequences(book)).toEqual([first]);
    server.faults.lift(id);
    await drain(book);
    expect(sequences(book)).toEqual([first, first + 1, first + 2, first + 3]);
  });

  it('wait with the answers and the pongs when all is silent', async () => {
    const server = await startQuiet();
    const client = await watchBook(server);
    let pongs = 0;
    client.socket.on('pong', () => {
      pongs += 1;
    });
    const id = server.faults.add({ kind: 'silence' });
    const before = client.messages.length;
    client.socket.ping();
    const pong = client.call('server.ping');
    await change(server);
    // Another way round: a second connection is silent too, but the requests on the first have been read by then.
    const other = new WebSocket(server.wsUrl);
    await new Promise((resolve) => other.once('open', resolve));
    other.terminate();
    expect([client.messages.length, pongs]).toEqual([before, 0]);
    server.faults.lift(id);
    expect(await pong).toMatchObject({ result: 'pong' });
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
    client.socket.ping();
    await new Promise((resolve) => client.socket.once('pong', resolve));
    expect(pongs).toBe(1);
  });

  it('come one by one, late and in order, when the stream is slow', async () => {
    const server = await startQuiet();
    const book = await watchBook(server);
    const [first = 0] = sequences(book);
    server.faults.add({ kind: 'slow', stream: 'orderbook_p', everyMs: 1000 });
    for (let count = 0; count < 3; count += 1) await change(server);
    await drain(book);
    expect(sequences(book)).toEqual([first]);
    server.clock.advance(1000);
    await drain(book);
    expect(sequences(book)).toEqual([first, first + 1]);
    server.clock.advance(1000);
    await drain(book);
    expect(sequences(book)).toEqual([first, first + 1, first + 2]);
    server.faults.liftAll();
    await drain(book);
    expect(sequences(book)).toEqual([first, first + 1, first + 2, first + 3]);
  });
});

describe('[FLT9] sockets', () => {
  it("are cut without a goodbye: one account's, or all", async () => {
    const server = await startQuiet();
    const stranger = await connect(server);
    const [alice, bob] = [await connect(server), await connect(server)];
    await login(server, alice, ALICE);
    await login(server, bob, BOB);
    server.faults.add({ kind: 'drop-socket', account: 'alice' });
    expect(await alice.closed).toBe(1006);
    await drain(bob);
    await drain(stranger);
    server.faults.add({ kind: 'drop-socket' });
    expect([await bob.closed, await stranger.closed]).toEqual([1006, 1006]);
    expect(await connect(server).then(drain)).toBeUndefined();
  });

  it('are refused as often as it is said, and served again after it', async () => {
    const server = await startQuiet();
    server.faults.add({ kind: 'refuse-socket', count: 2 });
    for (let count = 0; count < 2; count += 1) {
      await expect(connect(server)).rejects.toThrow('503');
    }
    await drain(await connect(server));
    server.faults.add({ kind: 'refuse-socket', status: 429 });
    await expect(connect(server)).rejects.toThrow('429');
  });

  it('judge a sign-in by a clock that is wrong', async () => {
    const server = await startQuiet();
    const client = await connect(server);
    const id = server.faults.add({ kind: 'clock-skew', ms: 90_000 });
    expect(await login(server, client, ALICE)).toMatchObject({ error: { code: 6012 } });
    server.faults.lift(id);
    expect(await login(server, client, ALICE)).toMatchObject({ error: null });
  });

  it('are closed for maintenance (1012) and refused during it', async () => {
    const server = await startQuiet();
    const client = await connect(server);
    const id = server.faults.add({ kind: 'maintenance' });
    expect(await client.closed).toBe(1012);
    await expect(connect(server)).rejects.toThrow('503');
    server.faults.lift(id);
    await drain(await connect(server));
  });
});
