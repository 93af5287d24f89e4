/** Open positions, one row per leg, worth what mark says; the legs of a hedged pair stand together. */
import { Fragment } from 'react';
import type { Position } from '#contract/model.ts';
import { useIsAccountKnown, usePositions } from '../../account/account-store.ts';
import { legKey } from '../../account/apply-account.ts';
import { useNoKeyWords } from '../../account/no-key.ts';
import { useWorthFeed } from '../../account/worth-feed.ts';
import { useProducts } from '../../market/products.ts';
import table from '../../ui/data-table.module.css';
import { PanelState } from '../../ui/panel-state.tsx';
import { PositionRow } from './position-row.tsx';
import { PairRow, TotalRow } from './sum-rows.tsx';

/** By symbol, long before short: a row keeps its place whatever order the messages come in. */
const byLeg = (a: Position, b: Position) => (legKey(a) < legKey(b) ? -1 : 1);

function bySymbol(positions: Iterable<Position>): Map<string, Position[]> {
  const groups = new Map<string, Position[]>();
  for (const position of [...positions].sort(byLeg)) {
    groups.set(position.symbol, [...(groups.get(position.symbol) ?? []), position]);
  }
  return groups;
}

export function Positions() {
  const positions = usePositions();
  const isKnown = useIsAccountKnown();
  const feed = useWorthFeed();
  const products = useProducts().data;
  if (positions.size === 0) return <NoPositions isKnown={isKnown} hasKey={feed.state !== 'no-key'} />;
  const groups = bySymbol(positions.values());
  return (
    <div className={table.panel} data-feed={feed.state}>
      <table className={table.table} aria-label="Positions">
        <thead>
          <tr>
            <th data-align="start">Symbol</th>
            <th>Size</th>
            <th data-hide="large">Value</th>
            <th>Entry</th>
            <th data-hide="large">Break-even</th>
            <th data-hide="large">Mark</th>
            <th>Liquidation</th>
            <th data-hide="medium">Margin</th>
            <th>Unrealised PnL</th>
            <th data-hide="large">Realised PnL</th>
            <th data-hide="large" title="Received above zero, paid below">
              Funding
            </th>
            <th data-hide="large">ADL</th>
            <th>Close</th>
          </tr>
        </thead>
        <tbody>
          {[...groups].map(([symbol, [first, second]]) => (
            <Fragment key={symbol}>
              {first !== undefined && <PositionRow position={first} />}
              {second !== undefined && <PositionRow position={second} />}
              {first !== undefined && second !== undefined && (
                <PairRow
                  long={first}
                  short={second}
                  product={products?.find((product) => product.symbol === symbol)}
                />
              )}
            </Fragment>
          ))}
        </tbody>
        {groups.size > 1 && (
          <tfoot>
            <TotalRow positions={[...positions.values()]} />
          </tfoot>
        )}
      </table>
    </div>
  );
}

function NoPositions({ isKnown, hasKey }: { readonly isKnown: boolean; readonly hasKey: boolean }) {
  const noKey = useNoKeyWords();
  if (!hasKey) return <PanelState {...noKey} />;
  if (!isKnown) return <PanelState title="Loading positions…" />;
  return <PanelState title="No open positions" text="A filled order shows up here." />;
}
