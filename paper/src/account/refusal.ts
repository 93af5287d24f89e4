/**
 * Refusals with the exchange's own codes and words.
 * Source: the trading error table of the exchange's documentation; 20004 is not in it but is what the live exchange
 * answers when a position side or a setting does not fit the position mode.
 */
import type { CommandResult, Refusal } from '../commands.ts';

export const REFUSALS = {
  /** The matching engine's own reasons for ending an order that was accepted. */
  noEnoughQty: { code: 100, msg: 'CE_NO_ENOUGH_QTY' },
  willCross: { code: 101, msg: 'CE_WILLCROSS' },
  orderNotFound: { code: 10002, msg: 'OM_ORDER_NOT_FOUND' },
  noEnoughAvailableBalance: { code: 11001, msg: 'TE_NO_ENOUGH_AVAILABLE_BALANCE' },
  invalidLeverage: { code: 11004, msg: 'TE_INVALID_LEVERAGE' },
  noEnoughBalanceForNewLeverage: { code: 11005, msg: 'TE_NO_ENOUGH_BALANCE_FOR_NEW_LEVERAGE' },
  noPositionForMargin: { code: 11006, msg: 'TE_CANNOT_CHANGE_POSITION_MARGIN_WITHOUT_POSITION' },
  crossMarginIsShared: { code: 11007, msg: 'TE_CANNOT_CHANGE_POSITION_MARGIN_FOR_CROSS_MARGIN' },
  cannotRemoveMoreThanAdded: { code: 11008, msg: 'TE_CANNOT_REMOVE_POSITION_MARGIN_MORE_THAN_ADDED' },
  cannotRemoveDueToLoss: {
    code: 11009,
    msg: 'TE_CANNOT_REMOVE_POSITION_MARGIN_DUE_TO_UNREALIZED_PNL',
  },
  cannotAddMargin: {
    code: 11010,
    msg: 'TE_CANNOT_ADD_POSITION_MARGIN_DUE_TO_NO_ENOUGH_AVAILABLE_BALANCE',
  },
  reduceOnlyAbort: { code: 11011, msg: 'TE_REDUCE_ONLY_ABORT' },
  conditionalNoPosition: { code: 11013, msg: 'TE_CONDITIONAL_NO_POSITION' },
  conditionalWrongSide: { code: 11014, msg: 'TE_CONDITIONAL_CLOSE_POSITION_WRONG_SIDE' },
  conditionalTriggered: { code: 11015, msg: 'TE_CONDITIONAL_TRIGGERED_OR_CANCELED' },
  conditionalOrdersExceed: { code: 11031, msg: 'TE_SO_NUM_EXCEEDS' },
  triggerInvalid: { code: 11038, msg: 'TE_TRIGGER_INVALID' },
  noMarkPrice: { code: 11040, msg: 'TE_NO_MARK_PRICE' },
  noIndexPrice: { code: 11041, msg: 'TE_NO_INDEX_PRICE' },
  noLastPrice: { code: 11042, msg: 'TE_NO_LAST_PRICE' },
  risingTriggerDirectly: { code: 11043, msg: 'TE_RISING_TRIGGER_DIRECTLY' },
  fallingTriggerDirectly: { code: 11044, msg: 'TE_FALLING_TRIGGER_DIRECTLY' },
  triggerPriceTooLarge: { code: 11045, msg: 'TE_TRIGGER_PRICE_TOO_LARGE' },
  triggerPriceTooSmall: { code: 11046, msg: 'TE_TRIGGER_PRICE_TOO_SMALL' },
  buyTpShouldGtBase: { code: 11047, msg: 'TE_BUY_TP_SHOULD_GT_BASE' },
  buySlShouldLtBase: { code: 11048, msg: 'TE_BUY_SL_SHOULD_LT_BASE' },
  buySlShouldGtLiq: { code: 11049, msg: 'TE_BUY_SL_SHOULD_GT_LIQ' },
  sellTpShouldLtBase: { code: 11050, msg: 'TE_SELL_TP_SHOULD_LT_BASE' },
  sellSlShouldLtLiq: { code: 11051, msg: 'TE_SELL_SL_SHOULD_LT_LIQ' },
  sellSlShouldGtBase: { code: 11052, msg: 'TE_SELL_SL_SHOULD_GT_BASE' },
  qtyNotMatchReduceOnly: { code: 11057, msg: 'TE_QTY_NOT_MATCH_REDUCE_ONLY' },
  tpSlQtyNotMatchPos: { code: 11059, msg: 'TE_TP_SL_QTY_NOT_MATCH_POS' },
  sideNotClosePos: { code: 11060, msg: 'TE_SIDE_NOT_CLOSE_POS' },
  cannotReplacePrice: { code: 11067, msg: 'TE_CANNOT_REPLACE_PRICE' },
  cannotReplaceQty: { code: 11068, msg: 'TE_CANNOT_REPLACE_QTY' },
  cannotAttachTpSl: { code: 11074, msg: 'TE_CANNOT_ATTACH_TP_SL' },
  takeProfitTooLarge: { code: 11075, msg: 'TE_TP_TOO_LARGE' },
  takeProfitTooSmall: { code: 11076, msg: 'TE_TP_TOO_SMALL' },
  stopLossTooLarge: { code: 11078, msg: 'TE_SL_TOO_LARGE' },
  stopLossTooSmall: { code: 11079, msg: 'TE_SL_TOO_SMALL' },
  closeOrderCannotAttach: { code: 11096, msg: 'TE_CLOSE_ORDER_CANNOT_ATTACH_TP_SL' },
  takeProfitDuplicated: { code: 11083, msg: 'TE_TAKE_PROFIT_ORDER_DUPLICATED' },
  stopLossDuplicated: { code: 11084, msg: 'TE_STOP_LOSS_ORDER_DUPLICATED' },
  replaceToInvalidQty: { code: 11012, msg: 'TE_REPLACE_TO_INVALID_QTY' },
  symbolInvalid: { code: 11027, msg: 'TE_SYMBOL_INVALID' },
  activeOrdersExceed: { code: 11032, msg: 'TE_AO_NUM_EXCEEDS' },
  timeInForceInvalid: { code: 11036, msg: 'TE_TIME_IN_FORCE_INVALID' },
  priceTooLarge: { code: 11053, msg: 'TE_PRICE_TOO_LARGE' },
  priceTooSmall: { code: 11055, msg: 'TE_PRICE_TOO_SMALL' },
  qtyTooLarge: { code: 11056, msg: 'TE_QTY_TOO_LARGE' },
  qtyTooSmall: { code: 11058, msg: 'TE_QTY_TOO_SMALL' },
  replaceNotModified: { code: 11065, msg: 'TE_ORD_REPLACE_NOT_MODIFIED' },
  riskLimitExceeds: { code: 11081, msg: 'TE_RISK_LIMIT_EXCEEDS' },
  cannotCoverEstimateOrderLoss: { code: 11082, msg: 'TE_CANNOT_COVER_ESTIMATE_ORDER_LOSS' },
  clOrdIDDuplicate: { code: 11085, msg: 'TE_CL_ORD_ID_DUPLICATE' },
  orderValueTooSmall: { code: 11115, msg: 'TE_ORDER_VALUE_TOO_SMALL' },
  inconsistentPosMode: { code: 20004, msg: 'TE_ERR_INCONSISTENT_POS_MODE' },
  /** Not a whole number of ticks or lots. */
  badArguments: { code: 30000, msg: 'Please double check input arguments' },
} as const satisfies Record<string, Refusal>;

export const refused = (refusal: Refusal): CommandResult => ({ ok: false, refusal });
