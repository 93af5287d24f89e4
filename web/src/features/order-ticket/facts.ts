/** Everything about the product, the account and the market that the ticket's order is judged by. Pure. */
import type { Money, Qty, Ratio } from '#contract/brand.ts';
import { sub, toNumberLossy, ZERO_MONEY } from '#contract/decimal.ts';
import type { Order, Position, Product, SymbolSettings, Wallet } from '#contract/model.ts';
import type { MarginMode, PosSide, Side } from '#contract/vocabulary.ts';
import { legOfOrder } from '../../account/amendment.ts';
import {
  type CostRates,
  closableOf,
  type Leg,
  type LegTerms,
  legOfPosition,
  lockedByOrders,
  type RestingLots,
  restingLots,
} from '../../account/leg.ts';
import type { BookSides } from '../../market/book-walk.ts';
import { type Draft, type Target, targetOf } from './draft.ts';
import type { Quotes } from './reading.ts';

export interface TicketContext {
  readonly product: Product;
  readonly settings: SymbolSettings;
  readonly wallet: Wallet;
  /** Of this product. */
  readonly positions: readonly Position[];
  /** Of this product. */
  readonly openOrders: readonly Order[];
  readonly quotes: Quotes;
  /** Absent while none has come. */
  readonly book?: BookSides | undefined;
  readonly feeRates: { readonly maker: Ratio; readonly taker: Ratio };
  /** Margin per unit of value that an opening order of this side locks on its leg. */
  readonly costRate: (posSide: PosSide, side: Side) => Ratio | undefined;
  /** Of the leg, cross "0" resolved. */
  readonly leverage: (posSide: PosSide) => Ratio | undefined;
  /** Of all cross positions, if the wallet and the position of this leg were these. */
  readonly crossRatio: (wallet: Wallet, leg: PosSide, position: Position | undefined) => Ratio | undefined;
}

export const availableOf = ({ wallet }: Pick<TicketContext, 'wallet'>): Money =>
  sub(wallet.balance, wallet.used);

/** A leg as it stands. */
export interface LegFacts {
  readonly posSide: PosSide;
  readonly held: Position | undefined;
  readonly leg: Leg | undefined;
  readonly marginMode: MarginMode;
  readonly terms: LegTerms;
  readonly rates: CostRates;
  /** Open orders that may open. */
  readonly orders: RestingLots;
  /** By all of the leg, as the exchange has told. */
  readonly used: Money;
}

/** On a hedged leg the side that is not its own only closes. */
const mayOpen = ({ reduceOnly, posSide, side }: Order): boolean =>
  !reduceOnly && !(posSide === 'Long' && side === 'Sell') && !(posSide === 'Short' && side === 'Buy');

/** Of a list of orders once: a ticket asks some ten times for each picture of it. */
const resting = new WeakMap<readonly Order[], Partial<Record<PosSide, RestingLots>>>();

function restingOf(openOrders: readonly Order[], posSide: PosSide): RestingLots {
  const known = resting.get(openOrders) ?? {};
  resting.set(openOrders, known);
  known[posSide] ??= restingLots(
    openOrders
      .filter((order) => legOfOrder(order) === posSide && mayOpen(order))
      .map(({ side, price, leavesQty }) => ({ side, price, qty: leavesQty })),
  );
  return known[posSide];
}

/** Undefined while the account has not told how the leg is set up. */
export function legFactsOf(posSide: PosSide, context: TicketContext): LegFacts | undefined {
  const { settings, positions, openOrders, feeRates } = context;
  const marginMode = settings.legs.find((one) => one.posSide === posSide)?.marginMode;
  const leverage = context.leverage(posSide);
  const [buy, sell] = [context.costRate(posSide, 'Buy'), context.costRate(posSide, 'Sell')];
  if (marginMode === undefined || leverage === undefined || buy === undefined || sell === undefined) {
    return undefined;
  }
  const terms = { leverage, takerFeeRate: feeRates.taker };
  const held = positions.find((position) => position.posSide === posSide);
  const leg = held && legOfPosition(held, terms);
  const orders = restingOf(openOrders, posSide);
  const rates = { Buy: buy, Sell: sell };
  const used = held?.usedBalance ?? lockedByOrders({ leg, orders }, rates);
  return { posSide, held, leg, marginMode, terms, rates, orders, used };
}

/** The leg that the order is for, and whether it may only close there. */
export type OrderFacts = LegFacts & Target;

export function legFacts(draft: Draft, context: TicketContext): OrderFacts | undefined {
  const target = targetOf(draft, context.settings.posMode);
  const facts = legFactsOf(target.posSide, context);
  return facts && { ...facts, ...target };
}

/** What the order's side could close of its leg. */
export function closableQty(draft: Draft, { settings, positions }: TicketContext): Qty {
  const { posSide } = targetOf(draft, settings.posMode);
  return closableOf(
    positions.find((position) => position.posSide === posSide),
    draft.side,
  );
}

/** Value of the largest position that a leverage allows. */
export function positionValueMax(product: Product, leverage: Ratio): Money {
  const allowed = product.tiers.filter((tier) => tier.leverageMax >= toNumberLossy(leverage));
  return allowed.at(-1)?.notionalMax ?? product.tiers[0]?.notionalMax ?? ZERO_MONEY;
}
