/**
 * Liquidation by mark price, in the documented steps: first the open orders of that contract go, since what they lock
 * may save the position; then it is closed part by part, down to the next lower leverage tier each time, until what is
 * left is maintained. What is closed leaves the account at the bankruptcy price, so its margin is lost; the liquidation
 * engine sells it in the book at that price or better and the insurance fund keeps the difference. What the book does not
 * take, the fund takes over, and where it cannot pay, others are deleveraged (deleverage.ts).
 * Source: https://phemex.com/help-center/what-is-liquidation, .../references/articles/liquidation-stop-loss-take-profit
 * and .../contract/insurance-fund. That a step goes down one tier is our reading of "in increments".
 */
import type { Side } from '#contract/vocabulary.ts';
import type { Lots, Ticks } from '../commands.ts';
import { createBookOrder } from '../engine/order-book.ts';
import type { Core } from './core.ts';
import { deleverage } from './deleverage.ts';
import { cancelOrder } from './end-order.ts';
import { trade } from './execution.ts';
import { fillForcedOrder, openForcedOrder } from './forced-order.ts';
import { changeFund } from './insurance-fund.ts';
import { maxOf } from './ratio.ts';
import { type Account, type Leg, type Listing, legsInUse, type Order } from './state.ts';
import { tierOfValue } from './tier.ts';
import { availableBalance, figuresOf, unrealisedPnl } from './used-balance.ts';

const figuresNow = (leg: Leg) => {
  const { taker } = leg.account.fees;
  return figuresOf(leg, taker, availableBalance(leg.account, taker));
};

function isDoomed(leg: Leg): boolean {
  const { mark } = leg.listing;
  if (mark === undefined || leg.size === 0) return false;
  return figuresNow(leg)?.isLiquidatedAt(mark) ?? false;
}

/** The one that loses most: in cross its loss is what the others lack. */
function mostDoomed(account: Account): Leg | undefined {
  let worst: Leg | undefined;
  for (const holding of account.holdings.values()) {
    for (const leg of legsInUse(holding)) {
      if (!isDoomed(leg)) continue;
      if (worst === undefined || unrealisedPnl(leg) < unrealisedPnl(worst)) worst = leg;
    }
  }
  return worst;
}

/** Liquidates what the mark prices demand, and says whether they did. Every round closes at least a lot, so it ends. */
export function liquidateAccount(core: Core, account: Account): boolean {
  for (let isTouched = false; ; isTouched = true) {
    const doomed = mostDoomed(account);
    if (doomed === undefined) return isTouched;
    freeOpenOrders(core, doomed);
    if (isDoomed(doomed)) closeStep(core, doomed);
  }
}

/** The same for every account that holds this product. */
export function liquidateHolders(core: Core, listing: Listing): boolean {
  const holders = new Set([...listing.positions].map(({ account }) => account));
  let isTouched = false;
  for (const account of core.accounts.values()) {
    if (holders.has(account) && liquidateAccount(core, account)) isTouched = true;
  }
  return isTouched;
}

/** The contract's, of both legs in hedged mode; orders on other contracts stay. */
function freeOpenOrders(core: Core, { account, listing }: Leg): void {
  const holding = account.holdings.get(listing.product.symbol);
  const open = holding === undefined ? [] : legsInUse(holding).flatMap((leg) => [...leg.orders]);
  for (const order of open) cancelOrder(core, order);
}

/** Down to the largest size that the next lower tier holds; from the lowest tier, all of it. */
function stepQty(leg: Leg): Lots {
  const { tiers } = leg.listing.product;
  const size = Math.abs(leg.size);
  const below = tiers[tiers.indexOf(tierOfValue(leg.listing.product, leg.value)) - 1];
  const kept = below === undefined ? 0 : Number((below.notionalMax * BigInt(size)) / leg.value);
  return (size - kept) as Lots;
}

function closeStep(core: Core, leg: Leg): void {
  const figures = figuresNow(leg);
  if (figures === undefined) return;
  const price = figures.bankruptPrice;
  const qty = stepQty(leg);
  const order = openForcedOrder(core, leg, { price, qty, prefix: 'liq', action: 'LiqRequest' });
  const unsold = tradeOut(core, leg, order.side, { price, qty });
  const untaken = takeOver(core, leg, { price, qty: unsold });
  // What finds no account of the other side closes against the crowd, which is deleveraged like anybody.
  deleverage(core, leg, price, untaken);
  fillForcedOrder(core, order, 'LiqTrade');
}

interface Parcel {
  readonly price: Ticks;
  readonly qty: Lots;
}

/** The engine's own order in the book, at the bankruptcy price or better; answers with what is left. */
function tradeOut(core: Core, { listing }: Leg, side: Side, { price, qty }: Parcel): Lots {
  const engine = createBookOrder<Order>({ side, price, qty, owner: undefined });
  let better = 0;
  trade(core, listing, engine, (at, lots) => {
    better += Math.abs(at - price) * lots;
  });
  changeFund(core, BigInt(better) * listing.product.unitsPerTickLot, 'liquidation');
  return engine.leavesQty;
}

/** The fund takes what it can pay: it passes it on to the crowd at the mark price. Answers with what is left. */
function takeOver(core: Core, leg: Leg, { price, qty }: Parcel): Lots {
  const { mark, product } = leg.listing;
  if (qty === 0 || mark === undefined) return qty;
  const lossPerLot = BigInt(leg.size > 0 ? price - mark : mark - price) * product.unitsPerTickLot;
  if (lossPerLot <= 0n) return 0 as Lots;
  const payable = maxOf(0n, core.ledger.insuranceFund) / lossPerLot;
  const taken = payable < BigInt(qty) ? payable : BigInt(qty);
  changeFund(core, -(taken * lossPerLot), 'takeover');
  return (qty - Number(taken)) as Lots;
}
