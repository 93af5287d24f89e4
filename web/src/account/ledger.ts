/**
 * Does the wallet add up? From the last snapshot on: what it held, plus what was realised, less fees and funding, must
 * be what it holds now. What is left over is shown, not explained away: a transfer, an insurance payment, or a mistake.
 * Pure; in the settlement currency.
 */
import type { Money } from '#contract/brand.ts';
import { abs, add, compare, money, sub, ZERO_MONEY } from '#contract/decimal.ts';
import { fillKey } from '#contract/fill.ts';
import type { AccountUpdate, Fill } from '#contract/model.ts';
import { type LegKey, legKey } from './apply-account.ts';

export interface Ledger {
  readonly sinceMs: number;
  readonly start: Money;
  readonly realised: Money;
  readonly fees: Money;
  /** Paid, negative when received. */
  readonly funding: Money;
  readonly balance: Money;
  /** Funding that each leg had paid in all when it was last told of. */
  readonly fundingOfLegs: ReadonlyMap<LegKey, Money>;
}

/** The exchange rounds each booking to some digit; what is smaller than this is no difference. */
const ROUNDING = money('0.0001');

/** Booked and not seen in the balance (below zero), or in the balance and not booked (above). */
export const unexplained = ({ start, realised, fees, funding, balance }: Ledger): Money =>
  sub(balance, sub(sub(add(start, realised), fees), funding));

export const isReconciled = (ledger: Ledger): boolean => compare(abs(unexplained(ledger)), ROUNDING) <= 0;

function fundingPaid(
  known: Ledger['fundingOfLegs'],
  { positions }: AccountUpdate,
): Pick<Ledger, 'funding' | 'fundingOfLegs'> {
  const fundingOfLegs = new Map(known);
  let funding = ZERO_MONEY;
  for (const { position } of positions) {
    if (position === undefined) continue;
    const before = fundingOfLegs.get(legKey(position));
    fundingOfLegs.set(legKey(position), position.cumFundingFee);
    // Of a leg that was flat until now it is not known what it had paid before.
    if (before !== undefined) funding = add(funding, sub(position.cumFundingFee, before));
  }
  return { funding, fundingOfLegs };
}

const sumOf = (fills: readonly Fill[], of: (fill: Fill) => Money): Money =>
  fills.reduce((sum, fill) => add(sum, of(fill)), ZERO_MONEY);

/** `known` are the fills before this message, which may repeat some. */
export function applyLedger(
  ledger: Ledger | undefined,
  update: AccountUpdate,
  { currency, known }: { readonly currency: string; readonly known: readonly Fill[] },
): Ledger | undefined {
  const balance = update.wallets.find((wallet) => wallet.currency === currency)?.balance;
  if (update.kind === 'snapshot') {
    if (balance === undefined) return undefined;
    const { fundingOfLegs } = fundingPaid(new Map(), update);
    const nothing = { realised: ZERO_MONEY, fees: ZERO_MONEY, funding: ZERO_MONEY };
    return { sinceMs: update.atMs, start: balance, balance, ...nothing, fundingOfLegs };
  }
  if (ledger === undefined) return undefined;
  const keys = new Set(update.fills.length === 0 ? [] : known.map(fillKey));
  const fills = update.fills.filter((fill) => !keys.has(fillKey(fill)));
  const { funding, fundingOfLegs } = fundingPaid(ledger.fundingOfLegs, update);
  return {
    ...ledger,
    balance: balance ?? ledger.balance,
    realised: add(
      ledger.realised,
      sumOf(fills, ({ closedPnl = ZERO_MONEY }) => closedPnl),
    ),
    fees: add(
      ledger.fees,
      sumOf(fills, ({ fee }) => fee),
    ),
    funding: add(ledger.funding, funding),
    fundingOfLegs,
  };
}
