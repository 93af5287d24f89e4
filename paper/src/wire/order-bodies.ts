/** Orders in the REST shapes of trading: the acknowledgement (28 keys in the exchange's order) and open orders. */
import type { WireJson } from '#contract/wire/write-json.ts';
import type { AckedOrder, OrderView } from '../commands.ts';
import type { Catalogue } from './catalogue.ts';
import { execInst, protectionFields, triggerFields } from './order-instructions.ts';
import { printUnits } from './scale.ts';

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
