/** Ways out: one position, one product, everything. Each position is closed by a reducing market order of its own. */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Position } from '#contract/model.ts';
import { accountStore } from './account-store.ts';
import { legKey } from './apply-account.ts';
import { marketClose } from './closing.ts';
import { sendForLeg } from './leg-orders.ts';
import { cancelAllOrders } from './order-actions.ts';

/** False while an order of this leg is on its way. */
export const closeAtMarket = (position: Position): boolean =>
  sendForLeg(legKey(position), 'close', [marketClose(position)]);

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
