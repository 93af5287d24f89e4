/**
 * What a trader has entered over the take-profit and stop-loss that stand, and what that asks for. What was not entered
 * shows what stands, as it changes, and asks for nothing. Pure.
 */
import type { Price } from '#contract/brand.ts';
import type { Order, Position, Product, Ticker } from '#contract/model.ts';
import type { TriggerSource } from '#contract/vocabulary.ts';
import { type ProtectionChange, type Protections, protectionProblem, type Reference } from './protection.ts';
import {
  entryOfPosition,
  type ProtectionUnit,
  type Purpose,
  protectionPrice,
  protectionText,
} from './protection-entry.ts';
import { stopWarning } from './stop-warning.ts';

/** Entered for one purpose; absent: not touched. An emptied text takes back what stands. */
export interface PurposeDraft {
  readonly text?: string;
  readonly source?: TriggerSource;
}

export interface ProtectionDraft {
  /** What the texts are in. */
  readonly unit: ProtectionUnit;
  readonly of: Readonly<Partial<Record<Purpose, PurposeDraft>>>;
}

export const NO_DRAFT: ProtectionDraft = { unit: 'price', of: {} };

/** What a draft is laid over. */
export interface Protected {
  readonly position: Position;
  readonly product: Product;
  readonly standing: Protections;
  readonly ticker: Pick<Ticker, 'markPrice' | 'last' | 'indexPrice'> | undefined;
}

export interface PurposeReading {
  readonly purpose: Purpose;
  readonly text: string;
  /** What would stand; absent: none. */
  readonly price?: Price | undefined;
  /** Absent: another one than a client may ask for. */
  readonly source?: TriggerSource | undefined;
  readonly standing?: Order | undefined;
  readonly change?: ProtectionChange | undefined;
  readonly problem?: string | undefined;
  readonly warning?: string | undefined;
}

export const edited = (draft: ProtectionDraft, purpose: Purpose, edit: PurposeDraft): ProtectionDraft => ({
  ...draft,
  of: { ...draft.of, [purpose]: { ...draft.of[purpose], ...edit } },
});

/** Without what was done: from then on those purposes show what stands. */
export function without(draft: ProtectionDraft, purposes: readonly Purpose[]): ProtectionDraft {
  const left = Object.entries(draft.of).filter(([purpose]) => !purposes.includes(purpose as Purpose));
  return { ...draft, of: Object.fromEntries(left) };
}

function referenceOf({ ticker }: Protected, source: TriggerSource | undefined): Reference {
  switch (source) {
    case undefined:
    case 'ByMarkPrice':
      return { price: ticker?.markPrice, name: 'mark' };
    case 'ByLastPrice':
      return { price: ticker?.last, name: 'last' };
    case 'ByIndexPrice':
      return { price: ticker?.indexPrice, name: 'index' };
  }
}

export function readPurpose(
  purpose: Purpose,
  { unit, of }: ProtectionDraft,
  over: Protected,
): PurposeReading {
  const { position, product } = over;
  const entry = entryOfPosition(position, product);
  const standing = over.standing[purpose];
  const at = standing?.trigger?.price;
  const { text, source: chosen } = of[purpose] ?? {};
  const source = chosen ?? (standing === undefined ? 'ByMarkPrice' : standing.trigger?.source);
  const reading = { purpose, source, standing };
  const otherSource = standing !== undefined && chosen !== standing.trigger?.source ? chosen : undefined;
  const judged = (price: Price) => ({
    price,
    problem: protectionProblem(position, product, { purpose, price, reference: referenceOf(over, source) }),
    warning: purpose === 'stop-loss' ? stopWarning(position, product, { price, source }) : undefined,
  });
  if (text === undefined) {
    if (at === undefined) return { ...reading, text: '' };
    const { problem, ...rest } = judged(at);
    const shown = { ...reading, ...rest, text: protectionText(purpose, at, { unit, entry }) ?? '' };
    if (otherSource === undefined) return shown;
    return { ...shown, problem, change: { purpose, do: 'set', source: otherSource } };
  }
  if (text.trim() === '') return { ...reading, text, change: standing && { purpose, do: 'remove' } };
  const price = protectionPrice(purpose, { unit, text }, entry);
  if (price === undefined) return { ...reading, text, problem: 'Not a number' };
  const isSame = price === at && otherSource === undefined;
  const wanted = standing === undefined ? source : otherSource;
  const change = isSame ? undefined : ({ purpose, do: 'set', price, source: wanted } as const);
  return { ...reading, ...judged(price), text, change };
}

/** The same prices in another unit: what was entered is written anew, and cannot be where it is no price. */
export function inUnit(draft: ProtectionDraft, unit: ProtectionUnit, over: Protected): ProtectionDraft {
  const entry = entryOfPosition(over.position, over.product);
  const anew = (purpose: Purpose, entered: PurposeDraft): PurposeDraft => {
    const price = entered.text && protectionPrice(purpose, { unit: draft.unit, text: entered.text }, entry);
    const text = price && protectionText(purpose, price, { unit, entry });
    return text ? { ...entered, text } : entered;
  };
  const of = Object.fromEntries(
    Object.entries(draft.of).map(([purpose, entered]) => [purpose, anew(purpose as Purpose, entered)]),
  );
  return { unit, of };
}

const SHORT: Readonly<Record<Purpose, string>> = { 'take-profit': 'TP', 'stop-loss': 'SL' };

/** What the button is about to do: a removal is never hidden behind "set". */
export function changeWords(changes: readonly ProtectionChange[]): string {
  const of = (wish: ProtectionChange['do']) =>
    changes.filter((change) => change.do === wish).map(({ purpose }) => SHORT[purpose]);
  const [set, removed] = [of('set'), of('remove')];
  if (removed.length === 0) return 'Set TP/SL';
  const removal = `${set.length === 0 ? 'Remove' : 'remove'} ${removed.join(' and ')}`;
  return set.length === 0 ? removal : `Set ${set.join(' and ')}, ${removal}`;
}
