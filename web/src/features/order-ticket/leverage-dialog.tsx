/** Margin mode and leverage of a product; in hedged mode of both legs, which the exchange wants at once. */
import { useState } from 'react';
import type { Price } from '#contract/brand.ts';
import { ratio, toNumberLossy } from '#contract/decimal.ts';
import type { PosSide } from '#contract/vocabulary.ts';
import { refetchSettings } from '../../account/settings.ts';
import { setLeverage } from '../../exchange/commands.ts';
import { faultSentence } from '../../exchange/rest.ts';
import { formatMoney, formatPrice, formatSignedPercent } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import controls from '../../ui/controls.module.css';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { useStill } from '../../ui/use-still.ts';
import type { TicketContext } from './facts.ts';
import {
  changeOf,
  choicesOf,
  type LegDraft,
  type LegDrafts,
  type LegEdits,
  legDrafts,
  readLeg,
  sidesOf,
} from './leverage-draft.ts';
import { leverageEffect } from './leverage-effect.ts';
import styles from './order-ticket.module.css';
import { distanceToMark } from './outcome.ts';
import { stepValue } from './reading.ts';

const ONE = ratio('1');

export function LeverageDialog(props: { readonly context: TicketContext; readonly onClose: () => void }) {
  const { context, onClose } = props;
  const [edits, setEdits] = useState<LegEdits>({});
  const legs = legDrafts(context, edits);
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
          setEdits({ ...edits, [posSide]: { ...edits[posSide], ...next } });
        };
        const isTyped = edits[posSide]?.text !== undefined;
        return <LegFields key={posSide} {...{ posSide, leg, isTyped, legs, context }} onEdit={edit} />;
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
  /** Else its leverage is the account's, and follows it. */
  readonly isTyped: boolean;
  /** Both of a hedged pair: they share a balance. */
  readonly legs: LegDrafts;
  readonly context: TicketContext;
  readonly onEdit: (next: Partial<LegDraft>) => void;
}

function LegFields({ posSide, leg, isTyped, legs, context, onEdit }: LegFieldsProps) {
  const { leverageMax } = context.product;
  const name = posSide === 'Merged' ? 'Leverage' : `${posSide} leverage`;
  const read = readLeg(leg, leverageMax);
  const current = useStill(leg.text);
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
        value={isTyped ? leg.text : current.text}
        onFocus={current.onFocus}
        onBlur={current.onBlur}
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
