/** Risk units: as REST prints them (numbers where every other endpoint has text), and as `ras_p` does. */
import { POS_SIDE_CODES } from '#contract/wire/history-codes.ts';
import type { WireJson } from '#contract/wire/write-json.ts';
import type { RiskUnit } from '../account/risk-unit.ts';
import type { AccountID } from '../commands.ts';
import type { WalletView } from '../events.ts';
import { userIDOf } from './account-bodies.ts';
import { codeOf } from './history-bodies.ts';
import { printRate, printUnits } from './scale.ts';

/** USDT among the exchange's currencies. */
const VALUATION_CURRENCY = 3;

/** Keys in the documentation's order. What this exchange never has (bonus, debt, hedged offsets) is zero. */
export function riskUnitRow(account: AccountID, unit: RiskUnit): WireJson {
  const isCross = unit.of === 'CrossAsset';
  return {
    userId: userIDOf(account),
    riskMode: isCross ? 'CrossAsset' : 'Isolated',
    valuationCcy: VALUATION_CURRENCY,
    symbol: unit.of === 'CrossAsset' ? '' : unit.of.symbol,
    posSide: unit.of === 'CrossAsset' ? '' : unit.of.posSide,
    marginRatioRr: Number(printRate(unit.marginRatio)),
    totalBalanceRv: Number(printUnits(unit.balance)),
    totalEquityRv: Number(printUnits(unit.equity)),
    estAvailableBalanceRv: Number(printUnits(unit.available)),
    totalFreeRv: 0,
    totalPosUnpnlRv: Number(printUnits(unit.unrealisedPnl)),
    totalPosCostRv: Number(printUnits(unit.positionCost)),
    totalPosMMRv: Number(printUnits(unit.maintenanceMargin)),
    totalOrdUsedBalanceRv: Number(printUnits(unit.orderCost)),
    totalOrdOpenLossRv: 0,
    fixedUsedRv: 0,
  };
}

/** A unit as `ras_p` says it, when it changed and its version aside. */
export function riskUnitMessage(account: AccountID, unit: RiskUnit): Readonly<Record<string, WireJson>> {
  const isCross = unit.of === 'CrossAsset';
  return {
    estAvailableBalanceRv: printUnits(unit.available),
    fixedUsedRv: '0',
    marginRatioRr: printRate(unit.marginRatio),
    posSide: unit.of === 'CrossAsset' ? 0 : codeOf(POS_SIDE_CODES, unit.of.posSide),
    riskMode: isCross ? 'CrossAsset' : 'Isolated',
    symbol: unit.of === 'CrossAsset' ? '' : unit.of.symbol,
    totalBalanceRv: printUnits(unit.balance),
    totalEquityRv: printUnits(unit.equity),
    totalPosCostRv: printUnits(unit.positionCost),
    totalPosMMRv: printUnits(unit.maintenanceMargin),
    totalPosUnpnlRv: printUnits(unit.unrealisedPnl),
    userID: userIDOf(account),
    userStatus: 'Normal',
    userType: 'Normal',
    valuationCurrency: 'USDT',
  };
}

/** The wallet as `ras_p` says it, when it changed and its version aside. This exchange lends nothing. */
export const riskWalletMessage = (wallet: WalletView): Readonly<Record<string, WireJson>> => ({
  balanceRv: printUnits(wallet.balance),
  clReqVid: 0,
  currency: wallet.currency,
  totalContractDebtRv: '0',
  totalInterestRv: '0',
  userID: userIDOf(wallet.accountID),
});
