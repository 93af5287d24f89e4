/** Time in force, post-only, reduce-only, close-on-trigger, iceberg, and whether an entry brings its own protection. */
import { TERM_NAMES } from '../../account/order-words.ts';
import { CheckBox } from '../../ui/check-box.tsx';
import { Select } from '../../ui/select.tsx';
import {
  closesOnTrigger,
  type Draft,
  type DraftAction,
  hasLimitPrice,
  isConditional,
  isIceberg,
  type LimitTimeInForce,
  mayHide,
  targetOf,
} from './draft.ts';
import styles from './order-ticket.module.css';
import { SourceSelect } from './source-select.tsx';

const OFFERED: readonly LimitTimeInForce[] = ['GoodTillCancel', 'ImmediateOrCancel', 'FillOrKill'];
const HINTS: Readonly<Record<LimitTimeInForce, string>> = {
  GoodTillCancel: 'Good till canceled',
  ImmediateOrCancel: 'Immediate or cancel: what does not trade at once is canceled',
  FillOrKill: 'Fill or kill: all at once or nothing',
};

export function TicketOptions(props: {
  readonly draft: Draft;
  readonly isHedged: boolean;
  readonly onEdit: (action: DraftAction) => void;
}) {
  const { draft, isHedged, onEdit } = props;
  const isMarket = !hasLimitPrice(draft);
  const chosen = isMarket ? 'ImmediateOrCancel' : draft.timeInForce;
  return (
    <>
      <div className={styles.options}>
        <CheckBox
          label="Post-only"
          title="Canceled instead of trading at once, so that it always pays the maker fee"
          isChecked={draft.isPostOnly && !isMarket}
          isDisabled={isMarket}
          onChange={(isPostOnly) => onEdit({ do: 'set-post-only', isPostOnly })}
        />
        {!isHedged && (
          <CheckBox
            label="Reduce-only"
            title="May only make the position smaller"
            isChecked={draft.isReduceOnly || closesOnTrigger(draft)}
            isDisabled={closesOnTrigger(draft)}
            onChange={(isReduceOnly) => onEdit({ do: 'set-reduce-only', isReduceOnly })}
          />
        )}
        <Select<LimitTimeInForce>
          label="Time in force"
          title={HINTS[chosen]}
          value={chosen}
          isDisabled={isMarket || draft.isPostOnly}
          names={TERM_NAMES}
          options={OFFERED}
          hints={HINTS}
          onChoose={(timeInForce) => onEdit({ do: 'choose-time-in-force', timeInForce })}
        />
      </div>
      <MoreOptions draft={draft} isHedged={isHedged} onEdit={onEdit} />
    </>
  );
}

/** The second row is always there, so that nothing moves. */
function MoreOptions(props: {
  readonly draft: Draft;
  readonly isHedged: boolean;
  readonly onEdit: (action: DraftAction) => void;
}) {
  const { draft, isHedged, onEdit } = props;
  const { isClosing } = targetOf(draft, isHedged ? 'Hedged' : 'OneWay');
  return (
    <div className={styles.options}>
      <CheckBox
        label="Take profit / stop loss"
        shown="TP / SL"
        title="A bracket: orders that close the position again, sent together with this one"
        isChecked={draft.isProtected && !isClosing}
        isDisabled={isClosing}
        onChange={(isProtected) => onEdit({ do: 'set-protected', isProtected })}
      />
      {isConditional(draft) ? (
        <CheckBox
          label="Close on trigger"
          shown="Close"
          title="Reduce-only; other orders of its side give way when it is triggered"
          isChecked={closesOnTrigger(draft)}
          isDisabled={draft.ordType === 'TrailingStop'}
          onChange={(isCloseOnTrigger) => onEdit({ do: 'set-close-on-trigger', isCloseOnTrigger })}
        />
      ) : (
        <CheckBox
          label="Iceberg"
          title="The book shows only a part of it at a time: limit orders that may rest"
          isChecked={isIceberg(draft)}
          isDisabled={!mayHide(draft)}
          onChange={(isIceberg) => onEdit({ do: 'set-iceberg', isIceberg })}
        />
      )}
      {draft.isProtected && !isClosing && (
        <SourceSelect
          label="Take profit and stop loss source"
          title="Which price sets them off"
          source={draft.protectionSource}
          onChoose={(source) => onEdit({ do: 'choose-protection-source', source })}
        />
      )}
    </div>
  );
}
