/** Which open orders are shown, and the one press that cancels exactly those. */
import { useStore } from 'zustand';
import type { Order } from '#contract/model.ts';
import { SIDES, type Side } from '#contract/vocabulary.ts';
import { useOpenOrders } from '../../account/account-store.ts';
import { cancelAllOrders, cancelOpenOrder } from '../../account/order-actions.ts';
import type { OrderKind } from '../../account/order-words.ts';
import { CheckBox } from '../../ui/check-box.tsx';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import controls from '../../ui/controls.module.css';
import table from '../../ui/data-table.module.css';
import { selectedSymbolStore } from '../../workspace/selected-symbol.ts';
import type { OrderFilter } from './order-view.ts';
import { shownOrdersStore, useShownOrders } from './shown-orders.ts';

const setFilter = (filter: OrderFilter) => shownOrdersStore.setState({ filter });

/** Whole products go by the exchange's own cancel-all; a choice among their orders one by one. */
function cancelShown(orders: readonly Order[], { side, kind }: OrderFilter): void {
  if (side === undefined && kind === undefined) {
    void cancelAllOrders([...new Set(orders.map(({ symbol }) => symbol))]);
  } else {
    for (const order of orders) void cancelOpenOrder(order);
  }
}

export function OrderControls() {
  const { filter, isGrouped } = useStore(shownOrdersStore);
  const shown = useShownOrders();
  const all = useOpenOrders().size;
  const isChosen = shown.length < all;
  const count = shown.length === 1 ? '1 order' : `${shown.length} orders`;
  return (
    <span className={table.actions}>
      <Filters filter={filter} />
      <span className={table.spare}>
        <CheckBox
          label="By symbol"
          title="Group the orders by their product"
          isChecked={isGrouped}
          onChange={(isGrouped) => shownOrdersStore.setState({ isGrouped })}
        />
      </span>
      <ConfirmButton
        text={isChosen ? `Cancel ${shown.length} shown` : 'Cancel all'}
        question={`Cancel ${count}?`}
        title={isChosen ? 'Cancel the orders that are shown' : 'Cancel every open order'}
        isDisabled={shown.length === 0}
        onConfirm={() => cancelShown(shown, filter)}
      />
    </span>
  );
}

function Filters({ filter }: { readonly filter: OrderFilter }) {
  const { symbol, side, kind } = filter;
  const selected = useStore(selectedSymbolStore, (state) => state.symbol);
  const without = (key: keyof OrderFilter): OrderFilter => {
    const { [key]: _, ...rest } = filter;
    return rest;
  };
  return (
    <>
      <select
        className={controls.select}
        aria-label="Orders of"
        title="Orders of which product"
        value={symbol ?? ''}
        onChange={({ target }) =>
          setFilter(target.value === '' ? without('symbol') : { ...filter, symbol: selected })
        }
      >
        <option value="">All symbols</option>
        <option value={symbol ?? selected}>{symbol ?? selected}</option>
      </select>
      <select
        className={controls.select}
        aria-label="Side of orders"
        title="Orders of which side"
        value={side ?? ''}
        onChange={({ target }) =>
          setFilter(target.value === '' ? without('side') : { ...filter, side: target.value as Side })
        }
      >
        <option value="">Both sides</option>
        {SIDES.map((one) => (
          <option key={one}>{one}</option>
        ))}
      </select>
      <select
        className={controls.select}
        aria-label="Kind of orders"
        title="Orders in the book, or those that wait for their trigger"
        value={kind ?? ''}
        onChange={({ target }) =>
          setFilter(target.value === '' ? without('kind') : { ...filter, kind: target.value as OrderKind })
        }
      >
        <option value="">Every kind</option>
        <option value="active">Active</option>
        <option value="conditional">Conditional</option>
      </select>
    </>
  );
}
