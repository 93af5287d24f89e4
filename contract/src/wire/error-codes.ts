/**
 * The exchange's refusals: code → its own name, and a sentence that tells a trader what happened and what to do.
 * Codes of spot wallets and of the insides of bracket orders are left out: they fall back to the name made readable.
 * Source: the exchange's error code tables, and bodies recorded from it.
 */
import type { Problem } from '../result.ts';

export const OM_ORDER_NOT_FOUND = 10002;

/** [the exchange's name, the sentence]. */
type Refusal = readonly [name: string, sentence: string];

const ORDER_STATE: Readonly<Record<number, Refusal>> = {
  100: ['CE_NO_ENOUGH_QTY', 'Nothing was left on the book to trade against; the rest was canceled.'],
  101: ['CE_WILLCROSS', 'The post-only order would have traded at once, so it was canceled.'],
  10001: ['OM_DUPLICATE_ORDERID', 'An order with this id already exists.'],
  10002: [
    'OM_ORDER_NOT_FOUND',
    'The order is not open any more: it was filled, canceled or never reached the exchange.',
  ],
  10003: ['OM_ORDER_PENDING_CANCEL', 'The order is already being canceled.'],
  10004: ['OM_ORDER_PENDING_REPLACE', 'The order is still being amended; try again in a moment.'],
  10005: ['OM_ORDER_PENDING', 'The order is still being processed; try again in a moment.'],
  11015: ['TE_CONDITIONAL_TRIGGERED_OR_CANCELED', 'The conditional order was already triggered or canceled.'],
  11061: ['TE_ORD_ALREADY_PENDING_CANCEL', 'The order is already being canceled.'],
  11062: ['TE_ORD_ALREADY_CANCELED', 'The order was already canceled.'],
  11063: ['TE_ORD_STATUS_CANNOT_CANCEL', 'The order cannot be canceled any more.'],
  11064: ['TE_ORD_ALREADY_PENDING_REPLACE', 'The order is still being amended; try again in a moment.'],
  11065: ['TE_ORD_REPLACE_NOT_MODIFIED', 'Nothing changed: the order already has this price and quantity.'],
  11066: ['TE_ORD_STATUS_CANNOT_REPLACE', 'The order cannot be amended any more.'],
  11067: ['TE_CANNOT_REPLACE_PRICE', 'A conditional market order has no price to amend.'],
  11068: [
    'TE_CANNOT_REPLACE_QTY',
    'The quantity of a closing order follows the position and cannot be amended.',
  ],
  11071: ['TE_ORD_STATUS_CANNOT_TRIGGER', 'The conditional order cannot be triggered any more.'],
  11085: ['TE_CL_ORD_ID_DUPLICATE', 'An order with this client order id already exists.'],
  11033: ['TE_ORDER_ID_DUPLICATE', 'An order with this id already exists.'],
  11108: ['TE_CANNOT_REPLACE_OR_CANCEL_MARKET_ORDER', 'A market order cannot be amended or canceled.'],
  11109: [
    'TE_CANNOT_REPLACE_OR_CANCEL_IOC_ORDER',
    'An immediate-or-cancel order cannot be amended or canceled.',
  ],
  11110: ['TE_CANNOT_REPLACE_OR_CANCEL_FOK_ORDER', 'A fill-or-kill order cannot be amended or canceled.'],
  11111: ['TE_MISSING_ORDER_ID', 'The request names no order.'],
  19999: ['REQUEST_IS_DUPLICATED', 'The exchange already has this very request.'],
};

const FUNDS: Readonly<Record<number, Refusal>> = {
  11001: [
    'TE_NO_ENOUGH_AVAILABLE_BALANCE',
    'Not enough available balance for this order: make it smaller, or free some margin.',
  ],
  11003: ['TE_NO_ENOUGH_BALANCE_FOR_NEW_RISK_LIMIT', 'Not enough available balance for the new risk limit.'],
  11005: [
    'TE_NO_ENOUGH_BALANCE_FOR_NEW_LEVERAGE',
    'Not enough available balance for this leverage with the open position: lower it less, or free some margin.',
  ],
  11010: [
    'TE_CANNOT_ADD_POSITION_MARGIN_DUE_TO_NO_ENOUGH_AVAILABLE_BALANCE',
    'Not enough available balance to add this margin.',
  ],
  11082: [
    'TE_CANNOT_COVER_ESTIMATE_ORDER_LOSS',
    'Available balance does not cover the loss this order would open with, worse than mark: make it smaller, or name a better price.',
  ],
};

