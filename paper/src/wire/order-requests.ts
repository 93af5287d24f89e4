/**
 * Requests about orders and positions, checked and turned into the core's commands. Parameters nobody asked for are
 * ignored, as the exchange does; quantities and prices come as text or as JSON numbers.
 */
import type { ClOrdID, OrderID, ProductSymbol } from '#contract/brand.ts';
import { POS_SIDES, SIDES, TIMES_IN_FORCE, type TimeInForce } from '#contract/vocabulary.ts';
import type {
  AmendOrder,
  CancelOrder,
  Command,
  Lots,
  OrderRef,
  PlaceOrder,
  Rate,
  Refusal,
  SetLeverage,
  SwitchPosMode,
  Ticks,
} from '../commands.ts';
import type { Catalogue, Listing } from './catalogue.ts';
import { BAD_ARGUMENTS, missing, SYMBOL_INVALID } from './replies.ts';
import { decimalText, readRate, type StepFault } from './scale.ts';

/** The parameters of a request, from its query or its JSON body. */
export type Params = Readonly<Record<string, unknown>>;
export type Parsed<T extends Command> = { readonly command: T } | { readonly refusal: Refusal };

const CL_ORD_ID_LENGTH_MAX = 40;

const ORD_TYPE_INVALID: Refusal = { code: 11035, msg: 'TE_ORD_TYPE_INVALID' };
const SIDE_INVALID: Refusal = { code: 11034, msg: 'TE_SIDE_INVALID' };
const TIME_IN_FORCE_INVALID: Refusal = { code: 11036, msg: 'TE_TIME_IN_FORCE_INVALID' };
const QTY_TOO_SMALL: Refusal = { code: 11058, msg: 'TE_QTY_TOO_SMALL' };
const PRICE_TOO_SMALL: Refusal = { code: 11055, msg: 'TE_PRICE_TOO_SMALL' };
const CANNOT_ATTACH_TP_SL: Refusal = { code: 11074, msg: 'TE_CANNOT_ATTACH_TP_SL' };
const MISSING_ORDER_ID: Refusal = { code: 11111, msg: 'TE_MISSING_ORDER_ID' };
const INVALID_LEVERAGE: Refusal = { code: 11004, msg: 'TE_INVALID_LEVERAGE' };

/** Thrown inside this file only: each parser catches it once and hands the refusal back as a value. */
class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.msg);
    this.refusal = refusal;
  }
}

function parsed<T extends Command>(parse: () => T): Parsed<T> {
  try {
    return { command: parse() };
  } catch (error) {
    if (error instanceof Refused) return { refusal: error.refusal };
    throw error;
  }
}

