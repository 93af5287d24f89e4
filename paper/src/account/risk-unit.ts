/**
 * Risk units: one for all cross positions and the wallet, one for each isolated position.
 * Source: "Query risk unit" and "Subscribe account margin (RAS)" of the exchange's documentation; the identities were
 * checked against their samples: equity = balance + unrealised profit, margin ratio = equity ÷ maintenance margin,
 * a wallet's balance = the cross unit's balance + what isolated positions were assigned.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { PosSide } from '#contract/vocabulary.ts';
import type { Rate, Units } from '../commands.ts';
import type { PositionView, WalletView } from '../events.ts';
import { maxOf, RATE_ONE } from './ratio.ts';
import { asUnits } from './state.ts';

export interface RiskUnit {
  /** What the unit is about: every cross position, or one isolated one. */
  readonly of: 'CrossAsset' | { readonly symbol: ProductSymbol; readonly posSide: PosSide };
  /** Cross: the wallet less what isolated positions were assigned. Isolated: what was assigned. */
  readonly balance: Units;
  readonly equity: Units;
  readonly unrealisedPnl: Units;
  readonly positionCost: Units;
  /** At the mark price. */
  readonly maintenanceMargin: Units;
  readonly orderCost: Units;
  /** What a new order may lock; profit is not lent out. Zero for isolated. */
  readonly available: Units;
  /** Equity ÷ maintenance margin, liquidated at 1; 999 without a position. */
  readonly marginRatio: Rate;
}

/** Shown when there is nothing to maintain. */
const MARGIN_RATIO_MAX = (999n * RATE_ONE) as Rate;

const marginRatio = (equity: bigint, maintenanceMargin: bigint): Rate =>
  maintenanceMargin === 0n ? MARGIN_RATIO_MAX : (((equity * RATE_ONE) / maintenanceMargin) as Rate);

const sum = (legs: readonly PositionView[], field: (leg: PositionView) => bigint): Units =>
  asUnits(legs.reduce((total, leg) => total + field(leg), 0n));

function crossUnit({ balance, used }: WalletView, legs: readonly PositionView[]): RiskUnit {
  const cross = legs.filter(({ marginMode }) => marginMode === 'cross');
  const isolated = legs.filter(({ marginMode }) => marginMode === 'isolated');
  const own = balance - sum(isolated, (leg) => leg.assignedBalance);
  const unrealisedPnl = sum(cross, (leg) => leg.unrealisedPnl);
  const maintenanceMargin = sum(cross, (leg) => leg.maintenanceMargin);
  const equity = asUnits(own + unrealisedPnl);
  return {
    of: 'CrossAsset',
    balance: asUnits(own),
    equity,
    unrealisedPnl,
    positionCost: sum(cross, (leg) => leg.positionCost),
    maintenanceMargin,
    orderCost: sum(legs, (leg) => leg.orderCost),
    available: asUnits(maxOf(0n, balance - used)),
    marginRatio: marginRatio(equity, maintenanceMargin),
  };
}

function isolatedUnit(leg: PositionView): RiskUnit {
  const equity = asUnits(leg.assignedBalance + leg.unrealisedPnl);
  return {
    of: { symbol: leg.symbol, posSide: leg.posSide },
    balance: leg.assignedBalance,
    equity,
    unrealisedPnl: leg.unrealisedPnl,
    positionCost: leg.positionCost,
    maintenanceMargin: leg.maintenanceMargin,
    orderCost: asUnits(0n),
    available: asUnits(0n),
    marginRatio: marginRatio(equity, leg.maintenanceMargin),
  };
}

/** The cross unit first, then one for each isolated position. `legs` are all of the account's. */
export const riskUnits = (wallet: WalletView, legs: readonly PositionView[]): readonly RiskUnit[] => [
  crossUnit(wallet, legs),
  ...legs.filter((leg) => leg.marginMode === 'isolated' && leg.size > 0).map(isolatedUnit),
];

/** What is left of an isolated unit whose position is gone. */
export const emptyUnit = (of: RiskUnit['of']): RiskUnit => ({
  of,
  balance: asUnits(0n),
  equity: asUnits(0n),
  unrealisedPnl: asUnits(0n),
  positionCost: asUnits(0n),
  maintenanceMargin: asUnits(0n),
  orderCost: asUnits(0n),
  available: asUnits(0n),
  marginRatio: MARGIN_RATIO_MAX,
});
