import { describe, expect, it } from 'vitest';
import { money, price, qty } from '#contract/decimal.ts';
import { type Draft, FIRST_DRAFT } from './draft.ts';
import { contextOf, HEDGED, positionOf } from './ticket-testbed.ts';
import { validate } from './validate.ts';

const draftOf = (change: Partial<Draft> = {}): Draft => ({
  ...FIRST_DRAFT,
  priceText: '60000',
  qtyText: '0.01',
  ...change,
});

describe('the ticket says beside the field', () => {
  it.each([
    [{ priceText: '' }, { price: 'Enter a price' }],
    [{ qtyText: '' }, { qty: 'Enter a quantity' }],
    [
      { priceText: '6o000', qtyText: 'x' },
      { price: 'Not a number', qty: 'Not a number' },
    ],
    [{ priceText: '0.01' }, { price: 'At least 1,000.0' }],
    [{ priceText: '999' }, { price: 'At least 1,000.0' }],
    [{ priceText: '500001' }, { price: 'At most 500,000.0' }],
    [{ qtyText: '0.00009' }, { qty: 'At least 0.0001 BTC' }],
    [{ qtyText: '1001' }, { qty: 'At most 1,000.0000 BTC per order' }],
    [{ priceText: '1000', qtyText: '0.0009' }, { qty: 'An order is worth at least 1 USDT' }],
    [{ ordType: 'Market', qtyText: '0.00001' }, { qty: 'At least 0.0001 BTC' }],
    [{ unit: 'quote', qtyText: '3' }, { qty: 'At least 0.0001 BTC' }],
    [{ qtyText: '2' }, { qty: 'Costs 12,136.80 USDT, 10,000.00 available' }],
    [{ isReduceOnly: true }, { qty: 'No position that a buy would reduce' }],
  ] as const)('%j: %j', (change, errors) => {
    expect(validate(draftOf(change), contextOf())).toEqual({ ok: false, errors });
  });

  it('that a market order has no price to be reckoned by', () => {
    const verdict = validate(draftOf({ ordType: 'Market' }), contextOf({ quotes: {} }));
    expect(verdict).toEqual({ ok: false, errors: { qty: 'No market price yet' } });
  });

  it('that there is nothing to close', () => {
    const hedged = contextOf({ settings: HEDGED, positions: [positionOf({ posSide: 'Long' })] });
    const noShort = validate(draftOf({ side: 'Buy', intent: 'close' }), hedged);
    expect(noShort).toEqual({ ok: false, errors: { qty: 'No short position to close' } });
  });

  it('that the leverage allows no position so large', () => {
    const rich = contextOf({ available: money('100000000') });
    const tooLarge = { ok: false, errors: { qty: 'At 10x a position is at most 4,000,000 USDT' } };
    expect(validate(draftOf({ qtyText: '66.6667' }), rich)).toEqual(tooLarge);
    expect(validate(draftOf({ qtyText: '66.6666' }), rich).ok).toBe(true);
  });

  it('that a loss against mark at once is more than there is', () => {
    const thin = contextOf({
      available: money('62'),
      book: { bids: [[price('59000'), qty('1')]], asks: [] },
    });
    const sell = draftOf({ side: 'Sell', ordType: 'Market', qtyText: '0.01' });
    expect(validate(sell, thin)).toEqual({
      ok: false,
      errors: { qty: 'Begins 10.00 USDT behind mark: 62.00 available' },
    });
  });

  it('what an iceberg may show', () => {
    const iceberg = (displayText: string) =>
      validate(draftOf({ isIceberg: true, displayText, qtyText: '0.5' }), contextOf());
    expect(iceberg('')).toEqual({ ok: false, errors: { display: 'Enter what to show' } });
    expect(iceberg('0.00001')).toEqual({ ok: false, errors: { display: 'At least 0.0001 BTC' } });
    expect(iceberg('0.5')).toEqual({ ok: false, errors: { display: 'Less than 0.5000' } });
    expect(iceberg('0.1')).toMatchObject({ ok: true, plan: { displayQty: '0.1' } });
  });
});

