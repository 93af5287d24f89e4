import { describe, expect, it } from 'vitest';
import { add, compare, money, price, qty, ratio, sub } from '#contract/decimal.ts';
import type { BookLevel } from '#contract/model.ts';
import { type Draft, FIRST_DRAFT } from './draft.ts';
import { outcomeOf, wouldCross } from './outcome.ts';
import { contextOf, HEDGED, orderOf, positionOf } from './ticket-testbed.ts';

const limit = (change: Partial<Draft> = {}): Draft => ({ ...FIRST_DRAFT, priceText: '60000', ...change });
const market = (change: Partial<Draft> = {}): Draft => limit({ ordType: 'Market', priceText: '', ...change });
const at = (text: string, size: string) => ({ price: price(text), qty: qty(size) });
const level = (at: string, size: string): BookLevel => [price(at), qty(size)];

const book = {
  bids: [level('60000', '0.5'), level('59999', '1')],
  asks: [level('60000.1', '0.5'), level('60001', '0.3'), level('60010', '2')],
};

describe('an order that rests', () => {
  it('costs what the account’s own rate says, to the last digit, and a maker’s fee', () => {
    // A recorded order: 36 USDT at ten times locked 3.64104.
    expect(outcomeOf(limit(), at('36000', '0.001'), contextOf())).toMatchObject({
      value: '36',
      cost: '3.64104',
      fees: { maker: '0.0036', taker: '0' },
      restQty: '0.001',
    });
    const sell = outcomeOf(limit({ side: 'Sell' }), at('36000', '0.001'), contextOf());
    expect(sell?.cost).toBe('3.64536');
  });

  it('costs nothing for the part that closes', () => {
    const context = contextOf({ positions: [positionOf()] });
    const cost = (size: string, change: Partial<Draft> = {}) =>
      outcomeOf(limit({ side: 'Sell', ...change }), at('60000', size), context)?.cost;
    expect(cost('0.05')).toBe('0');
    // 0.01 beyond the position's 0.05.
    expect(cost('0.06')).toBe('60.756');
    expect(cost('0.06', { isReduceOnly: true })).toBe('0');
  });

  it('costs nothing beside a dearer order of the other side', () => {
    const context = contextOf({ openOrders: [orderOf({ side: 'Buy', price: price('50000') })] });
    expect(outcomeOf(limit({ side: 'Sell' }), at('60000', '0.05'), context)?.cost).toBe('0');
  });
});

describe('an order that trades at once', () => {
  it('is walked through the book: average, slippage, and a taker’s fee', () => {
    expect(outcomeOf(market(), at('60000.1', '1'), contextOf({ book }))).toMatchObject({
      // 0.5 · 60000.1 + 0.3 · 60001 + 0.2 · 60010
      value: '60002.35',
      averagePrice: '60002.35',
      slippage: '0.000037',
      fees: { maker: '0', taker: '36.00141' },
      restQty: '0',
      isPastBook: false,
    });
  });

  it('takes up to its limit, and rests with what is left', () => {
    const outcome = outcomeOf(limit({ priceText: '60001' }), at('60001', '1'), contextOf({ book }));
    expect(outcome).toMatchObject({ takenQty: '0.8', restQty: '0.2', averagePrice: '60000.4375' });
    expect(outcome?.fees).toEqual({ maker: '1.20002', taker: '28.80021' });
    // Immediate or cancel: the rest goes, and with it its fee.
    const draft = limit({ priceText: '60001', timeInForce: 'ImmediateOrCancel' });
    expect(outcomeOf(draft, at('60001', '1'), contextOf({ book }))).toMatchObject({
      restQty: '0',
      canceledQty: '0.2',
      fees: { maker: '0', taker: '28.80021' },
    });
  });

  it('is all or nothing when it is fill or kill', () => {
    const draft = limit({ priceText: '60001', timeInForce: 'FillOrKill' });
    expect(outcomeOf(draft, at('60001', '1'), contextOf({ book }))?.takenQty).toBe('0');
    expect(outcomeOf(draft, at('60001', '0.8'), contextOf({ book }))?.takenQty).toBe('0.8');
  });

  it('would not, post-only: it is canceled', () => {
    const draft = limit({ priceText: '60001', isPostOnly: true });
    const outcome = outcomeOf(draft, at('60001', '1'), contextOf({ book }));
    expect(outcome).toMatchObject({ takenQty: '0', restQty: '0', canceledQty: '1' });
    expect(wouldCross(draft, price('60001'), contextOf())).toBe(true);
    expect(wouldCross(limit({ isPostOnly: true }), price('60000'), contextOf())).toBe(false);
  });

  it('says when it is more than the book shows', () => {
    expect(outcomeOf(market(), at('60000.1', '5'), contextOf({ book }))?.isPastBook).toBe(true);
  });

  it('sets free what it closes, however large it is asked for', () => {
    const context = contextOf({ book, positions: [positionOf()] });
    const draft = market({ side: 'Sell', isReduceOnly: true });
    const outcome = outcomeOf(draft, at('60000', '0.06'), context);
    expect(outcome).toMatchObject({ takenQty: '0.05', fees: { taker: '1.8' } });
    expect(outcome?.position).toBeUndefined();
    // 301.62 it cost, less the fee.
    expect(outcome?.cost).toBe('-299.82');
  });
});

describe('the position it makes', () => {
  it('is liquidated where the balance that backs it is used up', () => {
    const thin = outcomeOf(limit(), at('60000', '0.1'), contextOf({ available: money('700') }));
    const { liquidation } = thin?.position ?? {};
    expect(liquidation && compare(liquidation, price('60000'))).toBe(-1);
    expect(outcomeOf(limit(), at('60000', '0.1'), contextOf())?.position).not.toHaveProperty('liquidation');
  });

  it('turns round in one-way mode, and stands beside the other leg in hedged mode', () => {
    const oneWay = contextOf({ positions: [positionOf()] });
    expect(outcomeOf(limit({ side: 'Sell' }), at('61000', '0.06'), oneWay)?.position).toMatchObject({
      side: 'Sell',
      size: '0.01',
    });
    const hedged = contextOf({ settings: HEDGED, positions: [positionOf({ posSide: 'Long' })] });
    expect(outcomeOf(limit({ side: 'Sell' }), at('61000', '0.06'), hedged)?.position).toMatchObject({
      side: 'Sell',
      size: '0.06',
    });
  });

  it('of a well-backed short beyond the product’s prices is liquidated nowhere', () => {
    const settings = HEDGED;
    const rich = contextOf({ settings, available: money('100000') });
    const position = outcomeOf(limit({ side: 'Sell' }), at('60000', '0.1'), rich)?.position;
    expect(position?.side).toBe('Sell');
    expect(position).not.toHaveProperty('liquidation');
  });

  it('has the margin ratio that the account would have', () => {
    const told: unknown[] = [];
    const context = contextOf({
      crossRatio: (wallet, leg, position) => {
        told.push(wallet.balance, leg, position?.size);
        return ratio('0.12');
      },
    });
    expect(outcomeOf(limit(), at('50000', '0.1'), context)?.position?.marginRatio).toBe('0.12');
    // The balance less the maker's fee.
    expect(told).toEqual([sub(add(money('10000'), money('0')), money('0.5')), 'Merged', '0.1']);
  });
});
