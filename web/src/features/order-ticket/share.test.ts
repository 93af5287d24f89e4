import { describe, expect, it } from 'vitest';
import { money, qty } from '#contract/decimal.ts';
import { type Draft, FIRST_DRAFT } from './draft.ts';
import type { TicketContext } from './facts.ts';
import { maxQty } from './room.ts';
import { shareText, shownShare } from './share.ts';
import { contextOf } from './ticket-testbed.ts';

const priced: Draft = { ...FIRST_DRAFT, priceText: '60000', isPriceTouched: true };

function roomOf(draft: Draft, context: TicketContext) {
  const most = maxQty(draft, context);
  if (most === undefined) throw new Error('It has a price');
  return { most, context };
}
/** The slider put at a share. */
const taken = (share: number, draft: Draft = priced, context = contextOf()): Draft => ({
  ...draft,
  share,
  qtyText: shareText(draft, share, roomOf(draft, context)),
});
const shown = (draft: Draft, context = contextOf()) => shownShare(draft, roomOf(draft, context));

describe('the slider', () => {
  it('stands where it was put, in every unit', () => {
    for (const unit of ['base', 'quote', 'cost'] as const) {
      for (const share of [1, 25, 50, 100]) expect(shown(taken(share, { ...priced, unit }))).toBe(share);
    }
  });

  it('does not say all once it is not: at another price, another leverage, after a fill', () => {
    const all = taken(100);
    expect(shown({ ...all, priceText: '40000' })).toBe(66);
    const [twice, half] = [money('20000'), money('5000')];
    expect(shown(all, contextOf({ available: twice }))).toBe(50);
    expect(shown(all, contextOf({ available: half }))).toBe(100);
    expect(shown(taken(50), contextOf({ available: half }))).toBe(100);
    expect(shown(taken(25), contextOf({ available: half }))).toBe(50);
  });

  it('says 99 of what is nearly all', () => {
    const { most } = roomOf(priced, contextOf());
    const nearly = { ...priced, qtyText: String(Number(most) - 0.0001) };
    expect(shown(nearly)).toBe(99);
    expect(shown({ ...priced, qtyText: most })).toBe(100);
  });

  it('stays put between two lots, so that a key can step on', () => {
    const few = { most: qty('0.0003'), context: contextOf() };
    const draft = { ...priced, share: 40, qtyText: shareText(priced, 40, few) };
    expect(draft.qtyText).toBe('0.0001');
    expect(shownShare(draft, few)).toBe(40);
    expect(shownShare({ ...draft, share: 0 }, few)).toBe(33);
  });

  it('is at nothing where nothing is entered, or nothing can be', () => {
    expect(shown(priced)).toBe(0);
    expect(shownShare({ ...priced, qtyText: '1' }, { most: qty('0'), context: contextOf() })).toBe(0);
  });
});
