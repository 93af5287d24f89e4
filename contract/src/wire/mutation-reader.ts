/**
 * Reads a request that changes something back from the words it is sent in. Stricter than the exchange, which ignores
 * what it does not know: a misspelt `reduceonly` would open a position.
 */
import * as z from 'zod/mini';
import type { ClOrdID, Decimal, Money, OrderID, Price, ProductSymbol, Qty, Ratio } from '../brand.ts';
import { abs, canonical } from '../decimal.ts';
import { PRODUCT_NAME } from '../product-name.ts';
import { malformed, ok, type Result } from '../result.ts';
import { ORD_TYPES, POS_MODES, POS_SIDES, type PosSide, SIDES } from '../vocabulary.ts';
import { noneIfZero } from './fields.ts';
import type { Amendment, LeverageSetting, Mutation, MutationText, Placement } from './mutation.ts';
import { WAITING_TYPES } from './order-exposure.ts';
import type { OrderRef } from './requests.ts';
import { validate } from './validation.ts';

const CL_ORD_ID = /^[A-Za-z0-9_-]{1,40}$/;

const text = (pattern: RegExp, expected: string) =>
  z.string().check(z.refine((value) => pattern.test(value), { error: expected }));

/** Decimals come as text only: of a JSON number the exchange may read more digits than we can. */
const amount = <D extends string>() =>
  z.pipe(
    z.string().check(
      z.refine((value) => value[0] !== '-' && canonical(value) !== undefined, {
        error: 'a decimal as text',
      }),
    ),
    z.transform((value) => canonical(value) as D),
  );
const signedRatio = z.pipe(
  z.string().check(z.refine((value) => canonical(value) !== undefined, { error: 'a decimal as text' })),
  z.transform((value) => canonical(value) as Ratio),
);

const symbol = text(PRODUCT_NAME, 'the name of a product');
const clOrdID = text(CL_ORD_ID, 'a client order id of at most 40 letters, digits, "-" and "_"');
const orderID = text(CL_ORD_ID, 'an order id');
const anyText = z.string();

/** Everything the documents list, and what ccxt's users pass on. */
const placementSchema = z.strictObject({
  symbol,
  clOrdID,
  side: z.enum(SIDES),
  posSide: z._default(z.enum(POS_SIDES), 'Merged'),
  ordType: z._default(z.enum(ORD_TYPES), 'Limit'),
  orderQtyRq: amount<Qty>(),
  priceRp: z.optional(amount<Price>()),
  stopPxRp: z.optional(amount<Price>()),
  reduceOnly: z._default(z.boolean(), false),
  closeOnTrigger: z._default(z.boolean(), false),
  takeProfitRp: z.optional(amount<Price>()),
  tpPxRp: z.optional(amount<Price>()),
  stopLossRp: z.optional(amount<Price>()),
  slPxRp: z.optional(amount<Price>()),
  displayQtyRq: z.optional(amount<Qty>()),
  pegOffsetValueRp: z.optional(signedRatio),
  pegOffsetProportionRr: z.optional(signedRatio),
  pegPriceType: z.optional(anyText),
  timeInForce: z.optional(anyText),
  triggerType: z.optional(anyText),
  tpTrigger: z.optional(anyText),
  slTrigger: z.optional(anyText),
  tpSlTs: z.optional(anyText),
  text: z.optional(anyText),
  actionBy: z.optional(anyText),
  stpInstruction: z.optional(anyText),
  hedged: z.optional(z.boolean()),
  postOnly: z.optional(z.boolean()),
});

const FLAGS = ['reduceOnly', 'closeOnTrigger', 'hedged', 'postOnly'];
const FLAG_VALUES: Readonly<Record<string, boolean>> = { true: true, false: false };

/** A query has text alone: flags as they stand in a body. */
function withFlags(parameters: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const flags = FLAGS.flatMap((name) => {
    const value = parameters[name];
    return value === undefined ? [] : [[name, FLAG_VALUES[value] ?? value] as const];
  });
  return { ...parameters, ...Object.fromEntries(flags) };
}

interface TrailFields {
  readonly pegOffsetValueRp?: Ratio | undefined;
  readonly pegOffsetProportionRr?: Ratio | undefined;
}

function trailOf({ pegOffsetValueRp: distance, pegOffsetProportionRr: proportion }: TrailFields) {
  return {
    ...(distance === undefined ? {} : { trailDistance: abs<Decimal>(distance) as Price }),
    ...(proportion === undefined ? {} : { trailProportion: abs(proportion) }),
  };
}

const PEG_FIELDS = ['pegPriceType', 'pegOffsetValueRp', 'pegOffsetProportionRr'] as const;
const isPegged = (row: { readonly [K in (typeof PEG_FIELDS)[number]]?: string | undefined }): boolean =>
  PEG_FIELDS.some((name) => row[name] !== undefined && row[name] !== '');

