/**
 * Whether the journal's last word about a request is true, by what the simulated exchange has really done: carried out
 * once where it says so, and not at all where it says that. What was lost and stands as asked all the same is as good
 * as carried out.
 */
import type { JournalEntry } from '#contract/api.ts';
import type { Amendment, Mutation } from '#contract/wire/mutation.ts';
import { readMutation } from '#contract/wire/mutation-reader.ts';
import type { OrderRef } from '#contract/wire/requests.ts';
import type { Door, DoorRequest } from './exchange-door.ts';
import { LOTS, type ModelOrder } from './exchange-engine.ts';

const UNTOLD = 'shows no longer whether it was carried out';
const NOT_DONE = new Set<JournalEntry['state']>(['NOT_SENT', 'NOT_PLACED', 'REJECTED', 'REFUSED']);

interface VerdictsNeeds {
  readonly door: Door;
  worldMs(): number;
  onFault(what: string): void;
}

const isCancel = ({ request }: JournalEntry): boolean => request.method === 'DELETE';
const asSent = ({ request, expirySec }: JournalEntry): DoorRequest => ({
  method: request.method,
  target: request.query === '' ? request.path : `${request.path}?${request.query}`,
  headers: { 'x-phemex-request-expiry': String(expirySec) },
  body: request.body,
});
const keyOf = ({ method, target, headers, body }: DoorRequest): string =>
  [method, target, headers['x-phemex-request-expiry'], body].join(' ');

const isOrder = (order: Readonly<ModelOrder>, symbol: string, ref: OrderRef): boolean =>
  order.symbol === symbol &&
  ('orderID' in ref ? order.orderID === ref.orderID : order.clOrdID === ref.clOrdID);

function isAsAsked(order: Readonly<ModelOrder>, asked: Amendment): boolean {
  const { price, qty, triggerPrice, takeProfit, stopLoss } = asked;
  const pairs: [string | undefined, number][] = [
    [price, order.price],
    [qty, order.lots / LOTS],
    [triggerPrice, order.trigger],
    [takeProfit, order.takeProfit],
    [stopLoss, order.stopLoss],
  ];
  return pairs.every(([wanted, is]) => wanted === undefined || Number(wanted) === is);
}

/** What the account has to be set to, as the exchange remembers it. */
function settingsOf(mutation: Mutation): readonly (readonly [what: string, value: number | string])[] {
  switch (mutation.kind) {
    case 'leverage':
      return mutation.legs.map(({ posSide, leverage, marginMode }) => [
        `leverage ${mutation.symbol} ${posSide}`,
        marginMode === 'cross' ? -Number(leverage) : Number(leverage),
      ]);
    case 'pos-mode':
      return [[`mode ${mutation.symbol}`, mutation.target]];
    case 'margin':
      return [[`margin ${mutation.symbol} ${mutation.posSide}`, Number(mutation.balance)]];
    default:
      return [];
  }
}

export function createVerdicts({ door, worldMs, onFault }: VerdictsNeeds) {
  const { engine } = door;
  const sentMs = new Map<string, number>();
  const timesSent = new Map<string, number>();
  const resolvedMs = new Map<string, number>();
  const isUntold = ({ state, note }: JournalEntry) => state === 'UNKNOWN' && note?.includes(UNTOLD) === true;
  let untold = 0;

  /** The values that something had at some time in between. */
  const valuesOf = (what: string, fromMs: number, toMs: number): readonly string[] => {
    const all = engine.settings.filter((setting) => setting.what === what && setting.atMs <= toMs);
    const before = all.filter(({ atMs }) => atMs < fromMs).at(-1);
    return [...(before === undefined ? [] : [before]), ...all.filter(({ atMs }) => atMs >= fromMs)].map(
      ({ value }) => value,
    );
  };
  /** Nobody carried it out, and yet it is so. */
  const isSo = (mutation: Mutation, fromMs: number, toMs: number): boolean => {
    switch (mutation.kind) {
      case 'amend': {
        const events = engine.events.filter(({ order }) => isOrder(order, mutation.symbol, mutation.order));
        const before = events.filter(({ order }) => order.changedMs < fromMs).at(-1);
        const during = events.filter(({ order: { changedMs } }) => changedMs >= fromMs && changedMs <= toMs);
        return [...(before === undefined ? [] : [before]), ...during].some(({ order }) =>
          isAsAsked(order, mutation),
        );
      }
      case 'cancel':
        return [...engine.orders.values()].some(
          (order) => isOrder(order, mutation.symbol, mutation.order) && order.status === 'Canceled',
        );
      case 'cancel-all':
        return [...engine.orders.values()].every(
          (order) =>
            order.symbol !== mutation.symbol ||
            order.createdMs >= fromMs ||
            wasOver(order, toMs) ||
            wasConditional(order, fromMs) !== mutation.isConditional,
        );
      case 'place':
        return false;
      default:
        return settingsOf(mutation).every(([what, value]) =>
          valuesOf(what, fromMs, toMs).some((one) => one === value || Number(one) === value),
        );
    }
  };
  const wasOver = ({ orderID }: Readonly<ModelOrder>, atMs: number): boolean =>
    engine.events.some(
      ({ order }) =>
        order.orderID === orderID &&
        order.changedMs <= atMs &&
        ['Filled', 'Canceled', 'Rejected'].includes(order.status),
    );
  /** It waited for its trigger then. */
  const wasConditional = ({ orderID }: Readonly<ModelOrder>, atMs: number): boolean =>
    engine.events.filter(({ order }) => order.orderID === orderID && order.changedMs <= atMs).at(-1)?.order
      .status === 'Untriggered';

  const judge = (entry: JournalEntry, times: number, key: string) => {
    const { state, seq, kind } = entry;
    const about = `${seq} ${kind} is ${state} (${entry.note ?? 'answered'})`;
    if (times > 1) return onFault(`I1: ${about} and was carried out ${times} times`);
    if (NOT_DONE.has(state) && times > 0) return onFault(`I4: ${about} and was carried out`);
    if (state !== 'ACKED' || times === 1) return;
    const read = readMutation(entry.request);
    // What ended before it was sent may have been so at any time.
    const fromMs = sentMs.get(key) ?? 0;
    const toMs = resolvedMs.get(key);
    if (!read.ok || toMs === undefined || !isSo(read.value, fromMs, toMs))
      onFault(`I4: ${about} and was never carried out`);
  };

  return {
    untold: () => untold,
    isUntold,
    onSend(request: DoorRequest): void {
      const key = keyOf(request);
      if (!sentMs.has(key)) sentMs.set(key, worldMs());
      timesSent.set(key, (timesSent.get(key) ?? 0) + 1);
    },
    onResolved: (entry: JournalEntry): void => void resolvedMs.set(keyOf(asSent(entry)), worldMs()),
    check(entries: readonly JournalEntry[]): void {
      const byKey = new Map<string, JournalEntry[]>();
      for (const entry of entries) {
        const key = keyOf(asSent(entry));
        byKey.set(key, [...(byKey.get(key) ?? []), entry]);
        if (isUntold(entry)) untold += 1;
      }
      for (const [key, group] of byKey) {
        const [entry] = group;
        // The same words twice in one second: nobody knows which of them was carried out.
        if (entry === undefined || group.length > 1) continue;
        // Nor of a cancel that left before its row was written, and its like after that.
        if (isCancel(entry) && (timesSent.get(key) ?? 0) > 1) continue;
        judge(entry, door.carriedOut(asSent(entry)).length, key);
      }
    },
  };
}
