/** The simulated crowd's orders: in the same book as everybody's, but with no account, no margin and no fees. */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Side } from '#contract/vocabulary.ts';
import type { Lots, Ticks } from '../commands.ts';
import type { BookOrder } from '../engine/book-side.ts';
import { createBookOrder, resize, rest, takeOut, wouldCross } from '../engine/order-book.ts';
import type { Crowd, CrowdOrder } from '../exchange.ts';
import { conclude } from './conditional-order.ts';
import type { Core } from './core.ts';
import { trade } from './execution.ts';
import type { Listing, Order } from './state.ts';

/** Every crowd order was made here, so it is a book order underneath. */
const inBook = (order: CrowdOrder): BookOrder<Order> => order as BookOrder<Order>;

const ownerless = (side: Side, price: Ticks, qty: Lots): BookOrder<Order> =>
  createBookOrder<Order>({ side, price, qty, owner: undefined });

export function createCrowd(core: Core, listingOf: (symbol: ProductSymbol) => Listing): Crowd {
  const { journal } = core;
  return {
    limit(symbol, side, price, qty, postOnly) {
      const listing = listingOf(symbol);
      if (postOnly && wouldCross(listing.book, side, price)) return undefined;
      const order = ownerless(side, price, qty);
      trade(core, listing, order);
      if (order.leavesQty > 0) rest(listing.book, order);
      conclude(core);
      return order.leavesQty > 0 ? order : undefined;
    },
    market(symbol, side, qty) {
      const listing = listingOf(symbol);
      const limit = side === 'Buy' ? listing.product.priceMax : listing.product.priceMin;
      const order = ownerless(side, limit, qty);
      trade(core, listing, order);
      conclude(core);
      return (qty - order.leavesQty) as Lots;
    },
    cancel(order) {
      takeOut(inBook(order));
      journal.commit();
    },
    resize(order, qty) {
      if (qty > 0) resize(inBook(order), qty);
      else takeOut(inBook(order));
      journal.commit();
    },
  };
}
