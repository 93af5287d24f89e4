/**
 * Orders in the REST shapes: the acknowledgement (28 keys in the exchange's order), open orders, and the two history
 * endpoints, where names and enums are others again.
 */
import {
  EXEC_STATUS_MAKER_FILL,
  EXEC_STATUS_TAKER_FILL,
  ORD_STATUS_CODES,
  ORD_TYPE_CODES,
  POS_SIDE_CODES,
  SIDE_CODES,
} from '#contract/wire/history-codes.ts';
import type { WireJson } from '#contract/wire/write-json.ts';
import type { AckedOrder, OrderView } from '../commands.ts';
import type { Execution, OrderEvent } from '../events.ts';
import type { Catalogue } from './catalogue.ts';
import { execInst, protectionFields, triggerCodes, triggerFields } from './order-instructions.ts';
import { printRate, printUnits } from './scale.ts';

/** History names an execution, and an order id that the exchange made itself, by its first characters only. */
const HISTORY_ID_LENGTH = 7;
const NS_PER_MS = 1_000_000n;

const EXEC_STATUS_NEW = 5;
const EXEC_STATUS_CANCELED = 11;
const EXEC_STATUS_CREATE_REJECTED = 19;

export const codeOf = (codes: Readonly<Record<number, string>>, word: string): number =>
  Number(Object.keys(codes).find((code) => codes[Number(code)] === word) ?? 0);

const ACTION_NEW = 1;
const ACTION_LIQ_REQUEST = 11;
const TRADE_TYPE_CODES = { Trade: 1, LiqTrade: 6, AdlTrade: 7 } as const;
const tradeTypeCode = (execution: Execution | undefined): number =>
  TRADE_TYPE_CODES[execution?.tradeType ?? 'Trade'];

/** The body of create, replace and cancel. It describes the order before matching; `aop_p` says what happened. */
export function ackBody(catalogue: Catalogue, { order, execStatus }: AckedOrder): WireJson {
  const { scale } = catalogue.get(order.symbol);
  const { pegPriceType, ...trigger } = triggerFields(scale, order);
  return {
    bizError: 0,
    orderID: order.orderID,
    clOrdID: order.clOrdID,
    symbol: order.symbol,
    side: order.side,
    actionTimeNs: order.actionNs,
    transactTimeNs: order.transactNs,
    orderType: order.ordType,
    priceRp: scale.price(order.price),
    orderQtyRq: scale.qty(order.qty),
    displayQtyRq: scale.qty(order.instructions?.displayQty ?? 0),
    timeInForce: order.timeInForce,
    closedPnlRv: printUnits(order.closedPnl),
    closedSizeRq: scale.qty(order.closedQty),
    cumQtyRq: scale.qty(order.cumQty),
    cumValueRv: printUnits(order.cumValue),
    leavesQtyRq: scale.qty(order.leavesQty),
    leavesValueRv: scale.value(order.price, order.leavesQty),
    ...trigger,
    execStatus,
    pegPriceType,
    ordStatus: order.ordStatus,
    execInst: execInst(order),
    ...protectionFields(scale, order),
  };
}

const ACTIVE_EXEC_STATUS: Partial<Record<OrderView['ordStatus'], string>> = {
  PartiallyFilled: 'MakerFill',
  Untriggered: 'Registered',
};

/** A row of /g-orders/activeList: the acknowledgement's keys with `reduceOnly` after the time in force. */
export function activeOrderRow(catalogue: Catalogue, order: OrderView): WireJson {
  const { scale } = catalogue.get(order.symbol);
  const execStatus = ACTIVE_EXEC_STATUS[order.ordStatus] ?? 'New';
  const ack = ackBody(catalogue, { order, execStatus: 'PendingNew' }) as Record<string, WireJson>;
  const row: Record<string, WireJson> = {};
  for (const [key, value] of Object.entries(ack)) {
    row[key] = value;
    if (key === 'timeInForce') row.reduceOnly = order.reduceOnly;
  }
  return { ...row, displayQtyRq: scale.qty(order.shownQty ?? order.leavesQty), execStatus };
}

