import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAccountStore } from '../store/libsql-store.ts';
import { createAuditor } from '../testing/auditor.ts';
import { BTC, createTestbed, LTC, lots, rate, type Testbed, units } from '../testing/testbed.ts';

const FEES = { maker: rate('-0.0001'), taker: rate('0.0004') };

function audited(bed: Testbed): () => void {
  const auditor = createAuditor(bed.exchange, [bed.account], [BTC.symbol, LTC.symbol]);
  return () => auditor.check();
}

const setBoth = (bed: Testbed): void => {
  bed.setMark(1_000_000);
  bed.setMark(7000, LTC);
};

describe('play money', () => {
  it('[ACC1] arrives with a deposit, is told, and counts as deposited', () => {
    const bed = createTestbed({ deposit: units('100') });
    const check = audited(bed);
    bed.exchange.bank.deposit(bed.account, units('50.5'));
    expect(bed.exchange.wallet(bed.account).balance).toBe(units('150.5'));
    expect(bed.exchange.ledger().deposits).toBe(units('150.5'));
    expect(bed.events.at(-1)).toMatchObject({ kind: 'account', wallet: { balance: units('150.5') } });
    check();
  });

  it.each([['0'], ['-1'], ['1000000000']])('[ACC1] is not deposited when it is %s', (amount) => {
    const bed = createTestbed({ deposit: units('100') });
    expect(() => bed.exchange.bank.deposit(bed.account, units(amount))).toThrow(RangeError);
    expect(bed.exchange.wallet(bed.account).balance).toBe(units('100'));
  });
});

describe('a reset', () => {
  it('[ACC2] cancels every order, closes every position at its mark and makes the balance, to the last unit', () => {
    const bed = createTestbed();
    const check = audited(bed);
    setBoth(bed);
    bed.apply({ kind: 'switch-pos-mode', symbol: LTC.symbol, target: 'Hedged' });
    bed.crowd('Sell', 1_000_000, 10);
    bed.place({ side: 'Buy', qty: 10, price: 1_000_000, clOrdID: 'opened' });
    bed.crowd('Buy', 7000, 20, LTC);
    bed.place({ on: LTC, side: 'Sell', qty: 20, price: 7000, posSide: 'Short' });
    bed.place({ side: 'Sell', qty: 4, price: 1_010_000, reduceOnly: true, clOrdID: 'resting' });
    bed.setMark(990_000);
    const told = bed.events.length;
    bed.exchange.bank.reset(bed.account, units('500'));
    expect(bed.exchange.wallet(bed.account)).toMatchObject({ balance: units('500'), used: 0n });
    expect(bed.exchange.positions(bed.account).map(({ size }) => size)).toEqual([0, 0, 0, 0]);
    expect(bed.exchange.openOrders(bed.account)).toEqual([]);
    expect(bed.statuses()).toMatchObject({ opened: 'Filled', resting: 'Canceled' });
    const fills = bed.events
      .slice(told)
      .flatMap((event) => (event.kind === 'order' && event.execution !== undefined ? [event.execution] : []));
    expect(fills.map(({ price, qty }) => [price, qty])).toEqual([
      [990_000, 10],
      [7000, 20],
    ]);
    // Nobody was on the other side: no public trade, no change of the book.
    expect(bed.events.slice(told).filter(({ kind }) => kind === 'trade')).toEqual([]);
    expect(bed.exchange.recentFills(bed.account)).toHaveLength(4);
    check();
  });

  it('[ACC2] leaves leverage and position mode, and the account trades on', () => {
    const bed = createTestbed();
    setBoth(bed);
    bed.apply({ kind: 'set-leverage', symbol: BTC.symbol, leverage: { mode: 'OneWay', value: rate('20') } });
    bed.exchange.bank.reset(bed.account, units('1000'));
    expect(bed.leg()).toMatchObject({ leverage: rate('20'), marginMode: 'isolated' });
    expect(bed.place({ side: 'Buy', qty: 1, price: 900_000 })).toMatchObject({ ok: true });
  });

  it('[ACC2] is refused when the balance is below zero', () => {
    const bed = createTestbed();
    expect(() => bed.exchange.bank.reset(bed.account, units('-1'))).toThrow(RangeError);
  });
});

describe('a fee tier', () => {
  it('[ACC3] is what fills cost from then on, a rebate included, and survives a restart', () => {
    const folder = mkdtempSync(join(tmpdir(), 'perpdeck-bank-'));
    const store = openAccountStore(folder);
    const bed = createTestbed({ store });
    const check = audited(bed);
    bed.setMark(1_000_000);
    bed.exchange.bank.setFees(bed.account, FEES);
    bed.crowd('Sell', 1_000_000, 10);
    bed.place({ side: 'Buy', qty: 10, price: 1_000_000 });
    bed.place({ side: 'Sell', qty: 10, price: 1_000_100 });
    bed.exchange.crowd.market(BTC.symbol, 'Buy', lots(10));
    const fees = bed
      .orderEvents()
      .flatMap(({ execution }) => (execution === undefined ? [] : [execution.fee]));
    expect(fees).toEqual([units('0.4'), units('-0.10001')]);
    check();
    store.close();
    const reopened = openAccountStore(folder);
    const after = createTestbed({ store: reopened });
    expect(after.exchange.bank.fees(after.account)).toEqual(FEES);
    const other = after.exchange.openAccount('other', units('1'));
    expect(after.exchange.bank.fees(other)).toEqual({ maker: rate('0.0001'), taker: rate('0.0006') });
    reopened.close();
  });

  it('[ACC3] is what an open order locks at once', () => {
    const bed = createTestbed();
    bed.setMark(1_000_000);
    bed.place({ side: 'Buy', qty: 10, price: 900_000 });
    const before = bed.exchange.wallet(bed.account).used;
    bed.exchange.bank.setFees(bed.account, { maker: rate('0'), taker: rate('0') });
    // 900 USDT at 10x: 90 USDT, and no fee any more.
    expect([before > units('90'), bed.exchange.wallet(bed.account).used]).toEqual([true, units('90')]);
  });

  it.each([
    ['0.02', '0.02'],
    ['-0.0005', '0.0004'],
    ['0.0001', '-0.0001'],
  ])('[ACC3] is refused at maker %s, taker %s', (maker, taker) => {
    const bed = createTestbed();
    const fees = { maker: rate(maker), taker: rate(taker) };
    expect(() => bed.exchange.bank.setFees(bed.account, fees)).toThrow(RangeError);
  });
});
