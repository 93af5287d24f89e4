/** The course of a request about an order, step by step, all on the page's clock. Pure. */
import type { Order } from '#contract/model.ts';
import type { OrderTrace } from '../../exchange/order-trace.ts';

export interface Step {
  readonly name: string;
  readonly title: string;
  readonly atMs: number;
  /** After the step before it; absent for the first. Below zero where `clock` disagrees with the one before. */
  readonly afterMs?: number;
  /** Whose it is. */
  readonly clock: string;
}

type Times = Pick<Order, 'actionAtMs' | 'transactAtMs'>;

const NAMES = {
  clicked: ['Click', 'The press that it was asked for with'],
  sent: ['Sent', 'The page sent it to Perpdeck'],
  received: ['Received', 'Perpdeck had it'],
  journaled: ['Journaled', 'Perpdeck had written it down'],
  forwarded: ['Forwarded', 'Perpdeck sent it to the exchange, signed'],
  action: ['Accepted', 'The exchange took the request (its clock, put on ours)'],
  transact: ['In the engine', 'The matching engine dealt with it (its clock, put on ours)'],
  told: ['Told', 'The private stream told this page of it'],
  answered: ['Answered', 'The answer to the request was back in the page'],
} as const;

const EXCHANGE_CLOCK = 'the exchange’s clock';
const CLOCKS: Readonly<Partial<Record<keyof typeof NAMES, string>>> = {
  action: EXCHANGE_CLOCK,
  transact: EXCHANGE_CLOCK,
};

type Moment = readonly [key: keyof typeof NAMES, atMs: number | undefined];

/** Perpdeck's steps. Its clock is the page's own where it runs on this machine; else it is put between what is known. */
function proxyMoments({ sentAtMs, answeredAtMs, proxy }: OrderTrace): readonly Moment[] {
  if (proxy === undefined || answeredAtMs === undefined) return [];
  const latestMs = answeredAtMs - proxy.answeredMs;
  const receivedAtMs = Math.max(sentAtMs, Math.min(proxy.receivedAtMs, latestMs));
  const { journaledMs, sentMs } = proxy;
  const journaled: Moment = ['journaled', receivedAtMs + journaledMs];
  const forwarded: Moment = ['forwarded', receivedAtMs + sentMs];
  // A cancel is written down while it is on its way.
  return [
    ['received', receivedAtMs],
    ...(journaledMs <= sentMs ? [journaled, forwarded] : [forwarded, journaled]),
  ];
}

const known = (moments: readonly Moment[]) =>
  moments.flatMap(([key, atMs]) => (atMs === undefined ? [] : [{ key, atMs }]));

/** In the order in which they happened. `offsetMs` is the exchange's clock less ours. */
export function stepsOf(order: Times | undefined, trace: OrderTrace | undefined, offsetMs: number): Step[] {
  const times = trace?.told ?? order;
  // What is here came before what the exchange did, whatever a clock a few milliseconds off says.
  const here = known(
    trace === undefined
      ? []
      : [['clicked', trace.clickedAtMs], ['sent', trace.sentAtMs], ...proxyMoments(trace)],
  );
  const beyond = known([
    ['action', times && times.actionAtMs - offsetMs],
    ['transact', times && times.transactAtMs - offsetMs],
    ['told', trace?.told?.atMs],
    ['answered', trace?.answeredAtMs],
  ]);
  const first = here.length === 0 ? beyond.splice(0, 1) : here;
  const inOrder = [...first, ...beyond.sort((a, b) => a.atMs - b.atMs)];
  return inOrder.map(({ key, atMs }, index) => {
    const [name, title] = NAMES[key];
    const before = inOrder[index - 1];
    const clock = CLOCKS[key] ?? 'this page’s clock';
    const afterMs = before && atMs - before.atMs;
    return { name, title, atMs, clock, ...(afterMs === undefined ? {} : { afterMs }) };
  });
}

/** How long after the step before it. What seems to come before its own cause says by whose clock, and how far off that is. */
export function afterText({ afterMs, clock }: { readonly afterMs: number; readonly clock: string }): string {
  const tenths = Math.round(afterMs * 10);
  const figure = (Math.abs(tenths) / 10).toFixed(1);
  return tenths < 0 ? `by ${clock}, ±${figure} ms` : `+${figure} ms`;
}