describe('the ticket lets through', () => {
  it('a limit order, snapped to tick and lot', () => {
    const verdict = validate(draftOf({ priceText: '60,000.19', qtyText: '0.01239' }), contextOf());
    expect(verdict).toEqual({
      ok: true,
      plan: {
        symbol: 'BTCUSDT',
        side: 'Buy',
        posSide: 'Merged',
        ordType: 'Limit',
        price: '60000.1',
        qty: '0.0123',
        timeInForce: 'GoodTillCancel',
        reduceOnly: false,
      },
    });
  });

  it('a market order, which names no price', () => {
    const verdict = validate(draftOf({ ordType: 'Market' }), contextOf());
    expect(verdict.ok && verdict.plan).toMatchObject({ ordType: 'Market', timeInForce: 'ImmediateOrCancel' });
    expect(verdict.ok && verdict.plan).not.toHaveProperty('price');
  });

  it('a reducing order however little balance is left, and however little it is worth', () => {
    const broke = contextOf({ available: money('0'), positions: [positionOf()] });
    expect(validate(draftOf({ side: 'Sell', qtyText: '0.05' }), broke).ok).toBe(true);
    const crumb = draftOf({ side: 'Sell', priceText: '1000', qtyText: '0.0001', isReduceOnly: true });
    expect(validate(crumb, broke).ok).toBe(true);
  });

  it('a closing order larger than the position, which the exchange cuts to it', () => {
    const oneWay = contextOf({ positions: [positionOf()] });
    expect(validate(draftOf({ side: 'Sell', qtyText: '0.06', isReduceOnly: true }), oneWay).ok).toBe(true);
  });

  it('a hedged close as reduce-only on the leg that it closes', () => {
    const context = contextOf({ settings: HEDGED, positions: [positionOf({ posSide: 'Long' })] });
    const verdict = validate(draftOf({ side: 'Sell', intent: 'close' }), context);
    expect(verdict.ok && verdict.plan).toMatchObject({ posSide: 'Long', reduceOnly: true });
  });
});

describe('conditional orders', () => {
  const held = contextOf({ positions: [positionOf()] });
  const stop = { ordType: 'Stop', side: 'Sell', triggerText: '59000' } as const;

  it('carry their trigger, and no price where they become market orders', () => {
    const verdict = validate(draftOf({ ...stop, qtyText: '0.01' }), contextOf());
    expect(verdict.ok && verdict.plan).toEqual({
      symbol: 'BTCUSDT',
      side: 'Sell',
      posSide: 'Merged',
      ordType: 'Stop',
      trigger: { price: '59000', source: 'ByMarkPrice' },
      qty: '0.01',
      timeInForce: 'ImmediateOrCancel',
      reduceOnly: false,
    });
    const limit = validate(draftOf({ ...stop, ordType: 'StopLimit', priceText: '58900' }), contextOf());
    expect(limit.ok && limit.plan).toMatchObject({
      ordType: 'StopLimit',
      price: '58900',
      timeInForce: 'GoodTillCancel',
    });
  });

  it('are not held against a balance that they do not lock yet', () => {
    expect(validate(draftOf({ ...stop, qtyText: '2' }), contextOf()).ok).toBe(true);
  });

  it('that close on trigger are reduce-only; a trailing stop always is', () => {
    const closing = validate(draftOf({ ...stop, isCloseOnTrigger: true }), held);
    expect(closing.ok && closing.plan).toMatchObject({ reduceOnly: true, closeOnTrigger: true });
    const trailing = draftOf({ ordType: 'TrailingStop', side: 'Sell', trailText: '1' });
    const followed = validate(trailing, held);
    expect(followed.ok && followed.plan).toMatchObject({
      ordType: 'Stop',
      reduceOnly: true,
      closeOnTrigger: true,
      trail: { from: 'now' },
    });
    const hedged = contextOf({ settings: HEDGED, positions: [positionOf({ posSide: 'Long' })] });
    expect(validate(trailing, hedged)).toEqual({
      ok: false,
      errors: { qty: 'It can only close: choose Close' },
    });
    expect(validate({ ...trailing, intent: 'close' }, hedged).ok).toBe(true);
  });

  it('that close before liquidation does, and no later: the exchange’s price is no estimate', () => {
    const near = contextOf({ positions: [positionOf({ liquidationPrice: price('58950') })] });
    const closing = { ...stop, isCloseOnTrigger: true } as const;
    expect(validate(draftOf(closing), near).ok).toBe(true);
    expect(validate(draftOf({ ...closing, triggerText: '58950' }), near)).toEqual({
      ok: false,
      errors: { trigger: 'Liquidation comes first, at 58,950.0' },
    });
    const trailing = draftOf({ ordType: 'TrailingStop', side: 'Sell', trailText: '2' });
    expect(validate(trailing, near)).toEqual({
      ok: false,
      errors: { trail: 'Liquidation comes first, at 58,950.0' },
    });
    expect(validate({ ...trailing, triggerText: '61000' }, near).ok).toBe(true);
    const takeProfit = { ...closing, ordType: 'MarketIfTouched', triggerText: '61000' } as const;
    expect(validate(draftOf(takeProfit), near).ok).toBe(true);
  });
});

