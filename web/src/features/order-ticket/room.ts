/** The largest quantity there is room for: by the balance, by what the leverage allows, by the product. Pure. */
import type { Money, Price, Qty, Ratio } from '#contract/brand.ts';
import { affordableQty, orderCost } from '#contract/cost.ts';
import { add, max, min, qtyFor, quotient, ratio, scale, sign, sub, ZERO_MONEY } from '#contract/decimal.ts';
import type { Product } from '#contract/model.ts';
import { snapQty } from '#contract/product.ts';
import type { Side } from '#contract/vocabulary.ts';
import { closableOf, lockedByOrders } from '../../account/leg.ts';
import { type Draft, hasLimitPrice, isConditional } from './draft.ts';
import { availableOf, type LegFacts, legFacts, positionValueMax, type TicketContext } from './facts.ts';
import { isMarketable, marketPrice, type Quotes, reckonedPrice } from './reading.ts';

/** Room kept when an order that trades at once takes the maximum: the market may move this far before it does. */
const MARKET_CUSHION = ratio('0.002');
/** Room kept for mark moving between its last word, about a second old, and the order's arrival. */
const MARK_CUSHION = ratio('0.0005');
const ONE = ratio('1');

const raised = (price: Price, by: Ratio): Price => scale(price, add(ONE, by));
const lowered = (price: Price, by: Ratio): Price => scale(price, sub(ONE, by));

/** The part of the price that would be a loss at once, for an order worse than mark. */
function lossRate(side: Side, price: Price, mark: Price | undefined): Ratio {
  if (mark === undefined) return ratio('0');
  const worse =
    side === 'Buy' ? sub(price, lowered(mark, MARK_CUSHION)) : sub(raised(mark, MARK_CUSHION), price);
  return sign(worse) > 0 ? quotient(worse, price) : ratio('0');
}

/** The dearest it may trade: a sell that trades at once gets the market's price, however low its limit. */
function dearestPrice(draft: Draft, price: Price, quotes: Quotes): Price {
  const { side } = draft;
  if (!hasLimitPrice(draft)) return raised(price, MARKET_CUSHION);
  if (isConditional(draft) || side === 'Buy' || !isMarketable(side, price, quotes)) return price;
  return max(price, raised(marketPrice(side, quotes) ?? price, MARKET_CUSHION));
}

/** Value that this side's orders would add, if none of their lots closed any more. */
const waitingValue = ({ orders }: LegFacts, side: Side): Money => orders[side].value;

/** What this side may cost in all beyond what its orders lock already; the dearer side's lock pays for the other. */
export function spendable(facts: LegFacts, side: Side, context: TicketContext): Money {
  const locked = lockedByOrders(facts, facts.rates);
  const waiting = orderCost(waitingValue(facts, side), facts.rates[side]);
  return max(ZERO_MONEY, add(availableOf(context), sub(locked, waiting)));
}

/** What the leverage's largest position leaves for one more order beside what is held and already asked for. */
function roomQty(draft: Draft, price: Price, facts: LegFacts, context: TicketContext): Qty {
  const { product, quotes } = context;
  const { leg, terms } = facts;
  const held = leg?.side === draft.side ? leg.value : ZERO_MONEY;
  const taken = add(waitingValue(facts, draft.side), held);
  const room = max(ZERO_MONEY, sub(positionValueMax(product, terms.leverage), taken));
  return snapQty(product, qtyFor(room, dearestPrice(draft, price, quotes)));
}

/** The largest quantity there is room for; undefined while no price is known. */
export function maxQty(draft: Draft, context: TicketContext): Qty | undefined {
  const { product, quotes } = context;
  const facts = legFacts(draft, context);
  if (facts === undefined) return undefined;
  const closable = closableOf(facts.leg, draft.side);
  if (facts.isClosing) return min(closable, product.qtyMax);
  const best = reckonedPrice(draft, product, quotes);
  if (best === undefined) return undefined;
  const worse = draft.side === 'Buy' ? raised : lowered;
  const price = hasLimitPrice(draft) ? best : worse(best, MARKET_CUSHION);
  const rate = facts.rates[draft.side];
  // What waits for a trigger will meet another mark price.
  const unitRate = isConditional(draft) ? rate : add(rate, lossRate(draft.side, price, quotes.mark));
  const affordable = affordableQty(product, spendable(facts, draft.side, context), price, unitRate);
  const opening = min(affordable, roomQty(draft, best, facts, context));
  return min(add(closable, opening), product.qtyMax);
}

/** A share, in per cent, of the maximum. */
export function shareOf(product: Product, most: Qty, percent: number): Qty {
  return snapQty(product, scale(most, quotient(ratio(String(percent)), ratio('100'))));
}
