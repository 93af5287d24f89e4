/**
 * Nominal types for values that look alike and must not be mixed.
 * Decimals are canonical strings (no exponent, no trailing zeros, "0" for zero), as the exchange prints them.
 */
declare const brand: unique symbol;
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Quote currency per one base unit, e.g. "63012.4". */
export type Price = Brand<string, 'Price'>;
/** Base units, e.g. "0.015". Never negative; the side says the direction. */
export type Qty = Brand<string, 'Qty'>;
/** Quote currency, signed, e.g. "-12.5". */
export type Money = Brand<string, 'Money'>;
/** Dimensionless, e.g. a fee rate "0.0006" (0.06 %) or a funding rate. */
export type Ratio = Brand<string, 'Ratio'>;
export type Decimal = Price | Qty | Money | Ratio;

/** The exchange's name of a product, e.g. "BTCUSDT". */
export type ProductSymbol = Brand<string, 'ProductSymbol'>;
export type OrderID = Brand<string, 'OrderID'>;
/** Made by whoever sends the order; at most 40 characters of [A-Za-z0-9_-]. */
export type ClOrdID = Brand<string, 'ClOrdID'>;
export type ExecID = Brand<string, 'ExecID'>;
