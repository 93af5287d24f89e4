/**
 * A ticket at the paper exchange itself, in one process: what the exchange would print is read as the page reads it, and
 * what the ticket lets through is sent in the words that the page would send.
 */
import type { ClOrdID, ProductSymbol } from '#contract/brand.ts';
import { ratio } from '#contract/decimal.ts';
import type { AccountState, Order, Product } from '#contract/model.ts';
import type { Side } from '#contract/vocabulary.ts';
import { parseAccountPositions } from '#contract/wire/account-positions.ts';
import { parseActiveOrders } from '#contract/wire/order-row.ts';
import { parseProducts } from '#contract/wire/products.ts';
import { placeOrderBody } from '#contract/wire/requests.ts';
import { writeJson } from '#contract/wire/write-json.ts';
import { createVirtualClock } from '../../paper/src/clock.ts';
import type { AccountID, Command, CommandResult, Lots, Ticks } from '../../paper/src/commands.ts';
import type { OrderEvent } from '../../paper/src/events.ts';
import { createExchange, type Exchange } from '../../paper/src/exchange.ts';
import { MARKET_PRODUCTS } from '../../paper/src/market/products.ts';
import type { ProductSpec } from '../../paper/src/product-spec.ts';
import { noStore, START_MS, units } from '../../paper/src/testing/testbed.ts';
import { accountBody, positionRow } from '../../paper/src/wire/account-bodies.ts';
import { createCatalogue } from '../../paper/src/wire/catalogue.ts';
import { activeOrderRow } from '../../paper/src/wire/order-bodies.ts';
import { parsePlaceOrder } from '../../paper/src/wire/order-requests.ts';
import { writeProducts } from '../../paper/src/wire/products-body.ts';
import type { OrderPlan } from '../src/account/placement.ts';
import { deriveCrossMarginRatio, effectiveLeverage } from '../src/account/pnl.ts';
import type { TicketContext } from '../src/features/order-ticket/facts.ts';

const parsedOrThrow = <T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T => {
  if (!result.ok) throw new Error(`Unreadable: ${JSON.stringify(result)}`);
  return result.value;
};

const catalogue = createCatalogue(MARKET_PRODUCTS.map(({ spec }) => spec));

/** Every product that trades on the paper exchange: its own table, and what the page makes of the printed one. */
export const LISTED: readonly { readonly spec: ProductSpec; readonly product: Product }[] = (() => {
  const printed = parsedOrThrow(parseProducts(JSON.parse(writeProducts(MARKET_PRODUCTS)))).products;
  return MARKET_PRODUCTS.map(({ spec }) => {
    const product = printed.find(({ symbol }) => symbol === spec.symbol);
    if (product === undefined) throw new Error(`${spec.symbol} is not printed`);
    return { spec, product };
  });
})();

export type Listed = (typeof LISTED)[number];

export interface PaperDesk {
  readonly exchange: Exchange;
  readonly account: AccountID;
  apply(command: Command): CommandResult;
  /** The crowd's orders, which take the place of those before. */
  quote(symbol: ProductSymbol, levels: Levels): void;
  setMark(symbol: ProductSymbol, ticks: number): void;
  state(symbol: ProductSymbol): AccountState;
  /** What the page would know, of an account that has settled. */
  context(listed: Listed): TicketContext;
  /** The exchange's refusal of the order, or undefined when it takes it. */
  send(plan: OrderPlan): { readonly code: number; readonly msg: string } | undefined;
  /** Every event of the account's orders so far. */
  readonly orderEvents: readonly OrderEvent[];
}

const RATES = { maker: ratio('0.0001'), taker: ratio('0.0006') };
const BOOK_DEPTH = 30;
const STORE = noStore();

function openOrdersOf(exchange: Exchange, account: AccountID, symbol: ProductSymbol): readonly Order[] {
  const views = exchange.openOrders(account, symbol);
  // REST does not say the leg; the stream does.
  const rows = views.map((view) => ({
    ...(activeOrderRow(catalogue, view) as Record<string, never>),
    posSide: view.posSide,
  }));
  return parsedOrThrow(
    parseActiveOrders(JSON.parse(writeJson({ code: 0, msg: '', data: { rows, nextPageArg: '' } }))),
  );
}

