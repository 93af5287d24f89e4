/** Closed minute candles in a SQLite file, `market.db` of the data folder: one row per product and minute. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import type { ProductSymbol } from '#contract/brand.ts';
import type { Lots, Ticks, Units } from '../commands.ts';
import { StoreError } from '../store/account-store.ts';
import type { Bar } from './bar.ts';
import type { CandleStore } from './candle-store.ts';
import { mixHash } from './random.ts';

const FILE = 'market.db';
/** Raised when the path's arithmetic changes: candles that traded around another path would not join it. */
const PATH_VERSION = 3;

/** Older rows are never read again. They go as their product's next ones come: a start has no time to look for them. */
const KEPT_SEC = 30 * 86_400;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS candles (
    symbol TEXT NOT NULL,
    open_time_sec INTEGER NOT NULL,
    open INTEGER NOT NULL,
    high INTEGER NOT NULL,
    low INTEGER NOT NULL,
    close INTEGER NOT NULL,
    volume INTEGER NOT NULL,
    turnover TEXT NOT NULL,
    PRIMARY KEY (symbol, open_time_sec)
  ) WITHOUT ROWID`;

interface Row {
  readonly open_time_sec: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Units exceed what SQLite's 64-bit integers hold, so they are text. */
  readonly turnover: string;
}

const barOf = (row: Row): Bar => ({
  openTimeSec: row.open_time_sec,
  open: row.open as Ticks,
  high: row.high as Ticks,
  low: row.low as Ticks,
  close: row.close as Ticks,
  volume: row.volume as Lots,
  turnover: BigInt(row.turnover) as Units,
});

function openDatabase(folder: string, seed: number): Database.Database {
  const path = join(folder, FILE);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
    const database = new Database(path);
    database.exec('PRAGMA journal_mode = WAL');
    // A candle lost to a power cut is filled in from the path: not worth a sync per minute.
    database.exec('PRAGMA synchronous = NORMAL');
    database.exec(SCHEMA);
    const origin = mixHash(seed, PATH_VERSION) | 0;
    const known = database.prepare('PRAGMA user_version').get() as { user_version: number };
    if (known.user_version !== origin) {
      database.exec('DELETE FROM candles');
      database.exec(`PRAGMA user_version = ${origin}`);
    }
    return database;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StoreError(`Cannot use ${path}: ${reason}`, { cause: error });
  }
}

/**
 * Opens or makes the file. Candles made with another seed would not join the path, so they are dropped.
 * @throws StoreError with one clear sentence.
 */
export function openCandleFile(folder: string, seed: number, nowMs: number): CandleStore {
  const database = openDatabase(folder, seed);
  const oldestSec = Math.floor(nowMs / 1000) - KEPT_SEC;
  const select = database.prepare(
    'SELECT * FROM candles WHERE symbol = ? AND open_time_sec >= ? AND open_time_sec < ? ORDER BY open_time_sec',
  );
  const insert = database.prepare('INSERT OR REPLACE INTO candles VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM candles WHERE symbol = ? AND open_time_sec < ?');
  const insertAll = database.transaction((symbol: ProductSymbol, bars: readonly Bar[]) => {
    remove.run(symbol, (bars[0]?.openTimeSec ?? 0) - KEPT_SEC);
    for (const bar of bars) {
      const { openTimeSec, open, high, low, close, volume, turnover } = bar;
      insert.run(symbol, openTimeSec, open, high, low, close, volume, turnover.toString());
    }
  });
  return {
    load: (symbol, fromSec, toSec) =>
      (select.all(symbol, Math.max(fromSec, oldestSec), toSec) as Row[]).map(barOf),
    append: (symbol, bars) => insertAll(symbol, bars),
    close: () => {
      database.close();
    },
  };
}
