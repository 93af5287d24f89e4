/** What the leverage dialog shows of each leg, and what it sends: what was not edited is as the account has it now. Pure. */
import type { Ratio } from '#contract/brand.ts';
import { compare, ratio } from '#contract/decimal.ts';
import type { Product } from '#contract/model.ts';
import type { MarginMode, PosSide } from '#contract/vocabulary.ts';
import type { LegLeverage, LeverageChange } from '#contract/wire/requests.ts';
import { effectiveLeverage } from '../../account/pnl.ts';
import { legOf } from '../../account/settings.ts';
import { readDecimal } from '../../lib/read-decimal.ts';
import type { TicketContext } from './facts.ts';
import type { LegChoices } from './leverage-effect.ts';

type DraftContext = Pick<TicketContext, 'product' | 'settings'>;

export interface LegDraft {
  readonly marginMode: MarginMode;
  readonly text: string;
}

export type LegDrafts = Readonly<Partial<Record<PosSide, LegDraft>>>;
/** Only what was chosen or typed here. */
export type LegEdits = Readonly<Partial<Record<PosSide, Partial<LegDraft>>>>;

const ONE = ratio('1');

export const sidesOf = ({ settings }: DraftContext): readonly PosSide[] =>
  settings.posMode === 'OneWay' ? ['Merged'] : ['Long', 'Short'];

/** The exchange wants both legs of a hedged pair at once: the other one must not be set back to what it was. */
export function legDrafts(context: DraftContext, edits: LegEdits): LegDrafts {
  const drafts = sidesOf(context).map((posSide) => {
    const leg = legOf(context.settings, posSide);
    const marginMode = leg?.marginMode ?? 'cross';
    const text = leg === undefined ? '10' : effectiveLeverage(leg.leverage, context.product);
    return [posSide, { marginMode, text, ...edits[posSide] }] as const;
  });
  return Object.fromEntries(drafts);
}

export function readLeg({ marginMode, text }: LegDraft, leverageMax: number): LegLeverage | undefined {
  const leverage = readDecimal(text);
  if (leverage === undefined) return undefined;
  const value = leverage as Ratio;
  if (compare(value, ONE) < 0 || compare(value, ratio(String(leverageMax))) > 0) return undefined;
  return { marginMode, leverage: value };
}

export function changeOf({ product, settings }: DraftContext, legs: LegDrafts): LeverageChange | undefined {
  const read = (posSide: PosSide) => {
    const leg = legs[posSide];
    return leg && readLeg(leg, product.leverageMax);
  };
  const { symbol } = product;
  if (settings.posMode === 'OneWay') {
    const merged = read('Merged');
    return merged && { symbol, posMode: 'OneWay', merged };
  }
  const long = read('Long');
  const short = read('Short');
  return long && short && { symbol, posMode: 'Hedged', long, short };
}

/** Those that can be read. */
export function choicesOf(legs: LegDrafts, product: Product): LegChoices {
  const read = (Object.entries(legs) as [PosSide, LegDraft][]).flatMap(([posSide, leg]) => {
    const choice = readLeg(leg, product.leverageMax);
    return choice === undefined ? [] : [[posSide, choice] as const];
  });
  return Object.fromEntries(read);
}
