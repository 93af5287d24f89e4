/** What another leverage or margin mode would do: to where a position is liquidated, and to how large it may be. Pure. */
import type { Money, Price, Ratio } from '#contract/brand.ts';
import { costRate, liquidationPrice, positionCost, unrealisedPnl } from '#contract/cost.ts';
import { add, compare, max, negate, notional, sub, ZERO_MONEY } from '#contract/decimal.ts';
import type { MarginMode, PosSide, Side } from '#contract/vocabulary.ts';
import { lockedByOrders } from '../../account/leg.ts';
import { type LegFacts, legFactsOf, positionValueMax, type TicketContext } from './facts.ts';

/** The leverage is above zero: the cross "0" is resolved. */
export interface LegChoice {
  readonly marginMode: MarginMode;
  readonly leverage: Ratio;
}
export type LegChoices = Readonly<Partial<Record<PosSide, LegChoice>>>;

export interface LeverageEffect {
  /** Of the position that is held; absent when no price could do it. */
  readonly liquidation?: Price;
  readonly isHeld: boolean;
  /** The held position is larger than this leverage allows: the exchange will refuse it. */
  readonly isTooLarge: boolean;
  /** Where a long and a short opened at mark on their own margin would be; absent for cross, which the balance backs. */
  readonly opened?: Readonly<Record<Side, Price | undefined>>;
  readonly positionValueMax: Money;
}

/** What the leg's orders lock, and what is assigned to its position: only another leverage sets added margin free. */
function partsOf(facts: LegFacts, { marginMode, leverage }: LegChoice, context: TicketContext) {
  const { held, leg, orders, terms } = facts;
  const isSame = marginMode === facts.marginMode && compare(leverage, terms.leverage) === 0;
  const rate = (side: Side) => costRate(side, leverage, terms.takerFeeRate);
  const locked = lockedByOrders({ leg, orders }, { Buy: rate('Buy'), Sell: rate('Sell') });
  const added = leg !== undefined && isSame ? leg.added : ZERO_MONEY;
  const cost = leg === undefined ? ZERO_MONEY : add(added, positionCost(leg, leverage, terms.takerFeeRate));
  const { mark } = context.quotes;
  const pnl = held === undefined || mark === undefined ? ZERO_MONEY : unrealisedPnl(held, mark);
  const loss = marginMode === 'cross' ? max(ZERO_MONEY, negate(pnl)) : ZERO_MONEY;
  return { locked, cost, used: add(add(cost, loss), locked) };
}

/** All that may be lost by the leg's position: its own margin, or for cross what everything else leaves of the balance. */
function backingOf(posSide: PosSide, choices: LegChoices, context: TicketContext): Money {
  let others = context.wallet.used;
  let own: { readonly locked: Money; readonly cost: Money } = { locked: ZERO_MONEY, cost: ZERO_MONEY };
  for (const [side, choice] of Object.entries(choices) as [PosSide, LegChoice][]) {
    const facts = legFactsOf(side, context);
    if (facts === undefined) continue;
    const parts = partsOf(facts, choice, context);
    others = sub(others, facts.used);
    if (side === posSide) own = parts;
    else others = add(others, parts.used);
  }
  if (choices[posSide]?.marginMode === 'isolated') return own.cost;
  return max(ZERO_MONEY, sub(sub(context.wallet.balance, others), own.locked));
}

function openedAt(choice: LegChoice, { product, quotes, feeRates }: TicketContext) {
  const { mark } = quotes;
  if (choice.marginMode === 'cross' || mark === undefined) return undefined;
  const at = (side: Side) => {
    const position = { side, size: product.qtyStep, value: notional(mark, product.qtyStep) };
    const backing = positionCost(position, choice.leverage, feeRates.taker);
    return liquidationPrice(product, {
      ...position,
      marginMode: 'isolated',
      backing,
      takerFeeRate: feeRates.taker,
    });
  };
  return { Buy: at('Buy'), Sell: at('Sell') };
}

/** Undefined while the account has not told how the leg is set up. `choices` are of all legs that change at once. */
export function leverageEffect(
  posSide: PosSide,
  choices: LegChoices,
  context: TicketContext,
): LeverageEffect | undefined {
  const facts = legFactsOf(posSide, context);
  const choice = choices[posSide];
  if (facts === undefined || choice === undefined) return undefined;
  const { product, feeRates } = context;
  const { leg } = facts;
  const most = positionValueMax(product, choice.leverage);
  const liquidation =
    leg &&
    liquidationPrice(product, {
      ...leg,
      marginMode: choice.marginMode,
      backing: backingOf(posSide, choices, context),
      takerFeeRate: feeRates.taker,
    });
  const opened = openedAt(choice, context);
  return {
    isHeld: leg !== undefined,
    isTooLarge: leg !== undefined && compare(leg.value, most) > 0,
    positionValueMax: most,
    ...(liquidation === undefined ? {} : { liquidation }),
    ...(opened === undefined ? {} : { opened }),
  };
}
