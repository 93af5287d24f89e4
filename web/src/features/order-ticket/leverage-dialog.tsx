/** Margin mode and leverage of a product; in hedged mode of both legs, which the exchange wants at once. */
import { useState } from 'react';
import type { Price, Ratio } from '#contract/brand.ts';
import { compare, ratio, toNumberLossy } from '#contract/decimal.ts';
import type { Product } from '#contract/model.ts';
import type { MarginMode, PosSide } from '#contract/vocabulary.ts';
import type { LegLeverage } from '#contract/wire/requests.ts';
import { effectiveLeverage } from '../../account/pnl.ts';
import { legOf, refetchSettings } from '../../account/settings.ts';
import { type LeverageChange, setLeverage } from '../../exchange/commands.ts';
import { faultSentence } from '../../exchange/rest.ts';
import { formatMoney, formatPrice, formatSignedPercent } from '../../lib/format.ts';
import { readDecimal } from '../../lib/read-decimal.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import controls from '../../ui/controls.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import type { TicketContext } from './facts.ts';
import { type LegChoices, leverageEffect } from './leverage-effect.ts';
import styles from './order-ticket.module.css';
import { distanceToMark } from './outcome.ts';
import { stepValue } from './reading.ts';

/** What is entered for one leg. */
interface LegDraft {
  readonly marginMode: MarginMode;
  readonly text: string;
}

type Legs = Readonly<Partial<Record<PosSide, LegDraft>>>;

const ONE = ratio('1');

function readLeg({ marginMode, text }: LegDraft, leverageMax: number): LegLeverage | undefined {
  const leverage = readDecimal(text);
  if (leverage === undefined) return undefined;
  const value = leverage as Ratio;
  if (compare(value, ONE) < 0 || compare(value, ratio(String(leverageMax))) > 0) return undefined;
  return { marginMode, leverage: value };
}

