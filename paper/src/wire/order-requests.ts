/** Requests that place, amend and cancel orders, checked and turned into the core's commands. */
import type { ClOrdID, OrderID, ProductSymbol } from '#contract/brand.ts';
import { SIDES, TIMES_IN_FORCE, type TimeInForce } from '#contract/vocabulary.ts';
import type {
  AmendOrder,
  CancelOrder,
  Lots,
  OrderRef,
  OrderType,
  PlaceOrder,
  Refusal,
  StpInstruction,
} from '../commands.ts';
import { isConditional, isLimited } from '../order-types.ts';
import type { Catalogue, Listing } from './catalogue.ts';
import { amendedProtectionsOf, protectionsOf } from './protection-params.ts';
import { BAD_ARGUMENTS, MISSING_ORDER_ID, missing, SYMBOL_INVALID } from './replies.ts';
import {
  flag,
  isGiven,
  legOf,
  type Params,
  type Parsed,
  parseWith,
  priceOf,
  qtyOf,
  Refused,
  text,
  wordOf,
} from './request-params.ts';
import { sourceOf, stopPxOf, trailOffsetOf, triggerOf } from './trigger-params.ts';

const CL_ORD_ID_LENGTH_MAX = 40;

const SIDE_INVALID: Refusal = { code: 11034, msg: 'TE_SIDE_INVALID' };
const ORD_TYPE_INVALID: Refusal = { code: 11035, msg: 'TE_ORD_TYPE_INVALID' };
const TIME_IN_FORCE_INVALID: Refusal = { code: 11036, msg: 'TE_TIME_IN_FORCE_INVALID' };
const EXEC_INST_INVALID: Refusal = { code: 11037, msg: 'TE_EXEC_INST_INVALID' };
const BRACKET_LEG: Refusal = { code: 11123, msg: 'TE_BO_CANNOT_PLACE_BOTP_OR_BOSL_ORDER' };
const NO_BRACKET_BY_API: Refusal = { code: 11126, msg: 'TE_BO_DONOT_SUPPORT_API' };
const NO_MARKET_MAKER: Refusal = { code: 11143, msg: 'TE_RPI_NOT_APPROVED_MARKET_MAKER' };

const STP_INSTRUCTIONS = ['None', 'CancelMaker', 'CancelTaker', 'CancelBoth'] as const;
const ORDER_TYPES: readonly OrderType[] = [
  'Market',
  'Limit',
  'Stop',
  'StopLimit',
  'MarketIfTouched',
  'LimitIfTouched',
  'MarketAsLimit',
  'StopAsLimit',
  'MarketIfTouchedAsLimit',
];

/** Words the documents list that are no type of their own here. Every market order is a protected one. */
const OTHER_TYPES: ReadonlyMap<string, OrderType | Refusal> = new Map<string, OrderType | Refusal>([
  ['ProtectedMarket', 'Market'],
  ['Bracket', NO_BRACKET_BY_API],
  ['BoTpLimit', BRACKET_LEG],
  ['BoSlLimit', BRACKET_LEG],
  ['BoSlMarket', BRACKET_LEG],
]);

function ordTypeOf(params: Params): OrderType {
  const given = text(params, 'ordType') ?? text(params, 'orderType');
  const other = OTHER_TYPES.get(given ?? '');
  if (other !== undefined) return wordOf(ORDER_TYPES, undefined, other, ORD_TYPE_INVALID);
  return wordOf(ORDER_TYPES, given, 'Limit', ORD_TYPE_INVALID);
}

function timeInForceOf(params: Params): TimeInForce {
  const given = text(params, 'timeInForce');
  if (given === 'RPIPostOnly') throw new Refused(NO_MARKET_MAKER);
  return wordOf(TIMES_IN_FORCE, given, 'GoodTillCancel', TIME_IN_FORCE_INVALID);
}

