/** Reads real recordings: minute candles as CSV, and Binance's raw USD-M stream (depth, trades; one message a line). */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { type BookLook, LOOK_MS, lookAt, mergePrints, type TakenOrder, type Tape } from './tape.ts';

const textOf = (path: string): string => gunzipSync(readFileSync(path)).toString();

/** Closes by minute, oldest first. */
export function readCloses(path: string): Map<string, number> {
  const rows = textOf(path).trim().split('\n').slice(1);
  return new Map(
    rows.map((row) => {
      const [time = '', , , , close] = row.split(',');
      return [time, Number(close)];
    }),
  );
}

type Rows = readonly (readonly [price: string, qty: string])[];

/** BTCUSDT's tick there. */
const TICK = 0.1;
/** Levels of each side that a look needs. */
const LEVELS = 400;

function createSide(isBetter: (a: number, b: number) => boolean) {
  const qtyByTicks = new Map<number, number>();
  return {
    apply(rows: Rows) {
      for (const [price, qty] of rows) {
        const ticks = Math.round(Number(price) / TICK);
        if (Number(qty) === 0) qtyByTicks.delete(ticks);
        else qtyByTicks.set(ticks, Number(qty));
      }
    },
    top: () => [...qtyByTicks].sort(([a], [b]) => (isBetter(a, b) ? -1 : 1)).slice(0, LEVELS),
  };
}

interface StreamMessage {
  readonly lastUpdateId?: number;
  readonly bids?: Rows;
  readonly asks?: Rows;
  readonly stream?: string;
  readonly data?: { T: number; p?: string; q?: string; m?: boolean; X?: string; b?: Rows; a?: Rows };
}

export function readTape(path: string): Tape {
  const prints: TakenOrder[] = [];
  const looks: BookLook[] = [];
  const bids = createSide((a, b) => a > b);
  const asks = createSide((a, b) => a < b);
  let hasSnapshot = false;
  let nextLookMs = 0;
  for (const line of textOf(path).trim().split('\n')) {
    const message = JSON.parse(line.slice(line.indexOf(' ') + 1)) as StreamMessage;
    const { data } = message;
    if (message.bids !== undefined && message.asks !== undefined) {
      bids.apply(message.bids);
      asks.apply(message.asks);
      hasSnapshot = true;
    } else if (data !== undefined && message.stream?.endsWith('@trade') && data.X === 'MARKET') {
      const sign = data.m === true ? -1 : 1;
      prints.push({ atMs: data.T, price: Number(data.p) / TICK, qty: Number(data.q), sign });
    } else if (data?.b !== undefined && data.a !== undefined && message.stream?.includes('@depth')) {
      bids.apply(data.b);
      asks.apply(data.a);
      if (!hasSnapshot || data.T < nextLookMs) continue;
      const look = lookAt(bids.top(), asks.top());
      if (look !== undefined && look.ask > look.bid) looks.push(look);
      nextLookMs = data.T + LOOK_MS;
    }
  }
  return { orders: mergePrints(prints), looks };
}
