/**
 * What a signed request could cost at most, read off its wire text: quantities and prices as plain decimal text, or
 * why they cannot be read. It imports no third-party code, so that the signer can use it.
 */
import { PRODUCT_NAME } from '../product-name.ts';

export type Exposure =
  /** Cannot open or enlarge a position. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'order';
      readonly symbol: string;
      /** undefined: an amendment that leaves the quantity as it is. */
      readonly qty?: string;
      /** All that it names. */
      readonly prices: readonly string[];
      /** How far above the market a trailing bid's trigger begins: in price, or as a share of it. */
      readonly above: { readonly distance: string; readonly proportion: string };
      /** A bid that keeps to its price: what it costs can be told from that alone. */
      readonly isBounded: boolean;
      /** A new order, not an amendment. */
      readonly isNew: boolean;
    }
  | { readonly kind: 'leverage'; readonly leverages: readonly string[] }
  | { readonly kind: 'unreadable'; readonly field: string };

const PLAIN_DECIMAL = /^\d{1,18}(\.\d{1,18})?$/;

/** A field of a body or a query: plain decimal text, 'bad', or undefined where it is absent. */
function decimalField(value: unknown): string | 'bad' | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && PLAIN_DECIMAL.test(text) ? text : 'bad';
}

type Fields = Readonly<Record<string, unknown>>;

/** The parameters of a query; one that is named twice is a list, which no field may be. Undefined: badly encoded. */
function queryFields(query: string): Fields | undefined {
  const fields: Record<string, unknown> = Object.create(null);
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    try {
      const name = decodeURIComponent(at < 0 ? pair : pair.slice(0, at));
      const value = at < 0 ? '' : decodeURIComponent(pair.slice(at + 1));
      fields[name] = name in fields ? [fields[name], value] : value;
    } catch {
      return undefined;
    }
  }
  return fields;
}

/** A body says so itself, a query in text: which of the two a server takes for the other is its own affair. */
const isTrue = (value: unknown, carrier: 'body' | 'query'): boolean =>
  value === (carrier === 'body' ? true : 'true');

/** Those that wait for a trigger. To an order that does not, "close on trigger" may say nothing. */
export const WAITING_TYPES: readonly unknown[] = [
  ...['Stop', 'StopLimit', 'MarketIfTouched', 'LimitIfTouched', 'StopAsLimit', 'MarketIfTouchedAsLimit'],
];

/** Types that trade at their price or a better one; without a type it is the first. */
const LIMITED: readonly unknown[] = [undefined, 'Limit', 'StopLimit', 'LimitIfTouched'];
const PEGS = ['pegPriceType', 'pegOffsetValueRp', 'pegOffsetProportionRr'];

/** Whatever else it names, the market decides about the price of a sell, a market order and a pegged one. */
const isBoundedBid = (fields: Fields): boolean =>
  fields.side === 'Buy' &&
  LIMITED.includes(fields.ordType) &&
  typeof fields.priceRp === 'string' &&
  /[1-9]/.test(fields.priceRp) &&
  PEGS.every((name) => fields[name] === undefined);

function onlyCloses({ reduceOnly, closeOnTrigger, ordType }: Fields, carrier: 'body' | 'query'): boolean {
  return isTrue(reduceOnly, carrier) || (isTrue(closeOnTrigger, carrier) && WAITING_TYPES.includes(ordType));
}

function newOrderExposure(fields: Fields, carrier: 'body' | 'query'): Exposure {
  return onlyCloses(fields, carrier) ? { kind: 'none' } : orderExposure(fields, true);
}

/** A bid trails above the market, an offer below: the sign says which. Absent, it is zero. */
function aboveField(value: unknown): string | 'bad' {
  const isBelow = typeof value === 'string' ? value.startsWith('-') : typeof value === 'number' && value < 0;
  return isBelow ? '0' : (decimalField(value) ?? '0');
}

function orderExposure(fields: Fields, isNew: boolean): Exposure {
  const { symbol } = fields;
  if (typeof symbol !== 'string' || !PRODUCT_NAME.test(symbol))
    return { kind: 'unreadable', field: 'symbol' };
  const qty = decimalField(fields.orderQtyRq);
  if (qty === 'bad' || (isNew && qty === undefined)) return { kind: 'unreadable', field: 'orderQtyRq' };
  const prices: string[] = [];
  for (const field of ['priceRp', 'stopPxRp']) {
    const price = decimalField(fields[field]);
    if (price === 'bad') return { kind: 'unreadable', field };
    if (price !== undefined) prices.push(price);
  }
  const above = {
    distance: aboveField(fields.pegOffsetValueRp),
    proportion: aboveField(fields.pegOffsetProportionRr),
  };
  if (above.distance === 'bad') return { kind: 'unreadable', field: 'pegOffsetValueRp' };
  if (above.proportion === 'bad') return { kind: 'unreadable', field: 'pegOffsetProportionRr' };
  const isBounded = isNew && isBoundedBid(fields);
  return { kind: 'order', symbol, ...(qty === undefined ? {} : { qty }), prices, above, isBounded, isNew };
}

function leverageExposure(fields: Fields): Exposure {
  const leverages: string[] = [];
  for (const field of ['leverageRr', 'longLeverageRr', 'shortLeverageRr']) {
    const value = fields[field];
    // The sign is the margin mode.
    const leverage = decimalField(typeof value === 'string' ? value.replace(/^-/, '') : value);
    if (leverage === 'bad') return { kind: 'unreadable', field };
    if (leverage !== undefined) leverages.push(leverage);
  }
  return { kind: 'leverage', leverages };
}

/** `body` is the parsed JSON object of a request that has one. */
export function exposureOf(route: `${string} ${string}`, query: string, body: Fields | undefined): Exposure {
  switch (route) {
    case 'POST /g-orders':
      return newOrderExposure(body ?? {}, 'body');
    case 'PUT /g-orders/create':
    case 'PUT /g-orders/replace':
    case 'PUT /g-positions/leverage': {
      const fields = queryFields(query);
      if (fields === undefined) return { kind: 'unreadable', field: 'query' };
      if (route === 'PUT /g-positions/leverage') return leverageExposure(fields);
      return route === 'PUT /g-orders/create'
        ? newOrderExposure(fields, 'query')
        : orderExposure(fields, false);
    }
    default:
      return { kind: 'none' };
  }
}
