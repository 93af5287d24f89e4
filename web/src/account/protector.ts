/**
 * Carries out changes of take-profit and stop-loss, the stop first. Each purpose of a leg has a line of its own: what
 * becomes of one holds up neither the other nor a close, and two new ones for the same purpose are never on their way
 * together. What was not done is told. Requests, the stream and time are handed in.
 */
import type { ClOrdID } from '#contract/brand.ts';
import type { Order, Position } from '#contract/model.ts';
import type { OrderAmendment } from '../exchange/commands.ts';
import type { Notice } from '../workspace/notices.ts';
import { legKey } from './apply-account.ts';
import { placementProblem } from './leg-line.ts';
import { TOLD_MS_MAX } from './order-requests.ts';
import type { OrderPlan, Placement, Placer } from './placement.ts';
import {
  type ProtectionChange,
  type ProtectionStep,
  protectingOrders,
  protectionStep,
} from './protection.ts';
import { PURPOSES, type Purpose } from './protection-entry.ts';
import { PURPOSE_NAMES } from './protection-words.ts';

export interface ProtectorNeeds {
  openOrders(): Iterable<Order>;
  /** Both answer whether it was taken, and tell by themselves when not. */
  amend(order: Order, amendment: OrderAmendment): Promise<boolean>;
  cancel(order: Order): Promise<boolean>;
  newPlacer(onState: (placement: Placement) => void): Placer;
  /** Whether the private stream has told of an order. */
  isTold(clOrdID: ClOrdID): boolean;
  nowMs(): number;
  notify(notice: Omit<Notice, 'id'>): void;
}

export interface Protector {
  /** Answers with the purposes of which the change was not taken, or nobody knows. */
  protect(position: Position, changes: readonly ProtectionChange[]): Promise<readonly Purpose[]>;
}

/** "BTCUSDT stop loss": names one purpose of one leg. */
const titleOf = (position: Position, purpose: Purpose): string =>
  `${legKey(position).replace(' Merged', '')} ${PURPOSE_NAMES[purpose].toLowerCase()}`;

/** Orders of one purpose of one leg, one at a time. */
interface Line {
  readonly placer: Placer;
  placement: Placement;
  plan: string | undefined;
  takenAtMs: number;
  answer: Promise<boolean>;
  settle: (isTaken: boolean) => void;
}

/** What became of an order, where that is not what was meant. */
function tell(
  { notify }: ProtectorNeeds,
  { title, placement, confirm }: { title: string; placement: Placement; confirm: () => void },
): void {
  const problem = placementProblem(placement);
  if (placement.at === 'unknown') {
    notify({ tone: 'problem', title: `${title}: outcome unknown`, text: 'Checking with the exchange' });
  } else if (placement.at === 'question') {
    const action = { label: 'Send it', run: confirm };
    notify({ tone: 'problem', title, text: placement.sentence, action });
  } else if (problem !== undefined) {
    notify({ tone: 'problem', title: `${title} not set`, text: problem });
  }
}

export function createProtector(needs: ProtectorNeeds): Protector {
  /** By their title. */
  const lines = new Map<string, Line>();

  const lineOf = (title: string): Line => {
    const known = lines.get(title);
    if (known !== undefined) return known;
    const line: Line = {
      placer: needs.newPlacer((placement) => {
        line.placement = placement;
        if (placement.at === 'taken') line.takenAtMs = needs.nowMs();
        tell(needs, { title, placement, confirm: () => line.placer.confirm() });
        if (placement.at !== 'sending') line.settle(placement.at === 'taken');
      }),
      placement: { at: 'idle' },
      plan: undefined,
      takenAtMs: 0,
      answer: Promise.resolve(false),
      settle: () => {},
    };
    lines.set(title, line);
    return line;
  };
  const isUnderWay = ({ placement, takenAtMs }: Line): boolean => {
    if (placement.at === 'sending' || placement.at === 'unknown') return true;
    if (placement.at !== 'taken' || needs.isTold(placement.clOrdID)) return false;
    return needs.nowMs() - takenAtMs < TOLD_MS_MAX;
  };
  const place = (position: Position, purpose: Purpose, plan: OrderPlan): Promise<boolean> => {
    const title = titleOf(position, purpose);
    const line = lineOf(title);
    const text = JSON.stringify(plan);
    if (isUnderWay(line)) {
      // The very same once more is the other half of a double click.
      if (line.plan === text) return line.answer;
      const before = line.placement.at === 'unknown' ? 'of unknown outcome' : 'still on its way';
      needs.notify({
        tone: 'problem',
        title: `${title} not set`,
        text: `Not sent: the one before is ${before}`,
      });
      return Promise.resolve(false);
    }
    line.plan = text;
    line.answer = new Promise((resolve) => {
      line.settle = resolve;
    });
    line.placer.send(plan, Symbol(purpose));
    return line.answer;
  };
  const carryOut = (position: Position, purpose: Purpose, step: ProtectionStep): Promise<boolean> => {
    switch (step.do) {
      case 'place':
        return place(position, purpose, step.plan);
      case 'amend':
        return needs.amend(step.order, step.amendment);
      case 'cancel':
        return needs.cancel(step.order);
      case 'nothing':
        if (step.because === 'gone') {
          const text = 'Not sent: the order that it was for stands no more';
          needs.notify({ tone: 'problem', title: `${titleOf(position, purpose)} not set`, text });
        }
        return Promise.resolve(step.because === 'done');
    }
  };
  return {
    protect: async (position, changes) => {
      const orders = protectingOrders(position, needs.openOrders());
      const ordered = PURPOSES.flatMap((purpose) => changes.filter((change) => change.purpose === purpose));
      const outcomes = ordered.map(async (change) => {
        const { purpose } = change;
        const step = protectionStep(position, orders[purpose], change);
        return { purpose, isDone: await carryOut(position, purpose, step) };
      });
      return (await Promise.all(outcomes)).flatMap(({ purpose, isDone }) => (isDone ? [] : [purpose]));
    },
  };
}
