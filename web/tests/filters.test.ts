/**
 * The ticket's own rules against the exchange's: whatever it lets through the exchange takes, and whatever it refuses
 * the exchange would have refused, for every product that trades on the paper exchange.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Price, ProductSymbol, Qty } from '#contract/brand.ts';
import { add, max, min, notional, quotient, ratio, scale, sign, sub } from '#contract/decimal.ts';
import { snapPrice } from '#contract/product.ts';
import { limitClose, marketClose } from '../src/account/closing.ts';
import { sourcesBeside } from '../src/account/order-words.ts';
import type { OrderPlan } from '../src/account/placement.ts';
import { protectionPrice } from '../src/account/protection-entry.ts';
import {
  closesOnTrigger,
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
import { LISTED, type Listed, openDesk, type PaperDesk } from './paper-desk.ts';

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
  'TE_BUY_TTP_SHOULD_ACTIVATE_ABOVE_BASE',
  'TE_SELL_TTP_SHOULD_ACTIVATE_BELOW_BASE',
  'TE_SELL_REVERT_VALUE_SHOULD_GT_ZERO',
  'TE_SELL_SL_SHOULD_LT_LIQ',
];

const ORDER_TYPES: readonly TicketOrdType[] = [
  'Limit',
  'Limit',
  'Market',
  'Stop',
  'StopLimit',
  'MarketIfTouched',
  'LimitIfTouched',
  'TrailingStop',
];

/** What the account holds of a product; by turns, so that all of them are judged with and without. */
const HELD = ['nothing', 'long', 'short', 'both legs'] as const;
/** USDT of a position: little of the account, so that only rules of prices and sizes speak. */
const HELD_WORTH = 2_000;

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
  intent: fc.constantFrom<'open' | 'close'>('open', 'close'),
  triggerSource: fc.constantFrom(...sourcesBeside('ByMarkPrice')),
  trailUnit: fc.constantFrom<Draft['trailUnit']>('price', 'percent'),
  trail: place,
  /** A trailing stop that begins at once. */
  isTrailingNow: fc.boolean(),
  isPostOnly: fc.boolean(),
  isReduceOnly: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
  isCloseOnTrigger: fc.integer({ min: 0, max: 5 }).map((roll) => roll === 0),
  isProtected: fc.integer({ min: 0, max: 3 }).map((roll) => roll === 0),
  /** Of both protections, where they are to become limit orders. */
  protectionLimit: fc.option(place),
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

/**
 * Neither near a hundred per cent nor further than an activation price: there the ticket has a rule of its own, since such a
 * stop would never be triggered, and the exchange would wait for ever.
 */
function trailTextOf({ trailUnit, trail }: Shape, distance: Price, activation: Price | ''): string {
  if (trailUnit === 'percent') return ((trail.at === 'min' ? 0 : trail.part % 9_001) / 100).toFixed(2);
  return activation === '' ? distance : min(distance, scale(activation, ratio('0.5')));
}

/** One million USDT's worth of mark is far from every bound; the least that is worth an order is one of its own. */
function draftOf(made: Shape, listed: Listed): Draft {
  const { spec, product } = listed;
  const prices = { min: spec.priceMin, max: spec.priceMax, mark: markOf(listed) };
  // A trigger of zero is none on the wire.
  const priceText = (where: Place) => steps(product.tickSize, Math.max(10, tenthsOf(where, prices)));
  const trailsNow = made.ordType === 'TrailingStop' && made.isTrailingNow;
  const triggerText = trailsNow ? '' : priceText(made.trigger);
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
    intent: made.intent,
    triggerText,
    triggerSource: made.triggerSource,
    trailUnit: made.trailUnit,
    trailText: trailTextOf(made, priceText(made.trail), triggerText),
    qtyText: made.unit === 'base' ? qty : notional(String(reckoned) as Price, qty),
    unit: made.unit,
    isPostOnly: made.isPostOnly,
    isReduceOnly: made.isReduceOnly,
    isCloseOnTrigger: made.isCloseOnTrigger,
    isProtected: made.isProtected,
    takeProfit: { unit: 'price', text: priceText(made.takeProfit) },
    stopLoss: { unit: 'price', text: priceText(made.stopLoss) },
    protectionLimits: made.protectionLimit ? bothAt(priceText(made.protectionLimit)) : {},
  };
}

const bothAt = (price: Price) => ({ takeProfit: price, stopLoss: price });

/** A price in the middle of those that the product allows. */
const markOf = ({ spec }: Listed): number => Math.round(Math.sqrt(spec.priceMin * spec.priceMax));

const ZERO = '0' as Price;

