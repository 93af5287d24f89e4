/**
 * The trader's own limits, kept and enforced in the proxy: what they are, what they are at first, and what is said when
 * one of them stops an order. Values in the quote currency (USDT); `null` is no limit.
 */
import * as z from 'zod/mini';
import type { Money, Ratio } from './brand.ts';
import { canonical, ratio, scale, sign } from './decimal.ts';
import type { Result } from './result.ts';
import type { Environment } from './vocabulary.ts';
import { validate } from './wire/validation.ts';

export interface GuardLimits {
  /** Price times quantity of one order. */
  readonly orderValueMax: Money | null;
  /** Of one position, open orders on its side included. */
  readonly positionValueMax: Money | null;
  readonly leverageMax: Ratio | null;
  /** How far beyond the mark price a limit order may pay, e.g. "0.05": a slip of the finger. */
  readonly priceDistanceMax: Ratio | null;
  /** Orders placed or amended in any sixty seconds. */
  readonly ordersPerMinuteMax: number | null;
  readonly openOrdersMax: number | null;
  /** Realised since midnight UTC, fees and funding included. */
  readonly dailyLossMax: Money | null;
  /** An order worth more is asked about once more, where a person places it. */
  readonly confirmAbove: Money | null;
  /** The only ones that may be traded. */
  readonly symbols: readonly string[] | null;
  /** Nothing but cancels and reduce-only orders. */
  readonly isReadOnly: boolean;
}

/** The trader's limits, and how near to them the account is. */
export interface GuardState {
  readonly environment: Environment;
  readonly limits: GuardLimits;
  /** Realised since midnight UTC in the quote currency, above zero for a loss. */
  readonly dailyLoss: string;
  readonly ordersInMinute: number;
  readonly openOrders: number;
}

export const GUARD_RULES = [
  'halted',
  /** Nobody has armed trading since the start, or for too long. */
  'disarmed',
  'read-only',
  'symbol',
  'order-value',
  'position-value',
  'leverage',
  'price-distance',
  'orders-per-minute',
  'open-orders',
  'daily-loss',
  /** Not refused: it waits for a yes. */
  'confirm',
  /** The exchange has told something of this symbol that cannot be. */
  'quarantine',
  /** This machine's clock and the exchange's are far apart. */
  'clock',
  /** What the account holds is not known just now. */
  'account-unknown',
  /** How far this computer's clock is from the exchange's is not known yet. */
  'clock-unknown',
  /** The mark price is not known just now. */
  'price-unknown',
  /** An amendment of an order that the account stream has not told of, or that is over. */
  'order-unknown',
] as const;
export type GuardRule = (typeof GUARD_RULES)[number];

/** Which limit stopped an order, and what the order has instead; '' where there is nothing to compare. */
export interface GuardRefusal {
  readonly rule: GuardRule;
  readonly limit: string;
  readonly value: string;
  /** The gateway key whose own limit it is; absent: the trader's. */
  readonly key?: string;
}

const UNHURRIED: GuardLimits = {
  orderValueMax: '1000000' as Money,
  positionValueMax: '5000000' as Money,
  leverageMax: null,
  priceDistanceMax: '0.5' as Ratio,
  ordersPerMinuteMax: 400,
  openOrdersMax: 400,
  dailyLossMax: null,
  confirmAbove: null,
  symbols: null,
  isReadOnly: false,
};

/** Generous where money is play money, tight where it is not. */
export const DEFAULT_LIMITS: Readonly<Record<Environment, GuardLimits>> = {
  paper: UNHURRIED,
  testnet: UNHURRIED,
  mainnet: {
    orderValueMax: '10000' as Money,
    positionValueMax: '50000' as Money,
    leverageMax: '20' as Ratio,
    priceDistanceMax: '0.05' as Ratio,
    ordersPerMinuteMax: 60,
    openOrdersMax: 50,
    dailyLossMax: '1000' as Money,
    confirmAbove: '2500' as Money,
    symbols: null,
    isReadOnly: false,
  },
};

const SYMBOLS_MAX = 500;

/** A decimal above zero, or none. */
export const decimalLimit = <D extends string>() =>
  z.nullable(
    z.pipe(
      z.string().check(
        z.refine(
          (text) => {
            const value = canonical(text);
            return value !== undefined && sign(value as Money) > 0;
          },
          { error: 'a decimal above zero, as text' },
        ),
      ),
      z.transform((text) => canonical(text) as D),
    ),
  );
