/** Ways out: one position, one product, everything. Each position is closed by reducing market orders of its own. */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Position } from '#contract/model.ts';
import { productNow } from '../market/products.ts';
import { accountStore } from './account-store.ts';
import { legKey } from './apply-account.ts';
import { marketClose } from './closing.ts';
import { sendForLeg } from './leg-orders.ts';
import { cancelAllOrders } from './order-actions.ts';

/** Where it is not sent, the trader is told. */
export function closeAtMarket(position: Position): void {
  sendForLeg(legKey(position), 'close', marketClose(position, productNow(position.symbol)));
}

/** Every position, of every product; orders stay. */
export function closeAllPositions(): void {
  for (const position of accountStore.getState().positions.values()) closeAtMarket(position);
}

/** No position and no order is left of the product: neither waits for the other. */
export function flatten(symbol: ProductSymbol): void {
  const { positions, openOrders } = accountStore.getState();
  if ([...openOrders.values()].some((order) => order.symbol === symbol)) void cancelAllOrders([symbol]);
  for (const position of positions.values()) if (position.symbol === symbol) closeAtMarket(position);
}
