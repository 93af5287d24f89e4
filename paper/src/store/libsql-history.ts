/** Histories read out of the database: one query for a page, and one that counts when somebody asks for the total. */
import type Database from 'libsql';
import type { AccountID, OrderView } from '../commands.ts';
import type { ClosedPositionEvent, FundingFeeEvent, OrderEvent } from '../events.ts';
import type { History, HistoryPage, HistoryQuery, Retention } from './history.ts';
import { fromRowText } from './row-text.ts';

const DAY_MS = 86_400_000;

/** The tables that only grow, until they are pruned. */
const HISTORY_TABLES = ['closed_orders', 'fills', 'funding_fees', 'closed_positions'] as const;

type Value = string | number;
/** A column and the values it may have; no list, no condition. */
type Choices = Readonly<Record<string, readonly Value[] | undefined>>;

interface Where {
  readonly text: string;
  readonly values: readonly Value[];
}

function whereOf({ account, symbols, fromMs, toMs }: HistoryQuery, choices: Choices): Where {
  const parts = ['account_id = ?'];
  const values: Value[] = [account];
  if (fromMs !== undefined) {
    parts.push('at_ms >= ?');
    values.push(fromMs);
  }
  if (toMs !== undefined) {
    parts.push('at_ms <= ?');
    values.push(toMs);
  }
  for (const [column, list] of Object.entries({ symbol: symbols, ...choices })) {
    if (list === undefined) continue;
    parts.push(`${column} IN (${list.map(() => '?').join(', ')})`);
    values.push(...list);
  }
  return { text: parts.join(' AND '), values };
}

const fieldOf = (row: unknown, name: string): unknown =>
  typeof row === 'object' && row !== null ? (row as Record<string, unknown>)[name] : undefined;

export function createHistory(database: Database.Database): History {
  const read = <Row>(sql: string, values: readonly Value[]): readonly Row[] =>
    database
      .prepare(sql)
      .all(...values)
      .map((row: unknown) => fromRowText<Row>(String(fieldOf(row, 'body'))));

  const page = <Row>(table: string, query: HistoryQuery, choices: Choices = {}): HistoryPage<Row> => {
    const where = whereOf(query, choices);
    return {
      rows: read<Row>(
        `SELECT body FROM ${table} WHERE ${where.text} ORDER BY at_ms DESC, exec_seq DESC LIMIT ? OFFSET ?`,
        [...where.values, query.limit, query.offset],
      ),
      total: () =>
        Number(
          fieldOf(
            database.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${where.text}`).get(...where.values),
            'n',
          ),
        ),
    };
  };

  return {
    orders: (query) => page<OrderView>('orders', query, { status: query.statuses, type: query.types }),
    ordersNamed(account, { orderIDs, clOrdIDs }) {
      const named = (column: string, ids: readonly string[]) =>
        ids.flatMap((id) =>
          read<OrderView>(`SELECT body FROM orders WHERE account_id = ? AND ${column} = ?`, [account, id]),
        );
      const found = [...named('order_id', orderIDs), ...named('cl_ord_id', clOrdIDs)];
      return [...new Map(found.map((order) => [order.orderID, order])).values()];
    },
    fills: (query) => page<OrderEvent>('fills', query, { trade_type: query.tradeTypes }),
    lastFill: (account, orderID) =>
      read<OrderEvent>(
        'SELECT body FROM fills WHERE account_id = ? AND order_id = ? ORDER BY exec_seq DESC LIMIT 1',
        [account, orderID],
      )[0],
    fundingFees: (query) => page<FundingFeeEvent>('funding_fees', query),
    closedPositions: (query) => page<ClosedPositionEvent>('closed_positions', query),
  };
}

/** Drops what an account has had for too long, or has too much of. The newest row says what time it is. */
export function pruneHistory(database: Database.Database, account: AccountID, retention: Retention): void {
  for (const table of HISTORY_TABLES) {
    const newest = fieldOf(
      database.prepare(`SELECT max(at_ms) AS ms FROM ${table} WHERE account_id = ?`).get(account),
      'ms',
    );
    if (typeof newest !== 'number') continue;
    database
      .prepare(`DELETE FROM ${table} WHERE account_id = ? AND at_ms < ?`)
      .run(account, newest - retention.days * DAY_MS);
    database
      .prepare(
        `DELETE FROM ${table} WHERE account_id = ? AND exec_seq <= (SELECT exec_seq FROM ${table}
           WHERE account_id = ? ORDER BY exec_seq DESC LIMIT 1 OFFSET ?)`,
      )
      .run(account, account, retention.rowsMax);
  }
}