const POSITION: Readonly<Record<number, Refusal>> = {
  11002: ['TE_INVALID_RISK_LIMIT', 'The exchange does not offer this risk limit.'],
  11004: [
    'TE_INVALID_LEVERAGE',
    'The exchange does not allow this leverage here, or not for a position of this size: choose a lower one.',
  ],
  11006: [
    'TE_CANNOT_CHANGE_POSITION_MARGIN_WITHOUT_POSITION',
    'There is no position whose margin could change.',
  ],
  11007: [
    'TE_CANNOT_CHANGE_POSITION_MARGIN_FOR_CROSS_MARGIN',
    'A cross position has no margin of its own to change.',
  ],
  11008: ['TE_CANNOT_REMOVE_POSITION_MARGIN_MORE_THAN_ADDED', 'That is more margin than can be taken out.'],
  11009: ['TE_CANNOT_REMOVE_POSITION_MARGIN_DUE_TO_UNREALIZED_PNL', 'The open loss needs this margin.'],
  11011: [
    'TE_REDUCE_ONLY_ABORT',
    'The reduce-only order would not reduce the position: turn reduce-only off to open one.',
  ],
  11013: ['TE_CONDITIONAL_NO_POSITION', 'There is no position to close.'],
  11014: [
    'TE_CONDITIONAL_CLOSE_POSITION_WRONG_SIDE',
    'The closing order is on the same side as the position.',
  ],
  11022: ['TE_REJECT_DUE_TO_BANNED', 'The exchange has blocked this account from trading.'],
  11023: ['TE_REJECT_DUE_TO_IN_PROCESS_OF_LIQ', 'The position is being liquidated.'],
  11024: ['TE_REJECT_DUE_TO_IN_PROCESS_OF_ADL', 'The position is being reduced by auto-deleveraging.'],
  11057: [
    'TE_QTY_NOT_MATCH_REDUCE_ONLY',
    'A reduce-only order needs a position to reduce: turn reduce-only off, or bring it along as take-profit or stop-loss of an entry.',
  ],
  11059: ['TE_TP_SL_QTY_NOT_MATCH_POS', 'There is no position to attach a take-profit or stop-loss to.'],
  11060: [
    'TE_SIDE_NOT_CLOSE_POS',
    'The take-profit or stop-loss is on the side that would not close the position.',
  ],
  11074: [
    'TE_CANNOT_ATTACH_TP_SL',
    'Take-profit and stop-loss cannot be attached to an order while a position is open: set them on the position.',
  ],
  11081: [
    'TE_RISK_LIMIT_EXCEEDS',
    'The position would exceed the limit of this leverage; lower the leverage or the size.',
  ],
  11083: ['TE_TAKE_PROFIT_ORDER_DUPLICATED', 'The position already has a take-profit: move that one.'],
  11084: ['TE_STOP_LOSS_ORDER_DUPLICATED', 'The position already has a stop-loss: move that one.'],
  11088: [
    'TE_BUY_TS_SHOULD_GT_LIQ',
    'The trailing stop of a long has to lie above the liquidation price, or it would never trigger.',
  ],
  11089: [
    'TE_SELL_TS_SHOULD_LT_LIQ',
    'The trailing stop of a short has to lie below the liquidation price, or it would never trigger.',
  ],
  11095: ['TE_TRAILING_ORDER_DUPLICATED', 'The position already has a trailing stop: cancel that one first.'],
  11096: [
    'TE_CLOSE_ORDER_CANNOT_ATTACH_TP_SL',
    'A closing order cannot carry a take-profit, stop-loss or trailing stop.',
  ],
  11150: [
    'TE_OI_LIMIT_REDUCE_ONLY',
    'The symbol has reached its maximum open interest: only reducing orders are accepted.',
  ],
  20004: [
    'TE_ERR_INCONSISTENT_POS_MODE',
    'This does not fit the position mode of the symbol (one-way or hedged), which only changes while the symbol has no position and no open orders.',
  ],
};

