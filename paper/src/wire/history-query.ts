/**
 * What a history request asks for. Pages are counted in rows; times are epoch milliseconds, both ends included. A page
 * of more than 200 rows is refused (30018), a product that is not listed too (39997), as the exchange does.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { AccountID } from '../commands.ts';
import type { HistoryQuery } from '../store/history.ts';
import { BAD_ARGUMENTS, missing, TOO_MANY_ROWS } from './replies.ts';
import { type Params, Refused, text } from './request-params.ts';
import type { WireContext } from './wire-context.ts';

const DAY_MS = 86_400_000;
const LIMIT_DEFAULT = 20;
const LIMIT_MAX = 200;
export const CURRENCY = 'USDT';

export interface HistoryRules {
  /** How far back the endpoint answers. */
  readonly reachDays: number;
  /** Without a start: this long before the end. Absent: as far back as it goes. */
  readonly windowDays?: number;
  /** Otherwise a currency will do. */
  readonly needsSymbol?: boolean;
}

export function integer(params: Params, name: string): number | undefined {
  const given = params[name];
  if (given === undefined || given === '') return undefined;
  const number = Number(given);
  if (!Number.isSafeInteger(number) || number < 0) throw new Refused(BAD_ARGUMENTS);
  return number;
}

const listed = (given: string): string[] =>
  given
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');

function symbolOf({ catalogue }: WireContext, given: string): ProductSymbol {
  const listing = catalogue.find(given);
  if (listing === undefined) throw new Refused({ code: 39997, msg: `Symbol not listed ${given}` });
  return listing.product.symbol;
}

/** `symbol` goes before `symbols`; a currency alone means all of its products. Undefined: no condition. */
function symbolsOf(context: WireContext, params: Params, rules: HistoryRules) {
  const symbol = text(params, 'symbol');
  const symbols = symbol === undefined ? text(params, 'symbols') : symbol;
  const currency = text(params, 'currency');
  if (symbols !== undefined) {
    // A product of ours under a currency that is not its own has no history.
    const found = listed(symbols).map((each) => symbolOf(context, each));
    return currency === undefined || currency === CURRENCY ? found : [];
  }
  if (rules.needsSymbol === true) throw new Refused(missing('symbol'));
  if (currency === undefined) throw new Refused(BAD_ARGUMENTS);
  return currency === CURRENCY ? undefined : [];
}

export function pageOf(params: Params): Pick<HistoryQuery, 'offset' | 'limit'> {
  const limit = integer(params, 'limit') ?? LIMIT_DEFAULT;
  if (limit > LIMIT_MAX) throw new Refused(TOO_MANY_ROWS);
  return { offset: integer(params, 'offset') ?? 0, limit };
}

/** @throws Refused */
export function historyQuery(
  context: WireContext,
  params: Params,
  account: AccountID,
  rules: HistoryRules,
): HistoryQuery {
  const nowMs = context.clock.nowMs();
  const toMs = integer(params, 'end');
  const window = rules.windowDays === undefined ? 0 : (toMs ?? nowMs) - rules.windowDays * DAY_MS;
  const fromMs = Math.max(integer(params, 'start') ?? window, nowMs - rules.reachDays * DAY_MS);
  if (toMs !== undefined && toMs < (integer(params, 'start') ?? 0)) throw new Refused(BAD_ARGUMENTS);
  return { account, symbols: symbolsOf(context, params, rules), fromMs, toMs, ...pageOf(params) };
}

/** A filter such as "5,6" in the words that its codes stand for; a code that means nothing finds nothing. */
export function wordsOf<W extends string>(
  codes: Readonly<Record<number, W>>,
  given: unknown,
): W[] | undefined {
  const list = listed(String(given ?? ''));
  return list.length === 0 ? undefined : list.flatMap((code) => codes[Number(code)] ?? []);
}
