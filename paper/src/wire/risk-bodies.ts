/** Risk units as REST prints them: numbers where every other endpoint has text. */
import type { WireJson } from '#contract/wire/write-json.ts';
import type { RiskUnit } from '../account/risk-unit.ts';
import type { AccountID } from '../commands.ts';
import { userIDOf } from './account-bodies.ts';
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
