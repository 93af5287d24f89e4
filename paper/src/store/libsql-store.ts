/** The account store on libsql: synchronous, one transaction per write, in a file or in memory. */
import type Database from 'libsql';
import { CLOSED_ORDERS_MAX, FILLS_MAX } from '../account/order.ts';
import type { AccountID, OrderView } from '../commands.ts';
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
import { RETENTION, type Retention } from './history.ts';
import { createHistory, pruneHistory } from './libsql-history.ts';
import { openDatabase } from './open-database.ts';
import { fromRowText, toRowText } from './row-text.ts';

/** An account's histories are pruned whenever this many rows have come to them. */
const PRUNE_AFTER_ROWS = 1000;

const historyInsert = (table: string): string =>
  `INSERT OR REPLACE INTO ${table} (account_id, exec_seq, body) VALUES (?, ?, ?)`;

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
    closedOrder: database.prepare(historyInsert('closed_orders')),
    fill: database.prepare(historyInsert('fills')),
    fundingFee: database.prepare(historyInsert('funding_fees')),
    closedPosition: database.prepare(historyInsert('closed_positions')),
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
  for (const event of changes.fundingFees) {
    to.fundingFee.run(event.accountID, event.execSeq, toRowText(event));
  }
  for (const event of changes.closedPositions) {
    to.closedPosition.run(event.accountID, event.execSeq, toRowText(event));
  }
}

/** Which accounts' histories have grown by how much since they were pruned. */
function createPruning(database: Database.Database, retention: Retention) {
  const grown = new Map<AccountID, number>();
  const grow = (account: AccountID): void => {
    const rows = (grown.get(account) ?? 0) + 1;
    grown.set(account, rows);
    if (rows < PRUNE_AFTER_ROWS) return;
    grown.delete(account);
    pruneHistory(database, account, retention);
  };
  return (changes: StoreChanges): void => {
    for (const { accountID } of changes.closedOrders) grow(accountID);
    for (const { order } of changes.fills) grow(order.accountID);
    for (const { accountID } of changes.fundingFees) grow(accountID);
    for (const { accountID } of changes.closedPositions) grow(accountID);
  };
}

function readRows<Row>(database: Database.Database, from: string): readonly Row[] {
  const rows: unknown[] = database.prepare(`SELECT body FROM ${from}`).all();
  return rows.map((row) => {
    const body = typeof row === 'object' && row !== null && 'body' in row ? row.body : undefined;
    if (typeof body !== 'string') throw new StoreError(`A row of ${from} has no text`);
    return fromRowText<Row>(body);
  });
}

/** The newest of each account, oldest first. */
const newestRows = (table: string, max: number): string =>
  `(SELECT each.exec_seq, each.body FROM accounts JOIN ${table} each ON each.account_id = accounts.account_id
    AND each.exec_seq IN (SELECT exec_seq FROM ${table} newest WHERE newest.account_id = accounts.account_id
      ORDER BY newest.exec_seq DESC LIMIT ${max})) ORDER BY exec_seq`;

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
    closedOrders: readRows<OrderView>(database, newestRows('closed_orders', CLOSED_ORDERS_MAX)),
    fills: readRows<OrderEvent>(database, newestRows('fills', FILLS_MAX)),
  };
}

const storeError = (doing: string, error: unknown): StoreError =>
  error instanceof StoreError
    ? error
    : new StoreError(`Cannot ${doing}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });

/** `folder` holds `exchange.db` and is made if missing; ':memory:' keeps everything in the process. @throws StoreError */
export function openAccountStore(folder: string, retention: Retention = RETENTION): AccountStore {
  const database = openDatabase(folder);
  const statements = prepareStatements(database);
  const prune = createPruning(database, retention);
  return {
    history: createHistory(database),
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
        prune(changes);
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
