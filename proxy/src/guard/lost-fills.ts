/**
 * What a fill tells of those before it: its order says how much has been filled in all, its leg what is held after it.
 * Where that is more than the stream has told, an event was lost, and the account is read anew at once. The last fill of a
 * leg has none after it: it shows once any event brings the leg's row along, with a size that no fill announces.
 */
import type { OrderID, Qty } from '#contract/brand.ts';
import { abs, add, compare, negate, sign, sub, ZERO_QTY } from '#contract/decimal.ts';
import type { AccountUpdate, Fill, Order, PositionRow } from '#contract/model.ts';
import { compareWords } from '#contract/order-record.ts';
import type { Cancel, Time } from '../time.ts';
import type { Log } from '../watch/log.ts';

export interface LostFillsTiming {
  /** The row of the position may come after the fill. */
  readonly settleMs: number;
  /** From one reading anew to the next; doubled while one is wanted right after the other. */
  readonly pauseMs: number;
}
const LOST_FILLS_TIMING: LostFillsTiming = { settleMs: 1_000, pauseMs: 5_000 };
const DOUBLINGS_MAX = 4;

export interface LostFillsNeeds {
  readonly time: Time;
  readonly log: Log;
  /** As it was told last, open or closed. */
  known(orderID: OrderID): Order | undefined;
  /** Asks the exchange for the account anew. */
  resync(): void;
  readonly timing?: LostFillsTiming | undefined;
}

export interface LostFills {
  /** Before the view takes it in. */
  judge(update: AccountUpdate): void;
  /** The stream begins anew: what was awaited will not come. */
  restart(): void;
  /** How often something was missing. */
  count(): number;
}

interface Awaited {
  readonly leg: string;
  readonly held: Qty;
}

const legOf = ({ symbol, posSide }: Fill | PositionRow): string => `${symbol} ${posSide ?? 'Merged'}`;
const signed = (side: Fill['side'], qty: Qty): Qty => (side === 'Buy' ? qty : negate(qty));
const heldIn = ({ position }: PositionRow): Qty =>
  position === undefined ? ZERO_QTY : signed(position.side, abs(position.size));
const sum = (all: readonly Qty[]): Qty => all.reduce(add, ZERO_QTY);

function byLeg(fills: readonly Fill[]): ReadonlyMap<string, readonly Fill[]> {
  const legs = new Map<string, Fill[]>();
  for (const fill of fills) legs.set(legOf(fill), [...(legs.get(legOf(fill)) ?? []), fill]);
  return legs;
}

/** Reads the account anew when asked, with a pause from one time to the next. */
function createPacedReading(time: Time, timing: LostFillsTiming, read: () => void) {
  let readAtMs = Number.NEGATIVE_INFINITY;
  let doublings = 0;
  let cancelDue: Cancel | undefined;
  const readNow = () => {
    readAtMs = time.monoMs();
    read();
  };
  return {
    isDue: () => cancelDue !== undefined,
    ask() {
      const sinceMs = time.monoMs() - readAtMs;
      const pauseMs = timing.pauseMs * 2 ** doublings;
      doublings = sinceMs < 2 * pauseMs ? Math.min(doublings + 1, DOUBLINGS_MAX) : 0;
      if (sinceMs >= pauseMs) readNow();
      else cancelDue = time.after(pauseMs - sinceMs, readNow);
    },
    cancel() {
      cancelDue?.();
      cancelDue = undefined;
    },
  };
}

export function createLostFills(needs: LostFillsNeeds): LostFills {
  const { time, log, known, resync, timing = LOST_FILLS_TIMING } = needs;
  /** By the fills themselves, from the snapshot on: the rows come when they come. undefined: a fill did not say. */
  const chain = new Map<string, Qty | undefined>();
  const rows = new Map<string, Qty>();
  const awaited = new Set<Awaited>();
  let isWhole = false;
  let count = 0;

  const restart = () => {
    isWhole = false;
    reading.cancel();
    for (const held of [chain, rows, awaited]) held.clear();
  };
  const reading = createPacedReading(time, timing, () => {
    restart();
    resync();
  });
  const onLoss = (what: object) => {
    // One loss shows in several ways; the snapshot that was asked for makes all of them good.
    if (!isWhole || reading.isDue()) return;
    count += 1;
    log.warn(what, 'the account stream has lost a fill: reading it anew');
    reading.ask();
  };

  const judgeOrder = (order: Order, fills: readonly Fill[]) => {
    const { orderID, symbol, qty, cumQty } = order;
    // More than was ordered is nonsense, which the quarantine asks about.
    if (sign(qty) > 0 && compare(cumQty, qty) > 0) return;
    const before = known(orderID);
    if (before !== undefined && compareWords(order, before) < 0) return;
    const told = sum(fills.filter((fill) => fill.orderID === orderID).map(({ qty }) => qty));
    const grown = sub(cumQty, before?.cumQty ?? ZERO_QTY);
    if (compare(grown, told) > 0) onLoss({ symbol, orderID, filled: grown, told });
  };
  const judgeLeg = (leg: string, fills: readonly Fill[]) => {
    const said = fills.flatMap(({ heldAfter }) => (heldAfter === undefined ? [] : [heldAfter]));
    const before = chain.get(leg);
    const moved = sum(fills.map(({ side, qty }) => signed(side, qty)));
    const expected = before === undefined ? undefined : add(before, moved);
    // The fills of one message may come in any order.
    const held = said.find((one) => one === expected) ?? said.at(-1);
    chain.set(leg, held);
    if (held === undefined) return;
    const awaits = { leg, held };
    awaited.add(awaits);
    time.after(timing.settleMs, () => {
      if (awaited.delete(awaits)) onLoss({ leg, held, shown: rows.get(leg) });
    });
    // A fill that is told twice changes nothing.
    if (expected !== undefined && held !== expected && held !== before) onLoss({ leg, held, expected });
  };
  /** What a snapshot does not name is flat. */
  const told = (leg: string) => (chain.has(leg) ? chain.get(leg) : ZERO_QTY);
  const judgeRow = (leg: string) => {
    const held = told(leg);
    const shown = rows.get(leg);
    if (held === undefined || held === shown) return;
    // The fill may come after its row.
    time.after(timing.settleMs, () => {
      if (told(leg) === held && rows.get(leg) === shown) onLoss({ leg, held, shown });
    });
  };
  /** The row shows what a fill said: so it was right about that one, and those before it are history. */
  const settle = (leg: string) => {
    const all = [...awaited].filter((one) => one.leg === leg);
    const shown = all.findLastIndex(({ held }) => held === rows.get(leg));
    for (const one of all.slice(0, shown + 1)) awaited.delete(one);
  };

  return {
    judge({ kind, orders, fills, positions }) {
      if (kind === 'snapshot') restart();
      for (const row of positions) rows.set(legOf(row), heldIn(row));
      if (kind === 'snapshot') {
        for (const [leg, held] of rows) chain.set(leg, held);
        isWhole = true;
        return;
      }
      if (!isWhole) return;
      for (const order of orders) judgeOrder(order, fills);
      for (const [leg, ofLeg] of byLeg(fills)) judgeLeg(leg, ofLeg);
      for (const leg of new Set([...positions, ...fills].map(legOf))) settle(leg);
      for (const row of positions) judgeRow(legOf(row));
    },
    restart,
    count: () => count,
  };
}
