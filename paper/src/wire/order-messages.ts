/**
 * Orders as `aop_p` says them: a third naming, with quantities that have no suffix. One row per event of an order;
 * a fill is a row with an execution in it.
 */
import type { WireJson } from '#contract/wire/write-json.ts';
import type { AccountID, OrderView, Refusal } from '../commands.ts';
import type { OrderEvent, PositionView } from '../events.ts';
import { accountIDOf, userIDOf } from './account-bodies.ts';
import type { Catalogue } from './catalogue.ts';
import { streamInstructions } from './order-instructions.ts';
import { printRate, printUnits } from './scale.ts';

const NO_EXECUTION_ID = '00000000-0000-0000-0000-000000000000';

/** What `aop_p` says of an order event: the event, and the leg it belongs to as it stands now. */
export interface OrderMessage {
  readonly account: AccountID;
  readonly event: Omit<OrderEvent, 'kind'>;
  readonly leg: PositionView | undefined;
  /** Counts messages about orders. */
  readonly requestNumber: number;
}

/** TE_NO_ENOUGH_AVAILABLE_BALANCE reads "TE: no enough available balance" here. */
export function refusalMessage(refusal: Refusal | undefined): string {
  if (refusal === undefined) return 'No error';
  const [prefix = '', ...words] = refusal.msg.split('_');
  return `${prefix}: ${words.join(' ').toLowerCase()}`;
}

/** Reasons of the matching engine itself (100 no quantity, 101 would cross) have a field of their own. */
function codesOf(refusal: Refusal | undefined): { code: number; cxlRejReason: number } {
  if (refusal === undefined) return { code: 0, cxlRejReason: 0 };
  return refusal.msg.startsWith('CE_')
    ? { code: 0, cxlRejReason: refusal.code }
    : { code: refusal.code, cxlRejReason: 0 };
}

function executionFields(catalogue: Catalogue, { order, execution }: Omit<OrderEvent, 'kind'>) {
  if (execution === undefined) {
    return {
      execFeeRv: '0',
      execID: NO_EXECUTION_ID,
      execPriceRp: '0',
      execQty: '0',
      execValueRv: '0',
      feeRateRr: '0',
    };
  }
  const { scale } = catalogue.get(order.symbol);
  return {
    // An event of a fill says what that fill closed, not the order's total.
    closedPnlRv: printUnits(execution.closedPnl),
    closedSize: scale.qty(execution.closedQty),
    execFeeRv: printUnits(execution.fee),
    execID: execution.execID,
    execPriceRp: scale.price(execution.price),
    execQty: scale.qty(execution.qty),
    execValueRv: printUnits(execution.value),
    feeRateRr: printRate(execution.feeRate),
    lastLiquidityInd: execution.isMaker ? 'AddedLiquidity' : 'RemovedLiquidity',
    tradeType: execution.tradeType ?? 'Trade',
  };
}

function legFields(catalogue: Catalogue, { event, leg }: OrderMessage) {
  const { scale } = catalogue.get(event.order.symbol);
  return {
    curAccBalanceRv: printUnits(event.balanceAfter),
    curAssignedPosBalanceRv: leg === undefined ? '0' : printUnits(leg.assignedBalance),
    curBonusBalanceRv: '0',
    curLeverageRr:
      leg === undefined ? '0' : printRate(leg.marginMode === 'cross' ? -leg.leverage : leg.leverage),
    curPosSide: event.posSideAfter,
    curPosSize: scale.qty(event.posSizeAfter),
    curPosTerm: leg?.term ?? 1,
    curPosValueRv: leg === undefined ? '0' : printUnits(leg.value),
    curRiskLimitRv: leg === undefined ? '0' : printUnits(leg.riskLimit),
  };
}

function orderFields(catalogue: Catalogue, order: OrderView) {
  const { scale } = catalogue.get(order.symbol);
  return {
    actionTimeNs: order.actionNs,
    addedSeq: order.execSeq,
    clOrdID: order.clOrdID,
    closedPnlRv: printUnits(order.closedPnl),
    closedSize: scale.qty(order.closedQty),
    cumFeeRv: printUnits(order.cumFee),
    cumQty: scale.qty(order.cumQty),
    cumValueRv: printUnits(order.cumValue),
    displayQty: scale.qty(order.shownQty ?? order.leavesQty),
    execSeq: order.execSeq,
    leavesQty: scale.qty(order.leavesQty),
    leavesValueRv: scale.value(order.price, order.leavesQty),
    ordStatus: order.ordStatus,
    ordType: order.ordType,
    orderID: order.orderID,
    orderQty: scale.qty(order.qty),
    posSide: order.posSide,
    priceRp: scale.price(order.price),
    side: order.side,
    symbol: order.symbol,
    timeInForce: order.timeInForce,
    transactTimeNs: order.transactNs,
    ...streamInstructions(scale, order),
  };
}

/** Fields of points and of protections, which are the same for every order here. */
const EVERY_ORDER = {
  actionBy: 'ByUser',
  apRp: '0',
  bonusChangedAmountRv: '0',
  bpRp: '0',
  cl_req_code: 0,
  cumPtFeeRv: '0',
  currency: 'USDT',
  posTpSlPattern: 'Normal',
  ptFeeRv: '0',
  ptPriceRp: '0',
  slTimeInForce: 'ImmediateOrCancel',
  tpTimeInForce: 'ImmediateOrCancel',
};

export function orderMessage(catalogue: Catalogue, message: OrderMessage): WireJson {
  const { account, event, leg, requestNumber } = message;
  const row: Record<string, WireJson> = {
    accountID: accountIDOf(account),
    action: event.action,
    ...EVERY_ORDER,
    ...orderFields(catalogue, event.order),
    ...codesOf(event.refusal),
    ...legFields(catalogue, message),
    ...executionFields(catalogue, event),
    execStatus: event.execStatus,
    message: refusalMessage(event.refusal),
    relatedPosTerm: leg?.term ?? 1,
    relatedReqNum: requestNumber,
    userID: userIDOf(account),
  };
  return Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
}
