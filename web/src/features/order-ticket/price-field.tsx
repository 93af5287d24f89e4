/** The limit price: typed, stepped by the tick, or picked from the best of the book. */
import { compare, ratio, sign } from '#contract/decimal.ts';
import { formatPercent, formatSignedPercent } from '../../lib/format.ts';
import { TextField } from '../../ui/text-field.tsx';
import type { Draft, DraftAction } from './draft.ts';
import type { TicketContext } from './facts.ts';
import styles from './order-ticket.module.css';
import { distanceToMark } from './outcome.ts';
import { crossedBy, midPrice, readPrice, stepValue } from './reading.ts';
import { quotesNow } from './ticket-context.ts';

export interface PriceFieldProps {
  readonly draft: Draft;
  readonly context: TicketContext | undefined;
  readonly error: string | undefined;
  readonly onEdit: (action: DraftAction) => void;
}

export function PriceField({ draft, context, error, onEdit }: PriceFieldProps) {
  const product = context?.product;
  const isMarket = draft.ordType === 'Market';
  const snap = () => {
    const price = product && readPrice(draft.priceText, draft.side, product);
    if (price !== undefined && price !== draft.priceText) onEdit({ do: 'enter-price', text: price });
  };
  const step = (steps: number) => {
    const text = product && stepValue(draft.priceText, product.tickSize, steps);
    if (text !== undefined) onEdit({ do: 'enter-price', text });
  };
  return (
    <div className={styles.entry}>
      <TextField
        label="Price"
        value={isMarket ? '' : draft.priceText}
        placeholder={isMarket ? 'Best market price' : ''}
        unit={product?.quote}
        error={error}
        isDisabled={isMarket}
        onChange={(text) => onEdit({ do: 'enter-price', text })}
        onBlur={snap}
        onStep={step}
      />
      <p className={styles.hint}>
        <span className={styles.error} role="alert">
          {error}
        </span>
        {error === undefined && !isMarket && <Whereabouts draft={draft} context={context} />}
        {!isMarket && <QuickPicks draft={draft} context={context} onEdit={onEdit} />}
      </p>
    </div>
  );
}

/** Less far through the book than this is how one asks for a fill at once; further is more often a slip. */
const CROSSED_MIN = ratio('0.001');

/** How far the price lies from mark; or, where it would trade at once and well beyond the best price, how far that is. */
function Whereabouts({ draft, context }: Pick<PriceFieldProps, 'draft' | 'context'>) {
  const price = context && readPrice(draft.priceText, draft.side, context.product);
  if (context === undefined || price === undefined || sign(price) <= 0) return null;
  const { quotes } = context;
  const crossed = draft.ordType === 'Limit' ? crossedBy(draft.side, price, quotes) : undefined;
  if (crossed !== undefined && compare(crossed, CROSSED_MIN) > 0) {
    const beyond = draft.side === 'Buy' ? 'above the ask' : 'below the bid';
    return (
      <span
        className={styles.crossed}
        data-testid="crossed"
        title="It would trade at once, through everything in between"
      >
        {formatPercent(crossed)} {beyond}
      </span>
    );
  }
  const away = distanceToMark(price, quotes.mark);
  return (
    <span className={styles.aside} title="Distance of the price to mark">
      {away === undefined ? '' : `${formatSignedPercent(away)} to mark`}
    </span>
  );
}

function QuickPicks({ draft, context, onEdit }: Omit<PriceFieldProps, 'error'>) {
  const pick = (which: 'bid' | 'mid' | 'ask') => {
    if (context === undefined) return;
    const quotes = quotesNow(context.product.symbol);
    const price = which === 'mid' ? midPrice(draft.side, context.product, quotes) : quotes[which];
    if (price !== undefined) onEdit({ do: 'pick-price', price });
  };
  return (
    <span className={styles.picks}>
      {(['bid', 'mid', 'ask'] as const).map((which) => (
        <button
          key={which}
          type="button"
          className={styles.pick}
          disabled={context === undefined}
          title={which === 'mid' ? 'Between best bid and best ask' : `Best ${which}`}
          onClick={() => pick(which)}
        >
          {which === 'bid' ? 'Bid' : which === 'mid' ? 'Mid' : 'Ask'}
        </button>
      ))}
    </span>
  );
}
