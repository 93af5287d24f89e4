/**
 * The ticket's own rules against the exchange's: whatever it lets through the exchange takes, and whatever it refuses
 * the exchange would have refused, for every product that trades on the paper exchange.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Price, ProductSymbol, Qty } from '#contract/brand.ts';
import { notional, ratio, scale } from '#contract/decimal.ts';
import { limitClose, marketClose } from '../src/account/closing.ts';
import type { OrderPlan } from '../src/account/placement.ts';
import { protectionPrice } from '../src/account/protection-entry.ts';
import {
  type Draft,
  FIRST_DRAFT,
  hasLimitPrice,
  isConditional,
  isProtecting,
  type TicketOrdType,
  targetOf,
  timeInForceOf,
} from '../src/features/order-ticket/draft.ts';
import type { TicketContext } from '../src/features/order-ticket/facts.ts';
import { readPrice, readTickPrice, reckonedPrice } from '../src/features/order-ticket/reading.ts';
import { protectedEntry, readSize } from '../src/features/order-ticket/sizing.ts';
import { validate } from '../src/features/order-ticket/validate.ts';
import { LISTED, type Listed, openDesk } from './paper-desk.ts';

const CASES = 100_000;
const TIMEOUT_MS = 240_000;

const FILTERS = [
  'TE_PRICE_TOO_LARGE',
  'TE_PRICE_TOO_SMALL',
  'TE_QTY_TOO_LARGE',
  'TE_QTY_TOO_SMALL',
  'TE_ORDER_VALUE_TOO_SMALL',
  'TE_RISK_LIMIT_EXCEEDS',
  'TE_TRIGGER_PRICE_TOO_LARGE',
  'TE_TRIGGER_PRICE_TOO_SMALL',
  'TE_TP_TOO_LARGE',
  'TE_SL_TOO_SMALL',
];

const ORDER_TYPES: readonly TicketOrdType[] = [
  'Limit',
  'Limit',
  'Market',
  'Stop',
  'StopLimit',
  'MarketIfTouched',
  'LimitIfTouched',
];

/** Where a number lies: at one of the product's own bounds, or anywhere; and tenths of a step beside that. */
const place = fc.record({
  at: fc.constantFrom('min', 'max', 'mark', 'any'),
  /** Parts of a million of the largest. */
  part: fc.integer({ min: 0, max: 1_200_000 }),
  tenths: fc.integer({ min: -25, max: 25 }),
});
type Place = typeof place extends fc.Arbitrary<infer T> ? T : never;

