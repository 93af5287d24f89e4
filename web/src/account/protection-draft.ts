/**
 * What a trader has entered over the take-profit and stop-loss that stand, and what that asks for. What was not entered
 * shows what stands, as it changes, and asks for nothing. Pure.
 */
import type { OrderID, Price, Qty } from '#contract/brand.ts';
import { compare, sign } from '#contract/decimal.ts';
import type { Order, Position, Product, Ticker } from '#contract/model.ts';
import { snapPrice } from '#contract/product.ts';
import type { TriggerSource } from '#contract/vocabulary.ts';
import { readDecimal } from '../lib/read-decimal.ts';
import { hasPrice } from './amendment.ts';
import { partOf } from './closing.ts';
import { SOURCE_NAMES } from './order-words.ts';
import {
  isOfWhole,
  type ProtectionChange,
  type Protections,
  partOfPosition,
  protectionProblem,
  type Reference,
} from './protection.ts';
import {
  entryOfPosition,
  type ProtectedEntry,
  type ProtectionUnit,
  type Purpose,
  protectionPrice,
  protectionText,
} from './protection-entry.ts';
import { stopWarning } from './stop-warning.ts';

/** Entered for one purpose; absent: not touched. */
export interface PurposeDraft {
  /** An emptied one takes back what stands. */
  readonly text?: string;
  readonly source?: TriggerSource;
  /** Where it would close; emptied: at the market's price. */
  readonly limit?: string;
  /** Share of the position that a new one closes, in per cent. */
  readonly percent?: number;
  /** One more, beside what stands. */
  readonly isNew?: boolean;
  /** The order it was entered over: should that go, it is not meant for another. */
  readonly orderID?: OrderID | undefined;
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
  readonly orders: Protections;
  readonly ticker: Pick<Ticker, 'markPrice' | 'last' | 'indexPrice'> | undefined;
}

export interface PurposeReading {
  readonly purpose: Purpose;
  readonly text: string;
  readonly limitText: string;
  /** What would stand; absent: none. */
  readonly price?: Price | undefined;
  readonly limit?: Price | undefined;
  /** Absent: the whole position. */
  readonly qty?: Qty | undefined;
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
    case 'ByMarkPriceLimit':
      return { price: ticker?.markPrice, name: 'mark' };
    case 'ByLastPrice':
    case 'ByLastPriceLimit':
      return { price: ticker?.last, name: 'last' };
    case 'ByIndexPrice':
      return { price: ticker?.indexPrice, name: 'index' };
    // Not offered here, but another client may have set it: the exchange judges by its own book.
    case 'ByAskPrice':
    case 'ByBidPrice':
      return { price: undefined, name: SOURCE_NAMES[source] };
  }
}

/** The order that is shown and edited: the one it was entered over, else the nearest. */
function standingFor({ isNew, orderID }: PurposeDraft, [nearest, ...others]: readonly Order[]) {
  if (isNew === true || nearest === undefined) return { standing: undefined, isGone: false };
  const meant = [nearest, ...others].find((order) => order.orderID === orderID);
  const isGone = orderID !== undefined && meant === undefined;
  return { standing: isGone ? undefined : (meant ?? nearest), isGone };
}

/** What a draft of one purpose is about, before its trigger is read. */
interface Subject {
  readonly entered: PurposeDraft;
  readonly standing: Order | undefined;
  readonly source: TriggerSource | undefined;
  readonly qty: Qty | undefined;
  readonly entry: ProtectedEntry;
}

function subjectOf(
  entered: PurposeDraft,
  standing: Order | undefined,
  { position, product }: Protected,
): Subject {
  const { percent = 100, source } = entered;
  const share = percent >= 100 ? undefined : partOf(position, product, percent);
  const qty = standing === undefined ? share : partOfPosition(position, standing);
  const whole = entryOfPosition(position, product);
  return {
    entered,
    standing,
    source: source ?? (standing === undefined ? 'ByMarkPrice' : standing.trigger?.source),
    qty,
    // Money is that of the part which it closes.
    entry: qty === undefined ? whole : { ...whole, qty },
  };
}

/** Never worse than typed. An order that stands at the market's price cannot be given one. */
function readLimit({ entered, standing }: Subject, { position, product }: Protected) {
  const shown = standing !== undefined && hasPrice(standing) ? standing.price : '';
  const limitText = entered.limit ?? shown;
  if (limitText.trim() === '') {
    return { limitText, problem: shown === '' ? undefined : 'A limit order keeps a limit' };
  }
  const typed = readDecimal(limitText);
  if (typed === undefined) return { limitText, problem: 'The limit is not a number' };
  const limit = snapPrice(product, typed as Price, position.side === 'Buy' ? 'up' : 'down');
  const isOutside = compare(limit, product.priceMin) < 0 || compare(limit, product.priceMax) > 0;
  return {
    limitText,
    limit,
    problem: isOutside ? 'The limit is outside of what the exchange accepts' : undefined,
  };
}

