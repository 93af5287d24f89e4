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
import type { OrderPlan, Placement, Placer } from './placement.ts';
import { type ProtectionChange, type ProtectionStep, protectionStep, protectionsOf } from './protection.ts';
import { PURPOSES, type Purpose } from './protection-entry.ts';

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

/** After the exchange said yes, its stream tells within moments; what is lost must not hold up for ever. */
const TOLD_MS_MAX = 5_000;

export const PURPOSE_NAMES: Readonly<Record<Purpose, string>> = {
  'take-profit': 'Take profit',
  'stop-loss': 'Stop loss',
};

/** Orders of one purpose of one leg, one at a time. */
interface Line {
  readonly placer: Placer;
  placement: Placement;
  plan: string | undefined;
  takenAtMs: number;
  answer: Promise<boolean>;
  settle: (isTaken: boolean) => void;
}

export function createProtector(needs: ProtectorNeeds): Protector {
  const lines = new Map<string, Line>();

  /** How a line came to stand, told where it is not as it was meant. */
  const tell = (title: string, line: Line, placement: Placement): void => {
    const problem = placementProblem(placement);
    if (placement.at === 'unknown') {
      needs.notify({
        tone: 'problem',
        title: `${title}: outcome unknown`,
        text: 'Checking with the exchange',
      });
    } else if (problem !== undefined) {
      needs.notify({ tone: 'problem', title: `${title} not set`, text: problem });
    }
    if (placement.at === 'question') {
      const action = { label: 'Send it', run: () => line.placer.confirm() };
      needs.notify({ tone: 'problem', title, text: placement.sentence, action });
    }
  };
  const lineOf = (key: string, title: string): Line => {
    const known = lines.get(key);
    if (known !== undefined) return known;
    const line: Line = {
      placer: needs.newPlacer((placement) => {
        line.placement = placement;
        if (placement.at === 'taken') line.takenAtMs = needs.nowMs();
        tell(title, line, placement);
        if (placement.at !== 'sending') line.settle(placement.at === 'taken');
      }),
      placement: { at: 'idle' },
      plan: undefined,
      takenAtMs: 0,
      answer: Promise.resolve(false),
      settle: () => {},
    };
    lines.set(key, line);
    return line;
  };
  const isUnderWay = ({ placement, takenAtMs }: Line): boolean => {
    if (placement.at === 'sending' || placement.at === 'unknown') return true;
    if (placement.at !== 'taken' || needs.isTold(placement.clOrdID)) return false;
    return needs.nowMs() - takenAtMs < TOLD_MS_MAX;
  };
  const place = (position: Position, purpose: Purpose, plan: OrderPlan): Promise<boolean> => {
    const leg = legKey(position);
    const title = `${leg.replace(' Merged', '')} ${PURPOSE_NAMES[purpose].toLowerCase()}`;
    const line = lineOf(`${leg} ${purpose}`, title);
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
    }
  };
  return {
    protect: async (position, changes) => {
      const standing = protectionsOf(position, needs.openOrders());
      const ordered = PURPOSES.flatMap((purpose) => changes.filter((change) => change.purpose === purpose));
      const outcomes = ordered.map(async (change) => {
        const { purpose } = change;
        const step = protectionStep(position, standing[purpose], change);
        return { purpose, isDone: step === undefined || (await carryOut(position, purpose, step)) };
      });
      return (await Promise.all(outcomes)).flatMap(({ purpose, isDone }) => (isDone ? [] : [purpose]));
    },
  };
}
