/**
 * The parameters of a request, checked one by one. Parameters nobody asked for are ignored, as the exchange does;
 * quantities and prices come as text or as JSON numbers.
 */
import { POS_SIDES } from '#contract/vocabulary.ts';
import type { Command, Lots, Refusal, Ticks } from '../commands.ts';
import type { Catalogue, Listing } from './catalogue.ts';
import { BAD_ARGUMENTS, SYMBOL_INVALID } from './replies.ts';
import { decimalText, type StepFault } from './scale.ts';

/** From the query or from the JSON body. */
export type Params = Readonly<Record<string, unknown>>;
export type Parsed<T extends Command> = { readonly command: T } | { readonly refusal: Refusal };

const QTY_TOO_SMALL: Refusal = { code: 11058, msg: 'TE_QTY_TOO_SMALL' };
const PRICE_TOO_SMALL: Refusal = { code: 11055, msg: 'TE_PRICE_TOO_SMALL' };

/** Thrown by readers of parameters only: `parseWith` catches it and hands the refusal back as a value. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.msg);
    this.refusal = refusal;
  }
}

/** Reads a request about a product, which it names; the first thing that is wrong with it is its refusal. */
export function parseWith<T extends Command>(
  catalogue: Catalogue,
  params: Params,
  read: (listing: Listing) => T,
): Parsed<T> {
  try {
    return { command: read(listingOf(catalogue, params)) };
  } catch (error) {
    if (error instanceof Refused) return { refusal: error.refusal };
    throw error;
  }
}

export const text = (params: Params, name: string): string | undefined => {
  const value = params[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

export const flag = (params: Params, name: string): boolean =>
  params[name] === true || params[name] === 'true';

/** Present and not the zero that stands for "none". */
export const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && Number(value) !== 0;

function listingOf(catalogue: Catalogue, params: Params): Listing {
  const listing = catalogue.find(text(params, 'symbol') ?? '');
  if (listing === undefined) throw new Refused(SYMBOL_INVALID);
  return listing;
}

export function wordOf<W extends string>(
  words: readonly W[],
  given: string | undefined,
  otherwise: W | Refusal,
  invalid: Refusal,
): W {
  if (given === undefined) {
    if (typeof otherwise === 'string') return otherwise;
    throw new Refused(otherwise);
  }
  const word = words.find((known) => known === given);
  if (word === undefined) throw new Refused(invalid);
  return word;
}

/**
 * The leg that a request is about. In one-way mode clients often leave the position side out; the core refuses one that
 * does not fit the mode.
 */
export const legOf = ({ product }: Listing, params: Params) => ({
  symbol: product.symbol,
  posSide: wordOf(POS_SIDES, text(params, 'posSide'), 'Merged', BAD_ARGUMENTS),
});

function stepsOf<T extends Ticks | Lots>(value: T | StepFault, tooSmall: Refusal): T {
  if (value === 'below-step') throw new Refused(tooSmall);
  if (typeof value === 'string') throw new Refused(BAD_ARGUMENTS);
  return value;
}

export const priceOf = ({ scale }: Listing, given: unknown, tooSmall: Refusal = PRICE_TOO_SMALL): Ticks =>
  stepsOf(scale.readPrice(decimalText(given)), tooSmall);
export const qtyOf = ({ scale }: Listing, given: unknown): Lots =>
  stepsOf(scale.readQty(decimalText(given)), QTY_TOO_SMALL);
