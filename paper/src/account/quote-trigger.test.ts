/** Triggers by the best bid and the best ask, and the two sources that are for limit prices. */
import { describe, expect, it } from 'vitest';
import type { Side } from '#contract/vocabulary.ts';
import type { CommandResult, TriggerSource } from '../commands.ts';
import type { CrowdOrder } from '../exchange.ts';
import { openAccountStore } from '../store/libsql-store.ts';
import { BTC, createTestbed, lots, type PlaceOptions, type Testbed, ticks } from '../testing/testbed.ts';

const codeOf = (result: CommandResult): number => (result.ok ? 0 : result.refusal.code);

const offer = (bed: Testbed, side: Side, price: number, qty = 100): CrowdOrder | undefined =>
  bed.exchange.crowd.limit(BTC.symbol, side, ticks(price), lots(qty), true);

/** Bids of 999,990 and 999,000, offers of 1,000,010 and 1,001,000: those at the touch can be withdrawn. */
function createMarket(bed = createTestbed()) {
  bed.setMark(1_000_000);
  bed.setIndex(1_000_000);
  const bid = offer(bed, 'Buy', 999_990);
  const ask = offer(bed, 'Sell', 1_000_010);
  offer(bed, 'Buy', 999_000);
  offer(bed, 'Sell', 1_001_000);
  const withdraw = (order: CrowdOrder | undefined) => order && bed.exchange.crowd.cancel(order);
  return { bed, withdrawBid: () => withdraw(bid), withdrawAsk: () => withdraw(ask) };
}

const stop = (options: Partial<PlaceOptions> & Pick<PlaceOptions, 'side' | 'source'>): PlaceOptions => ({
  ordType: 'Stop',
  qty: 5,
  stopPx: options.side === 'Buy' ? 1_000_500 : 999_500,
  clOrdID: 's',
  ...options,
});

const statusOf = (bed: Testbed) => bed.statuses().s;

describe('[TRG3] the best bid and the best ask', () => {
  it('set off what they reach, each alone, once the request that moved them is done', () => {
    const { bed, withdrawBid, withdrawAsk } = createMarket();
    bed.place(stop({ side: 'Sell', source: 'ByBidPrice' }));
    bed.place(stop({ side: 'Sell', source: 'ByAskPrice', clOrdID: 'ask' }));
    bed.place(stop({ side: 'Buy', source: 'ByAskPrice', clOrdID: 'rise' }));
    withdrawBid();
    // The next thing that happens looks at the book as it stands then.
    offer(bed, 'Sell', 1_002_000);
    expect(bed.statuses()).toMatchObject({ s: 'Filled', ask: 'Untriggered', rise: 'Untriggered' });
    expect(bed.leg()).toMatchObject({ side: 'Sell', size: 5 });
    withdrawAsk();
    offer(bed, 'Sell', 1_002_000);
    expect(bed.statuses()).toMatchObject({ ask: 'Untriggered', rise: 'Filled' });
  });

  it('count when an account moves them, and when a triggered order does', () => {
    const { bed } = createMarket();
    bed.place(stop({ side: 'Sell', source: 'ByBidPrice', stopPx: 998_500 }));
    bed.place(stop({ side: 'Sell', source: 'ByBidPrice', stopPx: 999_600, qty: 100, clOrdID: 'first' }));
    // Takes the best bid; the first stop takes the next, and the second waits for somebody to bid.
    bed.place({ side: 'Sell', qty: 100 });
    expect(bed.statuses()).toMatchObject({ first: 'Filled', s: 'Untriggered' });
    offer(bed, 'Buy', 998_000);
    expect(statusOf(bed)).toBe('Filled');
  });

  it('are nothing where nobody quotes: no trigger is reached, and none can be set (11042)', () => {
    const { bed, withdrawBid } = createMarket();
    bed.place(stop({ side: 'Sell', source: 'ByBidPrice', stopPx: 998_500 }));
    withdrawBid();
    bed.place({ side: 'Sell', qty: 100 });
    expect(bed.exchange.book(BTC.symbol).bestBid).toBeUndefined();
    expect(statusOf(bed)).toBe('Untriggered');
    expect(codeOf(bed.place(stop({ side: 'Sell', source: 'ByBidPrice', clOrdID: 'n' })))).toBe(11042);
  });

  it('are trailed like any price', () => {
    const { bed } = createMarket();
    bed.place(
      stop({
        side: 'Sell',
        source: 'ByBidPrice',
        stopPx: 0,
        instructions: {
          trigger: { source: 'ByBidPrice', direction: 'Falling', price: ticks(0) },
          trail: { peg: 'TrailingStopPeg', offset: { by: 'ticks', ticks: -50 } },
        },
      }),
    );
    const triggerPrice = () =>
      bed.exchange.openOrders(bed.account).find(({ clOrdID }) => clOrdID === 's')?.instructions?.trigger
        ?.price;
    expect(triggerPrice()).toBe(999_940);
    offer(bed, 'Buy', 1_000_000);
    expect(triggerPrice()).toBe(999_950);
  });

  it('say nothing after a restart until the market has opened', () => {
    const store = openAccountStore(':memory:');
    const { bed } = createMarket(createTestbed({ store }));
    bed.place({ side: 'Buy', qty: 1, price: 990_000, clOrdID: 'far' });
    bed.place(stop({ side: 'Sell', source: 'ByBidPrice', stopPx: 995_000 }));
    // Nobody is back yet but the account's own bid, far below.
    const again = createTestbed({ store });
    offer(again, 'Sell', 1_000_010);
    offer(again, 'Buy', 999_990);
    again.setMark(1_000_000);
    expect(again.exchange.openOrders(again.account).map(({ ordStatus }) => ordStatus)).toContain(
      'Untriggered',
    );
    offer(again, 'Buy', 999_980);
    expect(again.orderEvents()).toEqual([]);
  });
});

describe('[TRG13] the sources that are for limit prices', () => {
  it.each<[TriggerSource, (bed: Testbed) => void]>([
    ['ByMarkPriceLimit', (bed) => bed.setMark(999_500)],
    [
      'ByLastPriceLimit',
      (bed) => {
        bed.crowd('Buy', 1_000_010, 1);
        bed.crowd('Sell', 999_000, 101);
      },
    ],
  ])('%s watches that price', (source, move) => {
    const { bed } = createMarket();
    bed.crowd('Buy', 1_000_010, 1);
    bed.place(stop({ side: 'Sell', source, ordType: 'StopLimit', price: 1_003_000 }));
    expect(statusOf(bed)).toBe('Untriggered');
    move(bed);
    expect(statusOf(bed)).toBe('New');
  });

  it('is refused where nothing has a limit price: 11038, 11077, 11080', () => {
    const { bed } = createMarket();
    const source = 'ByMarkPriceLimit';
    expect(codeOf(bed.place(stop({ side: 'Sell', source })))).toBe(11038);
    const entry = { side: 'Buy', qty: 5, price: 990_000 } as const;
    const takeProfit = { source, price: ticks(1_010_000) } as const;
    const stopLoss = { source, price: ticks(980_000) } as const;
    expect(codeOf(bed.place({ ...entry, instructions: { takeProfit } }))).toBe(11077);
    expect(codeOf(bed.place({ ...entry, instructions: { stopLoss } }))).toBe(11080);
    const limited = { ...takeProfit, limit: ticks(1_011_000) };
    expect(codeOf(bed.place({ ...entry, instructions: { takeProfit: limited } }))).toBe(0);
  });
});