function extentProblem(
  { entered, qty }: Subject,
  purpose: Purpose,
  { position, product, orders }: Protected,
) {
  if (qty !== undefined) return sign(qty) === 0 ? `Less than ${product.qtyStep} ${product.base}` : undefined;
  const isSecond = entered.isNew === true && orders[purpose].some((order) => isOfWhole(position, order));
  return isSecond ? 'One of the whole position stands already: choose a share' : undefined;
}

/** A stop's limit that is better than its trigger is passed by the market at once. */
function limitWarning(purpose: Purpose, { side }: Position, price: Price, limit: Price | undefined) {
  if (purpose !== 'stop-loss' || limit === undefined) return undefined;
  const isBetter = compare(limit, price) * (side === 'Buy' ? 1 : -1) > 0;
  return isBetter
    ? 'The stop’s limit is better than its trigger: it may rest without closing anything'
    : undefined;
}

/** Wants the trigger's price, where one was entered. */
function readTrigger(purpose: Purpose, subject: Subject, unit: ProtectionUnit) {
  const { entered, standing, entry } = subject;
  const { text } = entered;
  if (text !== undefined) {
    return { text, price: text.trim() === '' ? undefined : protectionPrice(purpose, { unit, text }, entry) };
  }
  const price = standing?.trigger?.price;
  return { text: (price && protectionText(purpose, price, { unit, entry })) ?? '', price };
}

function changeOf(
  purpose: Purpose,
  subject: Subject,
  to: { price: Price; limit: Price | undefined },
): ProtectionChange | undefined {
  const { entered, standing, source, qty } = subject;
  const { price, limit } = to;
  if (standing === undefined) {
    return { purpose, do: entered.isNew === true ? 'add' : 'set', price, source, limit, qty };
  }
  const { trigger, orderID } = standing;
  const change = {
    price: price === trigger?.price ? undefined : price,
    source: entered.source === trigger?.source ? undefined : entered.source,
    limit: limit === standing.price ? undefined : limit,
  };
  if (Object.values(change).every((wish) => wish === undefined)) return undefined;
  return { purpose, do: 'set', orderID, ...change };
}

export function readPurpose(
  purpose: Purpose,
  { unit, of }: ProtectionDraft,
  over: Protected,
): PurposeReading {
  const { position, product, orders } = over;
  const entered = of[purpose] ?? {};
  const { standing, isGone } = standingFor(entered, orders[purpose]);
  const subject = subjectOf(entered, standing, over);
  const { source, qty } = subject;
  const { text, price } = readTrigger(purpose, subject, unit);
  const { limitText, limit, problem: limitProblem } = readLimit(subject, over);
  const reading = { purpose, text, limitText, price, limit, qty, source, standing };
  if (isGone) return { ...reading, problem: 'The order that this was entered over is gone' };
  if (text.trim() === '' && price === undefined) {
    if (entered.text !== undefined && standing !== undefined) {
      return { ...reading, change: { purpose, do: 'remove', orderID: standing.orderID } };
    }
    return limit === undefined ? reading : { ...reading, problem: 'The limit lacks a trigger' };
  }
  if (price === undefined) return { ...reading, problem: 'Not a number' };
  const change = changeOf(purpose, subject, { price, limit });
  const problem =
    extentProblem(subject, purpose, over) ??
    limitProblem ??
    protectionProblem(position, product, { purpose, price, reference: referenceOf(over, source) });
  const warning =
    limitWarning(purpose, position, price, limit) ??
    (purpose === 'stop-loss' ? stopWarning(position, product, { price, source }) : undefined);
  // What merely stands may have the market beyond it: that is no mistake of who looks at it.
  return {
    ...reading,
    change,
    problem: entered.text === undefined && change === undefined ? undefined : problem,
    warning,
  };
}

/** With a price entered, in the unit of the texts. */
export function withPrice(
  draft: ProtectionDraft,
  over: Protected,
  { purpose, price }: { readonly purpose: Purpose; readonly price: Price },
): ProtectionDraft {
  const entered = draft.of[purpose] ?? {};
  const { standing } = standingFor(entered, over.orders[purpose]);
  const { entry } = subjectOf(entered, standing, over);
  const text = protectionText(purpose, price, { unit: draft.unit, entry });
  return text === undefined ? draft : edited(draft, purpose, { text, orderID: standing?.orderID });
}

/** The same prices in another unit: what was entered is written anew, and cannot be where it is no price. */
export function inUnit(draft: ProtectionDraft, unit: ProtectionUnit, over: Protected): ProtectionDraft {
  const anew = (purpose: Purpose, entered: PurposeDraft): PurposeDraft => {
    const { standing } = standingFor(entered, over.orders[purpose]);
    const { entry } = subjectOf(entered, standing, over);
    const price = entered.text && protectionPrice(purpose, { unit: draft.unit, text: entered.text }, entry);
    const text = price && protectionText(purpose, price, { unit, entry });
    return text ? { ...entered, text } : entered;
  };
  const of = Object.fromEntries(
    Object.entries(draft.of).map(([purpose, entered]) => [purpose, anew(purpose as Purpose, entered)]),
  );
  return { unit, of };
}
