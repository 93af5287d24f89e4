import { describe, expect, it } from 'vitest';
import { ratio } from '#contract/decimal.ts';
import type { SymbolSettings } from '#contract/model.ts';
import { changeOf, legDrafts } from './leverage-draft.ts';
import { contextOf, HEDGED } from './ticket-testbed.ts';

const before = contextOf({ settings: HEDGED });
/** The short leg was changed elsewhere while the dialog was open. */
const changed: SymbolSettings = {
  ...HEDGED,
  legs: HEDGED.legs.map((leg) =>
    leg.posSide === 'Short' ? { ...leg, marginMode: 'isolated', leverage: ratio('3') } : leg,
  ),
};
const after = contextOf({ settings: changed });

describe('what the leverage dialog sends', () => {
  it('leaves the other leg as the account has it by then', () => {
    const edits = { Long: { text: '25' } };
    expect(legDrafts(before, edits)).toMatchObject({ Short: { marginMode: 'cross', text: '10' } });
    expect(changeOf(after, legDrafts(after, edits))).toMatchObject({
      long: { marginMode: 'cross', leverage: '25' },
      short: { marginMode: 'isolated', leverage: '3' },
    });
  });

  it('is what was edited, of a leg that was changed elsewhere as well', () => {
    expect(changeOf(after, legDrafts(after, { Short: { text: '5' } }))).toMatchObject({
      long: { leverage: '10' },
      short: { marginMode: 'isolated', leverage: '5' },
    });
    expect(changeOf(after, legDrafts(after, { Short: { text: '' } }))).toBeUndefined();
  });
});