const text = (params: Params, name: string): string | undefined => {
  const value = params[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const flag = (params: Params, name: string): boolean => params[name] === true || params[name] === 'true';

function listingOf(catalogue: Catalogue, params: Params): Listing {
  const listing = catalogue.find(text(params, 'symbol') ?? '');
  if (listing === undefined) throw new Refused(SYMBOL_INVALID);
  return listing;
}

function wordOf<W extends string>(
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

/** In one-way mode clients often leave it out; the core refuses a side that does not fit the mode. */
const posSideOf = (params: Params) => wordOf(POS_SIDES, text(params, 'posSide'), 'Merged', BAD_ARGUMENTS);

function stepsOf<T extends Ticks | Lots>(value: T | StepFault, tooSmall: Refusal): T {
  if (value === 'below-step') throw new Refused(tooSmall);
  if (typeof value === 'string') throw new Refused(BAD_ARGUMENTS);
  return value;
}

const priceOf = ({ scale }: Listing, given: unknown): Ticks =>
  stepsOf(scale.readPrice(decimalText(given)), PRICE_TOO_SMALL);
const qtyOf = ({ scale }: Listing, given: unknown): Lots =>
  stepsOf(scale.readQty(decimalText(given)), QTY_TOO_SMALL);

/** Present and not the zero that stands for "none". */
const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && Number(value) !== 0;

/** A market order takes what is there and never rests, whatever time in force it was sent with. */
function timeInForceOf(params: Params, ordType: 'Market' | 'Limit'): TimeInForce {
  const given = wordOf(TIMES_IN_FORCE, text(params, 'timeInForce'), 'GoodTillCancel', TIME_IN_FORCE_INVALID);
  if (ordType === 'Limit') return given;
  if (given === 'PostOnly') throw new Refused(TIME_IN_FORCE_INVALID);
  return given === 'FillOrKill' ? given : 'ImmediateOrCancel';
}

export function parsePlaceOrder(catalogue: Catalogue, params: Params): Parsed<PlaceOrder> {
  return parsed(() => {
    const listing = listingOf(catalogue, params);
    const side = wordOf(SIDES, text(params, 'side'), missing('side'), SIDE_INVALID);
    const ordType = wordOf(
      ['Market', 'Limit'] as const,
      text(params, 'ordType') ?? text(params, 'orderType'),
      'Limit',
      ORD_TYPE_INVALID,
    );
    if (isGiven(params.takeProfitRp) || isGiven(params.stopLossRp)) throw new Refused(CANNOT_ATTACH_TP_SL);
    if (isGiven(params.stopPxRp)) throw new Refused(ORD_TYPE_INVALID);
    if (params.orderQtyRq === undefined) throw new Refused(missing('orderQtyRq'));
    if (ordType === 'Limit' && !isGiven(params.priceRp)) throw new Refused(missing('priceRp'));
    const clOrdID = text(params, 'clOrdID') ?? '';
    if (clOrdID.length > CL_ORD_ID_LENGTH_MAX) throw new Refused(BAD_ARGUMENTS);
    return {
      kind: 'place',
      symbol: listing.product.symbol,
      clOrdID: clOrdID as ClOrdID,
      side,
      posSide: posSideOf(params),
      ordType,
      ...(ordType === 'Limit' ? { price: priceOf(listing, params.priceRp) } : {}),
      qty: qtyOf(listing, params.orderQtyRq),
      timeInForce: timeInForceOf(params, ordType),
      reduceOnly: flag(params, 'reduceOnly') || flag(params, 'closeOnTrigger'),
    };
  });
}

/** Amending names the client's id `origClOrdID` in the docs and `clOrdID` in clients. */
function orderRefOf(params: Params): OrderRef {
  const orderID = text(params, 'orderID');
  if (orderID !== undefined) return { by: 'orderID', orderID: orderID as OrderID };
  const clOrdID = text(params, 'origClOrdID') ?? text(params, 'clOrdID');
  if (clOrdID === undefined) throw new Refused(MISSING_ORDER_ID);
  return { by: 'clOrdID', clOrdID: clOrdID as ClOrdID };
}

export function parseAmendOrder(catalogue: Catalogue, params: Params): Parsed<AmendOrder> {
  return parsed(() => {
    const listing = listingOf(catalogue, params);
    const { priceRp, orderQtyRq } = params;
    return {
      kind: 'amend',
      symbol: listing.product.symbol,
      order: orderRefOf(params),
      posSide: posSideOf(params),
      ...(isGiven(priceRp) ? { price: priceOf(listing, priceRp) } : {}),
      ...(orderQtyRq === undefined || orderQtyRq === '' ? {} : { qty: qtyOf(listing, orderQtyRq) }),
    };
  });
}

export function parseCancelOrder(catalogue: Catalogue, params: Params): Parsed<CancelOrder> {
  return parsed(() => ({
    kind: 'cancel',
    symbol: listingOf(catalogue, params).product.symbol,
    order: orderRefOf(params),
    posSide: posSideOf(params),
  }));
}

/** Several ids in one parameter, separated by commas. */
export function parseBulkCancel(catalogue: Catalogue, params: Params): readonly Parsed<CancelOrder>[] {
  for (const name of ['orderID', 'clOrdID']) {
    const ids = (text(params, name) ?? '').split(',').filter((id) => id !== '');
    if (ids.length > 0) return ids.map((id) => parseCancelOrder(catalogue, withOnly(params, name, id)));
  }
  return [{ refusal: MISSING_ORDER_ID }];
}

const withOnly = (params: Params, name: string, id: string): Params => ({
  symbol: params.symbol,
  posSide: params.posSide,
  [name]: id,
});

function leverageOf(given: unknown): Rate {
  const rate = readRate(decimalText(given) ?? '');
  if (rate === undefined) throw new Refused(INVALID_LEVERAGE);
  return rate;
}

export function parseSetLeverage(catalogue: Catalogue, params: Params): Parsed<SetLeverage> {
  return parsed(() => {
    const { symbol } = listingOf(catalogue, params).product;
    const { leverageRr, longLeverageRr, shortLeverageRr } = params;
    if (leverageRr !== undefined) {
      return { kind: 'set-leverage', symbol, leverage: { mode: 'OneWay', value: leverageOf(leverageRr) } };
    }
    if (longLeverageRr === undefined || shortLeverageRr === undefined)
      throw new Refused(missing('leverageRr'));
    const long = leverageOf(longLeverageRr);
    return {
      kind: 'set-leverage',
      symbol,
      leverage: { mode: 'Hedged', long, short: leverageOf(shortLeverageRr) },
    };
  });
}

export function parseSwitchPosMode(catalogue: Catalogue, params: Params): Parsed<SwitchPosMode> {
  return parsed(() => ({
    kind: 'switch-pos-mode',
    symbol: listingOf(catalogue, params).product.symbol,
    target: wordOf(
      ['OneWay', 'Hedged'] as const,
      text(params, 'targetPosMode'),
      missing('targetPosMode'),
      BAD_ARGUMENTS,
    ),
  }));
}

/** Which products a cancel-all speaks of: one or several symbols separated by commas, or every product. */
export function parseSymbols(catalogue: Catalogue, params: Params): readonly ProductSymbol[] | Refusal {
  const given = text(params, 'symbol');
  if (given === undefined) return catalogue.listings.map(({ product }) => product.symbol);
  const found = given.split(',').map((symbol) => catalogue.find(symbol)?.product.symbol);
  return found.some((symbol) => symbol === undefined) ? SYMBOL_INVALID : (found as ProductSymbol[]);
}
