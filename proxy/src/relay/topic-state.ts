/**
 * What a late joiner of a topic needs, kept from its messages and handed on as one snapshot of the same wire shape:
 * the book, the last 200 trades, the last 1,000 candles, every ticker, the newest tick.
 */
import type { BookCheck } from '#contract/book-check.ts';
import type { Topic } from '#contract/wire/stream-requests.ts';
import type { LineMessage } from '../exchange/exchange-line.ts';
import { createAccountState } from './account-state.ts';
import { type BookStateNeeds, createBookState } from './book-state.ts';
import { joinList, joinObject, listParts, objectParts } from './raw-json.ts';

export interface TopicState {
  apply(message: LineMessage): void;
  /** undefined before the exchange's own first snapshot. */
  snapshot(): string | undefined;
  /** Of a book: whether it is the exchange's, as far as that is known. */
  check?(): BookCheck | undefined;
  clear(): void;
}

/** As many as the exchange's own snapshots hold. */
const TRADES_KEPT = 200;
const CANDLES_KEPT = 1000;

export function createTopicState(topic: Topic, needs: BookStateNeeds): TopicState {
  switch (topic.kind) {
    case 'book':
      return createBookState(topic.symbol, needs);
    case 'trades':
      return createTradesState();
    case 'candles':
      return createCandlesState();
    case 'tickers':
      return createTickersState();
    case 'tick':
      return createTickState();
    case 'account':
      return createAccountState();
  }
}

/** The newest message, with `key` holding `list` and the type of a snapshot. */
function asSnapshot(envelope: ReadonlyMap<string, string>, key: string, list: string): string {
  return joinObject(new Map([...envelope, [key, list], ['type', '"snapshot"']]));
}

function createTradesState(): TopicState {
  let envelope: Map<string, string> | undefined;
  /** Newest first. */
  let rows: string[] = [];
  return {
    apply({ parsed, text }) {
      if (envelope === undefined && parsed.type !== 'snapshot') return;
      envelope = objectParts(text);
      const news = listParts(envelope.get('trades_p') ?? '[]');
      rows = parsed.type === 'snapshot' ? news : [...news, ...rows];
      rows.length = Math.min(rows.length, TRADES_KEPT);
    },
    snapshot: () => (envelope === undefined ? undefined : asSnapshot(envelope, 'trades_p', joinList(rows))),
    clear() {
      envelope = undefined;
      rows = [];
    },
  };
}

function createCandlesState(): TopicState {
  let envelope: Map<string, string> | undefined;
  /** By open time, in seconds; oldest first. */
  let rows = new Map<number, string>();
  return {
    apply({ parsed, text }) {
      if (envelope === undefined && parsed.type !== 'snapshot') return;
      envelope = objectParts(text);
      const texts = listParts(envelope.get('kline_p') ?? '[]');
      const values = parsed.kline_p as readonly (readonly unknown[])[];
      if (parsed.type === 'snapshot') rows = new Map();
      for (let i = texts.length - 1; i >= 0; i--) rows.set(Number(values[i]?.[0]), texts[i] ?? '');
      for (const [openTime] of rows) {
        if (rows.size <= CANDLES_KEPT) break;
        rows.delete(openTime);
      }
    },
    snapshot() {
      if (envelope === undefined) return undefined;
      const newestFirst = [...rows].sort(([a], [b]) => b - a).map(([, row]) => row);
      return asSnapshot(envelope, 'kline_p', joinList(newestFirst));
    },
    clear() {
      envelope = undefined;
      rows = new Map();
    },
  };
}

function createTickersState(): TopicState {
  let envelope: Map<string, string> | undefined;
  const rows = new Map<string, string>();
  return {
    apply({ parsed, text }) {
      const { fields, data } = parsed;
      if (!Array.isArray(fields) || !Array.isArray(data)) return;
      envelope = objectParts(text);
      const column = fields.indexOf('symbol');
      const texts = listParts(envelope.get('data') ?? '[]');
      for (const [index, row] of (data as readonly unknown[]).entries()) {
        const symbol: unknown = Array.isArray(row) ? row[column] : undefined;
        const rowText = texts[index];
        if (typeof symbol === 'string' && rowText !== undefined) rows.set(symbol, rowText);
      }
    },
    snapshot: () =>
      envelope === undefined ? undefined : asSnapshot(envelope, 'data', joinList(rows.values())),
    clear() {
      envelope = undefined;
      rows.clear();
    },
  };
}

function createTickState(): TopicState {
  let newest: string | undefined;
  return {
    apply({ text }) {
      newest = text;
    },
    snapshot: () => newest,
    clear() {
      newest = undefined;
    },
  };
}