describe('take-profit and stop-loss', () => {
  const protectedBy = {
    isProtected: true,
    takeProfit: { text: '5', unit: 'percent' },
    stopLoss: { text: '59000', unit: 'price' },
  } as const;

  it('go with an entry, as prices', () => {
    const verdict = validate(draftOf(protectedBy), contextOf());
    expect(verdict.ok && verdict.plan).toMatchObject({
      takeProfit: { price: '63000', source: 'ByMarkPrice' },
      stopLoss: { price: '59000', source: 'ByMarkPrice' },
    });
  });

  it('become limit orders where they are given a price of their own', () => {
    const limits = (stopLoss: string) =>
      validate(draftOf({ ...protectedBy, protectionLimits: { stopLoss } }), contextOf());
    const verdict = limits('58,900.04');
    expect(verdict.ok && verdict.plan).toMatchObject({
      takeProfit: { price: '63000' },
      stopLoss: { price: '59000', limit: '58900' },
    });
    expect(verdict.ok && verdict.plan.takeProfit).not.toHaveProperty('limit');
    expect(limits('')).toEqual({ ok: false, errors: { stopLoss: 'Enter its limit price' } });
    expect(limits('x')).toEqual({ ok: false, errors: { stopLoss: 'Its limit is not a price' } });
    expect(limits('999')).toEqual({ ok: false, errors: { stopLoss: 'Its limit is at least 1,000.0' } });
  });

  it('stay behind when they are not shown, or the order only closes', () => {
    const hidden = validate(draftOf({ ...protectedBy, isProtected: false }), contextOf());
    expect(hidden.ok && hidden.plan).not.toHaveProperty('takeProfit');
    const context = contextOf({ positions: [positionOf()] });
    const closing = validate(draftOf({ ...protectedBy, side: 'Sell', isReduceOnly: true }), context);
    expect(closing.ok && closing.plan).not.toHaveProperty('stopLoss');
  });

  it('go with a stop entry too', () => {
    const stop = draftOf({ ...protectedBy, ordType: 'Stop', triggerText: '61000', qtyText: '0.01' });
    expect(validate(stop, contextOf())).toMatchObject({
      ok: true,
      plan: { ordType: 'Stop', takeProfit: { price: '64050' }, stopLoss: { price: '59000' } },
    });
  });

  it('are for a new position alone: one that stands has its own', () => {
    const verdict = validate(draftOf(protectedBy), contextOf({ positions: [positionOf()] }));
    const there = 'There is a position: set it on its row';
    expect(verdict).toEqual({ ok: false, errors: { takeProfit: there, stopLoss: there } });
  });

  it('of a market order are held against the price that triggers them, as the exchange does', () => {
    const draft = draftOf({
      ...protectedBy,
      ordType: 'Market',
      stopLoss: { text: '60000', unit: 'price' },
    });
    const ahead = contextOf();
    const { quotes } = ahead;
    expect(validate(draft, { ...ahead, quotes: { ...quotes, mark: price('59990') } })).toEqual({
      ok: false,
      errors: { stopLoss: 'Must be below mark, 59,990.0' },
    });
  });

  it('are told wrong beside their own field', () => {
    const verdict = validate(
      draftOf({ ...protectedBy, stopLoss: { text: '61000', unit: 'price' } }),
      contextOf(),
    );
    expect(verdict).toEqual({ ok: false, errors: { stopLoss: 'Must be below 60,000.0' } });
  });
});
