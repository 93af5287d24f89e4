import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLOSED_ORDERS_MAX, FILLS_MAX } from '../account/order.ts';
import { BTC, createTestbed, LTC, lots, rate, type Testbed } from '../testing/testbed.ts';
import { StoreError } from './account-store.ts';
import { openAccountStore } from './libsql-store.ts';
import { DATABASE_FILE } from './open-database.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'perpdeck-store-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const modeOf = (path: string): number => statSync(path).mode & 0o777;

function messageOf(open: () => unknown): string {
  try {
    open();
  } catch (error) {
    if (error instanceof StoreError) return error.message;
    throw error;
  }
  return '';
}

/** A bit of everything: a position, a hedged leg, settings, resting orders, history, funding. */
function tradeALittle(bed: Testbed): void {
  bed.setMark(1_000_000);
  bed.setMark(7000, LTC);
  bed.apply({ kind: 'set-leverage', symbol: BTC.symbol, leverage: { mode: 'OneWay', value: rate('20') } });
  bed.apply({ kind: 'switch-pos-mode', symbol: LTC.symbol, target: 'Hedged' });
  bed.crowd('Sell', 1_000_000, 4);
  bed.place({ side: 'Buy', qty: 10, price: 1_000_000 });
  bed.place({ side: 'Sell', qty: 4, price: 1_010_000, reduceOnly: true });
  bed.crowd('Sell', 7000, 20, LTC);
  bed.place({ on: LTC, side: 'Buy', qty: 20, price: 7000, posSide: 'Long' });
  bed.place({ on: LTC, side: 'Sell', qty: 5, price: 7100, posSide: 'Long' });
  bed.exchange.chargeFunding(BTC.symbol, rate('0.0001'));
}

const shown = ({ exchange, account }: Testbed) => ({
  wallet: exchange.wallet(account),
  positions: exchange.positions(account),
  open: exchange.openOrders(account),
  closed: exchange.recentOrders(account),
  fills: exchange.recentFills(account),
  ledger: exchange.ledger(),
});

describe('the account store in a file', () => {
  it('[STO1] gives back accounts, positions, settings, orders and history after it was closed and opened again', () => {
    const folder = join(root, 'data');
    const store = openAccountStore(folder);
    const before = createTestbed({ store });
    tradeALittle(before);
    const kept = shown(before);
    expect(kept.open).toHaveLength(3);
    store.close();

    const reopened = openAccountStore(folder);
    const after = createTestbed({ store: reopened });
    after.setMark(1_000_000);
    after.setMark(7000, LTC);
    expect(shown(after)).toEqual(kept);
    expect(after.exchange.book(BTC.symbol)).toMatchObject({ bestBid: 1_000_000, bestAsk: 1_010_000 });
    reopened.close();
  });

  it('[STO3] goes on with new ids, never one it used before', () => {
    const folder = join(root, 'data');
    const first = openAccountStore(folder);
    const before = createTestbed({ store: first });
    before.place({ side: 'Buy', qty: 1, price: 900_000, clOrdID: 'one' });
    const [one] = before.exchange.openOrders(before.account);
    first.close();
    const second = openAccountStore(folder);
    const after = createTestbed({ store: second });
    after.place({ side: 'Buy', qty: 1, price: 900_000, clOrdID: 'two' });
    const ids = after.exchange.openOrders(after.account).map((order) => order.orderID);
    expect(new Set(ids).size).toBe(2);
    expect(ids).toContain(one?.orderID);
    expect(after.place({ side: 'Buy', qty: 1, price: 900_000, clOrdID: 'one' })).toMatchObject({
      refusal: { code: 11085 },
    });
    expect(after.exchange.openAccount('someone new', BTC.orderValueMin)).not.toBe(after.account);
    second.close();
  });

  it('[STO4] has written a command before it is answered and before anybody hears of it', () => {
    const folder = join(root, 'data');
    const store = openAccountStore(folder);
    const bed = createTestbed({ store });
    const seen: number[] = [];
    const reader = new Database(join(folder, DATABASE_FILE), { readonly: true });
    const count = reader.prepare('SELECT count(*) AS n FROM open_orders');
    bed.exchange.subscribe((event) => {
      const row: unknown = event.kind === 'order' ? count.get() : undefined;
      if (typeof row === 'object' && row !== null && 'n' in row) seen.push(Number(row.n));
    });
    bed.place({ side: 'Buy', qty: 1, price: 900_000 });
    expect(seen).toEqual([1]);
    reader.close();
    store.close();
  });

  it('[STO5] is not touched by what the crowd does among itself', () => {
    const store = openAccountStore(':memory:');
    let writes = 0;
    const bed = createTestbed({
      store: {
        ...store,
        write(changes) {
          writes += 1;
          store.write(changes);
        },
      },
    });
    const opened = writes;
    bed.crowd('Sell', 1_000_010, 5);
    bed.crowd('Buy', 1_000_010, 3);
    bed.exchange.crowd.market(BTC.symbol, 'Buy', lots(1));
    bed.setMark(1_000_000);
    expect(writes).toBe(opened);
    bed.place({ side: 'Buy', qty: 1, price: 900_000 });
    expect(writes).toBe(opened + 1);
  });

  it('[STO6] tells nobody of what could not be written, and says so to the caller', () => {
    const store = openAccountStore(':memory:');
    let isFull = false;
    const bed = createTestbed({
      store: {
        ...store,
        write(changes) {
          if (isFull) throw new StoreError('No space left on device');
          store.write(changes);
        },
      },
    });
    isFull = true;
    const before = bed.events.length;
    expect(() => bed.place({ side: 'Buy', qty: 1, price: 900_000 })).toThrow(StoreError);
    expect(bed.events).toHaveLength(before);
  });

  it('[STO7] gives back as much as memory keeps', () => {
    const folder = join(root, 'data');
    const store = openAccountStore(folder);
    const bed = createTestbed({ store });
    bed.setMark(1_000_000);
    for (let made = 0; made < FILLS_MAX + 50; made++) {
      const side = made % 2 === 0 ? 'Buy' : 'Sell';
      bed.crowd(side === 'Buy' ? 'Sell' : 'Buy', 1_000_000, 1);
      bed.place({ side, qty: 1, price: 1_000_000 });
    }
    const kept = shown(bed);
    expect(kept.closed).toHaveLength(CLOSED_ORDERS_MAX);
    expect(kept.fills).toHaveLength(FILLS_MAX);
    const { closedOrders, fills } = store.load();
    expect(closedOrders.toReversed()).toEqual(kept.closed);
    expect(fills.toReversed()).toEqual(kept.fills);
    store.close();
  });

  it('[STO8] is private: the folder 0700, the file 0600', () => {
    const folder = join(root, 'data');
    const store = openAccountStore(folder);
    createTestbed({ store });
    expect(modeOf(folder)).toBe(0o700);
    for (const name of [DATABASE_FILE, `${DATABASE_FILE}-wal`]) {
      const path = join(folder, name);
      if (existsSync(path)) expect(modeOf(path)).toBe(0o600);
    }
    store.close();
  });
});

