/**
 * Stands before every request that could open or enlarge a position, and lets it pass or names the limit it breaks.
 * Cancels and reduce-only orders always pass. It goes by what the streams tell, and asks the exchange nothing.
 */
import type { Price, ProductSymbol } from '#contract/brand.ts';
import { sub } from '#contract/decimal.ts';
import type { GuardLimits, GuardRefusal, GuardRule } from '#contract/guard.ts';
import type { Position } from '#contract/model.ts';
import {
  type Amendment,
  type LeverageSetting,
  type Mutation,
  type Placement,
  takesRiskAway,
} from '#contract/wire/mutation.ts';
import type { KeyLimits } from '../gateway/bots.ts';
import type { ByHand } from '../journal/journal.ts';
import type { Time } from '../time.ts';
import type { AccountView } from './account-view.ts';
import type { Arming } from './arming.ts';
import type { DailyLoss } from './daily-loss.ts';
import type { LimitsStore } from './limits-file.ts';
import type { MarkPrices } from './mark-prices.ts';
import { type AmendableOrder, createPassed } from './passed.ts';
import { brokenLimit, checkConfirmation, checkLeverage, checkSymbol, type OpeningOrder } from './rules.ts';

const MINUTE_MS = 60_000;
/** A clock further off is not believed, whosever it is: a signature lives by it. */
const CLOCK_APART_MINUTES_MAX = 5;

export interface GuardNeeds {
  readonly limits: LimitsStore;
  readonly view: AccountView;
  readonly marks: MarkPrices;
  readonly loss: DailyLoss;
  readonly time: Time;
  readonly arming: Arming;
  isHalted(): boolean;
  /** A signature's expiry counts by the exchange's clock: while that is not known, a lost order could arrive late. */
  isClockKnown(): boolean;
  /** The exchange's clock minus ours where that matters: with play money its time may be another. */
  clockOffsetMs(): number | undefined;
  /** They were changed. */
  onLimits(): void;
}

/** Who asks: a bot by its key, a person at the page, or neither. */
export interface Asking {
  readonly key?: KeyLimits;
  readonly byHand?: ByHand;
}

export interface Guard {
  /**
   * Why not; undefined: it may pass, and is counted. A bot's request stays within the limits of its key as well; a
   * person's needs trading to be armed, and a yes to what is large.
   */
  check(mutation: Mutation, asking?: Asking): GuardRefusal | undefined;
  /** Why not, where trading was halted meanwhile, or the key is over, and this would open something. */
  stoppedBy(mutation: Mutation, key?: KeyLimits): GuardRefusal | undefined;
  /** The exchange has taken what was let pass, a placement under an id of its own. */
  acknowledge(mutation: Mutation, orderID: string | undefined): void;
  /** What was let pass has come to nothing. */
  forget(mutation: Mutation): void;
  markPrice(symbol: ProductSymbol): Price | undefined;
  limits(): GuardLimits;
  /** @throws the system's error: they stay as they are. */
  setLimits(limits: GuardLimits): void;
  figures(): { dailyLoss: string; ordersInMinute: number; openOrders: number };
}

/** An open order as it would be after the amendment. */
function asAmended(
  { price: known, qty: total, cumQty, posSide = 'Merged', ...order }: AmendableOrder,
  amendment: Partial<Amendment> = {},
): OpeningOrder {
  const { price = known, qty = total, isPegged = order.isPegged } = amendment;
  const { triggerPrice = order.triggerPrice } = amendment;
  const { trailDistance = order.trailDistance, trailProportion = order.trailProportion } = amendment;
  return {
    ...{ symbol: order.symbol, side: order.side, ordType: order.ordType, posSide, qty: sub(qty, cumQty) },
    ...(price === '0' ? {} : { price }),
    ...(triggerPrice === undefined ? {} : { triggerPrice }),
    ...(trailDistance === undefined ? {} : { trailDistance }),
    ...(trailProportion === undefined ? {} : { trailProportion }),
    ...(isPegged === undefined ? {} : { isPegged }),
  };
}

const checkLegs = ({ legs }: LeverageSetting, limits: GuardLimits) =>
  legs.map(({ leverage }) => checkLeverage(leverage, limits)).find((broken) => broken !== undefined);

/** The same, said of a key's own limit. */
const ofKey = <R extends GuardRefusal | undefined>(refused: R, { name }: KeyLimits): R =>
  refused === undefined ? refused : { ...refused, key: name };

const blank = (rule: GuardRule): GuardRefusal => ({ rule, limit: '', value: '' });