/** What it would have waited for; a trail that begins at once stands at its distance, if that leaves a price at all. */
function judgedTrigger(draft: Draft, context: TicketContext) {
  const { product, quotes } = context;
  const { triggerSource: source, side, trailUnit, trailText } = draft;
  const price = readTickPrice(draft.triggerText, product);
  // Without a size it would be of the whole position, which no zero in the ticket means.
  const hasSize = sign(readSize(draft, context) ?? product.qtyStep) > 0;
  const closing = { closeOnTrigger: closesOnTrigger(draft) && hasSize };
  if (draft.ordType !== 'TrailingStop') return { trigger: { price: price ?? ZERO, source }, ...closing };
  const now = quotes.mark ?? ZERO;
  const share = quotient(ratio(trailText), ratio('100'));
  const distance = readTickPrice(trailText, product) ?? ZERO;
  const away = trailUnit === 'price' ? distance : scale(now, share);
  const start = snapPrice(product, side === 'Sell' ? sub(now, away) : add(now, away), 'nearest');
  return {
    trigger: { price: price ?? max(start, ZERO), source },
    trail: {
      trail: trailUnit === 'price' ? { by: 'price', distance } : { by: 'proportion', proportion: share },
      from: price === undefined ? 'now' : 'activation',
    },
    ...closing,
  };
}

/** What the texts of a refused ticket say, snapped: the order that it judged, sent all the same. */
function judgedPlan(draft: Draft, context: TicketContext): OrderPlan {
  const { product, settings, quotes } = context;
  const { posSide, isClosing } = targetOf(draft, settings.posMode);
  const price = readPrice(draft.priceText, draft.side, product) ?? ZERO;
  const entry = { price: reckonedPrice(draft, product, quotes) ?? price, qty: undefined };
  const protection = (kind: 'takeProfit' | 'stopLoss') => {
    if (!isProtecting(draft, settings.posMode)) return {};
    const purpose = kind === 'takeProfit' ? 'take-profit' : 'stop-loss';
    const at = protectionPrice(purpose, draft[kind], protectedEntry(draft, context, entry));
    const limit = readTickPrice(draft.protectionLimits[kind] ?? '', product);
    if (at === undefined) return {};
    return { [kind]: { price: at, source: draft.protectionSource, ...(limit && { limit }) } };
  };
  return {
    symbol: product.symbol,
    side: draft.side,
    posSide,
    ordType: draft.ordType === 'TrailingStop' ? 'Stop' : draft.ordType,
    // Without a price there is no quantity in quote currency: then the price alone is judged.
    qty: readSize(draft, context) ?? product.qtyStep,
    ...(hasLimitPrice(draft) ? { price } : {}),
    ...(isConditional(draft) ? judgedTrigger(draft, context) : {}),
    ...protection('takeProfit'),
    ...protection('stopLoss'),
    timeInForce: timeInForceOf(draft),
    reduceOnly: isClosing,
  } as OrderPlan;
}

function hold(desk: PaperDesk, listed: Listed, held: (typeof HELD)[number]): void {
  const { spec, product } = listed;
  const { symbol } = spec;
  const ticks = markOf(listed);
  desk.setMark(symbol, ticks);
  if (held === 'both legs') desk.apply({ kind: 'switch-pos-mode', symbol, target: 'Hedged' });
  const lotWorth = ticks * Number(product.tickSize) * Number(product.qtyStep);
  const lots = Math.min(Math.ceil(HELD_WORTH / lotWorth), spec.qtyMax);
  const sides = { nothing: [], long: ['Buy'], short: ['Sell'], 'both legs': ['Buy', 'Sell'] } as const;
  for (const side of sides[held]) {
    const crowd = [[ticks, lots]] as const;
    desk.quote(symbol, side === 'Buy' ? { Buy: [], Sell: crowd } : { Buy: crowd, Sell: [] });
    const refusal = desk.send({
      symbol,
      side,
      posSide: held === 'both legs' ? (side === 'Buy' ? 'Long' : 'Short') : 'Merged',
      ordType: 'Market',
      qty: scale(product.qtyStep, ratio(String(lots))),
      timeInForce: 'ImmediateOrCancel',
      reduceOnly: false,
    });
    if (refusal !== undefined) throw new Error(`${symbol}: ${refusal.msg}`);
  }
  desk.quote(symbol, { Buy: [], Sell: [] });
}

describe('the ticket and the exchange', () => {
  it(`agree on every price and quantity of ${LISTED.length} products, in ${CASES} cases`, {
    timeout: TIMEOUT_MS,
  }, () => {
    const desk = openDesk(LISTED, '100000000');
    const bySymbol = new Map(LISTED.map((listed) => [listed.spec.symbol, listed]));
    const contexts = new Map<ProductSymbol, TicketContext>();
    for (const [index, listed] of LISTED.entries())
      hold(desk, listed, HELD[index % HELD.length] ?? 'nothing');
    for (const listed of LISTED) contexts.set(listed.spec.symbol, desk.context(listed));
    const accepted = new Map<TicketOrdType, number>();
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
        accepted.set(made.ordType, (accepted.get(made.ordType) ?? 0) + 1);
        desk.apply({ kind: 'cancel-all', symbol, untriggered: isConditional(draft) });
      }),
      { numRuns: CASES, interruptAfterTimeLimit: TIMEOUT_MS, markInterruptAsFailure: true },
    );
    // Both answers came often, and each of the exchange's filters spoke.
    for (const ordType of ORDER_TYPES)
      expect([ordType, (accepted.get(ordType) ?? 0) > CASES / 200]).toEqual([ordType, true]);
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
