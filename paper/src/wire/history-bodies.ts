/**
 * Histories in the shapes of REST: integers for enums under /exchange, words under /api-data, and ids that are cut
 * short in the older lists.
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
import type { OrderView } from '../commands.ts';
import type { ClosedPositionEvent, Execution, FundingFeeEvent, OrderEvent } from '../events.ts';
import type { Catalogue } from './catalogue.ts';
import { CURRENCY } from './history-query.ts';
import { protectionFields, triggerCodes } from './order-instructions.ts';
import { printRate, printUnits, readScaled } from './scale.ts';

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
export const TRADE_TYPE_CODES = { 1: 'Trade', 6: 'LiqTrade', 7: 'AdlTrade' } as const;
const tradeTypeCode = (execution: Execution | undefined): number =>
  codeOf(TRADE_TYPE_CODES, execution?.tradeType ?? 'Trade');

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
    currency: CURRENCY,
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

/** A row of /api-data/g-futures/trades. */
export function tradeRow(catalogue: Catalogue, { order, execution }: OrderEvent): WireJson {
  const { scale } = catalogue.get(order.symbol);
  if (execution === undefined) throw new RangeError(`Not an execution: ${order.orderID}`);
  return {
    transactTimeNs: order.transactNs,
    symbol: order.symbol,
    currency: CURRENCY,
    action: execution.tradeType === 'LiqTrade' ? 'LiqRequest' : 'New',
    posSide: order.posSide,
    side: order.side,
    tradeType: execution.tradeType ?? 'Trade',
    execQtyRq: scale.qty(execution.qty),
    execPriceRp: scale.price(execution.price),
    orderQtyRq: scale.qty(order.qty),
    priceRp: scale.price(order.price),
    execValueRv: printUnits(execution.value),
    feeRateRr: printRate(execution.feeRate),
    execFeeRv: printUnits(execution.fee),
    closedSizeRq: scale.qty(execution.closedQty),
    closedPnlRv: printUnits(execution.closedPnl),
    ordType: order.ordType,
    execID: execution.execID,
    orderID: order.orderID,
    clOrdID: order.clOrdID,
    execStatus: execution.isMaker ? 'MakerFill' : 'TakerFill',
  };
}

/** A row of /api-data/g-futures/funding-fees. A fee above zero was paid; fee = value × fee rate, as of a trade. */
export function fundingFeeRow(catalogue: Catalogue, event: FundingFeeEvent): WireJson {
  const { scale } = catalogue.get(event.symbol);
  const paid = event.side === 'Buy' ? event.rate : -event.rate;
  return {
    symbol: event.symbol,
    currency: CURRENCY,
    execQtyRq: scale.qty(event.qty),
    side: event.side,
    execPriceRp: scale.price(event.markPrice),
    execValueRv: printUnits(event.value),
    fundingRateRr: printRate(event.rate),
    feeRateRr: printRate(paid),
    execFeeRv: printUnits(event.fee),
    createTime: toMs(event.atNs),
  };
}

/** These alone are printed with all of their eight decimals. */
function eightDecimals(value: bigint): string {
  const digits = String(value < 0n ? -value : value).padStart(9, '0');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -8)}.${digits.slice(-8)}`;
}

const averagePrice = (text: string): string => eightDecimals(((readScaled(text, 9) ?? 0n) + 5n) / 10n);

/** A row of /api-data/g-futures/closedPosition. Its times are milliseconds, whatever their names say. */
export function closedPositionRow(catalogue: Catalogue, event: ClosedPositionEvent): WireJson {
  const { scale, product } = catalogue.get(event.symbol);
  const { qty, entryValue, exitValue, leverage } = event;
  const realised = event.closedPnl - event.fee - event.fundingFee;
  const used =
    leverage === 0n ? BigInt(product.leverageMax) * 100_000_000n : leverage < 0n ? -leverage : leverage;
  return {
    symbol: event.symbol,
    currency: CURRENCY,
    // These three are the same in every recorded row.
    term: 0,
    closedSizeRq: scale.qty(qty),
    side: codeOf(SIDE_CODES, event.side),
    cumEntryValueRv: null,
    closedPnlRv: printUnits(event.closedPnl),
    exchangeFeeRv: printUnits(event.fee),
    fundingFeeRv: printUnits(event.fundingFee),
    realizedPnlRv: printUnits(realised),
    finished: '0',
    openedTimeNs: toMs(event.openedNs),
    updatedTimeNs: toMs(event.closedNs),
    openPrice: averagePrice(scale.averagePrice(entryValue, qty)),
    closePrice: averagePrice(scale.averagePrice(exitValue, qty)),
    roi: eightDecimals(entryValue === 0n ? 0n : (realised * used) / entryValue),
    leverage: Number(printRate(leverage)),
  };
}
