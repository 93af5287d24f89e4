/** The lines that a product's trader sees on its chart: position, break-even, liquidation, orders, the draft. Pure. */
import type { Price, ProductSymbol, Ratio } from '#contract/brand.ts';
import { compare } from '#contract/decimal.ts';
import type { Order, Position, Product } from '#contract/model.ts';
import type { Side } from '#contract/vocabulary.ts';
import { legKey } from '../../account/apply-account.ts';
import type { OrderRequest } from '../../account/order-requests.ts';
import { kindOf, standsAt } from '../../account/order-words.ts';
import { breakEvenPrice, liquidationOf } from '../../account/position-figures.ts';
import type { DraftOrder, DraftPart } from '../../workspace/draft-order.ts';

interface LineAt {
  /** The same for the same thing, whatever its price becomes: an order keeps its line through an amendment. */
  readonly key: string;
  readonly price: Price;
}

export type TradeLine = LineAt &
  (
    | { readonly kind: 'position'; readonly position: Position }
    | { readonly kind: 'break-even' | 'liquidation'; readonly position: Position }
    | { readonly kind: 'order'; readonly order: Order; readonly request?: OrderRequest }
    /** One price of the order in the ticket. */
    | (Pick<DraftOrder, 'side' | 'qty' | 'isConditional'> & {
        readonly kind: 'draft';
        readonly part: DraftPart;
      })
    /** A take-profit or stop-loss being drawn out of the position. */
    | { readonly kind: 'protection'; readonly position: Position }
  );

export interface LinesInput {
  readonly product: Product;
  /** What closing at market costs. */
  readonly takerFeeRate: Ratio;
  readonly positions: Iterable<Position>;
  readonly openOrders: Iterable<Order>;
  readonly requests: ReadonlyMap<string, OrderRequest>;
  readonly draft?: DraftOrder | undefined;
  /** An order whose line the trader holds, and the price it is held at. */
  readonly held?: HeldLine | undefined;
}

export interface HeldLine {
  readonly key: string;
  readonly price: Price;
}

function positionLines(position: Position, { product, takerFeeRate }: LinesInput): TradeLine[] {
  const leg = legKey(position);
  const breakEven = breakEvenPrice(position, product, takerFeeRate);
  const liquidation = liquidationOf(position, product);
  return [
    { kind: 'position', key: `position ${leg}`, price: position.avgEntryPrice, position },
    ...(breakEven === undefined
      ? []
      : [{ kind: 'break-even', key: `break-even ${leg}`, price: breakEven, position } as const]),
    ...(liquidation === undefined
      ? []
      : [{ kind: 'liquidation', key: `liquidation ${leg}`, price: liquidation, position } as const]),
  ];
}

const DRAFT_PARTS: readonly DraftPart[] = ['limit', 'trigger', 'takeProfit', 'stopLoss'];

/** Where the order is drawn: what it has been asked to become, until the stream tells; else where it stands. */
function orderLine(order: Order, at: Price, request: OrderRequest | undefined): TradeLine {
  const key = `order ${order.orderID}`;
  if (request === undefined) return { kind: 'order', key, price: at, order };
  const asked = request.kind === 'amend' ? (request.triggerPrice ?? request.price) : undefined;
  return { kind: 'order', key, price: asked ?? at, order, request };
}

const ofSymbol = <T extends { readonly symbol: ProductSymbol }>(all: Iterable<T>, symbol: ProductSymbol) =>
  [...all].filter((one) => one.symbol === symbol);

/** Positions first, then the draft, then orders: in a crowd the first ones get their label. Orders without a price of their own have no place on a chart. */
export function linesOf(input: LinesInput): TradeLine[] {
  const { product, positions, openOrders, requests, draft, held } = input;
  const { symbol } = product;
  const lines: TradeLine[] = ofSymbol(positions, symbol).flatMap((position) =>
    positionLines(position, input),
  );
  if (draft?.symbol === symbol) {
    const { prices, side, isConditional, qty } = draft;
    for (const part of DRAFT_PARTS) {
      const price = prices[part];
      const key = `draft ${part}`;
      const line = { kind: 'draft', key, part, side, isConditional, ...(qty && { qty }) } as const;
      if (price !== undefined) lines.push({ ...line, price });
    }
  }
  for (const order of ofSymbol(openOrders, symbol)) {
    const at = standsAt(order);
    if (at !== undefined) lines.push(orderLine(order, at, requests.get(order.orderID)));
  }
  if (held === undefined) return lines;
  const drawn = lines.find(({ key }) => key === held.key);
  // A position stays where it was entered: what is drawn out of it is a line of its own.
  if (drawn?.kind === 'position') {
    return [{ kind: 'protection', key: 'protection', price: held.price, position: drawn.position }, ...lines];
  }
  return lines.map((line) => (line.key === held.key ? { ...line, price: held.price } : line));
}

interface BestPrices {
  readonly bid?: Price;
  readonly ask?: Price;
}

/** A limit alone does: what waits for a trigger trades nothing, wherever its prices are. */
export function tradesAtOnce(line: TradeLine, best: BestPrices): boolean {
  if (line.kind === 'order' && kindOf(line.order) === 'active')
    return crossingOf(line.order.side, line.price, best);
  if (line.kind === 'draft' && line.part === 'limit' && !line.isConditional)
    return crossingOf(line.side, line.price, best);
  return false;
}

/** What a limit order at this price would do at once, as far as the best prices tell. */
export function crossingOf(side: Side, price: Price, { bid, ask }: BestPrices): boolean {
  const opposite = side === 'Buy' ? ask : bid;
  if (opposite === undefined) return false;
  return side === 'Buy' ? compare(price, opposite) >= 0 : compare(price, opposite) <= 0;
}
