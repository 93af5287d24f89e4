/** Cancels every open order, of the product on the screen or of all; asks first, since it cannot be undone. */
import { useState } from 'react';
import { useStore } from 'zustand';
import type { ProductSymbol } from '#contract/brand.ts';
import { useOpenOrders } from '../../account/account-store.ts';
import { cancelAllOrders } from '../../account/order-actions.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { selectedSymbolStore } from '../../workspace/selected-symbol.ts';

export function CancelAll() {
  const [isAsking, setIsAsking] = useState(false);
  const { size } = useOpenOrders();
  return (
    <>
      <Button
        kind="quiet"
        title="Cancel every open order"
        aria-haspopup="dialog"
        disabled={size === 0}
        onClick={() => setIsAsking(true)}
      >
        Cancel all
      </Button>
      {isAsking && <Question onClose={() => setIsAsking(false)} />}
    </>
  );
}

const ordersText = (count: number): string => (count === 1 ? '1 order' : `${count} orders`);

function Question({ onClose }: { readonly onClose: () => void }) {
  const symbol = useStore(selectedSymbolStore, (state) => state.symbol);
  const orders = [...useOpenOrders().values()];
  const here = orders.filter((order) => order.symbol === symbol).length;
  const symbols = [...new Set(orders.map((order) => order.symbol))];
  const cancel = (of: readonly ProductSymbol[]) => {
    onClose();
    void cancelAllOrders(of);
  };
  return (
    <Dialog title="Cancel open orders" onClose={onClose}>
      {here > 0 && (
        <Button kind="danger" onClick={() => cancel([symbol])}>
          Cancel {ordersText(here)} of {symbol}
        </Button>
      )}
      {orders.length > here && (
        <Button kind="danger" onClick={() => cancel(symbols)}>
          Cancel {ordersText(orders.length)} of every symbol
        </Button>
      )}
      <Button onClick={onClose}>Keep them</Button>
    </Dialog>
  );
}
