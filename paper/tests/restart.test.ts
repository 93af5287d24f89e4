/** What an account finds again after the exchange was stopped and started. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { createVirtualClock } from '../src/clock.ts';
import { startPaperServer } from '../src/server.ts';
import { ALICE, connect, get, login, place, START_MS, SYMBOL, send, startStill, touch } from './harness.ts';

const folderOf = () => mkdtempSync(join(tmpdir(), 'perpdeck-restart-'));

describe('a restart', () => {
  it('keeps orders, positions, balance, settings and history, under new keys too, and sequences go on rising', async () => {
    const folder = folderOf();
    const first = await startPaperServer({
      port: 0,
      seed: 7,
      accounts: [ALICE],
      hasRateLimit: false,
      folder,
      clock: createVirtualClock(START_MS),
    });
    const price = String(Math.round((await touch(first)).bid * 0.9));
    await place(first, ALICE, { priceRp: price, clOrdID: 'survivor' });
    await place(first, ALICE, { ordType: 'Market' });
    await send(first, ALICE, '/g-positions/switch-pos-mode-sync', {
      method: 'PUT',
      query: 'symbol=SOLUSDT&targetPosMode=Hedged',
    });
    const account = (await send(first, ALICE, '/g-accounts/accountPositions', { query: 'currency=USDT' }))
      .json.data;
    const trades = (await send(first, ALICE, '/exchange/order/v2/tradingList', { query: 'currency=USDT' }))
      .json.data;
    const before = (await get(first, `/md/v2/orderbook?symbol=${SYMBOL}`)).json.result.sequence;
    await first.close();

    const renamed = { ...ALICE, apiKey: 'other-key', secret: 'other-secret' };
    const second = await startStill({
      accounts: [renamed],
      folder,
      clock: createVirtualClock(START_MS + 5000),
    });
    const again = (await send(second, renamed, '/g-accounts/accountPositions', { query: 'currency=USDT' }))
      .json.data;
    expect(again.account.accountBalanceRv).toBe(account.account.accountBalanceRv);
    expect(again.account.accountId).toBe(account.account.accountId);
    const settled = ({ symbol, posSide, size, valueRv, leverageRr }: Record<string, string>) => [
      symbol,
      posSide,
      size,
      valueRv,
      leverageRr,
    ];
    expect(again.positions.map(settled)).toEqual(account.positions.map(settled));
    const open = await send(second, renamed, '/g-orders/activeList', { query: `symbol=${SYMBOL}` });
    expect(open.json.data.rows).toEqual([expect.objectContaining({ clOrdID: 'survivor', priceRp: price })]);
    const history = await send(second, renamed, '/exchange/order/v2/tradingList', { query: 'currency=USDT' });
    expect(history.json.data).toEqual(trades);
    const client = await connect(second);
    await login(second, client, renamed);
    await client.call('aop_p.subscribe');
    const snapshot = await client.next((message) => message.accounts_p !== undefined);
    expect(snapshot.orders_p.map(({ ordStatus }: { ordStatus: string }) => ordStatus)).toEqual([
      'Filled',
      'New',
    ]);
    const after = (await get(second, `/md/v2/orderbook?symbol=${SYMBOL}`)).json.result.sequence;
    expect(after).toBeGreaterThan(before);
  });

  it('[ADM5] lets scenarios go on where the clock is, under their ids, without those that ended or were stopped', async () => {
    const options = { port: 0, seed: 7, accounts: [ALICE], hasRateLimit: false, folder: folderOf() };
    const openAt = (startMs: number) => startPaperServer({ ...options, clock: createVirtualClock(startMs) });
    const first = await openAt(START_MS);
    const symbol = SYMBOL as ProductSymbol;
    const calm = first.market.markPrice(symbol);
    const crash = first.market.startScenario({ name: 'flash-crash', symbol });
    first.market.startScenario({ name: 'one-sided-book' });
    const spike = first.market.startScenario({ name: 'funding-spike' });
    const stopped = first.market.startScenario({ name: 'gap' });
    first.market.stopScenario(stopped.id);
    await first.close();

    const second = await openAt(START_MS + 120_000);
    expect(second.market.scenarios()).toEqual([crash, spike]);
    // As far down as a crash is after two minutes, from the first moment on.
    expect(second.market.markPrice(symbol)).toBeLessThan(calm * 0.96);
    expect(second.market.startScenario({ name: 'outage' }).id).toBe(stopped.id);
    await second.close();

    const third = await openAt(START_MS + 9 * 3_600_000);
    expect(third.market.scenarios()).toEqual([]);
    // Newest first: the first settlement after the spike, whatever was settled in the moment of the start.
    const spiked = third.market.fundingHistory(symbol, { fromMs: START_MS + 1, limit: 9 }).at(-1);
    expect(spiked?.rate).toBeGreaterThan(250_000n);
    await third.close();
  });

  it('finds its folder free again at once', async () => {
    const options = { port: 0, seed: 7, accounts: [ALICE], hasRateLimit: false, folder: folderOf() };
    for (let count = 0; count < 2; count += 1) await (await startPaperServer(options)).close();
  });
});
