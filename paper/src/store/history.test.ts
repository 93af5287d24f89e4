import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClOrdID } from '#contract/brand.ts';
import { CLOSED_ORDERS_MAX } from '../account/order.ts';
import { BTC, createTestbed, LTC, rate, START_MS, type Testbed, units } from '../testing/testbed.ts';
import { openAccountStore } from './libsql-store.ts';
import { DATABASE_FILE } from './open-database.ts';
import { MIGRATIONS } from './schema.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'perpdeck-history-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const DAY_MS = 86_400_000;
const all = { offset: 0, limit: 200 };

const past = (bed: Testbed) => bed.exchange.history;
const query = (bed: Testbed, more = {}) => ({ account: bed.account, ...all, ...more });

/** Buys and sells one lot in turn, a second apart. */
function trade(bed: Testbed, times: number, name = 'trade'): void {
  bed.setMark(1_000_000);
  for (let made = 0; made < times; made++) {
    const side = made % 2 === 0 ? 'Buy' : 'Sell';
    bed.clock.advance(1000);
    bed.crowd(side === 'Buy' ? 'Sell' : 'Buy', 1_000_000, 1);
    bed.place({ side, qty: 1, price: 1_000_000, clOrdID: `${name}-${made}` });
  }
}

describe('an account’s history', () => {
  it('[HIS1] goes on beyond what memory keeps, in pages, newest first, open orders among the others', () => {
    const bed = createTestbed();
    const made = CLOSED_ORDERS_MAX + 20;
    trade(bed, made);
    bed.clock.advance(1000);
    bed.place({ side: 'Buy', qty: 1, price: 900_000, clOrdID: 'resting' });
    const names: string[] = [];
    for (let offset = 0; offset < made + 1; offset += 50) {
      const page = past(bed).orders(query(bed, { offset, limit: 50 }));
      expect(page.total()).toBe(made + 1);
      names.push(...page.rows.map((order) => order.clOrdID));
    }
    const expected = Array.from({ length: made }, (_, index) => `trade-${index}`);
    expect(names).toEqual(['resting', ...expected.reverse()]);
    expect(
      past(bed)
        .fills(query(bed))
        .rows.map(({ order }) => order.clOrdID),
    ).toEqual(expected);
    const open = past(bed).orders(query(bed, { statuses: ['New', 'PartiallyFilled'] }));
    expect(open.rows.map((order) => order.clOrdID)).toEqual(['resting']);
    expect(
      past(bed)
        .orders(query(bed, { types: ['Market'] }))
        .total(),
    ).toBe(0);
  });

  it('[HIS1] finds an order by either of its ids, closed or open, and nobody else’s', () => {
    const bed = createTestbed();
    trade(bed, 2);
    bed.place({ side: 'Buy', qty: 1, price: 900_000, clOrdID: 'resting' });
    const [open] = bed.exchange.openOrders(bed.account);
    const named = (account = bed.account) =>
      past(bed)
        .ordersNamed(account, {
          orderIDs: open === undefined ? [] : [open.orderID],
          clOrdIDs: ['trade-0', 'resting', 'nobody'] as ClOrdID[],
        })
        .map((order) => order.clOrdID);
    expect(named().sort()).toEqual(['resting', 'trade-0']);
    expect(named(bed.exchange.openAccount('somebody else', units('1')))).toEqual([]);
  });

  it('[HIS2] is asked by time, both ends included, and by product', () => {
    const bed = createTestbed();
    trade(bed, 10);
    bed.setMark(7000, LTC);
    bed.crowd('Sell', 7000, 20, LTC);
    bed.place({ on: LTC, side: 'Buy', qty: 20, price: 7000 });
    const between = { fromMs: START_MS + 3000, toMs: START_MS + 5000 };
    const names = past(bed)
      .fills(query(bed, between))
      .rows.map(({ order }) => order.clOrdID);
    expect(names).toEqual(['trade-4', 'trade-3', 'trade-2']);
    expect(
      past(bed)
        .fills(query(bed, { symbols: [LTC.symbol] }))
        .total(),
    ).toBe(1);
    expect(
      past(bed)
        .fills(query(bed, { symbols: [] }))
        .total(),
    ).toBe(0);
  });

  it('[HIS3] tells what each settlement cost', () => {
    const bed = createTestbed();
    bed.setMark(1_000_000);
    bed.crowd('Sell', 1_000_000, 10);
    bed.place({ side: 'Buy', qty: 10, price: 1_000_000 });
    bed.exchange.chargeFunding(BTC.symbol, rate('0.0001'));
    bed.clock.advance(1000);
    bed.exchange.chargeFunding(BTC.symbol, rate('-0.0002'));
    const fees = past(bed).fundingFees(query(bed)).rows;
    expect(fees).toMatchObject([
      { side: 'Buy', qty: 10, value: units('1000'), rate: rate('-0.0002'), fee: units('-0.2') },
      { side: 'Buy', qty: 10, markPrice: 1_000_000, rate: rate('0.0001'), fee: units('0.1') },
    ]);
    expect(bed.leg().cumFundingFee).toBe(units('-0.1'));
  });

  it('[HIS4] tells what a position came to: averages, result, fees and funding', () => {
    const bed = createTestbed();
    bed.setMark(1_000_000);
    bed.crowd('Sell', 1_000_000, 6);
    bed.crowd('Sell', 1_001_000, 4);
    bed.place({ side: 'Buy', qty: 10, price: 1_001_000 });
    bed.exchange.chargeFunding(BTC.symbol, rate('0.0001'));
    bed.crowd('Buy', 1_010_000, 4);
    bed.place({ side: 'Sell', qty: 4, price: 1_010_000 });
    expect(past(bed).closedPositions(query(bed)).rows).toEqual([]);
    const openedNs = bed.leg().createdNs;
    bed.crowd('Buy', 990_000, 6);
    bed.place({ side: 'Sell', qty: 6, price: 990_000 });
    const [closed] = past(bed).closedPositions(query(bed)).rows;
    expect(closed).toMatchObject({ side: 'Buy', posSide: 'Merged', qty: 10, term: 1, openedNs });
    // 6 at 100,000 and 4 at 100,100 in; 4 at 101,000 and 6 at 99,000 out; all by taking, 0.06 %.
    expect(closed?.entryValue).toBe(units('1000.4'));
    expect(closed?.exitValue).toBe(units('998'));
    expect(closed?.closedPnl).toBe(units('-2.4'));
    expect(closed?.fee).toBe(units('1.19904'));
    expect(closed?.fundingFee).toBe(units('0.1'));
    expect(bed.exchange.wallet(bed.account).balance).toBe(
      units('10000') + units('-2.4') - units('1.19904') - units('0.1'),
    );
  });

  it('[HIS4] an order that turns a position over ends one and begins another, each with its share of the fee', () => {
    const bed = createTestbed();
    bed.setMark(1_000_000);
    bed.crowd('Sell', 1_000_000, 4);
    bed.place({ side: 'Buy', qty: 4, price: 1_000_000 });
    bed.crowd('Buy', 1_000_000, 10);
    bed.place({ side: 'Sell', qty: 10, price: 1_000_000 });
    const [long] = past(bed).closedPositions(query(bed)).rows;
    expect(long).toMatchObject({ side: 'Buy', qty: 4, closedPnl: 0n, fee: units('0.48') });
    expect(bed.leg()).toMatchObject({ side: 'Sell', size: 6, term: 2, termRealisedPnl: units('-0.36') });
    bed.crowd('Sell', 1_000_000, 6);
    bed.place({ side: 'Buy', qty: 6, price: 1_000_000 });
    expect(past(bed).closedPositions(query(bed)).rows[0]).toMatchObject({
      side: 'Sell',
      qty: 6,
      fee: units('0.72'),
    });
  });

  it('[HIS5] forgets what is older than its days and more than its rows', () => {
    const bed = createTestbed({ store: openAccountStore(':memory:', { days: 90, rowsMax: 300 }) });
    trade(bed, 1000);
    // Pruned after every 1,000 rows, 400 of which are fills here.
    expect(past(bed).fills(query(bed)).total()).toBeGreaterThanOrEqual(300);
    expect(past(bed).fills(query(bed)).total()).toBeLessThanOrEqual(700);
    expect(past(bed).orders(query(bed, { limit: 1 })).rows[0]?.clOrdID).toBe('trade-999');
    const aged = createTestbed({ store: openAccountStore(':memory:', { days: 2, rowsMax: 10_000 }) });
    trade(aged, 400);
    aged.clock.advance(3 * DAY_MS);
    trade(aged, 400, 'again');
    expect(
      past(aged)
        .fills(query(aged, { toMs: START_MS + DAY_MS }))
        .total(),
    ).toBe(0);
    expect(past(aged).fills(query(aged)).total()).toBeGreaterThanOrEqual(400);
  });

  it('[HIS6] of a file from before there were histories is there once it was opened', () => {
    const store = openAccountStore(root);
    const before = createTestbed({ store });
    trade(before, 6);
    before.place({ side: 'Buy', qty: 1, price: 900_000, clOrdID: 'resting' });
    const known = past(before).orders(query(before)).rows;
    store.close();
    // The tables of the first version, with the rows of now.
    const file = new Database(join(root, DATABASE_FILE));
    const kept = ['meta', 'accounts', 'holdings', 'legs', 'open_orders', 'closed_orders', 'fills'];
    file.exec('DROP VIEW orders');
    for (const table of kept) file.exec(`ALTER TABLE ${table} RENAME TO kept_${table}`);
    for (const index of ['closed_orders_by_time', 'closed_orders_by_id', 'closed_orders_by_client_id']) {
      file.exec(`DROP INDEX ${index}`);
    }
    for (const index of ['fills_by_time', 'fills_by_order']) file.exec(`DROP INDEX ${index}`);
    file.exec('DROP TABLE funding_fees; DROP TABLE closed_positions;');
    file.exec(MIGRATIONS[0] ?? '');
    for (const table of kept) {
      const columns = table === 'closed_orders' || table === 'fills' ? 'account_id, exec_seq, body' : '*';
      file.exec(`INSERT INTO ${table} SELECT ${columns} FROM kept_${table}; DROP TABLE kept_${table};`);
    }
    file.exec('PRAGMA user_version = 1');
    file.close();

    const reopened = openAccountStore(root);
    const after = createTestbed({ store: reopened });
    expect(past(after).orders(query(after)).rows).toEqual(known);
    expect(past(after).fills(query(after)).total()).toBe(6);
    trade(after, 2, 'again');
    expect(past(after).closedPositions(query(after)).total()).toBe(1);
    reopened.close();
  });

  it('[HIS1] asks an index, not the table: a page of a long history takes no time', () => {
    const store = openAccountStore(root);
    const bed = createTestbed({ store });
    trade(bed, 2);
    const reader = new Database(join(root, DATABASE_FILE), { readonly: true });
    const plan = (table: string) =>
      JSON.stringify(
        reader
          .prepare(
            `EXPLAIN QUERY PLAN SELECT body FROM ${table} WHERE account_id = ? AND at_ms >= ? AND symbol IN (?)
               ORDER BY at_ms DESC, exec_seq DESC LIMIT 20 OFFSET 40`,
          )
          .all(1, 0, 'BTCUSDT'),
      );
    for (const table of ['fills', 'funding_fees', 'closed_positions']) {
      expect(plan(table)).toContain(`${table}_by_time`);
      expect(plan(table)).not.toContain('TEMP B-TREE');
    }
    expect(plan('orders')).toContain('closed_orders_by_time');
    reader.close();
    store.close();
  });
});