const countLimit = z.nullable(
  z
    .number()
    .check(
      z.refine((count) => Number.isSafeInteger(count) && count > 0, { error: 'a whole number above zero' }),
    ),
);

/** The only products that may be traded, or all of them. */
export const symbolList = z.nullable(
  z
    .array(z.string().check(z.refine((symbol) => /^[A-Za-z0-9]{1,31}$/.test(symbol), { error: 'a symbol' })))
    .check(z.maxLength(SYMBOLS_MAX)),
);

const limitsSchema = z.strictObject({
  orderValueMax: decimalLimit<Money>(),
  positionValueMax: decimalLimit<Money>(),
  leverageMax: decimalLimit<Ratio>(),
  priceDistanceMax: decimalLimit<Ratio>(),
  ordersPerMinuteMax: countLimit,
  openOrdersMax: countLimit,
  dailyLossMax: decimalLimit<Money>(),
  // Absent in files of before it was there.
  confirmAbove: z._default(decimalLimit<Money>(), null),
  symbols: symbolList,
  isReadOnly: z.boolean(),
});

/** Limits as they come from a file or a form: all of them, and nothing else. */
export const parseLimits = (value: unknown): Result<GuardLimits> => validate(limitsSchema, value);

const percent = (value: string): string => `${scale(ratio(value), ratio('100'))} %`;

/** One sentence for a trader. */
export function guardSentence({ rule, limit, value, key }: GuardRefusal): string {
  const whose = key === undefined ? 'your limit' : `the limit of the key ${key}`;
  switch (rule) {
    case 'halted':
      return 'Trading is halted by the kill switch: arm it again before you open anything.';
    case 'disarmed':
      return 'Trading is disarmed: arm it before you open anything. Cancels and reduce-only orders pass.';
    case 'read-only':
      if (key !== undefined) {
        return `The key ${key} opens nothing any more: it has ended, or its dead-man timer has fired.`;
      }
      return 'Perpdeck is set to read only: just cancels and reduce-only orders pass.';
    case 'symbol':
      return `${value} is not among the symbols ${key === undefined ? 'you allow' : `of the key ${key}`} (${limit}).`;
    case 'order-value':
      return `The order is worth ${value} USDT; ${whose} for one order is ${limit} USDT.`;
    case 'position-value':
      return `The position could grow to ${value} USDT; ${whose} for one position is ${limit} USDT.`;
    case 'leverage':
      return value === '0'
        ? `The leverage would be the highest there is; ${whose} is ${limit}x.`
        : `The leverage is ${value}x; ${whose} is ${limit}x.`;
    case 'price-distance':
      return `The price is ${percent(value)} beyond the mark price; ${whose} is ${percent(limit)}.`;
    case 'orders-per-minute':
      return `That would be ${value} orders within a minute; ${whose} is ${limit}.`;
    case 'open-orders':
      return `That would be ${value} open orders; ${whose} is ${limit}.`;
    case 'daily-loss':
      return `Today's realised loss is ${value} USDT; ${whose} is ${limit} USDT. Closing is still possible.`;
    case 'clock-unknown':
      return 'The exchange has not told its time yet, so it cannot be said how long an order would be valid: wait a moment.';
    case 'confirm':
      return `The order is worth ${value} USDT, above the ${limit} USDT from which you want to be asked.`;
    case 'quarantine':
      return `The exchange has told something of ${value} that cannot be, so nothing is opened in it until its account makes sense again. Cancels and reduce-only orders pass.`;
    case 'clock':
      return `This machine's clock and the exchange's are ${value} minutes apart (${limit} at most): set the clock right. Cancels and reduce-only orders pass.`;
    case 'account-unknown':
      return 'The account stream is not whole just now, so nothing is opened blindly. Cancels and reduce-only orders pass.';
    case 'order-unknown':
      return `No such order is known to be open in ${value}, so its amendment cannot be checked against your limits. Where it was placed a moment ago, try again; a cancel passes.`;
    case 'price-unknown':
      return 'The mark price is not known just now, so the order cannot be checked against your limits.';
  }
}
