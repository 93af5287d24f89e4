/** The account store on libsql: synchronous, one transaction per write, in a file or in memory. */
import type Database from 'libsql';
import type { OrderView } from '../commands.ts';
import type { OrderEvent } from '../events.ts';
import {
  type AccountStore,
  type StoreChanges,
  type StoredAccount,
  type StoredExchange,
  type StoredHolding,
  type StoredLeg,
  type StoredOrder,
  StoreError,
} from './account-store.ts';
import { openDatabase } from './open-database.ts';
import { fromRowText, toRowText } from './row-text.ts';

function prepareStatements(database: Database.Database) {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    meta: database.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)'),
    account: database.prepare('INSERT OR REPLACE INTO accounts VALUES (?, ?, ?)'),
    holding: database.prepare('INSERT OR REPLACE INTO holdings VALUES (?, ?, ?)'),
    leg: database.prepare('INSERT OR REPLACE INTO legs VALUES (?, ?, ?, ?)'),
    openOrder: database.prepare('INSERT OR REPLACE INTO open_orders VALUES (?, ?, ?)'),
    dropOpenOrder: database.prepare('DELETE FROM open_orders WHERE order_id = ?'),
    closedOrder: database.prepare('INSERT OR REPLACE INTO closed_orders VALUES (?, ?, ?)'),
    dropClosedOrders: database.prepare('DELETE FROM closed_orders WHERE account_id = ? AND exec_seq < ?'),
    fill: database.prepare('INSERT OR REPLACE INTO fills VALUES (?, ?, ?)'),
    dropFills: database.prepare('DELETE FROM fills WHERE account_id = ? AND exec_seq < ?'),
  };
}
type Statements = ReturnType<typeof prepareStatements>;

function writeRows(to: Statements, changes: StoreChanges): void {
  to.meta.run('counters', toRowText(changes.counters));
  to.meta.run('ledger', toRowText(changes.ledger));
  for (const row of changes.accounts) to.account.run(row.id, row.name, toRowText(row));
  for (const row of changes.holdings) to.holding.run(row.accountID, row.symbol, toRowText(row));
  for (const row of changes.legs) to.leg.run(row.accountID, row.symbol, row.posSide, toRowText(row));
  for (const row of changes.openOrders) to.openOrder.run(row.view.orderID, row.queuedSeq, toRowText(row));
  for (const view of changes.closedOrders) {
    to.dropOpenOrder.run(view.orderID);
    to.closedOrder.run(view.accountID, view.execSeq, toRowText(view));
  }
  for (const event of changes.fills) {
    to.fill.run(event.order.accountID, event.order.execSeq, toRowText(event));
  }
  for (const { accountID, closedOrdersFrom, fillsFrom } of changes.historyStarts) {
    to.dropClosedOrders.run(accountID, closedOrdersFrom);
    to.dropFills.run(accountID, fillsFrom);
  }
}

function readRows<Row>(database: Database.Database, from: string): readonly Row[] {
  const rows: unknown[] = database.prepare(`SELECT body FROM ${from}`).all();
  return rows.map((row) => {
    const body = typeof row === 'object' && row !== null && 'body' in row ? row.body : undefined;
    if (typeof body !== 'string') throw new StoreError(`A row of ${from} has no text`);
    return fromRowText<Row>(body);
  });
}

function readAll(database: Database.Database): StoredExchange {
  const [counters] = readRows<StoreChanges['counters']>(database, "meta WHERE name = 'counters'");
  const [ledger] = readRows<StoreChanges['ledger']>(database, "meta WHERE name = 'ledger'");
  return {
    counters,
    ledger,
    accounts: readRows<StoredAccount>(database, 'accounts ORDER BY account_id'),
    holdings: readRows<StoredHolding>(database, 'holdings'),
    legs: readRows<StoredLeg>(database, 'legs'),
    openOrders: readRows<StoredOrder>(database, 'open_orders ORDER BY queued_seq'),
    closedOrders: readRows<OrderView>(database, 'closed_orders ORDER BY exec_seq'),
    fills: readRows<OrderEvent>(database, 'fills ORDER BY exec_seq'),
  };
}

const storeError = (doing: string, error: unknown): StoreError =>
  error instanceof StoreError
    ? error
    : new StoreError(`Cannot ${doing}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });

/** `folder` holds `exchange.db` and is made if missing; ':memory:' keeps everything in the process. @throws StoreError */
export function openAccountStore(folder: string): AccountStore {
  const database = openDatabase(folder);
  const statements = prepareStatements(database);
  return {
    load() {
      try {
        return readAll(database);
      } catch (error) {
        throw storeError(`read the accounts in ${folder}`, error);
      }
    },
    write(changes) {
      try {
        statements.begin.run();
        writeRows(statements, changes);
        statements.commit.run();
      } catch (error) {
        if (database.inTransaction) statements.rollback.run();
        throw storeError(`write the accounts to ${folder}`, error);
      }
    },
    close: () => {
      database.close();
    },
  };
}
