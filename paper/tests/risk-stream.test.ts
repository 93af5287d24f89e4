/** ras_p: risk units and wallet as they change, with the figures that REST has. */
import { describe, expect, it } from 'vitest';
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
  send,
  startStill,
  type TestServer,
} from './harness.ts';

const isRisk = (message: Message) => message.risk_units !== undefined;
const risksOf = (client: Client): Message[] => client.messages.filter(isRisk);

async function subscribed(server: TestServer, signer = ALICE): Promise<Client> {
  const client = await connect(server);
  await login(server, client, signer);
  await client.call('ras_p.subscribe');
  return client;
}

/** The figures of one of REST's units under the stream's names and in its kind. */
const figures = (row: Message) => ({
  riskMode: row.riskMode,
  symbol: row.symbol,
  marginRatioRr: Number(row.marginRatioRr),
  totalBalanceRv: Number(row.totalBalanceRv),
  totalEquityRv: Number(row.totalEquityRv),
  estAvailableBalanceRv: Number(row.estAvailableBalanceRv),
  totalPosUnpnlRv: Number(row.totalPosUnpnlRv),
  totalPosCostRv: Number(row.totalPosCostRv),
  totalPosMMRv: Number(row.totalPosMMRv),
});

/** Whoever applies every message, by the documented key of a unit. */
function applied(messages: readonly Message[]): Message[] {
  const units = new Map<string, Message>();
  for (const message of messages) {
    if (message.type === 'snapshot') units.clear();
    for (const unit of message.risk_units) units.set(`${unit.riskMode} ${unit.symbol} ${unit.posSide}`, unit);
  }
  return [...units.values()];
}

const isolate = (server: TestServer) =>
  send(server, ALICE, '/g-positions/leverage', { method: 'PUT', query: `symbol=${SYMBOL}&leverageRr=5` });

describe('ras_p', () => {
  it('wants a signed-in socket, and takes the parameters that the documentation shows', async () => {
    const server = await startStill();
    const client = await connect(server);
    expect(await client.call('ras_p.subscribe')).toMatchObject({ error: { code: 6006 } });
    await login(server, client, ALICE);
    client.socket.send('{"id":1234,"method":"ras_p.subscribe","params":{}}');
    expect(await client.next(({ id }) => id === 1234)).toEqual({
      error: null,
      id: 1234,
      result: { status: 'success' },
    });
    expect(await client.next(isRisk)).toMatchObject({ type: 'snapshot' });
  });

  it('[RSK3] begins with a snapshot under the documented keys', async () => {
    const server = await startStill();
    await isolate(server);
    await place(server, ALICE, { ordType: 'Market' });
    const client = await subscribed(server);
    const snapshot = await client.next(isRisk);
    expect(Object.keys(snapshot)).toEqual(['risk_units', 'risk_wallets', 'sequence', 'timestamp', 'type']);
    const [cross, isolated] = snapshot.risk_units;
    expect(Object.keys(cross)).toEqual([
      'estAvailableBalanceRv',
      'fixedUsedRv',
      'lastUpdateTimeNs',
      'marginRatioRr',
      'posSide',
      'riskMode',
      'symbol',
      'totalBalanceRv',
      'totalEquityRv',
      'totalPosCostRv',
      'totalPosMMRv',
      'totalPosUnpnlRv',
      'userID',
      'userStatus',
      'userType',
      'valuationCurrency',
      'version',
    ]);
    expect(cross).toMatchObject({ riskMode: 'CrossAsset', posSide: 0, symbol: '', marginRatioRr: '999' });
    expect(isolated).toMatchObject({
      riskMode: 'Isolated',
      posSide: 3,
      symbol: SYMBOL,
      userStatus: 'Normal',
    });
    expect(isolated.lastUpdateTimeNs).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    const [wallet] = snapshot.risk_wallets;
    expect(Object.keys(wallet)).toEqual([
      'balanceRv',
      'clReqVid',
      'currency',
      'lastUpdateTimeNs',
      'totalContractDebtRv',
      'totalInterestRv',
      'userID',
      'version',
    ]);
    expect(Number(wallet.balanceRv)).toBeCloseTo(
      Number(cross.totalBalanceRv) + Number(isolated.totalBalanceRv),
      8,
    );
  });

  it('[RSK3] tells what an order, a fill and the mark price change, and then agrees with REST', async () => {
    const server = await startStill();
    const client = await subscribed(server);
    await isolate(server);
    await place(server, ALICE, { symbol: 'ETHUSDT', ordType: 'Market', orderQtyRq: '1' });
    await place(server, ALICE, { ordType: 'Market' });
    await place(server, ALICE, { priceRp: '20000' });
    for (let second = 0; second < 5; second += 1) server.clock.advance(1000);
    server.market.stop();
    server.clock.advance(1000);
    await drain(client);
    const messages = risksOf(client);
    const rest = (await send(server, ALICE, '/g-accounts/risk-unit')).json.data;
    expect(applied(messages).map(figures)).toEqual(rest.map(figures));
    expect(messages.slice(1).every(({ type }) => type === 'incremental')).toBe(true);
    const sequences = messages.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].toSorted((a, b) => a - b));
    // A mark price touches no wallet.
    const last = messages.at(-1);
    expect(last.risk_units.length).toBeGreaterThan(0);
    expect(last.risk_wallets).toEqual([]);
  });

  it('[RSK3] says nothing when nothing changed, nor to anybody else', async () => {
    const server = await startStill();
    server.market.stop();
    const client = await subscribed(server);
    const stranger = await subscribed(server, BOB);
    server.clock.advance(5000);
    await place(server, ALICE, { priceRp: '20000' });
    await drain(client);
    await drain(stranger);
    expect(risksOf(client)).toHaveLength(2);
    expect(risksOf(client)[1]).toMatchObject({ risk_units: [{ riskMode: 'CrossAsset' }], risk_wallets: [] });
    expect(risksOf(stranger)).toHaveLength(1);
  });

  it('[RSK3] tells a unit whose position is gone once more, with nothing in it, and then forgets it', async () => {
    const server = await startStill();
    await isolate(server);
    await place(server, ALICE, { ordType: 'Market' });
    const client = await subscribed(server);
    await place(server, ALICE, { ordType: 'Market', side: 'Sell', reduceOnly: true });
    const isGone = (message: Message) =>
      message.type === 'incremental' &&
      message.risk_units?.some(({ riskMode }: Message) => riskMode === 'Isolated');
    const gone = (await client.next(isGone)).risk_units[1];
    expect(gone).toMatchObject({ symbol: SYMBOL, posSide: 3, totalBalanceRv: '0', marginRatioRr: '999' });
    const late = await subscribed(server);
    expect((await late.next(isRisk)).risk_units).toHaveLength(1);
  });

  it('gives a late subscriber the units with the versions that everybody has, and ends with unsubscribe', async () => {
    const server = await startStill();
    server.market.stop();
    const early = await subscribed(server);
    await place(server, ALICE, { ordType: 'Market' });
    const late = await subscribed(server);
    const snapshot = await late.next(isRisk);
    await drain(early);
    expect(applied(risksOf(early))).toEqual(snapshot.risk_units);
    expect(await early.call('ras_p.unsubscribe')).toMatchObject({
      error: null,
      result: { status: 'success' },
    });
    const count = risksOf(early).length;
    await place(server, ALICE, { ordType: 'Market' });
    await drain(early);
    await drain(late);
    expect(risksOf(early)).toHaveLength(count);
    expect(risksOf(late).length).toBeGreaterThan(1);
  });
});
