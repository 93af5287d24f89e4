/**
 * Funding: every position pays (or gets) its value at the mark price × the rate; long pays short when it is positive.
 * Source: the exchange's contract pages, "Funding fee"; a paid fee is a positive cumFundingFeeRv, as recorded.
 */
import type { Rate } from '../commands.ts';
import { type Core, settle } from './core.ts';
import { ceilDiv, RATE_ONE } from './ratio.ts';
import { type Leg, type Listing, legsInUse } from './state.ts';
import { markValue } from './used-balance.ts';

/** What this leg pays, negative when it receives; rounded against the account. */
export function fundingFee(leg: Leg, rate: Rate): bigint {
  const paid = leg.size > 0 ? markValue(leg) * rate : -markValue(leg) * rate;
  return ceilDiv(paid, RATE_ONE);
}

export function chargeFunding(core: Core, listing: Listing, rate: Rate): void {
  for (const account of core.accounts.values()) {
    const holding = account.holdings.get(listing.product.symbol);
    if (holding === undefined) continue;
    for (const leg of legsInUse(holding)) {
      if (leg.size === 0) continue;
      const fee = fundingFee(leg, rate);
      core.ledger.funding += fee;
      settle(core, account, -fee);
      leg.cumFundingFee += fee;
      leg.termRealisedPnl -= fee;
      leg.lastFundingNs = core.clock.nowNs();
      core.journal.touchLeg(leg);
    }
  }
}