const PARAMETERS: Readonly<Record<number, Refusal>> = {
  11012: ['TE_REPLACE_TO_INVALID_QTY', 'The new quantity is not above what was filled already.'],
  11027: ['TE_SYMBOL_INVALID', 'The exchange does not know this symbol.'],
  11028: ['TE_CURRENCY_INVALID', 'The exchange does not know this currency.'],
  11031: ['TE_SO_NUM_EXCEEDS', 'Too many conditional orders are open: cancel some first.'],
  11032: ['TE_AO_NUM_EXCEEDS', 'Too many orders are open: cancel some first.'],
  11034: ['TE_SIDE_INVALID', 'The exchange does not accept this side.'],
  11035: ['TE_ORD_TYPE_INVALID', 'The exchange does not accept this order type.'],
  11036: ['TE_TIME_IN_FORCE_INVALID', 'The exchange does not accept this time in force.'],
  11037: ['TE_EXEC_INST_INVALID', 'The exchange does not accept this execution instruction.'],
  11038: ['TE_TRIGGER_INVALID', 'The exchange does not accept this trigger.'],
  11039: ['TE_STOP_DIRECTION_INVALID', 'The trigger lies on the wrong side.'],
  11040: ['TE_NO_MARK_PRICE', 'The exchange has no mark price to trigger on.'],
  11041: ['TE_NO_INDEX_PRICE', 'The exchange has no index price to trigger on.'],
  11042: ['TE_NO_LAST_PRICE', 'The exchange has no last price to trigger on.'],
  11043: [
    'TE_RISING_TRIGGER_DIRECTLY',
    'The order would trigger at once, the price is already above its trigger: set it higher, or send it at market.',
  ],
  11044: [
    'TE_FALLING_TRIGGER_DIRECTLY',
    'The order would trigger at once, the price is already below its trigger: set it lower, or send it at market.',
  ],
  11045: ['TE_TRIGGER_PRICE_TOO_LARGE', 'The trigger price is too high.'],
  11046: ['TE_TRIGGER_PRICE_TOO_SMALL', 'The trigger price is too low.'],
  11047: ['TE_BUY_TP_SHOULD_GT_BASE', 'The take-profit of a long has to lie above the reference price.'],
  11048: ['TE_BUY_SL_SHOULD_LT_BASE', 'The stop-loss of a long has to lie below the reference price.'],
  11049: [
    'TE_BUY_SL_SHOULD_GT_LIQ',
    'The stop-loss of a long has to lie above the liquidation price, or it would never trigger.',
  ],
  11050: ['TE_SELL_TP_SHOULD_LT_BASE', 'The take-profit of a short has to lie below the reference price.'],
  11051: [
    'TE_SELL_SL_SHOULD_LT_LIQ',
    'The stop-loss of a short has to lie below the liquidation price, or it would never trigger.',
  ],
  11052: ['TE_SELL_SL_SHOULD_GT_BASE', 'The stop-loss of a short has to lie above the reference price.'],
  11053: ['TE_PRICE_TOO_LARGE', 'The price is too high for the exchange.'],
  11054: [
    'TE_PRICE_WORSE_THAN_BANKRUPT',
    'The closing price is worse than the bankruptcy price: name a better one, or close at market.',
  ],
  11055: ['TE_PRICE_TOO_SMALL', 'The price is too low for the exchange.'],
  11056: ['TE_QTY_TOO_LARGE', 'The quantity is above the maximum for one order: split it.'],
  11058: ['TE_QTY_TOO_SMALL', 'The quantity is below the minimum.'],
  11070: ['TE_SYMBOL_NOT_IN_RANGE', 'The exchange does not know this symbol.'],
  11075: ['TE_TP_TOO_LARGE', 'The take-profit price is too high.'],
  11076: ['TE_TP_TOO_SMALL', 'The take-profit price is too low.'],
  11077: ['TE_TP_TRIGGER_INVALID', 'The exchange does not accept this take-profit trigger.'],
  11078: ['TE_SL_TOO_LARGE', 'The stop-loss price is too high.'],
  11079: ['TE_SL_TOO_SMALL', 'The stop-loss price is too low.'],
  11080: ['TE_SL_TRIGGER_INVALID', 'The exchange does not accept this stop-loss trigger.'],
  11086: [
    'TE_PEG_PRICE_TYPE_INVALID',
    'The exchange does not accept this way of trailing, or not for this kind of order.',
  ],
  11087: ['TE_BUY_TS_SHOULD_LT_BASE', 'The trailing stop of a long has to lie below the price.'],
  11090: ['TE_SELL_TS_SHOULD_GT_BASE', 'The trailing stop of a short has to lie above the price.'],
  11091: [
    'TE_BUY_REVERT_VALUE_SHOULD_LT_ZERO',
    'The distance of a selling trailing stop has to be below zero: it trails below the best price.',
  ],
  11092: [
    'TE_SELL_REVERT_VALUE_SHOULD_GT_ZERO',
    'The distance of a buying trailing stop has to be above zero: it trails above the best price.',
  ],
  11093: [
    'TE_BUY_TTP_SHOULD_ACTIVATE_ABOVE_BASE',
    'The activation price of a selling trailing stop has to lie above the price.',
  ],
  11094: [
    'TE_SELL_TTP_SHOULD_ACTIVATE_BELOW_BASE',
    'The activation price of a buying trailing stop has to lie below the price.',
  ],
  11123: ['TE_BO_CANNOT_PLACE_BOTP_OR_BOSL_ORDER', 'The legs of a bracket cannot be placed by themselves.'],
  11126: ['TE_BO_DONOT_SUPPORT_API', 'The exchange takes no bracket orders by API.'],
  11143: [
    'TE_RPI_NOT_APPROVED_MARKET_MAKER',
    'This time in force is for market makers that the exchange has approved.',
  ],
  11114: ['TE_ORDER_VALUE_TOO_LARGE', 'The order is worth more than the exchange accepts in one order.'],
  11115: ['TE_ORDER_VALUE_TOO_SMALL', 'The order is worth less than the minimum order value.'],
};

