/** What the trader reads when an order was filled, or taken back by the exchange. Pure. */
import type { Money, ProductSymbol, Qty } from '#contract/brand.ts';
import { add, pricePer, snapToStep } from '#contract/decimal.ts';
import type { Fill, Order, Product } from '#contract/model.ts';
import { refusalSentence } from '#contract/wire/error-codes.ts';
import { formatPrice, formatQty } from '../lib/format.ts';
import type { News } from '../workspace/notices.ts';

type ProductOf = (symbol: ProductSymbol) => Product | undefined;

/** One notice per order: "Bought 0.15 BTC", at the average price. */
export function fillNotice(fills: readonly [Fill, ...Fill[]], productOf: ProductOf): News {
  const [first] = fills;
  const product = productOf(first.symbol);
  const qty = fills.reduce((sum, fill) => add(sum, fill.qty), '0' as Qty);
  const value = fills.reduce((sum, fill) => add(sum, fill.value), '0' as Money);
  const average = fills.length === 1 ? first.price : pricePer(value, qty);
  const shownQty = product === undefined ? qty : formatQty(qty, product.qtyStep);
  const shownPrice =
    product === undefined
      ? average
      : formatPrice(snapToStep(average, product.tickSize, 'nearest'), product.tickSize);
  return {
    run: 'fills',
    tone: first.side === 'Buy' ? 'buy' : 'sell',
    title: `${first.side === 'Buy' ? 'Bought' : 'Sold'} ${shownQty} ${product?.base ?? first.symbol}`,
    text: `${first.symbol} at ${shownPrice}${fills.length === 1 ? '' : ' on average'}`,
  };
}

/** Why the exchange did not take an order, or took it back; undefined for one that nothing befell. */
export function rejectionNotice(order: Order): News | undefined {
  const { rejection, ordStatus, symbol, side } = order;
  // An order that lives on had an amendment refused: whoever asked was answered.
  if (rejection === undefined || (ordStatus !== 'Rejected' && ordStatus !== 'Canceled')) return undefined;
  return {
    tone: 'problem',
    title: `${symbol} ${side === 'Buy' ? 'buy' : 'sell'} order ${ordStatus.toLowerCase()}`,
    text: `${refusalSentence(rejection.code, rejection.message)} (${rejection.code})`,
  };
}
