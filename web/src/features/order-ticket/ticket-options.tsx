/** Time in force, post-only, reduce-only. */
import { CheckBox } from '../../ui/check-box.tsx';
import controls from '../../ui/controls.module.css';
import type { Draft, DraftAction, LimitTimeInForce } from './draft.ts';
import styles from './order-ticket.module.css';

const TIMES_IN_FORCE: readonly (readonly [LimitTimeInForce, short: string, title: string])[] = [
  ['GoodTillCancel', 'GTC', 'Good till canceled'],
  ['ImmediateOrCancel', 'IOC', 'Immediate or cancel: what does not trade at once is canceled'],
  ['FillOrKill', 'FOK', 'Fill or kill: all at once or nothing'],
];

export function TicketOptions(props: {
  readonly draft: Draft;
  readonly isHedged: boolean;
  readonly onEdit: (action: DraftAction) => void;
}) {
  const { draft, isHedged, onEdit } = props;
  const isMarket = draft.ordType === 'Market';
  const chosen = isMarket ? 'ImmediateOrCancel' : draft.timeInForce;
  return (
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
          isChecked={draft.isReduceOnly}
          onChange={(isReduceOnly) => onEdit({ do: 'set-reduce-only', isReduceOnly })}
        />
      )}
      <select
        className={controls.select}
        aria-label="Time in force"
        title={TIMES_IN_FORCE.find(([value]) => value === chosen)?.[2]}
        value={chosen}
        disabled={isMarket || draft.isPostOnly}
        onChange={(event) => {
          const found = TIMES_IN_FORCE.find(([value]) => value === event.target.value);
          if (found !== undefined) onEdit({ do: 'choose-time-in-force', timeInForce: found[0] });
        }}
      >
        {TIMES_IN_FORCE.map(([value, short, title]) => (
          <option key={value} value={value} title={title}>
            {short}
          </option>
        ))}
      </select>
    </div>
  );
}