describe('a data folder that cannot be used', () => {
  it('[STO9] one that is a file says so in one line', () => {
    const path = join(root, 'taken');
    writeFileSync(path, 'not a folder');
    expect(messageOf(() => openAccountStore(path))).toMatch(/^Cannot write to the data folder .*taken: /);
  });

  it('[STO9] one that may not be written says so in one line', () => {
    const folder = join(root, 'locked');
    mkdirSync(folder);
    // Root may write anywhere, so the refusal is made with a folder in the file's place.
    mkdirSync(join(folder, DATABASE_FILE));
    expect(messageOf(() => openAccountStore(folder))).toMatch(/^Cannot write to the data folder .*locked: /);
  });

  it('[STO9] a file that is not a database says so and is left as it was', () => {
    writeFileSync(join(root, DATABASE_FILE), "hello, this is somebody's text file ".repeat(100));
    expect(messageOf(() => openAccountStore(root))).toMatch(/^Cannot use .*exchange\.db: .*not a database/);
    expect(statSync(join(root, DATABASE_FILE)).size).toBe(3600);
  });

  it("[STO9] somebody else's database is left alone", () => {
    const foreign = new Database(join(root, DATABASE_FILE));
    foreign.exec('CREATE TABLE mine (a)');
    foreign.close();
    expect(messageOf(() => openAccountStore(root))).toMatch(/is not a database of the paper exchange$/);
  });

  it('[STO9] a file of a newer version is refused', () => {
    openAccountStore(root).close();
    const newer = new Database(join(root, DATABASE_FILE));
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    expect(messageOf(() => openAccountStore(root))).toMatch(/was written by a newer version \(schema 99/);
  });

  it('[STO9] an unreadable row is an error of the store, not a wrong account', () => {
    const store = openAccountStore(root);
    createTestbed({ store });
    store.close();
    const broken = new Database(join(root, DATABASE_FILE));
    broken.exec("UPDATE accounts SET body = '{'");
    broken.close();
    const reopened = openAccountStore(root);
    expect(messageOf(() => reopened.load())).toMatch(/^Cannot read the accounts in /);
    reopened.close();
  });
});
