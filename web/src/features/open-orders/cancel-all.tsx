/** Cancels every open order, of the product on the screen or of all; asks first, since it cannot be undone. */
import { useState } from 'react';
import { useStore } from 'zustand';
import type { ProductSymbol } from '#contract/brand.ts';
import { useOpenOrders } from '../../account/account-store.ts';
import { cancelAll } from '../../exchange/commands.ts';
import { faultSentence } from '../../exchange/rest.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { notify } from '../../workspace/notices.ts';
import { selectedSymbolStore } from '../../workspace/selected-symbol.ts';

async function cancelAllOf(symbols: readonly ProductSymbol[]): Promise<void> {
  for (const symbol of symbols) {
    const answer = await cancelAll(symbol);
    if (!answer.ok) {
      notify({
        tone: 'problem',
        title: `${symbol}: not all orders canceled`,
        text: faultSentence(answer.fault),
      });
    }
  }
}

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
    void cancelAllOf(of);
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
