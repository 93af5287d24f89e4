/** A page that looks at the account, as any tab does: what it is told never takes back what it was told before. */
import type { Subscriber, TopicHub } from '../../src/relay/topic-hub.ts';
import { decimal } from './exchange-door.ts';
import type { Engine } from './exchange-engine.ts';

interface OrderRow {
  readonly orderID: string;
  readonly ordStatus: string;
  readonly execSeq: number;
  readonly execID: string;
  readonly execStatus: string;
  readonly priceRp: string;
  readonly stopPxRp: string;
  readonly takeProfitRp: string;
  readonly stopLossRp: string;
  readonly orderQty: string;
  readonly cumQty: string;
}
interface AccountText {
  readonly type: string;
  readonly orders_p: readonly OrderRow[];
  readonly positions_p: readonly { symbol: string; posSide: string; side: string; size: string }[];
}

export interface Tab {
  leave(): void;
  /** What it shows and the exchange does not, or the other way round; undefined before it has been told anything. */
  differences(engine: Engine, options: { andFills: boolean }): readonly string[] | undefined;
}

/** Of a frame, by its second byte where the length is in the bytes after it. */
const HEAD_BYTES = { 126: 4, 127: 10 } as const;
const CLOSED = new Set(['Filled', 'Canceled', 'Rejected']);
const describeOrder = (row: OrderRow): string =>
  [row.orderID, row.priceRp, row.stopPxRp, row.takeProfitRp, row.stopLossRp, row.orderQty, row.cumQty].join(
    ' ',
  );

function missing(from: ReadonlySet<string>, among: ReadonlySet<string>, label: string): string[] {
  return [...from].filter((one) => !among.has(one)).map((one) => `${label}: ${one}`);
}

export function openTab(hub: TopicHub, onText: (text: string) => void, onFault: (what: string) => void): Tab {
  const orders = new Map<string, OrderRow>();
  const fills = new Set<string>();
  const positions = new Map<string, string>();
  let hasSnapshot = false;

  const applyOrder = (row: OrderRow, isSnapshot: boolean) => {
    const known = orders.get(row.orderID);
    if (known !== undefined && known.execSeq > row.execSeq) return;
    if (known !== undefined && CLOSED.has(known.ordStatus) && !CLOSED.has(row.ordStatus)) {
      onFault(`I9: ${row.orderID} was ${known.ordStatus} and is ${row.ordStatus} again (${isSnapshot})`);
    }
    orders.set(row.orderID, row);
  };
  const subscriber: Subscriber = {
    deliver(_topic, frame) {
      const text = frame.subarray(HEAD_BYTES[(frame[1] ?? 0) as 126 | 127] ?? 2).toString('utf8');
      onText(text);
      const told = JSON.parse(text) as AccountText;
      const isSnapshot = told.type === 'snapshot';
      if (isSnapshot) {
        checkSnapshot(told.orders_p, orders, onFault);
        hasSnapshot = true;
        positions.clear();
        for (const [id, { ordStatus }] of orders) if (!CLOSED.has(ordStatus)) orders.delete(id);
      }
      for (const row of told.orders_p) {
        applyOrder(row, isSnapshot);
        if (row.execStatus.endsWith('Fill')) fills.add(row.execID);
      }
      for (const { symbol, posSide, side, size } of told.positions_p) {
        // A symbol is in one position mode: the rows of the other are history.
        for (const gone of posSide === 'Merged' ? ['Long', 'Short'] : ['Merged'])
          positions.delete(`${symbol} ${gone}`);
        const leg = `${symbol} ${posSide}`;
        if (side === 'None') positions.delete(leg);
        else positions.set(leg, `${leg} ${side} ${size}`);
      }
    },
  };
  hub.subscribe({ kind: 'account' }, subscriber, () => {});

  return {
    leave: () => hub.unsubscribe({ kind: 'account' }, subscriber),
    differences(engine, { andFills }) {
      if (!hasSnapshot) return undefined;
      const open = [...orders.values()].filter(({ ordStatus }) => !CLOSED.has(ordStatus));
      const shown = new Set([...open.map(describeOrder), ...positions.values()]);
      const real = new Set([
        ...engine
          .open()
          .map(({ orderID, price, trigger, takeProfit, stopLoss, lots, filledLots }) =>
            [orderID, price, trigger, takeProfit, stopLoss, decimal(lots, 3), decimal(filledLots, 3)].join(
              ' ',
            ),
          ),
        ...engine.positions().flatMap(({ symbol, leg, lots }) => {
          const side = lots > 0 ? 'Buy' : 'Sell';
          return lots === 0 ? [] : [`${symbol} ${leg} ${side} ${decimal(Math.abs(lots), 3)}`];
        }),
      ]);
      const lastFills = engine.events
        .flatMap(({ fill, execID }) => (fill === undefined ? [] : [execID]))
        .slice(-90);
      return [
        ...missing(shown, real, 'only shown'),
        ...missing(real, shown, 'not shown'),
        // A fill that a stream has lost is in the snapshot after the next resync, if there is one.
        ...(andFills ? missing(new Set(lastFills), fills, 'fill not shown') : []),
      ];
    },
  };
}

/** The newest word of a snapshot about an order is never older than what was known. */
function checkSnapshot(
  rows: readonly OrderRow[],
  known: ReadonlyMap<string, OrderRow>,
  onFault: (what: string) => void,
): void {
  const newest = new Map<string, number>();
  for (const { orderID, execSeq } of rows) newest.set(orderID, Math.max(newest.get(orderID) ?? 0, execSeq));
  for (const [orderID, execSeq] of newest) {
    const before = known.get(orderID)?.execSeq ?? 0;
    if (before > execSeq)
      onFault(`I9: a snapshot has ${orderID} at ${execSeq}, and a tab was told ${before}`);
  }
}
