/** Open positions, one row per leg, worth what mark says. */
import { useAccountFeed } from '../../account/account-feed.ts';
import { useIsAccountKnown, usePositions } from '../../account/account-store.ts';
import type { LegKey } from '../../account/apply-account.ts';
import table from '../../ui/data-table.module.css';
import { PanelState } from '../../ui/panel-state.tsx';
import { PositionRow } from './position-row.tsx';

/** By symbol, long before short: a row keeps its place whatever order the messages come in. */
const byLeg = ([a]: readonly [LegKey, unknown], [b]: readonly [LegKey, unknown]) => (a < b ? -1 : 1);

export function Positions() {
  const positions = usePositions();
  const isKnown = useIsAccountKnown();
  const feed = useAccountFeed();
  if (positions.size === 0) return <NoPositions isKnown={isKnown} hasKey={feed !== 'no-key'} />;
  return (
    <div className={table.panel} data-feed={feed}>
      <table className={table.table} aria-label="Positions">
        <thead>
          <tr>
            <th data-align="start">Symbol</th>
            <th>Size</th>
            <th data-hide="medium">Value</th>
            <th>Entry</th>
            <th>Mark</th>
            <th>Liquidation</th>
            <th data-hide="medium">Margin</th>
            <th>Unrealised PnL</th>
            <th data-hide="medium">Realised PnL</th>
            <th>Close</th>
          </tr>
        </thead>
        <tbody>
          {[...positions].sort(byLeg).map(([leg, position]) => (
            <PositionRow key={leg} position={position} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NoPositions({ isKnown, hasKey }: { readonly isKnown: boolean; readonly hasKey: boolean }) {
  if (!hasKey) return <PanelState title="No API key" text="Perpdeck shows the market; it cannot trade." />;
  if (!isKnown) return <PanelState title="Loading positions…" />;
  return <PanelState title="No open positions" text="A filled order shows up here." />;
}
