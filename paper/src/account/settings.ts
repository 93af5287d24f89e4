/**
 * Leverage, margin mode and position mode.
 * Source: PUT /g-positions/leverage and /g-positions/switch-pos-mode-sync. The sign of the leverage is the margin mode
 * (zero or negative: cross); what does not fit the position mode is refused with 20004, and so is a switch while
 * the product has a position or open orders (the documentation names no code for that).
 */
import type { CommandResult, Rate, Refusal, SetLeverage, SwitchPosMode } from '../commands.ts';
import type { Core } from './core.ts';
import { RATE_ONE } from './ratio.ts';
import { REFUSALS, refused } from './refusal.ts';
import { type Account, type Leg, legsInUse } from './state.ts';
import { effectiveLeverage, leverageCap, tierOfLeverage, tierOfValue } from './tier.ts';
import { availableBalance, figuresOf, openingValue } from './used-balance.ts';

interface LegChange {
  readonly leg: Leg;
  readonly leverage: Rate;
  readonly addedMargin: bigint;
}

/** With another leverage a position costs what it costs then: margin that was added before is free again. */
const changeOf = (leg: Leg, leverage: Rate): LegChange => ({
  leg,
  leverage,
  addedMargin: leverage === leg.leverage ? leg.addedMargin : 0n,
});

/** By the product first, then by what the leg already holds: a larger position stands less leverage. */
function refuseLeverage({ leg, leverage }: LegChange): Refusal | undefined {
  const { product } = leg.listing;
  const effective = effectiveLeverage(product, leverage);
  if (effective < RATE_ONE || effective > leverageCap(product)) return REFUSALS.invalidLeverage;
  if (effective > leverageCap(tierOfValue(product, leg.value))) return REFUSALS.invalidLeverage;
  const limit = tierOfLeverage(product, effective).notionalMax;
  const potential = (side: 'Buy' | 'Sell') =>
    openingValue(leg, side) + ((side === 'Buy') === leg.size > 0 ? leg.value : 0n);
  const isWithin = potential('Buy') <= limit && potential('Sell') <= limit;
  return isWithin ? undefined : REFUSALS.invalidLeverage;
}

function setAll(changes: readonly LegChange[]): void {
  for (const { leg, leverage, addedMargin } of changes) Object.assign(leg, { leverage, addedMargin });
}

/** After the change: is it paid for, and would the mark price not liquidate the position at once? */
function refuseOutcome(account: Account, changes: readonly LegChange[], availableBefore: bigint) {
  const available = availableBalance(account, account.fees.taker);
  if (available < 0n && available < availableBefore) return REFUSALS.noEnoughBalanceForNewLeverage;
  for (const { leg } of changes) {
    const { mark } = leg.listing;
    if (mark !== undefined && figuresOf(leg, account.fees.taker, available)?.isLiquidatedAt(mark)) {
      return REFUSALS.invalidLeverage;
    }
  }
  return undefined;
}

export function setLeverage(core: Core, account: Account, command: SetLeverage): CommandResult {
  const holding = account.holdings.get(command.symbol);
  if (holding === undefined) return refused(REFUSALS.symbolInvalid);
  const { leverage } = command;
  if (leverage.mode !== holding.posMode) return refused(REFUSALS.inconsistentPosMode);
  const changes: LegChange[] =
    leverage.mode === 'OneWay'
      ? [changeOf(holding.legs.Merged, leverage.value)]
      : [changeOf(holding.legs.Long, leverage.long), changeOf(holding.legs.Short, leverage.short)];
  for (const change of changes) {
    const refusal = refuseLeverage(change);
    if (refusal !== undefined) return refused(refusal);
  }
  const before = changes.map(({ leg }) => changeOf(leg, leg.leverage));
  const availableBefore = availableBalance(account, account.fees.taker);
  setAll(changes);
  const refusal = refuseOutcome(account, changes, availableBefore);
  if (refusal !== undefined) {
    setAll(before);
    return refused(refusal);
  }
  for (const { leg } of changes) core.journal.touchLeg(leg);
  return { ok: true, orders: [] };
}

/** The new legs take over the leverage of the old ones. Asking for the mode that is set changes nothing. */
export function switchPosMode(core: Core, account: Account, command: SwitchPosMode): CommandResult {
  const holding = account.holdings.get(command.symbol);
  if (holding === undefined) return refused(REFUSALS.symbolInvalid);
  if (holding.posMode === command.target) return { ok: true, orders: [] };
  const isBusy = legsInUse(holding).some(
    (leg) => leg.size !== 0 || leg.orders.size > 0 || leg.conditionals.size > 0,
  );
  if (isBusy) return refused(REFUSALS.inconsistentPosMode);
  const { Merged, Long, Short } = holding.legs;
  if (command.target === 'Hedged') {
    Long.leverage = Merged.leverage;
    Short.leverage = Merged.leverage;
  } else {
    Merged.leverage = Long.leverage;
  }
  holding.posMode = command.target;
  core.journal.touchHolding(account, holding);
  for (const leg of legsInUse(holding)) core.journal.touchLeg(leg);
  return { ok: true, orders: [] };
}
