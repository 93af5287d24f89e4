/** The tables of `exchange.db`. Keys are columns, the rest of a row is JSON text (row-text.ts). */

/** Stands in the file (PRAGMA user_version); a file with a higher one is refused. */
export const SCHEMA_VERSION = 1;

export const SCHEMA = `
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
