/**
 * The account as the private stream has told it: wallets, positions, open orders, the last 100 ended orders and the
 * last 100 fills, each in the exchange's own text. A snapshot of the exchange speaks for the accounts it names.
 */
import type { OrderID, Qty } from '#contract/brand.ts';
import {
  compareWords,
  isOpen,
  type OrderRecord,
  type OrderWord,
  startOver,
  takeIn,
  trimEnded,
} from '#contract/order-record.ts';
import { readAmount, readNs } from '#contract/wire/fields.ts';
import type { LineMessage } from '../exchange/exchange-line.ts';
import { joinList, joinObject, listParts, objectParts } from './raw-json.ts';
import type { TopicState } from './topic-state.ts';

/** As many as the exchange's own snapshots hold. */
const ENDED_KEPT = 100;
const FILLS_KEPT = 100;

interface Row {
  readonly accountID: string;
  readonly execSeq: number;
  readonly text: string;
}

/** What a row of an order's event says, whether or not the whole of it could be read. */
interface OrderRow extends Row, OrderWord {
  readonly execID: string;
  readonly isFill: boolean;
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

const toOrderRow = ([event, row]: readonly [Fields, Row]): OrderRow => ({
  ...row,
  orderID: String(event.orderID) as OrderID,
  ordStatus: String(event.ordStatus),
  cumQty: (readAmount(event.cumQty) ?? '0') as Qty,
  transactAtMs: readNs(event.transactTimeNs) ?? 0,
  execID: String(event.execID),
  isFill: event.execStatus === 'MakerFill' || event.execStatus === 'TakerFill',
});

function drop(rows: Map<string, Row>, isConcerned: (row: Row) => boolean): void {
  for (const [key, row] of rows) if (isConcerned(row)) rows.delete(key);
}

/** Puts the row last, unless a newer one is known. */
function put<R extends Row>(rows: Map<string, R>, key: string, row: R): void {
  const known = rows.get(key);
  if (known !== undefined && known.execSeq > row.execSeq) return;
  rows.delete(key);
  rows.set(key, row);
}

export function createAccountState(): TopicState {
  const wallets = new Map<string, Row>();
  const positions = new Map<string, Row>();
  const orders: OrderRecord<OrderRow> = { open: new Map(), ended: new Map() };
  /** Oldest first. */
  const fills = new Map<string, OrderRow>();
  const all = [wallets, positions, orders.open, orders.ended, fills];
  let envelope: Map<string, string> | undefined;

  const applyOrder = (row: OrderRow) => {
    takeIn(orders, row);
    trimEnded(orders, ENDED_KEPT);
    if (!row.isFill) return;
    put(fills, row.execID, row);
    const [oldest] = fills.keys();
    if (fills.size > FILLS_KEPT && oldest !== undefined) fills.delete(oldest);
  };

  return {
    apply({ parsed, text }: LineMessage) {
      if (envelope === undefined && parsed.type !== 'snapshot') return;
      envelope = objectParts(text);
      const rows = (key: string) => [...rowsOf(parsed[key], envelope?.get(key))];
      const [walletRows, orderRows, positionRows] = ['accounts_p', 'orders_p', 'positions_p'].map(rows);
      const everything = [...(walletRows ?? []), ...(orderRows ?? []), ...(positionRows ?? [])];
      const words = (orderRows ?? []).map(toOrderRow).sort(compareWords);
      if (parsed.type === 'snapshot') {
        const named = new Set(everything.map(([, row]) => row.accountID));
        const isConcerned = (row: Row) => named.has(row.accountID);
        for (const rows of [wallets, positions, fills]) drop(rows, isConcerned);
        startOver(orders, words, isConcerned);
      }
      for (const [{ currency }, row] of walletRows ?? []) put(wallets, `${row.accountID} ${currency}`, row);
      for (const [{ symbol, posSide }, row] of positionRows ?? []) {
        put(positions, `${row.accountID} ${symbol} ${posSide}`, row);
        dropOtherMode(positions, row.accountID, String(symbol), String(posSide));
      }
      for (const row of words) applyOrder(row);
    },
    snapshot() {
      if (envelope === undefined) return undefined;
      const { open, ended } = orders;
      // A fill of an order whose end is forgotten would tell of it as open.
      const told = [...fills.values()].filter(
        (row) => !isOpen(row) || open.has(row.orderID) || ended.has(row.orderID),
      );
      const inOrder = [...new Set([...open.values(), ...ended.values(), ...told])].sort(compareWords);
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
