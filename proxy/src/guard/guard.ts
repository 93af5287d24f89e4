/**
 * Stands before every request that could open or enlarge a position, and lets it pass or names the limit it breaks.
 * Cancels and reduce-only orders always pass. It goes by what the streams tell, and asks the exchange nothing.
 */
import type { ClOrdID, Price, ProductSymbol } from '#contract/brand.ts';
import { sub } from '#contract/decimal.ts';
import type { GuardLimits, GuardRefusal, GuardRule } from '#contract/guard.ts';
import type { Order, Position } from '#contract/model.ts';
import type { PosSide } from '#contract/vocabulary.ts';
import type { Amendment, LeverageSetting, Mutation, Placement } from '#contract/wire/mutation.ts';
import type { Time } from '../time.ts';
import type { AccountView } from './account-view.ts';
import type { DailyLoss } from './daily-loss.ts';
import type { LimitsStore } from './limits-file.ts';
import type { MarkPrices } from './mark-prices.ts';
import { brokenLimit, checkLeverage, checkSymbol, type OpeningOrder, type Situation } from './rules.ts';

const MINUTE_MS = 60_000;
/** How long an order that was let pass is counted before the stream has told of it. */
const UNDER_WAY_MS = 30_000;

export interface GuardNeeds {
  readonly limits: LimitsStore;
  readonly view: AccountView;
  readonly marks: MarkPrices;
  readonly loss: DailyLoss;
  readonly time: Time;
  isHalted(): boolean;
  /** Lets orders pass though the account is not known. */
  readonly opensBlindly: boolean;
}

export interface Guard {
  /** Why not; undefined: it may pass, and is counted. */
  check(mutation: Mutation): GuardRefusal | undefined;
  /** Trading was halted meanwhile, and this would open something. */
  isStopped(mutation: Mutation): boolean;
  /** A placement that was let pass has come to nothing. */
  forget(clOrdID: string): void;
  markPrice(symbol: ProductSymbol): Price | undefined;
  limits(): GuardLimits;
  /** @throws the system's error: they stay as they are. */
  setLimits(limits: GuardLimits): void;
  figures(): { dailyLoss: string; ordersInMinute: number; openOrders: number };
}

interface UnderWay {
  readonly atMs: number;
  readonly order: Placement;
}

const isOpening = ({ reduceOnly }: Order): boolean => !reduceOnly;

/** An open order as it would be after the amendment. */
function asAmended(
  order: Order,
  { price = order.price, qty = order.qty, triggerPrice }: Amendment,
): OpeningOrder {
  return {
    symbol: order.symbol,
    side: order.side,
    posSide: order.posSide ?? 'Merged',
    qty: sub(qty, order.cumQty),
    ...(price === '0' ? {} : { price }),
    ...(triggerPrice === undefined ? {} : { triggerPrice }),
  };
}

const checkLegs = ({ legs }: LeverageSetting, limits: GuardLimits) =>
  legs.map(({ leverage }) => checkLeverage(leverage, limits)).find((broken) => broken !== undefined);

const blank = (rule: GuardRule): GuardRefusal => ({ rule, limit: '', value: '' });

export function createGuard(needs: GuardNeeds): Guard {
  const { view, marks, loss, time } = needs;
  let passedAtMs: number[] = [];
  const underWay = new Map<ClOrdID, UnderWay>();
  view.onOrder(({ clOrdID }) => underWay.delete(clOrdID));

  const ordersInMinute = () => {
    const since = time.monoMs() - MINUTE_MS;
    passedAtMs = passedAtMs.filter((atMs) => atMs > since);
    return passedAtMs.length;
  };
  const others = (butNot?: Order): Situation['others'] => {
    const since = time.monoMs() - UNDER_WAY_MS;
    for (const [id, { atMs }] of underWay) if (atMs < since) underWay.delete(id);
    const sent = [...underWay.values()].map(({ order }) => ({ ...order, leavesQty: order.qty }));
    const open = view.openOrders().filter((order) => isOpening(order) && order.orderID !== butNot?.orderID);
    return [...open, ...sent];
  };
  const positionOf = (symbol: ProductSymbol, posSide: PosSide): Position | undefined =>
    view.positions().find((row) => row.symbol === symbol && row.posSide === posSide)?.position;
  const judge = (order: OpeningOrder, amended?: Order) =>
    brokenLimit(order, needs.limits.read(), {
      markPrice: marks.of(order.symbol),
      position: positionOf(order.symbol, order.posSide),
      settings: view.settings(order.symbol),
      others: others(amended),
      ordersInMinute: ordersInMinute(),
      dailyLoss: loss.now(),
      isNew: amended === undefined,
    });
  const pass = () => {
    passedAtMs.push(time.monoMs());
    return undefined;
  };
  const place = (order: Placement) => {
    const broken = judge(order);
    if (broken !== undefined) return broken;
    underWay.set(order.clOrdID, { atMs: time.monoMs(), order });
    return pass();
  };
  const amend = (amendment: Amendment, order: Order | undefined) => {
    // Not open, as far as we know: the exchange will say so.
    if (order === undefined) return pass();
    return judge(asAmended(order, amendment), order) ?? pass();
  };
  const isAccountKnown = () => needs.opensBlindly || view.wholeSinceMs() !== undefined;

  const amendedOrder = (mutation: Mutation) =>
    mutation.kind === 'amend' ? view.order(mutation.symbol, mutation.order) : undefined;
  const isHarmless = (mutation: Mutation) =>
    mutation.kind === 'cancel' ||
    mutation.kind === 'cancel-all' ||
    (mutation.kind === 'place' && mutation.isReducing) ||
    amendedOrder(mutation)?.reduceOnly === true;

  return {
    isStopped: (mutation) => needs.isHalted() && !isHarmless(mutation),
    check(mutation) {
      if (isHarmless(mutation)) return undefined;
      const limits = needs.limits.read();
      if (needs.isHalted()) return blank('halted');
      if (limits.isReadOnly) return blank('read-only');
      switch (mutation.kind) {
        case 'place':
          return isAccountKnown() ? place(mutation) : blank('account-unknown');
        case 'amend':
          return isAccountKnown() ? amend(mutation, amendedOrder(mutation)) : blank('account-unknown');
        case 'leverage':
          return checkLegs(mutation, limits);
        case 'pos-mode':
        case 'margin':
          return checkSymbol(mutation.symbol, limits);
      }
    },
    forget: (clOrdID) => underWay.delete(clOrdID as ClOrdID),
    markPrice: marks.of,
    limits: needs.limits.read,
    setLimits: needs.limits.write,
    figures: () => ({
      dailyLoss: loss.now(),
      ordersInMinute: ordersInMinute(),
      openOrders: view.openOrders().length,
    }),
  };
}