/** A row of /api-data/g-futures/orders/by-order-id: words for enums, small d in the ids. */
export function orderByIdRow(catalogue: Catalogue, order: OrderView): WireJson {
  const { scale } = catalogue.get(order.symbol);
  const { takeProfitRp, stopLossRp } = protectionFields(scale, order);
  return {
    orderId: order.orderID,
    clOrdId: order.clOrdID,
    symbol: order.symbol,
    side: order.side,
    ordType: order.ordType,
    actionTimeNs: order.actionNs,
    priceRp: scale.price(order.price),
    orderQtyRq: scale.qty(order.qty),
    displayQtyRq: scale.qty(order.qty),
    timeInForce: order.timeInForce,
    reduceOnly: order.reduceOnly,
    takeProfitRp,
    stopLossRp,
    closedPnlRv: printUnits(order.closedPnl),
    closedSizeRq: scale.qty(order.closedQty),
    cumQtyRq: scale.qty(order.cumQty),
    cumValueRv: printUnits(order.cumValue),
    leavesQtyRq: scale.qty(order.leavesQty),
    leavesValueRv: scale.value(order.price, order.leavesQty),
    stopDirection: order.instructions?.trigger?.direction ?? 'UNSPECIFIED',
    ordStatus: order.ordStatus,
    transactTimeNs: order.transactNs,
    bizError: 0,
  };
}

const toMs = (ns: bigint): number => Number(ns / NS_PER_MS);

function lastExecStatus(order: OrderView, lastFill: OrderEvent | undefined): number {
  if (order.ordStatus === 'Canceled' || order.ordStatus === 'Deactivated') return EXEC_STATUS_CANCELED;
  if (order.ordStatus === 'Rejected') return EXEC_STATUS_CREATE_REJECTED;
  if (order.cumQty === 0) return EXEC_STATUS_NEW;
  return lastFill?.execution?.isMaker === true ? EXEC_STATUS_MAKER_FILL : EXEC_STATUS_TAKER_FILL;
}

/** A row of /exchange/order/v2/orderList; `lastFill` is the order's newest execution that is still remembered. */
export function orderListRow(
  catalogue: Catalogue,
  order: OrderView,
  lastFill?: OrderEvent,
): Record<string, WireJson> {
  const { scale } = catalogue.get(order.symbol);
  return {
    createdAt: toMs(order.actionNs),
    symbol: order.symbol,
    orderQtyRq: scale.qty(order.qty),
    side: codeOf(SIDE_CODES, order.side),
    posSide: codeOf(POS_SIDE_CODES, order.posSide),
    priceRp: scale.price(order.price),
    execQtyRq: scale.qty(order.cumQty),
    leavesQtyRq: scale.qty(order.leavesQty),
    execPriceRp: lastFill?.execution === undefined ? '0' : scale.price(lastFill.execution.price),
    orderValueRv: scale.value(order.price, order.qty),
    leavesValueRv: scale.value(order.price, order.leavesQty),
    cumValueRv: printUnits(order.cumValue),
    ...triggerCodes(scale, order),
    actionBy: 1,
    execFeeRv: printUnits(order.cumFee),
    ordType: codeOf(ORD_TYPE_CODES, order.ordType),
    ordStatus: codeOf(ORD_STATUS_CODES, order.ordStatus),
    clOrdId: order.clOrdID === '' ? order.orderID.slice(0, HISTORY_ID_LENGTH) : order.clOrdID,
    orderId: order.orderID,
    execStatus: lastExecStatus(order, lastFill),
    bizError: 0,
    totalPnlRv: null,
    avgTransactPriceRp: null,
    orderDetailsVos: null,
    tradeType: order.cumQty === 0 ? 0 : tradeTypeCode(lastFill?.execution),
    updatedAt: toMs(order.transactNs),
  };
}

/** A row of /exchange/order/v2/tradingList: which order it was is not said. */
export function tradingListRow(catalogue: Catalogue, { order, execution }: OrderEvent): WireJson {
  const { scale } = catalogue.get(order.symbol);
  if (execution === undefined) throw new RangeError(`Not an execution: ${order.orderID}`);
  return {
    createdAt: toMs(order.transactNs),
    symbol: order.symbol,
    currency: 'USDT',
    action: execution.tradeType === 'LiqTrade' ? ACTION_LIQ_REQUEST : ACTION_NEW,
    tradeType: tradeTypeCode(execution),
    execQtyRq: scale.qty(execution.qty),
    execPriceRp: scale.price(execution.price),
    side: codeOf(SIDE_CODES, order.side),
    orderQtyRq: scale.qty(order.qty),
    priceRp: scale.price(order.price),
    execValueRv: printUnits(execution.value),
    feeRateRr: printRate(execution.feeRate),
    execFeeRv: printUnits(execution.fee),
    ordType: codeOf(ORD_TYPE_CODES, order.ordType),
    execId: execution.execID.slice(0, HISTORY_ID_LENGTH),
    execStatus: execution.isMaker ? EXEC_STATUS_MAKER_FILL : EXEC_STATUS_TAKER_FILL,
    posSide: codeOf(POS_SIDE_CODES, order.posSide),
    ptFeeRv: '0',
    ptPriceRp: '0',
  };
}
