/**
 * The account as the private stream has told it: wallets, positions, open orders, the last 100 closed orders and the
 * last 100 fills, each in the exchange's own text. A snapshot of the exchange speaks for the accounts it names.
 */
import { ENDED_STATUSES } from '#contract/vocabulary.ts';
import type { LineMessage } from '../exchange/exchange-line.ts';
import { joinList, joinObject, listParts, objectParts } from './raw-json.ts';
import type { TopicState } from './topic-state.ts';

/** As many as the exchange's own snapshots hold. */
const CLOSED_KEPT = 100;
const FILLS_KEPT = 100;

interface Row {
  readonly accountID: string;
  readonly execSeq: number;
  readonly text: string;
}

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** The rows of a list, as values and as texts side by side. */
function* rowsOf(list: unknown, listText: string | undefined): Generator<[Fields, Row]> {
  if (!Array.isArray(list) || listText === undefined) return;
  const texts = listParts(listText);
  for (const [index, value] of (list as readonly unknown[]).entries()) {
    const text = texts[index];
    if (!isRecord(value) || text === undefined) continue;
    const { accountID, execSeq } = value;
    yield [value, { accountID: String(accountID), execSeq: Number(execSeq ?? 0), text }];
  }
}

/** Drops the oldest entries beyond `kept`. */
function trim(rows: Map<string, Row>, kept: number): void {
  for (const [key] of rows) {
    if (rows.size <= kept) return;
    rows.delete(key);
  }
}

/** Puts the row last, unless a newer one is known. */
function put(rows: Map<string, Row>, key: string, row: Row): void {
  const known = rows.get(key);
  if (known !== undefined && known.execSeq > row.execSeq) return;
  rows.delete(key);
  rows.set(key, row);
}

export function createAccountState(): TopicState {
  const wallets = new Map<string, Row>();
  const positions = new Map<string, Row>();
  const open = new Map<string, Row>();
  const closed = new Map<string, Row>();
  const fills = new Map<string, Row>();
  const all = [wallets, positions, open, closed, fills];
  let envelope: Map<string, string> | undefined;

  const forget = (accountIDs: ReadonlySet<string>) => {
    for (const rows of all) {
      for (const [key, row] of rows) if (accountIDs.has(row.accountID)) rows.delete(key);
    }
  };
  const applyOrder = (event: Fields, row: Row) => {
    const orderID = String(event.orderID);
    const isClosed = ENDED_STATUSES.has(String(event.ordStatus));
    const known = open.get(orderID) ?? closed.get(orderID);
    if (known === undefined || known.execSeq <= row.execSeq) {
      open.delete(orderID);
      closed.delete(orderID);
      put(isClosed ? closed : open, orderID, row);
    }
    if (event.execStatus === 'MakerFill' || event.execStatus === 'TakerFill') {
      put(fills, String(event.execID), row);
    }
    trim(closed, CLOSED_KEPT);
    trim(fills, FILLS_KEPT);
  };

  return {
    apply({ parsed, text }: LineMessage) {
      if (envelope === undefined && parsed.type !== 'snapshot') return;
      envelope = objectParts(text);
      const rows = (key: string) => [...rowsOf(parsed[key], envelope?.get(key))];
      const [walletRows, orderRows, positionRows] = ['accounts_p', 'orders_p', 'positions_p'].map(rows);
      const everything = [...(walletRows ?? []), ...(orderRows ?? []), ...(positionRows ?? [])];
      if (parsed.type === 'snapshot') forget(new Set(everything.map(([, row]) => row.accountID)));
      for (const [{ currency }, row] of walletRows ?? []) put(wallets, `${row.accountID} ${currency}`, row);
      for (const [{ symbol, posSide }, row] of positionRows ?? []) {
        put(positions, `${row.accountID} ${symbol} ${posSide}`, row);
        dropOtherMode(positions, row.accountID, String(symbol), String(posSide));
      }
      const inOrder = [...(orderRows ?? [])].sort(([, a], [, b]) => a.execSeq - b.execSeq);
      for (const [event, row] of inOrder) applyOrder(event, row);
    },
    snapshot() {
      if (envelope === undefined) return undefined;
      const events = new Set([...open.values(), ...closed.values(), ...fills.values()]);
      const inOrder = [...events].sort((a, b) => a.execSeq - b.execSeq);
      const texts = (rows: Iterable<Row>) => joinList([...rows].map((row) => row.text));
      return joinObject(
        new Map([
          ...envelope,
          ['accounts_p', texts(wallets.values())],
          ['orders_p', texts(inOrder)],
          ['positions_p', texts(positions.values())],
          ['type', '"snapshot"'],
        ]),
      );
    },
    clear() {
      for (const rows of all) rows.clear();
      envelope = undefined;
    },
  };
}

/** A symbol is in one position mode: once it tells of `Merged`, its old legs are history, and the other way round. */
function dropOtherMode(
  positions: Map<string, Row>,
  accountID: string,
  symbol: string,
  posSide: string,
): void {
  const gone = posSide === 'Merged' ? ['Long', 'Short'] : ['Merged'];
  for (const side of gone) positions.delete(`${accountID} ${symbol} ${side}`);
}
