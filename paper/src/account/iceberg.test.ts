import { describe, expect, it } from 'vitest';
import type { ClOrdID } from '#contract/brand.ts';
import { openAccountStore } from '../store/libsql-store.ts';
import { BTC, createTestbed, lots, type PlaceOptions, ticks, units } from '../testing/testbed.ts';

const PRICE = 990_000;

const iceberg = (options: Partial<PlaceOptions> = {}): PlaceOptions => ({
  side: 'Buy',
  qty: 10,
  price: PRICE,
  clOrdID: 'ice',
  instructions: { displayQty: lots(3) },
  ...options,
});

function createMarket(options: Parameters<typeof createTestbed>[0] = {}) {
  const bed = createTestbed(options);
  bed.setMark(1_000_000);
  return bed;
}
type Bed = ReturnType<typeof createMarket>;

const shown = (bed: Bed) => bed.exchange.book(BTC.symbol).levels('Buy', 1)[0]?.[1];
const sell = (bed: Bed, qty: number) => bed.exchange.crowd.market(BTC.symbol, 'Sell', lots(qty));
const open = (bed: Bed) => bed.exchange.openOrders(bed.account)[0];

describe('display quantity', () => {
  it('[ICE1] the book shows a part of the order, the account sees all of it and pays for all of it', () => {
    const bed = createMarket();
    bed.place(iceberg());
    expect(shown(bed)).toBe(3);
    expect(open(bed)).toMatchObject({ qty: 10, leavesQty: 10, shownQty: 3 });
    const plain = createMarket();
    plain.place(iceberg({ instructions: {} }));
    expect(bed.exchange.wallet(bed.account).used).toBe(plain.exchange.wallet(plain.account).used);
  });

  it('[ICE1] what is taken of it is shown again behind the others, until nothing is left', () => {
    const bed = createMarket();
    bed.place(iceberg());
    bed.crowd('Buy', PRICE, 4);
    sell(bed, 2);
    expect([shown(bed), open(bed)?.shownQty]).toEqual([5, 1]);
    sell(bed, 1);
    expect([shown(bed), open(bed)?.shownQty]).toEqual([7, 3]);
    // Now the crowd's four come first.
    sell(bed, 4);
    expect(open(bed)).toMatchObject({ leavesQty: 7, cumQty: 3 });
    sell(bed, 100);
    expect(bed.statuses()).toEqual({ ice: 'Filled' });
    expect(bed.leg().size).toBe(10);
  });

  it('[ICE2] one taker takes what is hidden at a price before anything at a worse one', () => {
    const bed = createMarket();
    bed.place(iceberg());
    bed.crowd('Buy', PRICE - 10, 5);
    expect(sell(bed, 12)).toBe(12);
    expect(bed.leg().size).toBe(10);
    expect(bed.exchange.book(BTC.symbol).levels('Buy', 9)).toEqual([[PRICE - 10, 3]]);
  });

  it('[ORD4] fill-or-kill counts on what is hidden', () => {
    const bed = createMarket();
    bed.place(iceberg());
    const other = bed.exchange.openAccount('other', units('10000'));
    bed.place({ side: 'Sell', qty: 10, price: PRICE, timeInForce: 'FillOrKill', clOrdID: 'fok' }, other);
    expect(bed.statuses()).toEqual({ ice: 'Filled', fok: 'Filled' });
  });

  it('[ICE3] a smaller size keeps the place and shows no more than is left; a larger one shows afresh at the end', () => {
    const bed = createMarket();
    bed.place(iceberg());
    const amend = (qty: number) =>
      bed.apply({
        kind: 'amend',
        symbol: BTC.symbol,
        order: { by: 'clOrdID', clOrdID: 'ice' as ClOrdID },
        posSide: 'Merged',
        qty: lots(qty),
      });
    amend(2);
    expect(shown(bed)).toBe(2);
    amend(8);
    expect(shown(bed)).toBe(3);
    bed.apply({ kind: 'cancel-all', symbol: BTC.symbol, untriggered: false });
    expect(shown(bed)).toBeUndefined();
  });

  it('[ICE3] of a reduce-only order is cut with the position', () => {
    const bed = createMarket();
    bed.crowd('Sell', 1_000_000, 10);
    bed.place({ side: 'Buy', qty: 10, price: 1_000_000 });
    bed.place({ ...iceberg({ side: 'Sell', price: 1_050_000 }), reduceOnly: true });
    bed.crowd('Buy', 1_000_000, 8);
    bed.place({ side: 'Sell', qty: 8, price: 1_000_000 });
    expect(open(bed)).toMatchObject({ leavesQty: 2, shownQty: 2 });
  });

  it('[STO2] after a restart it shows what it showed, in its place', () => {
    const store = openAccountStore(':memory:');
    const before = createMarket({ store });
    before.place(iceberg());
    before.place({ side: 'Buy', qty: 4, price: PRICE, clOrdID: 'plain' });
    sell(before, 4);
    const after = createMarket({ store });
    expect(after.exchange.book(BTC.symbol).levels('Buy', 1)).toEqual([[ticks(PRICE), 6]]);
    // The plain order has three left and stands before the second portion.
    sell(after, 3);
    expect(after.exchange.openOrders(after.account)).toMatchObject([
      { clOrdID: 'ice', leavesQty: 7, shownQty: 3 },
    ]);
  });
});
