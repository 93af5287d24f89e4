/** A leg as the account sees it: its own figures and what margin.ts works out from them. */
import type { Lots, Rate, Ticks } from '../commands.ts';
import type { PositionView, WalletView } from '../events.ts';
import { deleveragePercentile } from './deleverage-rank.ts';
import { positionCost, valueToCost } from './margin.ts';
import { type Account, asUnits, type Leg, positionSide } from './state.ts';
import { maintenanceMargin, tierOfLeverage } from './tier.ts';
import {
  assignedBalance,
  figuresOf,
  isCross,
  leavesOf,
  leverageOf,
  markValue,
  openOrderCost,
  termsOf,
  unrealisedPnl,
  usedBalance,
} from './used-balance.ts';

export const SETTLE_CURRENCY = 'USDT';

export function viewWallet(account: Account, taker: Rate): WalletView {
  return Object.freeze({
    accountID: account.id,
    currency: SETTLE_CURRENCY,
    balance: asUnits(account.balance),
    used: asUnits(usedBalance(account, taker)),
  });
}

/** `available` is the account's, worked out once for all of its legs. */
export function viewPosition(leg: Leg, taker: Rate, available: bigint): PositionView {
  const { product, mark } = leg.listing;
  const terms = termsOf(leg, taker);
  const figures = figuresOf(leg, taker, available);
  const leverage = leverageOf(leg);
  const tier = tierOfLeverage(product, leverage);
  const assigned = assignedBalance(leg, taker);
  const locked = openOrderCost(leg, taker);
  const buys = leavesOf(leg, 'Buy');
  const sells = leavesOf(leg, 'Sell');
  return Object.freeze({
    accountID: leg.account.id,
    symbol: product.symbol,
    posMode: leg.posSide === 'Merged' ? 'OneWay' : 'Hedged',
    posSide: leg.posSide,
    side: positionSide(leg),
    size: Math.abs(leg.size) as Lots,
    value: asUnits(leg.value),
    marginMode: isCross(leg) ? 'cross' : 'isolated',
    leverage: (leg.leverage < 0n ? -leg.leverage : leg.leverage) as Rate,
    positionCost: asUnits(terms === undefined ? 0n : positionCost(terms)),
    assignedBalance: asUnits(assigned),
    positionMargin: asUnits(figures?.positionMargin ?? 0n),
    bankruptComm: asUnits(figures?.bankruptComm ?? 0n),
    bankruptPrice: figures?.bankruptPrice ?? (0 as Ticks),
    liquidationPrice: figures?.liquidationPrice ?? (0 as Ticks),
    maintenanceMarginRate: tier.maintenanceRate,
    deleveragePercentile: deleveragePercentile(leg),
    maintenanceMargin: asUnits(maintenanceMargin(product, markValue(leg))),
    riskLimit: tier.notionalMax,
    buyValueToCost: valueToCost('Buy', leverage, taker),
    sellValueToCost: valueToCost('Sell', leverage, taker),
    usedBalance: asUnits(assigned + locked),
    orderCost: asUnits(locked),
    buyLeavesQty: buys.qty as Lots,
    sellLeavesQty: sells.qty as Lots,
    buyLeavesValue: asUnits(buys.value),
    sellLeavesValue: asUnits(sells.value),
    unrealisedPnl: asUnits(unrealisedPnl(leg)),
    markPrice: mark ?? (0 as Ticks),
    termRealisedPnl: asUnits(leg.termRealisedPnl),
    cumClosedPnl: asUnits(leg.cumClosedPnl),
    cumTransactFee: asUnits(leg.cumTransactFee),
    cumFundingFee: asUnits(leg.cumFundingFee),
    term: leg.term,
    execSeq: leg.execSeq,
    createdNs: leg.createdNs,
    transactNs: leg.transactNs,
    lastFundingNs: leg.lastFundingNs,
    lastTermEndNs: leg.lastTermEndNs,
  });
}
