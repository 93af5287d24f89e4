/** Requests about orders that exist and about settings, checked and turned into the core's commands. */
import type { ClOrdID, OrderID, ProductSymbol } from '#contract/brand.ts';
import type {
  AmendOrder,
  CancelOrder,
  OrderRef,
  Rate,
  Refusal,
  SetLeverage,
  SwitchPosMode,
} from '../commands.ts';
import type { Catalogue } from './catalogue.ts';
import { amendedProtectionsOf } from './protection-params.ts';
import { BAD_ARGUMENTS, MISSING_ORDER_ID, missing, SYMBOL_INVALID } from './replies.ts';
import {
  isGiven,
  listingOf,
  type Params,
  type Parsed,
  parsed,
  posSideOf,
  priceOf,
  qtyOf,
  Refused,
  text,
  wordOf,
} from './request-params.ts';
import { decimalText, readRate } from './scale.ts';
import { sourceOf, stopPxOf, trailOffsetOf } from './trigger-params.ts';

const INVALID_LEVERAGE: Refusal = { code: 11004, msg: 'TE_INVALID_LEVERAGE' };

/** Amending names the client's id `origClOrdID` in the docs and `clOrdID` in clients. */
function orderRefOf(params: Params): OrderRef {
  const orderID = text(params, 'orderID');
  if (orderID !== undefined) return { by: 'orderID', orderID: orderID as OrderID };
  const clOrdID = text(params, 'origClOrdID') ?? text(params, 'clOrdID');
  if (clOrdID === undefined) throw new Refused(MISSING_ORDER_ID);
  return { by: 'clOrdID', clOrdID: clOrdID as ClOrdID };
}

export function parseAmendOrder(catalogue: Catalogue, params: Params): Parsed<AmendOrder> {
  return parsed(() => {
    const listing = listingOf(catalogue, params);
    const { priceRp, orderQtyRq, stopPxRp, triggerType } = params;
    const trailOffset = trailOffsetOf(listing, params);
    return {
      kind: 'amend',
      symbol: listing.product.symbol,
      order: orderRefOf(params),
      posSide: posSideOf(params),
      ...(isGiven(priceRp) ? { price: priceOf(listing, priceRp) } : {}),
      ...(orderQtyRq === undefined || orderQtyRq === '' ? {} : { qty: qtyOf(listing, orderQtyRq) }),
      ...(trailOffset === undefined ? {} : { trailOffset }),
      ...amendedProtectionsOf(listing, params),
      ...(isGiven(stopPxRp) ? { triggerPrice: stopPxOf(listing, stopPxRp) } : {}),
      ...(triggerType === undefined ? {} : { triggerSource: sourceOf(params, 'triggerType', 'ByMarkPrice') }),
    };
  });
}

export function parseCancelOrder(catalogue: Catalogue, params: Params): Parsed<CancelOrder> {
  return parsed(() => ({
    kind: 'cancel',
    symbol: listingOf(catalogue, params).product.symbol,
    order: orderRefOf(params),
    posSide: posSideOf(params),
  }));
}

/** Several ids in one parameter, separated by commas. */
export function parseBulkCancel(catalogue: Catalogue, params: Params): readonly Parsed<CancelOrder>[] {
  for (const name of ['orderID', 'clOrdID']) {
    const ids = (text(params, name) ?? '').split(',').filter((id) => id !== '');
    if (ids.length > 0) return ids.map((id) => parseCancelOrder(catalogue, withOnly(params, name, id)));
  }
  return [{ refusal: MISSING_ORDER_ID }];
}

const withOnly = (params: Params, name: string, id: string): Params => ({
  symbol: params.symbol,
  posSide: params.posSide,
  [name]: id,
});

function leverageOf(given: unknown): Rate {
  const rate = readRate(decimalText(given) ?? '');
  if (rate === undefined) throw new Refused(INVALID_LEVERAGE);
  return rate;
}

export function parseSetLeverage(catalogue: Catalogue, params: Params): Parsed<SetLeverage> {
  return parsed(() => {
    const { symbol } = listingOf(catalogue, params).product;
    const { leverageRr, longLeverageRr, shortLeverageRr } = params;
    if (leverageRr !== undefined) {
      return { kind: 'set-leverage', symbol, leverage: { mode: 'OneWay', value: leverageOf(leverageRr) } };
    }
    if (longLeverageRr === undefined || shortLeverageRr === undefined)
      throw new Refused(missing('leverageRr'));
    const long = leverageOf(longLeverageRr);
    return {
      kind: 'set-leverage',
      symbol,
      leverage: { mode: 'Hedged', long, short: leverageOf(shortLeverageRr) },
    };
  });
}

export function parseSwitchPosMode(catalogue: Catalogue, params: Params): Parsed<SwitchPosMode> {
  return parsed(() => ({
    kind: 'switch-pos-mode',
    symbol: listingOf(catalogue, params).product.symbol,
    target: wordOf(
      ['OneWay', 'Hedged'] as const,
      text(params, 'targetPosMode'),
      missing('targetPosMode'),
      BAD_ARGUMENTS,
    ),
  }));
}

/** Which products a cancel-all speaks of: one or several symbols separated by commas, or every product. */
export function parseSymbols(catalogue: Catalogue, params: Params): readonly ProductSymbol[] | Refusal {
  const given = text(params, 'symbol');
  if (given === undefined) return catalogue.listings.map(({ product }) => product.symbol);
  const found = given.split(',').map((symbol) => catalogue.find(symbol)?.product.symbol);
  return found.some((symbol) => symbol === undefined) ? SYMBOL_INVALID : (found as ProductSymbol[]);
}