const shape = fc.record({
  symbol: fc.constantFrom(...LISTED.map(({ spec }) => spec.symbol)),
  side: fc.constantFrom<'Buy' | 'Sell'>('Buy', 'Sell'),
  ordType: fc.constantFrom(...ORDER_TYPES),
  price: place,
  qty: place,
  trigger: place,
  takeProfit: place,
  stopLoss: place,
  unit: fc.constantFrom<'base' | 'quote'>('base', 'base', 'quote'),
  isPostOnly: fc.boolean(),
  isReduceOnly: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
  isProtected: fc.integer({ min: 0, max: 3 }).map((roll) => roll === 0),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

const steps = <D extends Price | Qty>(step: D, tenths: number): D =>
  scale(step, ratio((Math.max(0, tenths) / 10).toFixed(1)));

/** In tenths of a tick or lot. */
function tenthsOf(
  { at, part, tenths }: Place,
  bounds: Readonly<Record<'min' | 'max' | 'mark', number>>,
): number {
  const base = at === 'any' ? Math.round((bounds.max * part) / 1_000_000) : bounds[at];
  return base * 10 + tenths;
}

/** One million USDT's worth of mark is far from every bound; the least that is worth an order is one of its own. */
function draftOf(made: Shape, listed: Listed): Draft {
  const { spec, product } = listed;
  const prices = { min: spec.priceMin, max: spec.priceMax, mark: markOf(listed) };
  // A trigger of zero is none on the wire.
  const priceText = (where: Place) => steps(product.tickSize, Math.max(10, tenthsOf(where, prices)));
  const limit = steps(product.tickSize, tenthsOf(made.price, prices));
  const reckoned = Number(made.ordType.includes('Limit') ? limit : steps(product.tickSize, prices.mark * 10));
  const leastLots = Math.ceil(1 / Math.max(1e-12, reckoned * Number(product.qtyStep)));
  const lots = tenthsOf(made.qty, { min: 1, max: spec.qtyMax, mark: Math.min(leastLots, spec.qtyMax) });
  const qty = steps(product.qtyStep, lots);
  return {
    ...FIRST_DRAFT,
    side: made.side,
    ordType: made.ordType,
    priceText: limit,
    triggerText: priceText(made.trigger),
    qtyText: made.unit === 'base' ? qty : notional(String(reckoned) as Price, qty),
    unit: made.unit,
    isPostOnly: made.isPostOnly,
    isReduceOnly: made.isReduceOnly,
    isProtected: made.isProtected,
    takeProfit: { unit: 'price', text: priceText(made.takeProfit) },
    stopLoss: { unit: 'price', text: priceText(made.stopLoss) },
  };
}

/** A price in the middle of those that the product allows. */
const markOf = ({ spec }: Listed): number => Math.round(Math.sqrt(spec.priceMin * spec.priceMax));

/** What the texts of a refused ticket say, snapped: the order that it judged, sent all the same. */
function judgedPlan(draft: Draft, context: TicketContext): OrderPlan {
  const { product, settings, quotes } = context;
  const { posSide, isClosing } = targetOf(draft, settings.posMode);
  const price = readPrice(draft.priceText, draft.side, product) ?? ('0' as Price);
  const trigger = readTickPrice(draft.triggerText, product) ?? ('0' as Price);
  const entry = { price: reckonedPrice(draft, product, quotes) ?? price, qty: undefined };
  const protection = (kind: 'takeProfit' | 'stopLoss') => {
    if (!isProtecting(draft, settings.posMode)) return {};
    const purpose = kind === 'takeProfit' ? 'take-profit' : 'stop-loss';
    const at = protectionPrice(purpose, draft[kind], protectedEntry(draft, context, entry));
    return at === undefined ? {} : { [kind]: { price: at, source: draft.protectionSource } };
  };
  return {
    symbol: product.symbol,
    side: draft.side,
    posSide,
    ordType: draft.ordType,
    // Without a price there is no quantity in quote currency: then the price alone is judged.
    qty: readSize(draft, context) ?? product.qtyStep,
    ...(hasLimitPrice(draft) ? { price } : {}),
    ...(isConditional(draft) ? { trigger: { price: trigger, source: draft.triggerSource } } : {}),
    ...protection('takeProfit'),
    ...protection('stopLoss'),
    timeInForce: timeInForceOf(draft),
    reduceOnly: isClosing,
  } as OrderPlan;
}

describe('the ticket and the exchange', () => {
  it(`agree on every price and quantity of ${LISTED.length} products, in ${CASES} cases`, {
    timeout: TIMEOUT_MS,
  }, () => {
    const desk = openDesk(LISTED, '100000000');
    const bySymbol = new Map(LISTED.map((listed) => [listed.spec.symbol, listed]));
    const contexts = new Map<ProductSymbol, TicketContext>();
    for (const listed of LISTED) {
      desk.setMark(listed.spec.symbol, markOf(listed));
      contexts.set(listed.spec.symbol, desk.context(listed));
    }
    let accepted = 0;
    const refusals = new Set<string>();
    fc.assert(
      fc.property(shape, (made) => {
        const { symbol } = made;
        const [listed, context] = [bySymbol.get(symbol), contexts.get(symbol)];
        if (listed === undefined || context === undefined) throw new Error(`${symbol} is not listed`);
        const draft = draftOf(made, listed);
        const verdict = validate(draft, context);
        const refusal = desk.send(verdict.ok ? verdict.plan : judgedPlan(draft, context));
        const errors = verdict.ok ? {} : verdict.errors;
        if (verdict.ok !== (refusal === undefined)) expect({ refusal, errors }).toBe('one verdict');
        if (refusal !== undefined) return void refusals.add(refusal.msg);
        accepted += 1;
        desk.apply({ kind: 'cancel-all', symbol, untriggered: isConditional(draft) });
      }),
      { numRuns: CASES, interruptAfterTimeLimit: TIMEOUT_MS, markInterruptAsFailure: true },
    );
    // Both answers came often, and each of the exchange's filters spoke.
    expect(accepted).toBeGreaterThan(CASES / 10);
    expect([...refusals]).toEqual(expect.arrayContaining(FILTERS));
  });
});

describe('the way out', () => {
  it('is open to a position that is larger than the product’s largest order', () => {
    const symbol = 'LTCUSDT' as ProductSymbol;
    const ltc = LISTED.find(({ spec }) => spec.symbol === symbol);
    if (ltc === undefined) throw new Error(`${symbol} is not listed`);
    const desk = openDesk([ltc], '1000000');
    const crowd = 10 * ltc.spec.qtyMax;
    desk.setMark(symbol, 8_000);
    desk.quote(symbol, { Buy: [[8_000, crowd]], Sell: [[8_001, crowd]] });
    const half = { symbol, side: 'Buy', posSide: 'Merged', ordType: 'Market', reduceOnly: false } as const;
    const held = () => desk.context(ltc).positions[0];
    for (let time = 0; time < 2; time += 1) {
      const plan = { ...half, qty: '5000' as Qty, timeInForce: 'ImmediateOrCancel' } as const;
      expect(desk.send(plan)).toBeUndefined();
    }
    const position = held();
    if (position === undefined) throw new Error('Nothing is held');
    expect([position.size, ltc.product.qtyMax]).toEqual(['10000', '7000']);

    const limit = limitClose(position, ltc.product, { price: '90', qty: position.size });
    const plans = [...(limit.ok ? limit.plans : []), ...marketClose(position, ltc.product)];
    expect(plans.map((plan) => desk.send(plan))).toEqual([undefined, undefined, undefined, undefined]);
    expect(held()).toBeUndefined();
  });
});
