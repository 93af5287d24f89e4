/** One line of the form: a take-profit or a stop-loss, its terms, and what it would come to. */
import type { Price } from '#contract/brand.ts';
import type { Order, Position, Product } from '#contract/model.ts';
import { TRIGGER_SOURCES, type TriggerSource } from '#contract/vocabulary.ts';
import { hasPrice } from '../../account/amendment.ts';
import { SOURCE_NAMES, sourcesBeside } from '../../account/order-words.ts';
import { pnlOfPart } from '../../account/protection.ts';
import type { PurposeDraft, PurposeReading } from '../../account/protection-draft.ts';
import { PURPOSE_NAMES, PURPOSE_SHORT } from '../../account/protection-words.ts';
import { directionOf, formatPrice, formatQty, formatSigned } from '../../lib/format.ts';
import { Button } from '../../ui/button.tsx';
import table from '../../ui/data-table.module.css';
import { FollowingField } from '../../ui/following-field.tsx';
import { Select } from '../../ui/select.tsx';

const BY_SOURCE = Object.fromEntries(
  TRIGGER_SOURCES.map((source) => [source, `by ${SOURCE_NAMES[source]}`]),
) as Record<TriggerSource, string>;

/** A text that stood still under the caret is the one of its order, and no edit of the next. */
const orderKey = (standing: Order | undefined): string => standing?.orderID ?? 'none';

/** The field, what it goes by, and what it would come to: at which price, with what gain or loss before fees. */
export function PurposeLine(props: PurposeLineProps) {
  const { reading, count, isNew, position, product, onEnter, onAnother } = props;
  const { purpose, text, problem, standing, change } = reading;
  const name = PURPOSE_NAMES[purpose];
  return (
    <div className={table.inline}>
      {count > 1 && !isNew && <span className={table.muted}>Nearest of {count}</span>}
      <span className={table.muted}>{isNew ? `Another ${name.toLowerCase()}` : name}</span>
      <FollowingField
        key={orderKey(standing)}
        label={name}
        size="small"
        value={text}
        placeholder="None"
        onChange={(text) => onEnter({ text })}
        error={problem}
      />
      <TermFields {...props} />
      {(isNew || count > 0) && (
        <Button
          kind="quiet"
          label={isNew ? `No other ${name.toLowerCase()}` : `Another ${name.toLowerCase()}`}
          title={isNew ? 'Back to the one that stands' : 'One more, for a share of the position'}
          onClick={onAnother}
        >
          {isNew ? (
            '−'
          ) : (
            <>
              <span data-show="columns">+</span>
              <span data-show="card">Another</span>
            </>
          )}
        </Button>
      )}
      {change?.do === 'remove' ? (
        <Removal standing={standing?.trigger?.price} product={product} />
      ) : (
        <Outcome reading={reading} position={position} product={product} />
      )}
    </div>
  );
}

interface PurposeLineProps {
  readonly reading: PurposeReading;
  /** How many orders there are for it. */
  readonly count: number;
  readonly isNew: boolean;
  readonly percent: number;
  readonly position: Position;
  readonly product: Product;
  readonly onEnter: (entered: PurposeDraft) => void;
  readonly onAnother: () => void;
}

const SHARES = ['100', '75', '50', '25'] as const;
type Share = (typeof SHARES)[number];
const SHARE_NAMES: Readonly<Record<Share, string>> = {
  100: 'of all',
  75: 'of 75%',
  50: 'of 50%',
  25: 'of 25%',
};

/** What sets it off, at which limit it closes, and how much. Of an order that stands, the last two are as it was placed. */
function TermFields({ reading, percent, product, onEnter }: PurposeLineProps) {
  const { purpose, source, standing, limitText, qty } = reading;
  const isTrailing = standing?.trail !== undefined;
  const isAtMarket = standing !== undefined && !hasPrice(standing);
  const short = PURPOSE_SHORT[purpose];
  return (
    <>
      <Select
        label={`${PURPOSE_NAMES[purpose]} trigger`}
        title={
          isTrailing
            ? 'A trailing stop keeps to the price that it has followed'
            : 'Which price sets it off; liquidation goes by mark'
        }
        value={source}
        isDisabled={isTrailing}
        names={BY_SOURCE}
        options={sourcesBeside(source)}
        onChoose={(source) => onEnter({ source })}
      />
      <FollowingField
        key={orderKey(standing)}
        label={`${short} limit`}
        size="small"
        value={limitText}
        placeholder={isAtMarket ? 'Market' : 'Limit: market'}
        isDisabled={isAtMarket}
        onChange={(limit) => onEnter({ limit })}
      />
      <span className={table.share}>
        {standing === undefined ? (
          <Select
            label={`${short} share`}
            title="How much of the position it closes; all follows the position’s size"
            value={SHARES.find((share) => Number(share) === percent)}
            names={SHARE_NAMES}
            options={SHARES}
            onChoose={(share) => onEnter({ percent: Number(share) })}
          />
        ) : (
          `of ${qty === undefined ? 'all' : formatQty(qty, product.qtyStep)}`
        )}
      </span>
    </>
  );
}

function Outcome(props: {
  readonly reading: PurposeReading;
  readonly position: Position;
  readonly product: Product;
}) {
  const { reading, position, product } = props;
  const { price, limit, qty } = reading;
  const pnl = price && pnlOfPart(position, { price: limit ?? price, qty });
  return (
    <span className={table.outcome} data-direction={pnl && directionOf(pnl)} title="Before fees">
      {price && pnl ? `${formatPrice(price, product.tickSize)}: ${formatSigned(pnl)}` : ''}
    </span>
  );
}

/** An emptied field takes back the order that stands: it says so before it is sent. */
function Removal({ standing, product }: { readonly standing: Price | undefined; readonly product: Product }) {
  return (
    <span className={`${table.outcome} ${table.warning}`} role="status">
      {standing === undefined ? '' : `${formatPrice(standing, product.tickSize)} is removed`}
    </span>
  );
}