function readPlacement(body: unknown): Result<Placement> {
  const read = validate(placementSchema, body);
  if (!read.ok) return read;
  const { value } = read;
  const price = noneIfZero(value.priceRp);
  const triggerPrice = noneIfZero(value.stopPxRp);
  return ok({
    kind: 'place',
    symbol: value.symbol as ProductSymbol,
    clOrdID: value.clOrdID as ClOrdID,
    side: value.side,
    posSide: value.posSide,
    ordType: value.ordType,
    qty: value.orderQtyRq,
    ...(price === undefined ? {} : { price }),
    ...(triggerPrice === undefined ? {} : { triggerPrice }),
    ...trailOf(value),
    ...(isPegged(value) ? { isPegged: true } : {}),
    isReducing: value.reduceOnly || (value.closeOnTrigger && WAITING_TYPES.includes(value.ordType)),
  });
}

/** `origClOrdID` in the documents, `clOrdID` in clients. An order's own id wins, as at the exchange. */
const refSchema = z.strictObject({
  symbol,
  posSide: z.optional(z.enum(POS_SIDES)),
  orderID: z.optional(orderID),
  clOrdID: z.optional(clOrdID),
  origClOrdID: z.optional(clOrdID),
});

function refOf(
  row: Pick<z.output<typeof refSchema>, 'orderID' | 'clOrdID' | 'origClOrdID'>,
): Result<OrderRef> {
  if (row.orderID !== undefined) return ok({ orderID: row.orderID as OrderID });
  const given = row.origClOrdID ?? row.clOrdID;
  return given === undefined
    ? malformed('orderID', 'expected an order id')
    : ok({ clOrdID: given as ClOrdID });
}

const amendmentSchema = z.extend(refSchema, {
  priceRp: z.optional(amount<Price>()),
  orderQtyRq: z.optional(amount<Qty>()),
  stopPxRp: z.optional(amount<Price>()),
  triggerType: z.optional(anyText),
  takeProfitRp: z.optional(amount<Price>()),
  stopLossRp: z.optional(amount<Price>()),
  pegOffsetValueRp: z.optional(signedRatio),
  pegOffsetProportionRr: z.optional(signedRatio),
  pegPriceType: z.optional(anyText),
});

function readAmendment(parameters: unknown): Result<Amendment> {
  const read = validate(amendmentSchema, parameters);
  if (!read.ok) return read;
  const order = refOf(read.value);
  if (!order.ok) return order;
  const changes = changesOf(read.value);
  // What became of it could not be told from the order.
  if (Object.keys(changes).length === 0) return malformed('', 'expected something to change');
  return ok({
    kind: 'amend',
    symbol: read.value.symbol as ProductSymbol,
    order: order.value,
    ...changes,
    ...(isPegged(read.value) ? { isPegged: true } : {}),
  });
}

function changesOf(row: z.output<typeof amendmentSchema>): Omit<Amendment, 'kind' | 'symbol' | 'order'> {
  const price = noneIfZero(row.priceRp);
  const triggerPrice = noneIfZero(row.stopPxRp);
  const { orderQtyRq: qty, triggerType: triggerSource, takeProfitRp: takeProfit, stopLossRp: stopLoss } = row;
  return {
    ...(price === undefined ? {} : { price }),
    ...(qty === undefined ? {} : { qty }),
    ...(triggerPrice === undefined ? {} : { triggerPrice }),
    ...(triggerSource === undefined ? {} : { triggerSource }),
    ...(takeProfit === undefined ? {} : { takeProfit }),
    ...(stopLoss === undefined ? {} : { stopLoss }),
    ...trailOf(row),
  };
}

function readCancel(parameters: unknown): Result<Mutation> {
  const read = validate(refSchema, parameters);
  if (!read.ok) return read;
  const order = refOf(read.value);
  return order.ok
    ? ok({ kind: 'cancel', symbol: read.value.symbol as ProductSymbol, order: order.value })
    : order;
}

/** More do not fit into an address that every server takes. */
const SEVERAL_MAX = 100;
const idList = <ID extends string>() =>
  z.pipe(
    z.string().check(
      z.refine((given) => isIdList(given.split(',')), {
        error: 'one to a hundred order ids, separated by commas',
      }),
    ),
    z.transform((given) => given.split(',') as ID[]),
  );
const isIdList = (ids: readonly string[]): boolean =>
  ids.length <= SEVERAL_MAX && ids.every((id) => CL_ORD_ID.test(id));

const cancelSeveralSchema = z.strictObject({
  symbol,
  posSide: z.optional(z.enum(POS_SIDES)),
  orderID: z.optional(idList<OrderID>()),
  clOrdID: z.optional(idList<ClOrdID>()),
});

/** The documents do not say what two lists at once would mean. */
function readCancelSeveral(parameters: unknown): Result<Mutation> {
  const read = validate(cancelSeveralSchema, parameters);
  if (!read.ok) return read;
  const { orderID: orderIDs, clOrdID: clOrdIDs } = read.value;
  if ((orderIDs === undefined) === (clOrdIDs === undefined)) {
    return malformed('orderID', 'expected order ids, or client order ids');
  }
  const orders = [
    ...(orderIDs ?? []).map((orderID) => ({ orderID })),
    ...(clOrdIDs ?? []).map((clOrdID) => ({ clOrdID })),
  ];
  return ok({ kind: 'cancel-several', symbol: read.value.symbol as ProductSymbol, orders });
}

