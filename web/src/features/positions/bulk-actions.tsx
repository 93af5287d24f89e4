/** Ways out of several positions at once, for the head of their table. */
import { useStore } from 'zustand';
import { useOpenOrders, usePositions } from '../../account/account-store.ts';
import { closeAllPositions, flatten } from '../../account/flatten.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import table from '../../ui/data-table.module.css';
import { selectedSymbolStore } from '../../workspace/selected-symbol.ts';

export function BulkActions() {
  const symbol = useStore(selectedSymbolStore, (state) => state.symbol);
  const positions = usePositions();
  const openOrders = useOpenOrders();
  const hasHere = [...positions.values(), ...openOrders.values()].some((one) => one.symbol === symbol);
  return (
    <span className={table.actions}>
      <ConfirmButton
        text={`Flatten ${symbol}`}
        question={`Cancel its orders and close it?`}
        title="Cancel every order of this product and close its positions at market"
        isDisabled={!hasHere}
        onConfirm={() => flatten(symbol)}
      />
      <ConfirmButton
        text="Close all"
        question={positions.size === 1 ? 'Close 1 position?' : `Close ${positions.size} positions?`}
        title="Close every position of every product at market; orders stay"
        isDisabled={positions.size === 0}
        onConfirm={closeAllPositions}
      />
    </span>
  );
}
