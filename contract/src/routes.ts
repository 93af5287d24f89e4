/**
 * The exchange's paths that pass through the proxy, and nothing else does: no withdrawal, no transfer.
 * 'public' needs no signature; 'read' and 'order' are signed. An 'order' route changes state, so its lost answer
 * means "unknown", never "failed".
 */
export type RouteKind = 'public' | 'read' | 'order';

export interface ExchangeRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly kind: RouteKind;
  /** Where its parameters stand. Never in both: what is signed does not tell the one from the other. */
  readonly carries: 'query' | 'body';
}

const carriedBy = (method: ExchangeRoute['method'], path: string): ExchangeRoute['carries'] =>
  method === 'POST' && path === '/g-orders' ? 'body' : 'query';

const routes = (kind: RouteKind, list: readonly (readonly [ExchangeRoute['method'], string])[]) =>
  list.map(([method, path]): ExchangeRoute => ({ method, path, kind, carries: carriedBy(method, path) }));

export const EXCHANGE_ROUTES: readonly ExchangeRoute[] = [
  ...routes('public', [
    ['GET', '/public/products'],
    ['GET', '/public/time'],
    // In no document, and asked for by ccxt at every loadMarkets.
    ['GET', '/v1/exchange/public/products'],
    ['GET', '/md/v2/orderbook'],
    ['GET', '/md/v2/trade'],
    ['GET', '/md/v2/ticker/24hr'],
    ['GET', '/md/v2/ticker/24hr/all'],
    ['GET', '/md/v3/ticker/24hr'],
    ['GET', '/md/v3/ticker/24hr/all'],
    ['GET', '/exchange/public/md/v2/kline/last'],
    ['GET', '/exchange/public/md/v2/kline/list'],
    ['GET', '/api-data/public/data/funding-rate-history'],
    ['GET', '/contract-biz/public/real-funding-rates'],
  ]),
  ...routes('read', [
    ['GET', '/g-accounts/accountPositions'],
    ['GET', '/g-accounts/positions'],
    ['GET', '/g-orders/activeList'],
    ['GET', '/exchange/order/v2/orderList'],
    ['GET', '/exchange/order/v2/tradingList'],
    ['GET', '/api-data/g-futures/orders/by-order-id'],
    ['GET', '/g-orders/active'],
    ['GET', '/api-data/g-futures/orders'],
    ['GET', '/api-data/g-futures/trades'],
    ['GET', '/api-data/g-futures/funding-fees'],
    ['GET', '/api-data/g-futures/closedPosition'],
    ['GET', '/api-data/futures/fee-rate'],
    ['GET', '/g-accounts/risk-unit'],
  ]),
  ...routes('order', [
    ['POST', '/g-orders'],
    ['PUT', '/g-orders/create'],
    ['PUT', '/g-orders/replace'],
    ['DELETE', '/g-orders/cancel'],
    ['DELETE', '/g-orders'],
    ['DELETE', '/g-orders/all'],
    ['PUT', '/g-positions/leverage'],
    ['PUT', '/g-positions/switch-pos-mode-sync'],
    ['POST', '/g-positions/assign'],
  ]),
];
