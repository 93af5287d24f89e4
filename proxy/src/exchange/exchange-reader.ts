/** Questions that the proxy asks the exchange on its own behalf: sent once, read. Asking again is harmless. */
import type { ProductSymbol } from '#contract/brand.ts';
import type { AccountState, FundingFee, Order, OrderFate, Product } from '#contract/model.ts';
import type { Result } from '#contract/result.ts';
import { parseAccountPositions } from '#contract/wire/account-positions.ts';
import { parseFundingFees } from '#contract/wire/funding-fees.ts';
import { parseOrdersById } from '#contract/wire/order-by-id.ts';
import { parseActiveOrders } from '#contract/wire/order-row.ts';
import { parseProducts } from '#contract/wire/products.ts';
import {
  accountPositionsRequest,
  activeOrdersRequest,
  type ExchangeRequest,
  fundingFeesRequest,
  type OrderRef,
  orderByIdRequest,
  productsRequest,
} from '#contract/wire/requests.ts';
import { parseJson } from '../journal/judge.ts';
import type { ExchangeClock } from './clock-offset.ts';
import type { ExchangeClient } from './exchange-client.ts';
import type { RateBudget } from './rate-budget.ts';
import type { Signer } from './sign.ts';

const EXPIRY_SEC = 60;

/** undefined: no usable answer. */
export interface ExchangeReader {
  openOrders(symbol: ProductSymbol): Promise<readonly Order[] | undefined>;
  /** Of the history, which may lag behind. */
  ordersById(symbol: ProductSymbol, order: OrderRef): Promise<readonly OrderFate[] | undefined>;
  account(): Promise<AccountState | undefined>;
  /** The latest, newest first; of the history, too. */
  fundingFees(symbol: ProductSymbol): Promise<readonly FundingFee[] | undefined>;
  products(): Promise<readonly Product[] | undefined>;
}

export interface ReaderNeeds {
  readonly client: ExchangeClient;
  readonly clock: ExchangeClock;
  readonly signer: Signer;
  readonly userAgent: string;
  readonly budget: RateBudget;
  /** For who takes risk away: what is kept for cancels may be spent, and no chart's history goes before. */
  readonly isUrgent?: boolean;
}

/** All USDⓈ-M products that we trade settle in it. */
const CURRENCY = 'USDT';

export function createExchangeReader({
  client,
  clock,
  signer,
  userAgent,
  budget,
  isUrgent = false,
}: ReaderNeeds): ExchangeReader {
  const lane = isUrgent ? 'orders' : 'reads';
  const purpose = isUrgent ? 'cancel' : 'look-up';
  const sign = ({ path, query }: ExchangeRequest) => {
    const expirySec = Math.floor(clock.nowMs() / 1000) + EXPIRY_SEC;
    return signer.headers({ method: 'GET', path, query, body: '', expirySec }).catch(() => undefined);
  };
  const ask = async <T>(
    request: ExchangeRequest,
    parse: (body: unknown) => Result<T>,
    signature: (request: ExchangeRequest) => ReturnType<typeof sign> = sign,
  ): Promise<T | undefined> => {
    const { path, query } = request;
    const giveBack = budget.reserve(purpose, path);
    if (giveBack === undefined) return undefined;
    const signed = await signature(request);
    const sending =
      signed &&
      client.send(lane, {
        method: 'GET',
        target: query === '' ? path : `${path}?${query}`,
        headers: { accept: 'application/json', 'user-agent': userAgent, ...signed },
      });
    giveBack();
    const outcome = await sending;
    if (outcome === undefined) return undefined;
    if (outcome.kind !== 'answer') return undefined;
    const parsed = parse(parseJson(outcome.body));
    return parsed.ok ? parsed.value : undefined;
  };
  return {
    openOrders: (symbol) => ask(activeOrdersRequest(symbol), parseActiveOrders),
    ordersById: (symbol, order) => ask(orderByIdRequest(symbol, order), parseOrdersById),
    account: () => ask(accountPositionsRequest(CURRENCY), parseAccountPositions),
    fundingFees: (symbol) => ask(fundingFeesRequest(symbol), parseFundingFees),
    // Public: there is nothing to sign.
    products: async () => (await ask(productsRequest(), parseProducts, async () => ({})))?.products,
  };
}
