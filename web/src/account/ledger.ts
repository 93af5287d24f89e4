/**
 * Does the wallet add up? From the page's first snapshot on: what it held, plus what was realised, less fees, plus
 * funding, plus what was moved in or out, must be what it holds now. Later snapshots go on with it: what happened while
 * nobody listened is booked from the exchange's histories. What they do not explain either was moved, and waits for the
 * trader's word. Pure; in the settlement currency, received above zero.
 */
import type { Money } from '#contract/brand.ts';
import { abs, add, compare, money, sub, ZERO_MONEY } from '#contract/decimal.ts';
import { fillKey } from '#contract/fill.ts';
import type { AccountUpdate, Fill, FundingFee } from '#contract/model.ts';
import { type LegKey, legKey } from './apply-account.ts';

/** A time that the stream has not told of, of the exchange's clock. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
  /** Held before and after: what they have paid in all says what they paid meanwhile. */
  readonly continuous: ReadonlySet<LegKey>;
  /** Held before or after, but not both. */
  readonly others: ReadonlySet<LegKey>;
}

export interface Ledger {
  readonly sinceMs: number;
  readonly start: Money;
  readonly realised: Money;
  /** Above zero is paid. */
  readonly fees: Money;
  readonly funding: Money;
  /** As the trader has acknowledged it. */
  readonly moved: Money;
  readonly balance: Money;
  /** Funding that each leg had paid in all when it was last told of. */
  readonly paidByLeg: ReadonlyMap<LegKey, Money>;
  /** Of the newest message, and of the newest at which it added up; the exchange's clock. */
  readonly toldMs: number;
  readonly soundMs: number;
  /** Since it added up last. */
  readonly gaps: readonly Gap[];
  /** What histories told: the stream may tell it late. */
  readonly booked: ReadonlySet<string>;
  /** What was left over when the histories had been read. */
  readonly audited?: Money;
}

/** The exchange rounds each booking to some digit; what is smaller than this is no difference. */
const ROUNDING = money('0.0001');
/** A connection that breaks more often before it adds up once is not worth the memory: it stays unexplained. */
const GAPS_MAX = 20;
/** An event may be told a little after a later one: it is looked for that much before the gap. */
const DISORDER_MS = 5_000;

/** Booked and not seen in the balance (below zero), or in the balance and not booked (above). */
export const unexplained = ({ start, realised, fees, funding, moved, balance }: Ledger): Money =>
  sub(balance, [realised, funding, moved].reduce(add, sub(start, fees)));

export const isReconciled = (ledger: Ledger): boolean => compare(abs(unexplained(ledger)), ROUNDING) <= 0;

/** `moved`: the histories have been read, and what is left is none of their bookings. */
export type LedgerVerdict = 'adds up' | 'moved' | 'unexplained';

export function verdictOf(ledger: Ledger): LedgerVerdict {
  if (isReconciled(ledger)) return 'adds up';
  return ledger.audited === unexplained(ledger) ? 'moved' : 'unexplained';
}

/** Once it adds up, what lay before is settled. */
function settled(ledger: Ledger): Ledger {
  if (!isReconciled(ledger)) return ledger;
  const { audited: _, ...sound } = ledger;
  return { ...sound, soundMs: ledger.toldMs, gaps: [] };
}

/** What the legs have received since they were last told of; of one never told of nobody knows what it paid before. */
function fundingOf(
  known: Ledger['paidByLeg'],
  { positions }: AccountUpdate,
): { readonly received: Money; readonly told: ReadonlyMap<LegKey, Money> } {
  const told = new Map<LegKey, Money>();
  let received = ZERO_MONEY;
  for (const { position } of positions) {
    if (position === undefined) continue;
    const before = known.get(legKey(position));
    told.set(legKey(position), position.cumFundingFee);
    if (before !== undefined) received = add(received, sub(before, position.cumFundingFee));
  }
  return { received, told };
}

const sumOf = <T>(all: readonly T[], of: (one: T) => Money): Money =>
  all.reduce((sum, one) => add(sum, of(one)), ZERO_MONEY);

function withFills(ledger: Ledger, fills: readonly Fill[]): Ledger {
  return {
    ...ledger,
    realised: add(
      ledger.realised,
      sumOf(fills, ({ closedPnl = ZERO_MONEY }) => closedPnl),
    ),
    fees: add(
      ledger.fees,
      sumOf(fills, ({ fee }) => fee),
    ),
  };
}

function unbooked(ledger: Ledger, fills: readonly Fill[], known: readonly Fill[]): readonly Fill[] {
  if (fills.length === 0) return fills;
  const keys = new Set(known.map(fillKey));
  return fills.filter((fill) => !keys.has(fillKey(fill)) && !ledger.booked.has(fillKey(fill)));
}