function changeOf({ product, settings }: TicketContext, legs: Legs): LeverageChange | undefined {
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
function choicesOf(legs: Legs, product: Product): LegChoices {
  const read = (Object.entries(legs) as [PosSide, LegDraft][]).flatMap(([posSide, leg]) => {
    const choice = readLeg(leg, product.leverageMax);
    return choice === undefined ? [] : [[posSide, choice] as const];
  });
  return Object.fromEntries(read);
}

const sidesOf = ({ settings }: TicketContext): readonly PosSide[] =>
  settings.posMode === 'OneWay' ? ['Merged'] : ['Long', 'Short'];

function firstDrafts(context: TicketContext): Partial<Record<PosSide, LegDraft>> {
  const drafts = sidesOf(context).map((posSide) => {
    const leg = legOf(context.settings, posSide);
    const marginMode = leg?.marginMode ?? 'cross';
    const text = leg === undefined ? '10' : effectiveLeverage(leg.leverage, context.product);
    return [posSide, { marginMode, text }] as const;
  });
  return Object.fromEntries(drafts);
}

export function LeverageDialog(props: { readonly context: TicketContext; readonly onClose: () => void }) {
  const { context, onClose } = props;
  const [legs, setLegs] = useState(() => firstDrafts(context));
  const [problem, setProblem] = useState<string>();
  const [isSending, setIsSending] = useState(false);
  const change = changeOf(context, legs);
  const apply = async () => {
    if (change === undefined || isSending) return;
    setIsSending(true);
    const answer = await setLeverage(change);
    setIsSending(false);
    if (!answer.ok) return setProblem(faultSentence(answer.problem));
    void refetchSettings();
    onClose();
  };
  return (
    <Dialog title={`Leverage · ${context.product.symbol}`} onClose={onClose}>
      {sidesOf(context).map((posSide) => {
        const leg = legs[posSide];
        if (leg === undefined) return null;
        const edit = (next: Partial<LegDraft>) => {
          setProblem(undefined);
          setLegs({ ...legs, [posSide]: { ...leg, ...next } });
        };
        return (
          <LegFields key={posSide} posSide={posSide} leg={leg} legs={legs} context={context} onEdit={edit} />
        );
      })}
      {problem !== undefined && (
        <p className={styles.error} role="alert">
          {problem}
        </p>
      )}
      <Button kind="main" disabled={change === undefined || isSending} onClick={() => void apply()}>
        {isSending ? 'Setting…' : 'Set leverage'}
      </Button>
    </Dialog>
  );
}

interface LegFieldsProps {
  readonly posSide: PosSide;
  readonly leg: LegDraft;
  /** Both of a hedged pair: they share a balance. */
  readonly legs: Legs;
  readonly context: TicketContext;
  readonly onEdit: (next: Partial<LegDraft>) => void;
}

function LegFields({ posSide, leg, legs, context, onEdit }: LegFieldsProps) {
  const { leverageMax } = context.product;
  const name = posSide === 'Merged' ? 'Leverage' : `${posSide} leverage`;
  const read = readLeg(leg, leverageMax);
  const step = (steps: number) => {
    const text = stepValue(leg.text, ONE, steps);
    if (text !== undefined) onEdit({ text: String(Math.min(leverageMax, Math.max(1, toNumberLossy(text)))) });
  };
  return (
    <div className={styles.leg}>
      <Choice
        label={posSide === 'Merged' ? 'Margin mode' : `${posSide} margin mode`}
        value={leg.marginMode}
        options={[
          { value: 'cross', label: 'Cross' },
          { value: 'isolated', label: 'Isolated' },
        ]}
        onChoose={(marginMode) => onEdit({ marginMode })}
      />
      <TextField
        label={name}
        value={leg.text}
        unit="x"
        error={read === undefined ? `1 to ${leverageMax}` : undefined}
        onChange={(text) => onEdit({ text })}
        onStep={step}
      />
      <input
        type="range"
        className={controls.slider}
        aria-label={`${name}, slider`}
        min={1}
        max={leverageMax}
        value={read === undefined ? 1 : toNumberLossy(read.leverage)}
        onChange={(event) => onEdit({ text: event.target.value })}
      />
      <Effect posSide={posSide} legs={legs} context={context} />
    </div>
  );
}

/** What it would do, in a line or two. */
function Effect({ posSide, legs, context }: Pick<LegFieldsProps, 'posSide' | 'legs' | 'context'>) {
  const { product, quotes } = context;
  const effect = leverageEffect(posSide, choicesOf(legs, product), context);
  if (effect === undefined) return <p className={styles.note}>Between 1x and {product.leverageMax}x.</p>;
  const { liquidation, isHeld, isTooLarge, opened } = effect;
  const away = (price: Price | undefined) => {
    const distance = price && distanceToMark(price, quotes.mark);
    return distance === undefined ? 'nowhere' : formatSignedPercent(distance, 1);
  };
  const at = (price: Price) => `${formatPrice(price, product.tickSize)} (${away(price)})`;
  return (
    <>
      <p className={styles.note}>
        {legs[posSide]?.marginMode === 'cross'
          ? 'All of the available balance backs the position.'
          : 'Only its own margin backs the position.'}{' '}
        Positions up to {formatMoney(effect.positionValueMax, 0)} {product.settle}.
      </p>
      {isHeld ? (
        <p className={styles.note} data-testid={`liquidation-${posSide}`}>
          Liquidation of the position: {liquidation === undefined ? 'none' : at(liquidation)}
        </p>
      ) : (
        opened !== undefined && (
          <p className={styles.note} data-testid={`liquidation-${posSide}`}>
            Opened at mark, a long is liquidated at {away(opened.Buy)}, a short at {away(opened.Sell)}.
          </p>
        )
      )}
      {isTooLarge && (
        <p className={styles.blocked}>
          The position is larger than this leverage allows: the exchange refuses it.
        </p>
      )}
    </>
  );
}