const SERVICE: Readonly<Record<number, Refusal>> = {
  412: ['PRECONDITION_FAILED', 'The request lacks something the exchange needs.'],
  429: ['TOO_MANY_REQUESTS', 'Too many requests: the exchange asks to wait a moment.'],
  6001: ['INVALID_ARGUMENT', 'The exchange does not understand the request.'],
  10500: ['API_KEY_REFUSED', 'The exchange refused the API key or the request.'],
  30000: ['INVALID_ARGUMENT', 'The exchange does not understand the request.'],
  30018: ['SIZE_LIMIT', 'The request asks for more than the exchange returns at once.'],
  34003: ['ACCESS_FORBIDDEN', 'The API key may not do this.'],
  39995: ['TOO_MANY_REQUESTS', 'Too many requests: the exchange asks to wait a moment.'],
  39996: ['ACCESS_DENIED', 'The exchange denied access.'],
  39997: ['SYMBOL_NOT_LISTED', 'The exchange does not list this symbol.'],
};

const REFUSALS: Readonly<Record<number, Refusal>> = {
  ...ORDER_STATE,
  ...FUNDS,
  ...POSITION,
  ...PARAMETERS,
  ...SERVICE,
};

/** Codes 401 and 10500 cover many reasons; only the text tells them apart. */
const BY_TEXT: readonly (readonly [RegExp, string])[] = [
  [/signature/i, 'The exchange refused the signature: the API secret does not belong to the key.'],
  [
    /expired/i,
    'The exchange says the request came too late: check that the clock of this computer is right.',
  ],
  [/privilege/i, 'The API key may not do this: it lacks the permission.'],
  [/IP mismatch/i, 'The API key is bound to another IP address.'],
  [/api.?key/i, 'The exchange does not know this API key.'],
  [/missing/i, 'The request lacks something the exchange needs.'],
];
const CODES_BY_TEXT = new Set([401, 412, 10500]);

/** "TE_NO_ENOUGH_BALANCE" and "TE: no enough balance" → "No enough balance". */
function readable(message: string): string {
  const plain = message
    .replace(/^[A-Z]{2,3}(?:_ERR)?[_:]\s*/, '')
    .replaceAll('_', ' ')
    .trim();
  const words = plain === plain.toUpperCase() ? plain.toLowerCase() : plain;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The exchange's own name of a code, e.g. "TE_QTY_TOO_SMALL", if it is known here. */
export const refusalName = (code: number): string | undefined => REFUSALS[code]?.[0];

/** One sentence for a trader. The exchange's own words only where nothing better is known. */
export function refusalSentence(code: number, message: string): string {
  if (CODES_BY_TEXT.has(code)) {
    const found = BY_TEXT.find(([pattern]) => pattern.test(message));
    if (found !== undefined) return found[1];
  }
  const known = REFUSALS[code]?.[1];
  if (known !== undefined) return known;
  const words = readable(message);
  return words === ''
    ? `The exchange refused (code ${code}).`
    : `The exchange refused: ${words} (code ${code}).`;
}

/** One sentence for any problem of a reply. */
export function problemSentence(problem: Problem): string {
  if (problem.kind === 'refused') return refusalSentence(problem.code, problem.message);
  const place = problem.path === '' ? '' : ` at ${problem.path}`;
  return `The exchange answered something unexpected${place}: ${problem.message}.`;
}