/** ccxt misspells `untriggered`; the exchange would take that for the active orders, so it is refused. */
const cancelAllSchema = z.strictObject({
  symbol,
  untriggered: z._default(z.enum(['true', 'false']), 'false'),
  text: z.optional(anyText),
});

function readCancelAll(parameters: unknown): Result<Mutation> {
  const read = validate(cancelAllSchema, parameters);
  if (!read.ok) return read;
  return ok({
    kind: 'cancel-all',
    symbol: read.value.symbol as ProductSymbol,
    isConditional: read.value.untriggered === 'true',
  });
}

const leverageSchema = z.strictObject({
  symbol,
  // Of ccxt; the exchange goes by the fields below.
  hedged: z.optional(anyText),
  leverage: z.optional(anyText),
  leverageRr: z.optional(signedRatio),
  longLeverageRr: z.optional(signedRatio),
  shortLeverageRr: z.optional(signedRatio),
});

/** The sign is the margin mode: isolated is positive, cross is not. */
const legOf = (posSide: PosSide, value: Ratio): LeverageSetting['legs'][number] => ({
  posSide,
  marginMode: value === '0' || value.startsWith('-') ? 'cross' : 'isolated',
  leverage: abs(value),
});

function readLeverage(parameters: unknown): Result<Mutation> {
  const read = validate(leverageSchema, parameters);
  if (!read.ok) return read;
  const { leverageRr, longLeverageRr, shortLeverageRr } = read.value;
  const legs = [
    ...(leverageRr === undefined ? [] : [legOf('Merged', leverageRr)]),
    ...(longLeverageRr === undefined ? [] : [legOf('Long', longLeverageRr)]),
    ...(shortLeverageRr === undefined ? [] : [legOf('Short', shortLeverageRr)]),
  ];
  if (legs.length === 0) return malformed('leverageRr', 'expected a leverage');
  return ok({ kind: 'leverage', symbol: read.value.symbol as ProductSymbol, legs });
}

const posModeSchema = z.strictObject({ symbol, targetPosMode: z.enum(POS_MODES) });

function readPosMode(parameters: unknown): Result<Mutation> {
  const read = validate(posModeSchema, parameters);
  if (!read.ok) return read;
  return ok({
    kind: 'pos-mode',
    symbol: read.value.symbol as ProductSymbol,
    target: read.value.targetPosMode,
  });
}

const marginSchema = z.strictObject({
  symbol,
  posSide: z.enum(POS_SIDES),
  posBalanceRv: amount<Money>(),
});

function readMargin(parameters: unknown): Result<Mutation> {
  const read = validate(marginSchema, parameters);
  if (!read.ok) return read;
  const { posSide, posBalanceRv: balance } = read.value;
  return ok({ kind: 'margin', symbol: read.value.symbol as ProductSymbol, posSide, balance });
}

const PARAMETER = /^[A-Za-z]{1,40}$/;

/** A parameter given twice means one thing to us and perhaps another to the exchange. */
function readQuery(query: string): Result<Record<string, string>> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (!PARAMETER.test(name)) return malformed('', 'expected the name of a parameter');
    if (Object.hasOwn(parameters, name)) return malformed('', 'expected every parameter once');
    parameters[name] = value;
  }
  return ok(parameters);
}

const QUERY_READERS: Readonly<
  Record<string, (parameters: Readonly<Record<string, string>>) => Result<Mutation>>
> = {
  'PUT /g-orders/create': (parameters) => readPlacement(withFlags(parameters)),
  'PUT /g-orders/replace': readAmendment,
  'DELETE /g-orders/cancel': readCancel,
  'DELETE /g-orders': readCancelSeveral,
  'DELETE /g-orders/all': readCancelAll,
  'PUT /g-positions/leverage': readLeverage,
  'PUT /g-positions/switch-pos-mode-sync': readPosMode,
  'POST /g-positions/assign': readMargin,
};

export function readMutation({ method, path, query, body }: MutationText): Result<Mutation> {
  const route = `${method} ${path}`;
  if (route === 'POST /g-orders') {
    if (query !== '') return malformed('', 'expected an order in the body alone');
    return readPlacement(JSON.parse(body));
  }
  const read = QUERY_READERS[route];
  if (read === undefined) return malformed('', `expected a request that changes something, got ${route}`);
  const parameters = readQuery(query);
  return parameters.ok ? read(parameters.value) : parameters;
}

/** The names that each of them reads. */
export const READ_PARAMETERS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries({
    'POST /g-orders': placementSchema,
    'PUT /g-orders/create': placementSchema,
    'PUT /g-orders/replace': amendmentSchema,
    'DELETE /g-orders/cancel': refSchema,
    'DELETE /g-orders': cancelSeveralSchema,
    'DELETE /g-orders/all': cancelAllSchema,
    'PUT /g-positions/leverage': leverageSchema,
    'PUT /g-positions/switch-pos-mode-sync': posModeSchema,
    'POST /g-positions/assign': marginSchema,
  }).map(([route, schema]) => [route, Object.keys(schema.shape)]),
);
