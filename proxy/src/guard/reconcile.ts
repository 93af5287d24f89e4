/**
 * Compares what the private stream has told with what the exchange answers when asked: a stream can lose an event
 * without a trace. Where they differ twice in a row the stream is subscribed to anew, and its snapshot makes it good.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Order } from '#contract/model.ts';
import type { ExchangeReader } from '../exchange/exchange-reader.ts';
import type { Time } from '../time.ts';
import type { Log } from '../watch/log.ts';
import type { AccountView } from './account-view.ts';

export interface ReconcileTiming {
  readonly roundMs: number;
  /** A difference is looked at again before it counts: the answer and the stream are never of the same moment. */
  readonly againMs: number;
}
const RECONCILE_TIMING: ReconcileTiming = { roundMs: 15_000, againMs: 2_000 };
/** No more symbols a round than the request budget bears. */
const SYMBOLS_MAX = 20;

export interface ReconcileNeeds {
  readonly view: AccountView;
  readonly reader: ExchangeReader;
  readonly time: Time;
  readonly log: Log;
  /** Where there may be orders that the stream has not told of. */
  symbols(): readonly ProductSymbol[];
  /** Asks the exchange for the account anew. */
  resync(): void;
  readonly timing?: ReconcileTiming;
}

export interface Reconcile {
  mismatches(): number;
  stop(): void;
}

/** A trailing order only by its being there: its prices follow the market. So does the size of one that closes a position. */
function mark({ orderID, ordStatus, leavesQty, price, trigger, trail, ...order }: Order): string {
  const protections = `${order.takeProfit?.price} ${order.stopLoss?.price}`;
  if (ordStatus !== 'Untriggered') return `${orderID} ${price} ${leavesQty} ${protections}`;
  const size = order.closeOnTrigger === true ? 'of the position' : order.qty;
  return trail === undefined
    ? `${orderID} ${ordStatus} ${price} ${size} ${trigger?.price} ${protections}`
    : `${orderID} ${ordStatus}`;
}

/** What not every reply tells: its documents and samples show lists of open orders without some of these. */
const details = ({ trigger, takeProfit, stopLoss }: Order): readonly (string | undefined)[] => [
  trigger?.source,
  ...[takeProfit, stopLoss].flatMap((protection) => [protection?.limit, protection?.source]),
];

/** Where both tell, and differ. */
function contradictions(seen: readonly Order[], told: readonly Order[]): readonly string[] {
  const known = new Map(seen.map((order) => [order.orderID, details(order)]));
  return told.flatMap((order) =>
    details(order).flatMap((detail, index) => {
      const before = known.get(order.orderID)?.[index];
      const isOff = detail !== undefined && before !== undefined && detail !== before;
      return isOff ? [`${order.orderID} ${index} ${before} ${detail}`] : [];
    }),
  );
}

/** What one side has and the other has not. */
function differences(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...[...a].filter((one) => !b.has(one)), ...[...b].filter((one) => !a.has(one))]);
}

export function createReconcile(needs: ReconcileNeeds): Reconcile {
  const { view, reader, time, log, resync, timing = RECONCILE_TIMING } = needs;
  let mismatches = 0;
  let turn = 0;
  let isOver = false;

  const ordersOff = async (symbol: ProductSymbol): Promise<ReadonlySet<string>> => {
    const told = await reader.openOrders(symbol);
    if (told === undefined) return new Set();
    const seen = view.openOrders().filter((order) => order.symbol === symbol);
    const off = differences(new Set(seen.map(mark)), new Set(told.map(mark)));
    return new Set([...off, ...contradictions(seen, told)]);
  };
  const positionsOff = async (): Promise<ReadonlySet<string>> => {
    const account = await reader.account();
    if (account === undefined) return new Set();
    const sizes = (rows: ReturnType<AccountView['positions']>) =>
      new Set(
        rows.flatMap(({ position }) =>
          position === undefined
            ? []
            : [`${position.symbol} ${position.posSide} ${position.side} ${position.size}`],
        ),
      );
    return differences(sizes(view.positions()), sizes(account.positions));
  };
  const symbols = (): readonly ProductSymbol[] => {
    const all = [...new Set([...view.openOrders().map(({ symbol }) => symbol), ...needs.symbols()])];
    const turns = Math.max(1, Math.ceil(all.length / SYMBOLS_MAX));
    const first = (turn % turns) * SYMBOLS_MAX;
    turn += 1;
    return all.slice(first, first + SYMBOLS_MAX);
  };
  const compare = async (look: () => Promise<ReadonlySet<string>>, what: string): Promise<boolean> => {
    const before = await look();
    if (before.size === 0 || isOver) return false;
    await new Promise<void>((resolve) => time.after(timing.againMs, resolve));
    if (isOver) return false;
    const after = await look();
    const stays = [...before].filter((one) => after.has(one));
    if (stays.length === 0) return false;
    mismatches += 1;
    log.warn({ what, count: stays.length }, 'the account stream has lost something: reading it anew');
    return true;
  };
  const round = async (): Promise<void> => {
    if (view.wholeSinceMs() === undefined) return;
    for (const symbol of symbols()) {
      if (await compare(() => ordersOff(symbol), `orders of ${symbol}`)) return resync();
    }
    if (await compare(positionsOff, 'positions')) resync();
  };

  let isRunning = false;
  const stop = time.every(timing.roundMs, () => {
    if (isRunning) return;
    isRunning = true;
    void round().finally(() => {
      isRunning = false;
    });
  });
  return {
    mismatches: () => mismatches,
    stop() {
      isOver = true;
      stop();
    },
  };
}
