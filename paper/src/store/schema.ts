/**
 * The tables of `exchange.db`. Keys are columns, the rest of a row is JSON text (row-text.ts); what histories are asked
 * by is read out of that text by generated columns, which exist in the indexes only.
 */

const FIRST = `
  CREATE TABLE meta (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE accounts (account_id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
  CREATE TABLE holdings (
    account_id INTEGER NOT NULL, symbol TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (account_id, symbol)) WITHOUT ROWID;
  CREATE TABLE legs (
    account_id INTEGER NOT NULL, symbol TEXT NOT NULL, pos_side TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (account_id, symbol, pos_side)) WITHOUT ROWID;
  CREATE TABLE open_orders (order_id TEXT PRIMARY KEY, queued_seq INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE closed_orders (
    account_id INTEGER NOT NULL, exec_seq INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (account_id, exec_seq)) WITHOUT ROWID;
  CREATE TABLE fills (
    account_id INTEGER NOT NULL, exec_seq INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (account_id, exec_seq)) WITHOUT ROWID;
`;

/** Nanoseconds are boxed in the text, since JSON has no integers of their size. */
const ms = (path: string): string => `CAST(json_extract(body, '${path}.n') AS INTEGER) / 1000000`;

const column = (table: string, name: string, type: string, source: string): string =>
  `ALTER TABLE ${table} ADD COLUMN ${name} ${type} GENERATED ALWAYS AS (${source}) VIRTUAL;`;

const text = (table: string, name: string, path: string): string =>
  column(table, name, 'TEXT', `json_extract(body, '${path}')`);

const HISTORIES = `
  CREATE TABLE funding_fees (
    account_id INTEGER NOT NULL, exec_seq INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (account_id, exec_seq)) WITHOUT ROWID;
  CREATE TABLE closed_positions (
    account_id INTEGER NOT NULL, exec_seq INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (account_id, exec_seq)) WITHOUT ROWID;

  ${column('closed_orders', 'at_ms', 'INTEGER', ms('$.actionNs'))}
  ${text('closed_orders', 'symbol', '$.symbol')}
  ${text('closed_orders', 'status', '$.ordStatus')}
  ${text('closed_orders', 'type', '$.ordType')}
  ${text('closed_orders', 'order_id', '$.orderID')}
  ${text('closed_orders', 'cl_ord_id', '$.clOrdID')}
  CREATE INDEX closed_orders_by_time ON closed_orders (account_id, at_ms, exec_seq, symbol, status, type);
  CREATE INDEX closed_orders_by_id ON closed_orders (account_id, order_id);
  CREATE INDEX closed_orders_by_client_id ON closed_orders (account_id, cl_ord_id);

  ${column('fills', 'at_ms', 'INTEGER', ms('$.order.transactNs'))}
  ${text('fills', 'symbol', '$.order.symbol')}
  ${column('fills', 'trade_type', 'TEXT', "coalesce(json_extract(body, '$.execution.tradeType'), 'Trade')")}
  ${text('fills', 'order_id', '$.order.orderID')}
  CREATE INDEX fills_by_time ON fills (account_id, at_ms, exec_seq, symbol, trade_type);
  CREATE INDEX fills_by_order ON fills (account_id, order_id, exec_seq);

  ${column('funding_fees', 'at_ms', 'INTEGER', ms('$.atNs'))}
  ${text('funding_fees', 'symbol', '$.symbol')}
  CREATE INDEX funding_fees_by_time ON funding_fees (account_id, at_ms, exec_seq, symbol);

  ${column('closed_positions', 'at_ms', 'INTEGER', ms('$.closedNs'))}
  ${text('closed_positions', 'symbol', '$.symbol')}
  CREATE INDEX closed_positions_by_time ON closed_positions (account_id, at_ms, exec_seq, symbol);

  CREATE VIEW orders AS
    SELECT account_id, at_ms, exec_seq, symbol, status, type, order_id, cl_ord_id, body FROM closed_orders
    UNION ALL
    SELECT json_extract(body, '$.view.accountID'), ${ms('$.view.actionNs')}, json_extract(body, '$.view.execSeq'),
      json_extract(body, '$.view.symbol'), json_extract(body, '$.view.ordStatus'),
      json_extract(body, '$.view.ordType'), order_id, json_extract(body, '$.view.clOrdID'),
      json_extract(body, '$.view')
    FROM open_orders;
`;

/** Each makes the tables of one version out of those of the version before; a new file goes through all of them. */
export const MIGRATIONS: readonly string[] = [FIRST, HISTORIES];

/** Stands in the file (PRAGMA user_version); a file with a higher one is refused. */
export const SCHEMA_VERSION = MIGRATIONS.length;