/** An order that shows all of itself is a plain one. */
function displayOf(listing: Listing, { displayQtyRq, orderQtyRq }: Params): { displayQty?: Lots } {
  if (!isGiven(displayQtyRq)) return {};
  const displayQty = qtyOf(listing, displayQtyRq);
  return displayQty < qtyOf(listing, orderQtyRq) ? { displayQty } : {};
}

function stpOf(params: Params): { stp?: StpInstruction } {
  const given = wordOf(STP_INSTRUCTIONS, text(params, 'stpInstruction'), 'None', EXEC_INST_INVALID);
  return given === 'None' ? {} : { stp: given };
}

export function parsePlaceOrder(catalogue: Catalogue, params: Params): Parsed<PlaceOrder> {
  return parseWith(catalogue, params, (listing) => {
    const side = wordOf(SIDES, text(params, 'side'), missing('side'), SIDE_INVALID);
    const ordType = ordTypeOf(params);
    const closeOnTrigger = flag(params, 'closeOnTrigger');
    const isWholePosition = closeOnTrigger && isConditional(ordType) && !isGiven(params.orderQtyRq);
    if (params.orderQtyRq === undefined && !isWholePosition) throw new Refused(missing('orderQtyRq'));
    if (isLimited(ordType) && !isGiven(params.priceRp)) throw new Refused(missing('priceRp'));
    const clOrdID = text(params, 'clOrdID') ?? '';
    if (clOrdID.length > CL_ORD_ID_LENGTH_MAX) throw new Refused(BAD_ARGUMENTS);
    const instructions = {
      ...triggerOf(listing, params, { ordType, side }),
      ...protectionsOf(listing, params),
      ...(isWholePosition ? {} : displayOf(listing, params)),
      ...stpOf(params),
      ...(closeOnTrigger ? { closeOnTrigger, isWholePosition } : {}),
    };
    return {
      kind: 'place',
      ...legOf(listing, params),
      clOrdID: clOrdID as ClOrdID,
      side,
      ordType,
      ...(isLimited(ordType) ? { price: priceOf(listing, params.priceRp) } : {}),
      qty: isWholePosition ? (0 as Lots) : qtyOf(listing, params.orderQtyRq),
      timeInForce: timeInForceOf(params),
      reduceOnly: flag(params, 'reduceOnly') || closeOnTrigger,
      ...(Object.keys(instructions).length === 0 ? {} : { instructions }),
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
  return parseWith(catalogue, params, (listing) => {
    const { priceRp, orderQtyRq, stopPxRp, triggerType } = params;
    const trailOffset = trailOffsetOf(listing, params);
    return {
      kind: 'amend',
      ...legOf(listing, params),
      order: orderRefOf(params),
      ...(isGiven(priceRp) ? { price: priceOf(listing, priceRp) } : {}),
      ...(orderQtyRq === undefined || orderQtyRq === '' ? {} : { qty: qtyOf(listing, orderQtyRq) }),
      ...(trailOffset === undefined ? {} : { trailOffset }),
      ...amendedProtectionsOf(listing, params),
      ...(isGiven(stopPxRp) ? { triggerPrice: stopPxOf(listing, stopPxRp) } : {}),
      ...(triggerType === undefined ? {} : { triggerSource: sourceOf(params, 'triggerType', 'ByMarkPrice') }),
    };
  });
}

export function parseCancelOrder(catalogue: Catalogue, params: Params): Parsed<CancelOrder> {
  return parseWith(catalogue, params, (listing) => ({
    kind: 'cancel',
    ...legOf(listing, params),
    order: orderRefOf(params),
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

/** Which products a cancel-all speaks of: one or several symbols separated by commas, or every product. */
export function parseSymbols(catalogue: Catalogue, params: Params): readonly ProductSymbol[] | Refusal {
  const given = text(params, 'symbol');
  if (given === undefined) return catalogue.listings.map(({ product }) => product.symbol);
  const found = given.split(',').map((symbol) => catalogue.find(symbol)?.product.symbol);
  return found.some((symbol) => symbol === undefined) ? SYMBOL_INVALID : (found as ProductSymbol[]);
}