export function openDesk(listed: readonly Listed[], deposit: string): PaperDesk {
  const products = listed.map(({ spec }) => spec);
  const clock = createVirtualClock(START_MS);
  const exchange = createExchange({ products, clock, store: STORE });
  const orderEvents: OrderEvent[] = [];
  const account = exchange.openAccount('trader', units(deposit));
  exchange.subscribe((event) => {
    if (event.kind === 'order' && event.order.accountID === account) orderEvents.push(event);
  });
  const marks = new Map<ProductSymbol, number>();
  let sent = 0;
  let takeAway = () => {};
  const state = (symbol: ProductSymbol): AccountState => {
    const views = exchange.positions(account).filter((view) => view.size > 0 || view.symbol === symbol);
    const positions = views.map((view) => positionRow(catalogue, view));
    const data = { account: accountBody(exchange.wallet(account)), positions };
    return parsedOrThrow(parseAccountPositions(JSON.parse(writeJson({ code: 0, msg: '', data }))));
  };
  const markOf = (symbol: ProductSymbol) => {
    const ticks = marks.get(symbol);
    return ticks === undefined ? undefined : priceOf(symbol, ticks);
  };
  return {
    exchange,
    account,
    orderEvents,
    state,
    apply: (command) => exchange.apply(account, command),
    quote(symbol, levels) {
      takeAway();
      takeAway = standCrowd(exchange, symbol, levels);
    },
    setMark(symbol, ticks) {
      marks.set(symbol, ticks);
      exchange.setIndexPrice(symbol, ticks as Ticks);
      exchange.setLastPrice(symbol, ticks as Ticks);
      exchange.setMarkPrice(symbol, ticks as Ticks);
    },
    context({ product }) {
      const { symbol } = product;
      const { wallets, positions: rows, settings: all } = state(symbol);
      const settings = all.find((one) => one.symbol === symbol);
      const [wallet] = wallets;
      if (settings === undefined || wallet === undefined) throw new Error('The account has no such product');
      const held = rows.flatMap(({ position }) => position ?? []);
      const levels = (side: Side) =>
        exchange
          .book(symbol)
          .levels(side, BOOK_DEPTH)
          .map(([at, size]) => [priceOf(symbol, at), qtyOf(symbol, size)] as const);
      const book = { bids: levels('Buy'), asks: levels('Sell') };
      const mark = markOf(symbol);
      const leg = (posSide: string) => settings.legs.find((one) => one.posSide === posSide);
      return {
        product,
        settings,
        wallet,
        positions: held.filter((position) => position.symbol === symbol),
        openOrders: openOrdersOf(exchange, account, symbol),
        quotes: { bid: book.bids[0]?.[0], ask: book.asks[0]?.[0], last: mark, mark, index: mark },
        book,
        feeRates: RATES,
        costRate: (posSide, side) => leg(posSide)?.[side === 'Buy' ? 'buyValueToCost' : 'sellValueToCost'],
        leverage: (posSide) => {
          const chosen = leg(posSide)?.leverage;
          return chosen && effectiveLeverage(chosen, product);
        },
        crossRatio: (after, posSide, position) => {
          const others = held.filter((one) => one.symbol !== symbol || one.posSide !== posSide);
          const positions = position === undefined ? others : [...others, position];
          const productOf = (of: ProductSymbol) => LISTED.find(({ spec }) => spec.symbol === of)?.product;
          return deriveCrossMarginRatio(after, positions, { markOf, productOf });
        },
      };
    },
    send(plan) {
      sent += 1;
      const read = parsePlaceOrder(catalogue, placeOrderBody({ ...plan, clOrdID: `pd-${sent}` as ClOrdID }));
      if ('refusal' in read) return read.refusal;
      const result = exchange.apply(account, read.command);
      return result.ok ? undefined : result.refusal;
    },
  };
}

export const priceOf = (symbol: ProductSymbol, ticks: number) =>
  catalogue.get(symbol).scale.price(ticks) as Product['tickSize'];
export const ticksOf = (symbol: ProductSymbol, price: Product['tickSize']) =>
  Math.round(Number(price) / Number(priceOf(symbol, 1)));
export const qtyOf = (symbol: ProductSymbol, lots: number) =>
  catalogue.get(symbol).scale.qty(lots) as Product['qtyStep'];

export type Levels = Readonly<Record<Side, readonly (readonly [ticks: number, lots: number])[]>>;

/** The crowd's orders of the levels; the function that takes them away again. */
function standCrowd(exchange: Exchange, symbol: ProductSymbol, levels: Levels): () => void {
  const orders = (['Buy', 'Sell'] as const).flatMap((side) =>
    levels[side].map(([at, size]) => exchange.crowd.limit(symbol, side, at as Ticks, size as Lots, true)),
  );
  return () => {
    for (const order of orders) if (order !== undefined) exchange.crowd.cancel(order);
  };
}
