/** The six kinds of wish, each about a product of its own, so that nothing of one is taken for another's. */
import type { ClOrdID, ProductSymbol } from '#contract/brand.ts';
import { price, qty, ratio, snapToStep } from '#contract/decimal.ts';
import type { Product } from '#contract/model.ts';
import {
  amendOrderRequest,
  cancelAllRequests,
  cancelOrderRequest,
  type ExchangeRequest,
  leverageRequest,
  placeOrderRequest,
  posModeRequest,
} from '#contract/wire/requests.ts';
import type { Sight } from './sight.ts';

export const ACTIONS = ['place', 'amend', 'cancel', 'cancel all', 'leverage', 'position mode'] as const;
export type Action = (typeof ACTIONS)[number];

const SYMBOLS: Readonly<Record<Action, ProductSymbol>> = {
  place: 'BTCUSDT' as ProductSymbol,
  amend: 'ETHUSDT' as ProductSymbol,
  cancel: 'SOLUSDT' as ProductSymbol,
  'cancel all': 'XRPUSDT' as ProductSymbol,
  leverage: 'LINKUSDT' as ProductSymbol,
  'position mode': 'DOGEUSDT' as ProductSymbol,
};

export interface Wish {
  readonly action: Action;
  readonly symbol: ProductSymbol;
  /** What it is called in the journal. */
  readonly id: string;
  readonly request: ExchangeRequest;
  /** Orders that have to rest before. */
  readonly resting: readonly ExchangeRequest[];
  isDone(seen: Sight): boolean;
}

export const isCancel = (action: Action): boolean => action === 'cancel' || action === 'cancel all';

export function createWish(action: Action, prefix: string, products: ReadonlyMap<string, Product>): Wish {
  const symbol = SYMBOLS[action];
  const product = products.get(symbol);
  if (product === undefined) throw new Error(`no ${symbol}`);
  const { tickSize, priceMin, orderValueMin, qtyStep } = product;
  /** Far below the market: it rests. */
  const bidAt = (times: number) => snapToStep(price(String(Number(priceMin) * times)), tickSize, 'up');
  const size = snapToStep(qty(String((Number(orderValueMin) * 5) / Number(priceMin))), qtyStep, 'up');
  const id = `${prefix}-${action.replace(' ', '-')}`;
  const bid = (clOrdID: string) =>
    placeOrderRequest({
      ...{ symbol, clOrdID: clOrdID as ClOrdID, side: 'Buy', posSide: 'Merged', ordType: 'Limit' },
      ...{ price: bidAt(1.1), qty: size, timeInForce: 'GoodTillCancel', reduceOnly: false },
    });
  const rests = `${id}-rests` as ClOrdID;
  const order = { clOrdID: rests };
  const wish = (request: ExchangeRequest, isDone: Wish['isDone'], resting: Wish['resting'] = []): Wish => ({
    ...{ action, symbol, id, request, resting, isDone },
  });
  switch (action) {
    case 'place':
      return wish(bid(id), ({ orders }) => orders.has(id));
    case 'amend': {
      const to = bidAt(1.5);
      const request = amendOrderRequest({ symbol, order, posSide: 'Merged', price: to });
      return wish(request, ({ orders }) => orders.get(rests) === to, [bid(rests)]);
    }
    case 'cancel': {
      const request = cancelOrderRequest({ symbol, order, posSide: 'Merged' });
      return wish(request, ({ orders }) => !orders.has(rests), [bid(rests)]);
    }
    case 'cancel all':
      return wish(cancelAllRequests(symbol)[0], ({ orders }) => orders.size === 0, [
        bid(rests),
        bid(`${id}-too`),
      ]);
    case 'leverage': {
      const merged = { marginMode: 'isolated', leverage: ratio('7') } as const;
      const request = leverageRequest({ symbol, posMode: 'OneWay', merged });
      return wish(request, ({ leverage }) => leverage === 'Merged isolated 7');
    }
    case 'position mode':
      return wish(posModeRequest(symbol, 'Hedged'), ({ posMode }) => posMode === 'Hedged');
  }
}
