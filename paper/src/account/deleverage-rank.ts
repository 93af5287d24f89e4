/**
 * Who is deleveraged first: the most profitable and highest leveraged positions of the other side.
 * Source: https://phemex.com/help-center/what-is-the-insurance-fund-and-auto-deleveraging; the score is the one that
 * BitMEX published and others copied: profit ÷ entry value × mark value ÷ (mark value − bankruptcy value).
 */
import type { Side } from '#contract/vocabulary.ts';
import type { Rate, Ticks } from '../commands.ts';
import { maxOf, RATE_ONE } from './ratio.ts';
import { type Account, type Leg, type Listing, positionSide } from './state.ts';
import { availableBalance, figuresOf, markValue, unrealisedPnl } from './used-balance.ts';

/** Zero without a profit: nobody is deleveraged at a loss. 10⁻⁸. */
function deleverageScore(leg: Leg): bigint {
  const pnl = unrealisedPnl(leg);
  const taker = leg.account.fees.taker;
  const figures = pnl > 0n ? figuresOf(leg, taker, availableBalance(leg.account, taker)) : undefined;
  if (figures === undefined) return 0n;
  const perTick = BigInt(Math.abs(leg.size)) * leg.listing.product.unitsPerTickLot;
  const worth = markValue(leg);
  const distance = worth - BigInt(figures.bankruptPrice) * perTick;
  return (pnl * worth * RATE_ONE) / (leg.value * maxOf(1n, distance < 0n ? -distance : distance));
}

/** `deleveragePercentileRr`: the share of this side's positions that would not go before this one; 1 goes first. */
export function deleveragePercentile(leg: Leg): Rate {
  const own = leg.size === 0 ? 0n : deleverageScore(leg);
  if (own === 0n) return 0n as Rate;
  const side = positionSide(leg);
  const rivals = [...leg.listing.positions].filter((each) => positionSide(each) === side);
  const below = rivals.filter((each) => each === leg || deleverageScore(each) <= own);
  return ((BigInt(below.length) * RATE_ONE) / BigInt(rivals.length)) as Rate;
}

export interface QueueOptions {
  readonly side: Side;
  readonly price: Ticks;
  readonly except: Account;
}

/** Those who can be closed at this price and still have earned, the first to go first. */
export function deleverageQueue(listing: Listing, of: QueueOptions): readonly Leg[] {
  const { side, price, except } = of;
  const isInProfit = (leg: Leg) => {
    const worth = BigInt(price) * BigInt(Math.abs(leg.size)) * listing.product.unitsPerTickLot;
    return side === 'Buy' ? worth > leg.value : worth < leg.value;
  };
  return [...listing.positions]
    .filter((leg) => positionSide(leg) === side && leg.account !== except && isInProfit(leg))
    .map((leg) => ({ leg, score: deleverageScore(leg) }))
    .sort((a, b) => (a.score === b.score ? a.leg.account.id - b.leg.account.id : a.score > b.score ? -1 : 1))
    .map(({ leg }) => leg);
}
