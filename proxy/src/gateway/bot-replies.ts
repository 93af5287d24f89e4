/**
 * The proxy's refusals in the exchange's own shape, so that a bot's client makes of each what it makes of the exchange's:
 * `code` is the one that says the same there. Where the outcome is open or nobody is to blame there is no code, and a
 * client goes by the status: 502 and 503 are the network's, and no verdict.
 */
import type { ProxyErrorCode } from '#contract/api.ts';
import type { GuardRule } from '#contract/guard.ts';
import type { Refusal } from '../door/errors.ts';

const AUTHENTICATION = 10500;
const EXPIRED = '401';
const BAD_ARGUMENTS = 30000;
const FORBIDDEN = 34003;
const TOO_MANY = 39995;
const ORDER_NOT_FOUND = 10002;
const ORDER_EXISTS = 11085;
const REPLACE_PENDING = 11064;
const REPLACE_TO_INVALID_QTY = 11012;
const VALUE_TOO_LARGE = 11114;

const CODES: Readonly<Partial<Record<ProxyErrorCode, number | string>>> = {
  BAD_REQUEST: BAD_ARGUMENTS,
  UNSUPPORTED_MEDIA_TYPE: BAD_ARGUMENTS,
  TOO_LARGE: BAD_ARGUMENTS,
  NOT_SIGNED_IN: AUTHENTICATION,
  UNKNOWN_KEY: AUTHENTICATION,
  WRONG_SIGNATURE: AUTHENTICATION,
  NO_KEY: AUTHENTICATION,
  EXPIRED,
  NOT_PERMITTED: FORBIDDEN,
  FOREIGN_ORIGIN: FORBIDDEN,
  FOREIGN_USER: FORBIDDEN,
  CLOCK: FORBIDDEN,
  NOT_ALLOWED: FORBIDDEN,
  NOT_FOUND: FORBIDDEN,
  TOO_MANY_REQUESTS: TOO_MANY,
  GUARD: FORBIDDEN,
  OVER_CAP: VALUE_TOO_LARGE,
  REQUEST_ID_TAKEN: ORDER_EXISTS,
  NOT_PLACED: ORDER_NOT_FOUND,
  AMEND_UNRESOLVED: REPLACE_PENDING,
  SETTING_UNRESOLVED: TOO_MANY,
  FILLED_BEYOND: REPLACE_TO_INVALID_QTY,
};

const RULE_CODES: Readonly<Partial<Record<GuardRule, number>>> = {
  symbol: 39997,
  'order-value': VALUE_TOO_LARGE,
  'position-value': 11081,
  leverage: 11004,
  'price-distance': 11053,
  'orders-per-minute': TOO_MANY,
  'open-orders': 11032,
  'order-unknown': ORDER_NOT_FOUND,
};

export function botRefusalBody({ code, message, guard }: Refusal): string {
  const known = (guard && RULE_CODES[guard.rule]) ?? CODES[code];
  return JSON.stringify({ ...(known === undefined ? {} : { code: known }), msg: message, data: null });
}
