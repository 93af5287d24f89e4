/** The course of an order, step by step, all on the page's clock. Pure. */
import type { Order } from '#contract/model.ts';
import type { OrderTrace } from '../../exchange/order-trace.ts';

export interface Step {
  readonly name: string;
  readonly title: string;
  readonly atMs: number;
  /** After the step before it; absent for the first. Below zero where clocks disagree. */
  readonly afterMs?: number;
}

type Times = Pick<Order, 'actionAtMs' | 'transactAtMs'>;

const NAMES = {
  sent: ['Sent', 'The click: the page sent the order to Perpdeck'],
  action: ['Accepted', 'The exchange took the request (its clock, put on ours)'],
  transact: ['In the engine', 'The matching engine dealt with it (its clock, put on ours)'],
  told: ['Told', 'The private stream told this page of it'],
  answered: ['Answered', 'The answer to the request was back in the page'],
} as const;

/** In the order in which they happened. `offsetMs` is the exchange's clock less ours. */
export function stepsOf(order: Times, trace: OrderTrace | undefined, offsetMs: number): Step[] {
  const { actionAtMs, transactAtMs } = trace?.told ?? order;
  const moments: readonly (readonly [keyof typeof NAMES, number | undefined])[] = [
    ['sent', trace?.sentAtMs],
    ['action', actionAtMs - offsetMs],
    ['transact', transactAtMs - offsetMs],
    ['told', trace?.told?.atMs],
    ['answered', trace?.answeredAtMs],
  ];
  const known = moments.flatMap(([key, atMs]) => (atMs === undefined ? [] : [{ key, atMs }]));
  // The order was sent before anything else happened to it, whatever a clock a few milliseconds off says.
  const [first, ...rest] = known;
  const inOrder = first === undefined ? [] : [first, ...rest.sort((a, b) => a.atMs - b.atMs)];
  return inOrder.map(({ key, atMs }, index) => {
    const [name, title] = NAMES[key];
    const before = inOrder[index - 1];
    return { name, title, atMs, ...(before === undefined ? {} : { afterMs: atMs - before.atMs }) };
  });
}
