import { describe, expect, it } from 'vitest';
import { price } from '#contract/decimal.ts';
import {
  applyDraftAction,
  type Draft,
  type DraftAction,
  FIRST_DRAFT,
  isSameWish,
  targetOf,
  timeInForceOf,
} from './draft.ts';

const stateAfter = (...actions: readonly DraftAction[]): Draft =>
  actions.reduce(applyDraftAction, FIRST_DRAFT);

describe('the draft', () => {
  it('takes a picked price over anything typed, and becomes a limit order', () => {
    const draft = stateAfter(
      { do: 'choose-type', ordType: 'Market' },
      { do: 'enter-price', text: '5' },
      { do: 'pick-price', price: price('60000.1') },
    );
    expect(draft).toMatchObject({ ordType: 'Limit', priceText: '60000.1' });
  });

  it('takes a picked price as the trigger of an order that has no limit, and as the limit of one that has', () => {
    const pick: DraftAction = { do: 'pick-price', price: price('60000.1') };
    expect(stateAfter({ do: 'choose-type', ordType: 'Stop' }, pick)).toMatchObject({
      ordType: 'Stop',
      triggerText: '60000.1',
    });
    expect(stateAfter({ do: 'choose-type', ordType: 'StopLimit' }, pick)).toMatchObject({
      ordType: 'StopLimit',
      priceText: '60000.1',
    });
  });

  it('makes a limit order of a picked price that is meant as one, whatever it was set to', () => {
    const pick: DraftAction = { do: 'pick-price', price: price('60000.1'), side: 'Sell', as: 'limit-order' };
    for (const ordType of ['Market', 'Stop', 'StopLimit', 'TrailingStop'] as const) {
      const draft = stateAfter(
        { do: 'choose-type', ordType },
        { do: 'enter-trigger', text: '59000' },
        { do: 'enter-price', text: '5' },
        pick,
      );
      expect(draft).toMatchObject({ ordType: 'Limit', side: 'Sell', priceText: '60000.1' });
      expect(draft.triggerText).toBe('59000');
    }
  });

  it('takes a price for the one part of it that was dragged on the chart', () => {
    const at = (as: 'trigger' | 'limit' | 'takeProfit' | 'stopLoss') =>
      stateAfter(
        { do: 'choose-type', ordType: 'StopLimit' },
        { do: 'pick-price', price: price('60000.1'), as },
      );
    expect(at('trigger')).toMatchObject({ ordType: 'StopLimit', triggerText: '60000.1', priceText: '' });
    expect(at('limit')).toMatchObject({ ordType: 'StopLimit', triggerText: '', priceText: '60000.1' });
    expect(at('stopLoss').stopLoss).toEqual({ text: '60000.1', unit: 'price' });
    expect(at('takeProfit')).toMatchObject({
      takeProfit: { text: '60000.1', unit: 'price' },
      triggerText: '',
    });
  });

  it('lets a protection become a limit order, and a market order again', () => {
    const limited = stateAfter({ do: 'limit-protection', kind: 'stopLoss', text: '5' });
    expect(limited.protectionLimits).toEqual({ stopLoss: '5' });
    const again = applyDraftAction(limited, { do: 'limit-protection', kind: 'stopLoss', text: undefined });
    expect(again.protectionLimits).toEqual({});
  });

  it('keeps no price that was suggested for the other side or another type', () => {
    const offer: DraftAction = { do: 'offer-price', price: price('7') };
    expect(stateAfter(offer, { do: 'choose-side', side: 'Sell' }).priceText).toBe('');
    expect(stateAfter(offer, { do: 'choose-type', ordType: 'StopLimit' }).priceText).toBe('');
    const own = stateAfter({ do: 'enter-price', text: '8' }, { do: 'choose-side', side: 'Sell' });
    expect(own.priceText).toBe('8');
  });

  it('is the same wish while nothing but the suggested price moves', () => {
    const sent = stateAfter({ do: 'offer-price', price: price('7') }, { do: 'enter-qty', text: '1' });
    const later = applyDraftAction(sent, { do: 'offer-price', price: price('8') });
    expect(isSameWish(later, sent)).toBe(true);
    expect(isSameWish(applyDraftAction(later, { do: 'enter-qty', text: '2' }), sent)).toBe(false);
    expect(isSameWish(applyDraftAction(sent, { do: 'enter-price', text: '7' }), sent)).toBe(false);
    expect(isSameWish(sent, undefined)).toBe(false);
  });

  it('takes an offered price only until the trader has given one, an emptied field included', () => {
    expect(stateAfter({ do: 'offer-price', price: price('7') }).priceText).toBe('7');
    const emptied = stateAfter({ do: 'enter-price', text: '' }, { do: 'offer-price', price: price('7') });
    expect(emptied.priceText).toBe('');
  });

  it('forgets the slider once the quantity is typed', () => {
    const draft = stateAfter(
      { do: 'take-share', share: 50, qtyText: '0.5' },
      { do: 'enter-qty', text: '0.4' },
    );
    expect(draft).toMatchObject({ share: 0, qtyText: '0.4' });
  });

  it('keeps no price, quantity or reduce-only of another product, but the side and the type', () => {
    const draft = stateAfter(
      { do: 'choose-side', side: 'Sell' },
      { do: 'enter-price', text: '60000' },
      { do: 'enter-qty', text: '1' },
      { do: 'set-reduce-only', isReduceOnly: true },
      { do: 'change-product' },
    );
    expect(draft).toEqual({ ...FIRST_DRAFT, side: 'Sell' });
  });

  it('sends post-only as a time in force, and never for a market order', () => {
    const postOnly = stateAfter({ do: 'set-post-only', isPostOnly: true });
    expect(timeInForceOf(postOnly)).toBe('PostOnly');
    expect(timeInForceOf({ ...postOnly, ordType: 'Market' })).toBe('ImmediateOrCancel');
    expect(timeInForceOf(stateAfter({ do: 'choose-time-in-force', timeInForce: 'FillOrKill' }))).toBe(
      'FillOrKill',
    );
  });
});

describe('the leg an order is for', () => {
  it.each([
    ['Buy', 'open', 'Long', false],
    ['Sell', 'open', 'Short', false],
    ['Sell', 'close', 'Long', true],
    ['Buy', 'close', 'Short', true],
  ] as const)('hedged, a %s to %s is for %s', (side, intent, posSide, isClosing) => {
    expect(targetOf({ ...FIRST_DRAFT, side, intent }, 'Hedged')).toEqual({ posSide, isClosing });
  });

  it('one-way is always the merged one; only reduce-only closes', () => {
    expect(targetOf({ ...FIRST_DRAFT, intent: 'close' }, 'OneWay')).toEqual({
      posSide: 'Merged',
      isClosing: false,
    });
    expect(targetOf({ ...FIRST_DRAFT, isReduceOnly: true }, 'OneWay').isClosing).toBe(true);
  });
});