function begin(update: AccountUpdate, balance: Money): Ledger {
  const nothing = { realised: ZERO_MONEY, fees: ZERO_MONEY, funding: ZERO_MONEY, moved: ZERO_MONEY };
  const { atMs } = update;
  const paidByLeg = fundingOf(new Map(), update).told;
  const times = { sinceMs: atMs, toldMs: atMs, soundMs: atMs };
  return { ...times, start: balance, balance, ...nothing, paidByLeg, gaps: [], booked: new Set() };
}

/** The legs of one side of a gap that are not on the other. */
const onlyIn = (legs: Iterable<LegKey>, there: ReadonlyMap<LegKey, unknown>) =>
  [...legs].filter((leg) => !there.has(leg));

function gapBetween(ledger: Ledger, told: ReadonlyMap<LegKey, Money>, toMs: number): Gap {
  const { paidByLeg: before, toldMs: fromMs } = ledger;
  return {
    fromMs,
    toMs,
    continuous: new Set([...before.keys()].filter((leg) => told.has(leg))),
    others: new Set([...onlyIn(before.keys(), told), ...onlyIn(told.keys(), before)]),
  };
}

/** `known` are the fills before this message, which may repeat some. */
export function applyLedger(
  ledger: Ledger | undefined,
  update: AccountUpdate,
  { currency, known }: { readonly currency: string; readonly known: readonly Fill[] },
): Ledger | undefined {
  const balance = update.wallets.find((wallet) => wallet.currency === currency)?.balance;
  const isSnapshot = update.kind === 'snapshot';
  if (ledger === undefined) return isSnapshot && balance !== undefined ? begin(update, balance) : undefined;
  const { received, told } = fundingOf(ledger.paidByLeg, update);
  // A snapshot may tell of fills from before the page was there.
  const news = update.fills.filter(({ atMs }) => !isSnapshot || atMs > ledger.sinceMs);
  const toldMs = Math.max(ledger.toldMs, update.atMs);
  const gap = isSnapshot ? [gapBetween(ledger, told, toldMs)] : [];
  return settled({
    ...withFills(ledger, unbooked(ledger, news, known)),
    balance: balance ?? ledger.balance,
    funding: add(ledger.funding, received),
    paidByLeg: isSnapshot ? told : new Map([...ledger.paidByLeg, ...told]),
    toldMs,
    gaps: [...ledger.gaps, ...gap].slice(-GAPS_MAX),
  });
}

/** The time whose histories can explain what is left over. */
export const auditSpan = ({ sinceMs, soundMs, toldMs }: Ledger): { fromMs: number; toMs: number } => ({
  fromMs: Math.max(sinceMs + 1, soundMs - DISORDER_MS),
  toMs: toldMs,
});

export interface Histories {
  /** Of `auditSpan`, from the exchange's history. */
  readonly fills: readonly Fill[];
  /** Of the products that a gap has legs of, newest first. */
  readonly fundingFees: readonly FundingFee[];
}

const legsOfFee = ({ symbol, side }: FundingFee): readonly [LegKey, LegKey] => [
  `${symbol} Merged`,
  `${symbol} ${side === 'Buy' ? 'Long' : 'Short'}`,
];
const feeKey = ({ symbol, side, atMs }: FundingFee): string => `funding ${symbol} ${side} ${atMs}`;

/** What the histories tell and the ledger does not know yet. */
export function bookHistories(
  ledger: Ledger,
  { fills, fundingFees }: Histories,
  known: readonly Fill[],
): Ledger {
  const { fromMs, toMs } = auditSpan(ledger);
  const inSpan = fills.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  const news = unbooked(ledger, inSpan, known);
  const untold = fundingFees.filter(
    (fee) =>
      !ledger.booked.has(feeKey(fee)) &&
      ledger.gaps.some(
        (gap) =>
          fee.atMs > gap.fromMs &&
          fee.atMs <= gap.toMs &&
          legsOfFee(fee).every((leg) => !gap.continuous.has(leg)),
      ),
  );
  return settled({
    ...withFills(ledger, news),
    funding: sub(
      ledger.funding,
      sumOf(untold, ({ fee }) => fee),
    ),
    booked: new Set([...ledger.booked, ...news.map(fillKey), ...untold.map(feeKey)]),
  });
}

/** Nothing that the exchange has on record explains what is left. */
export const audited = (ledger: Ledger): Ledger => ({ ...ledger, audited: unexplained(ledger) });

/** The trader knows of it: a deposit, a withdrawal, a bonus. */
export const acknowledged = (ledger: Ledger): Ledger =>
  settled({ ...ledger, moved: add(ledger.moved, unexplained(ledger)) });
