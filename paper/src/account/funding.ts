/**
 * Funding: every position pays (or gets) its value at the mark price × the rate; long pays short when it is positive.
 * Source: the exchange's contract pages, "Funding fee"; a paid fee is a positive cumFundingFeeRv, as recorded.
 */
import type { Lots, Rate, Ticks } from '../commands.ts';
import type { FundingFeeEvent } from '../events.ts';
import { type Core, settle } from './core.ts';
import { ceilDiv, RATE_ONE } from './ratio.ts';
import { asUnits, type Leg, type Listing, legsInUse } from './state.ts';
import { markValue } from './used-balance.ts';

/** What this leg pays, negative when it receives; rounded against the account. */
export function fundingFee(leg: Leg, rate: Rate): bigint {
  const paid = leg.size > 0 ? markValue(leg) * rate : -markValue(leg) * rate;
  return ceilDiv(paid, RATE_ONE);
}

function reportFundingFee(core: Core, leg: Leg, rate: Rate, fee: bigint): void {
  const event: FundingFeeEvent = Object.freeze({
    kind: 'funding-fee',
    accountID: leg.account.id,
    symbol: leg.listing.product.symbol,
    posSide: leg.posSide,
    side: leg.size > 0 ? 'Buy' : 'Sell',
    qty: Math.abs(leg.size) as Lots,
    markPrice: leg.listing.mark ?? (0 as Ticks),
    value: asUnits(markValue(leg)),
    rate,
    fee: asUnits(fee),
    atNs: core.clock.nowNs(),
    execSeq: core.ids.execSeq(),
  });
  core.journal.emit(event);
  core.journal.keepFundingFee(event);
}

export function chargeFunding(core: Core, listing: Listing, rate: Rate): void {
  for (const account of core.accounts.values()) {
    const holding = account.holdings.get(listing.product.symbol);
    if (holding === undefined) continue;
    for (const leg of legsInUse(holding)) {
      if (leg.size === 0) continue;
      const fee = fundingFee(leg, rate);
      reportFundingFee(core, leg, rate, fee);
      core.ledger.funding += fee;
      settle(core, account, -fee);
      leg.cumFundingFee += fee;
      leg.termRealisedPnl -= fee;
      leg.lastFundingNs = core.clock.nowNs();
      core.journal.touchLeg(leg);
    }
  }
}