/** What stops everything that is not harmless, whatever it is worth. */
function stopOf(needs: GuardNeeds, { kind, symbol }: Mutation, { byHand }: Asking): GuardRefusal | undefined {
  if (needs.limits.read().isReadOnly) return blank('read-only');
  if (byHand !== undefined && !needs.arming.isArmed()) return blank('disarmed');
  const minutesApart = Math.round(Math.abs(needs.clockOffsetMs() ?? 0) / MINUTE_MS);
  if (minutesApart > CLOCK_APART_MINUTES_MAX) {
    return { rule: 'clock', limit: String(CLOCK_APART_MINUTES_MAX), value: String(minutesApart) };
  }
  if (needs.view.isQuarantined(symbol)) return { rule: 'quarantine', limit: '', value: symbol };
  const isOrder = kind === 'place' || kind === 'amend';
  if (isOrder && needs.view.wholeSinceMs() === undefined) return blank('account-unknown');
  return needs.isClockKnown() ? undefined : blank('clock-unknown');
}

interface Questionable {
  readonly order: OpeningOrder;
  readonly byHand: ByHand | undefined;
  /** What an amendment makes of this. */
  readonly before?: OpeningOrder;
}

/** Whether a person is to be asked first. */
function questionOf({ limits, marks }: GuardNeeds, { order, byHand, before }: Questionable) {
  if (byHand === undefined || byHand.isConfirmed) return undefined;
  return checkConfirmation(order, limits.read(), { markPrice: marks.of(order.symbol), before });
}

const positionIn = (view: AccountView, { symbol, posSide }: OpeningOrder): Position | undefined =>
  view.positions().find((row) => row.symbol === symbol && row.posSide === posSide)?.position;

export function createGuard(needs: GuardNeeds): Guard {
  const { view, marks, loss } = needs;
  const passed = createPassed(needs);
  const judge = (order: OpeningOrder, key: KeyLimits | undefined, amended?: AmendableOrder) => {
    const situation = {
      markPrice: marks.of(order.symbol),
      position: positionIn(view, order),
      legs: [...(view.settings(order.symbol)?.legs ?? []), ...passed.legs(order.symbol)],
      others: passed.others(amended),
      ordersInMinute: passed.inMinute(),
      dailyLoss: loss.now(),
      isNew: amended === undefined,
    };
    const broken = brokenLimit(order, needs.limits.read(), situation);
    if (broken !== undefined || key === undefined) return broken;
    return ofKey(brokenLimit(order, key.limits(), situation), key);
  };
  const place = (order: Placement, { key, byHand }: Asking) =>
    judge(order, key) ?? questionOf(needs, { order, byHand }) ?? passed.add(order);
  const amend = (amendment: Amendment, { key, byHand }: Asking) => {
    const order = passed.find(amendment);
    if (order === undefined) return { rule: 'order-unknown', limit: '', value: amendment.symbol } as const;
    if (order.reduceOnly) return passed.note(amendment);
    const amended = asAmended(order, amendment);
    const before = asAmended(order);
    return (
      judge(amended, key, order) ??
      questionOf(needs, { order: amended, byHand, before }) ??
      passed.add(amendment)
    );
  };
  const isHarmless = (mutation: Mutation) =>
    takesRiskAway(mutation) ||
    (mutation.kind === 'amend' && view.order(mutation.symbol, mutation.order)?.reduceOnly === true);
  const stoppedBy = (mutation: Mutation, key?: KeyLimits) => {
    if (isHarmless(mutation)) return undefined;
    if (needs.isHalted()) return blank('halted');
    return key?.limits().isReadOnly ? ofKey(blank('read-only'), key) : undefined;
  };

  return {
    stoppedBy,
    check(mutation, asking = {}) {
      if (asking.byHand !== undefined) needs.arming.touch();
      if (isHarmless(mutation)) return passed.note(mutation);
      const stopped = stoppedBy(mutation, asking.key) ?? stopOf(needs, mutation, asking);
      if (stopped !== undefined) return stopped;
      const limits = needs.limits.read();
      switch (mutation.kind) {
        case 'place':
          return place(mutation, asking);
        case 'amend':
          return amend(mutation, asking);
        case 'leverage':
          return checkSymbol(mutation.symbol, limits) ?? checkLegs(mutation, limits);
        case 'pos-mode':
        case 'margin':
          return checkSymbol(mutation.symbol, limits);
      }
    },
    acknowledge: passed.acknowledge,
    forget: passed.forget,
    markPrice: marks.of,
    limits: needs.limits.read,
    setLimits: (limits) => {
      needs.limits.write(limits);
      needs.onLimits();
    },
    figures: () => ({
      dailyLoss: loss.now(),
      ordersInMinute: passed.inMinute(),
      openOrders: view.openOrders().length,
    }),
  };
}
