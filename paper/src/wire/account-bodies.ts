/** The account and its positions: REST rows, and the same legs with the further fields that `aop_p` adds. */
import type { WireJson } from '#contract/wire/write-json.ts';
import type { AccountID, Rate } from '../commands.ts';
import type { PositionView, WalletView } from '../events.ts';
import { MAKER_FEE_RATE, TAKER_FEE_RATE } from '../product-spec.ts';
import type { Catalogue } from './catalogue.ts';
import { printRate, printUnits } from './scale.ts';

/** The exchange's ids look like this: an account is its user's number with the settle currency's code behind. */
export const userIDOf = (account: AccountID): number => 900_000 + account;
export const accountIDOf = (account: AccountID): number => userIDOf(account) * 10_000 + 3;

const RATE_ONE = 100_000_000n;

/** Negative is cross; zero is cross at the product's maximum. */
function signedLeverage({ marginMode, leverage }: PositionView): string {
  return printRate(marginMode === 'cross' ? -leverage : leverage);
}

function initialMarginRate(leverage: Rate, leverageMax: number): string {
  const used = leverage === 0n ? BigInt(Math.round(leverageMax * 100)) * (RATE_ONE / 100n) : leverage;
  return printRate((RATE_ONE * RATE_ONE) / used);
}

/** The keys that REST and `aop_p` agree on. */
function sharedFields(catalogue: Catalogue, view: PositionView): Record<string, WireJson> {
  const { product, scale } = catalogue.get(view.symbol);
  return {
    userID: userIDOf(view.accountID),
    accountID: accountIDOf(view.accountID),
    symbol: view.symbol,
    currency: 'USDT',
    side: view.side,
    positionStatus: 'Normal',
    leverageRr: signedLeverage(view),
    initMarginReqRr: initialMarginRate(view.leverage, product.leverageMax),
    maintMarginReqRr: printRate(view.maintenanceMarginRate),
    riskLimitRv: printUnits(view.riskLimit),
    size: scale.qty(view.size),
    valueRv: printUnits(view.value),
    avgEntryPriceRp: scale.averagePrice(view.value, view.size),
    posCostRv: printUnits(view.positionCost),
    assignedPosBalanceRv: printUnits(view.assignedBalance),
    bankruptCommRv: printUnits(view.bankruptComm),
    bankruptPriceRp: scale.price(view.bankruptPrice),
    positionMarginRv: printUnits(view.positionMargin),
    liquidationPriceRp: scale.price(view.liquidationPrice),
    deleveragePercentileRr: printRate(view.deleveragePercentile),
    buyValueToCostRr: printRate(view.buyValueToCost),
    sellValueToCostRr: printRate(view.sellValueToCost),
    markPriceRp: scale.price(view.markPrice),
    estimatedOrdLossRv: '0',
    usedBalanceRv: printUnits(view.usedBalance),
    cumClosedPnlRv: printUnits(view.cumClosedPnl),
    cumFundingFeeRv: printUnits(view.cumFundingFee),
    cumTransactFeeRv: printUnits(view.cumTransactFee),
    transactTimeNs: view.transactNs,
    takerFeeRateRr: printRate(TAKER_FEE_RATE),
    makerFeeRateRr: printRate(MAKER_FEE_RATE),
    term: view.term,
    curTermRealisedPnlRv: printUnits(view.termRealisedPnl),
    execSeq: view.execSeq,
    posSide: view.posSide,
    posMode: view.posMode,
    buyLeavesValueRv: printUnits(view.buyLeavesValue),
    sellLeavesValueRv: printUnits(view.sellLeavesValue),
  };
}

/** A row of accountPositions, keys in the exchange's order. */
export function positionRow(catalogue: Catalogue, view: PositionView): Record<string, WireJson> {
  const { scale } = catalogue.get(view.symbol);
  const row: Record<string, WireJson> = {};
  for (const [key, value] of Object.entries(sharedFields(catalogue, view))) {
    if (key === 'leverageRr') row.crossMargin = view.marginMode === 'cross';
    if (key === 'curTermRealisedPnlRv') {
      row.lastTermEndTimeNs = view.lastTermEndNs;
      row.lastFundingTimeNs = view.lastFundingNs;
    }
    row[key] = value;
    if (key === 'avgEntryPriceRp') row.avgEntryPrice = value;
    if (key === 'buyLeavesValueRv') row.buyLeavesQtyRq = scale.qty(view.buyLeavesQty);
    if (key === 'sellLeavesValueRv') row.sellLeavesQtyRq = scale.qty(view.sellLeavesQty);
  }
  return row;
}

/** /g-accounts/positions adds what is unrealised, with a capital R that `aop_p` does not have. */
export const positionRowWithPnl = (catalogue: Catalogue, view: PositionView): WireJson => ({
  ...positionRow(catalogue, view),
  unRealisedPnlRv: printUnits(view.unrealisedPnl),
});

/** A leg as `aop_p` says it: quantities without a suffix, times without Ns, every key in alphabetical order. */
export function positionMessage(catalogue: Catalogue, view: PositionView, wallet: WalletView): WireJson {
  const { scale } = catalogue.get(view.symbol);
  const row: Record<string, WireJson> = {
    ...sharedFields(catalogue, view),
    buyLeavesQty: scale.qty(view.buyLeavesQty),
    sellLeavesQty: scale.qty(view.sellLeavesQty),
    createdAtNs: view.createdNs,
    updatedAtNs: view.transactNs,
    crossSharedBalanceRv: printUnits(wallet.balance - wallet.used),
    cumPtFeeRv: '0',
    dataVer: view.execSeq,
    displayLeverageRr: signedLeverage(view),
    freeCostRv: '0',
    freeQty: '0',
    lastFundingTime: view.lastFundingNs,
    lastTermEndTime: view.lastTermEndNs,
    minPosCostRv: '0',
    orderCostRv: printUnits(view.orderCost),
    unrealisedPnlRv: printUnits(view.unrealisedPnl),
  };
  return Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The account of REST: a small d in accountId, integers for status and userMode. */
export const accountBody = (wallet: WalletView): WireJson => ({
  userID: userIDOf(wallet.accountID),
  accountId: accountIDOf(wallet.accountID),
  currency: wallet.currency,
  accountBalanceRv: printUnits(wallet.balance),
  totalUsedBalanceRv: printUnits(wallet.used),
  bonusBalanceRv: '0',
  status: 0,
  userMode: 1,
});

/** The account of `aop_p`. */
export const accountMessage = (wallet: WalletView): WireJson => ({
  accountBalanceRv: printUnits(wallet.balance),
  accountID: accountIDOf(wallet.accountID),
  bonusBalanceRv: '0',
  currency: wallet.currency,
  status: 0,
  totalUsedBalanceRv: printUnits(wallet.used),
  tradeLevel: 0,
  userID: userIDOf(wallet.accountID),
  userMode: 'Classic',
});
