import { describe, expect, it } from 'vitest';
import type { ClOrdID } from '#contract/brand.ts';
import type { CommandResult } from '../commands.ts';
import { BTC, createTestbed, lots, rate, ticks, units, XRP } from '../testing/testbed.ts';

const codeOf = (result: CommandResult): number => (result.ok ? 0 : result.refusal.code);

/** Unlimited offers and bids at the given price around a mark of 100,000.0. */
function createMarket(deposit = units('10000')) {
  const bed = createTestbed({ deposit });
  bed.setMark(1_000_000);
  const buyAt = (price: number, qty: number, more: object = {}) => {
    bed.crowd('Sell', price, qty);
    return bed.place({ side: 'Buy', qty, price, timeInForce: 'ImmediateOrCancel', ...more });
  };
  const sellAt = (price: number, qty: number, more: object = {}) => {
    bed.crowd('Buy', price, qty);
    return bed.place({ side: 'Sell', qty, price, timeInForce: 'ImmediateOrCancel', ...more });
  };
  return { ...bed, buyAt, sellAt };
}

const hedge = (bed: { apply: ReturnType<typeof createTestbed>['apply'] }) =>
  bed.apply({ kind: 'switch-pos-mode', symbol: BTC.symbol, target: 'Hedged' });

const setOneWayLeverage = (text: string) => ({
  kind: 'set-leverage' as const,
  symbol: BTC.symbol,
  leverage: { mode: 'OneWay' as const, value: rate(text) },
});

describe('profit and fees', () => {
  it('[POS1] a round trip earns the difference, less both fees', () => {
    const bed = createMarket();
    bed.buyAt(1_000_000, 10);
    bed.sellAt(1_010_000, 10);
    // 0.01 BTC from 100,000 to 101,000: 10 USDT, less 0.06 % of 1,000 and of 1,010.
    expect(bed.exchange.wallet(bed.account)).toMatchObject({ balance: units('10008.794'), used: 0n });
    expect(bed.leg()).toMatchObject({
      side: 'None',
      size: 0,
      value: 0n,
      cumClosedPnl: units('10'),
      cumTransactFee: units('1.206'),
      termRealisedPnl: units('8.794'),
      term: 2,
    });
  });

  it('[POS2] an addition averages by value, a partial close takes its share of it', () => {
    const bed = createMarket();
    bed.buyAt(1_000_000, 10);
    bed.buyAt(1_010_000, 30);
    expect(bed.leg()).toMatchObject({ size: 40, value: units('4030') });
    bed.sellAt(1_010_000, 20);
    expect(bed.leg()).toMatchObject({ size: 20, value: units('2015'), cumClosedPnl: units('5') });
  });

  it('[POS3] a one-way order larger than the position turns it over, and a new term begins', () => {
    const bed = createMarket();
    bed.buyAt(1_000_000, 10);
    bed.sellAt(1_010_000, 15);
    expect(bed.leg()).toMatchObject({
      side: 'Sell',
      size: 5,
      value: units('505'),
      cumClosedPnl: units('10'),
      term: 2,
    });
    const [fill] = bed.exchange.recentFills(bed.account);
    expect(fill).toMatchObject({
      posSideAfter: 'Sell',
      posSizeAfter: 5,
      execution: { closedQty: 10, closedPnl: units('10') },
    });
  });

  it('[POS4] a short earns when the price falls', () => {
    const bed = createMarket();
    bed.sellAt(1_000_000, 10);
    bed.setMark(990_000);
    expect(bed.leg()).toMatchObject({ side: 'Sell', unrealisedPnl: units('10') });
    bed.buyAt(990_000, 10);
    expect(bed.leg()).toMatchObject({ side: 'None', cumClosedPnl: units('10') });
  });

  it('[MRG5] an unrealised loss of a cross position is locked, a profit is not lent out', () => {
    const bed = createMarket();
    bed.buyAt(1_000_000, 10);
    const { used } = bed.exchange.wallet(bed.account);
    bed.setMark(1_010_000);
    expect(bed.exchange.wallet(bed.account).used).toBe(used);
    bed.setMark(990_000);
    expect(bed.exchange.wallet(bed.account).used).toBe(used + units('10'));
  });

  it('[MRG6] filling an order locks as much as the order did', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10, price: 1_000_000 });
    const before = bed.exchange.wallet(bed.account);
    expect(before.used).toBe(units('101.14'));
    bed.crowd('Sell', 1_000_000, 10);
    const after = bed.exchange.wallet(bed.account);
    // Filled as a maker, it paid 0.1 rather than the 0.6 it had set aside.
    expect(after.balance - after.used - (before.balance - before.used)).toBe(units('0.5'));
  });

  it('[MRG7] orders on both sides lock the larger of the two, and closing lots are free', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10, price: 990_000 });
    bed.place({ side: 'Sell', qty: 10, price: 1_010_000 });
    expect(bed.exchange.wallet(bed.account).used).toBe(units('102.2726'));
    bed.apply({ kind: 'cancel-all', symbol: BTC.symbol, untriggered: false });
    bed.buyAt(1_000_000, 10);
    const { used } = bed.exchange.wallet(bed.account);
    bed.place({ side: 'Sell', qty: 10, price: 1_010_000 });
    expect(bed.exchange.wallet(bed.account).used).toBe(used);
    bed.place({ side: 'Sell', qty: 10, price: 1_020_000 });
    expect(bed.exchange.wallet(bed.account).used).toBe(used + units('103.2852'));
  });
});

describe('reduce-only', () => {
  it('[POS5] never flips the position: a larger order is cut to what there is to close', () => {
    const bed = createMarket();
    bed.buyAt(1_000_000, 10);
    const result = bed.sellAt(1_000_000, 25, { reduceOnly: true });
    expect(result).toMatchObject({ orders: [{ order: { qty: 10, leavesQty: 10 } }] });
    expect(bed.leg()).toMatchObject({ side: 'None', size: 0 });
  });

  it('[POS5] on the side that would enlarge the position it is refused', () => {
    const bed = createMarket();
    bed.buyAt(1_000_000, 10);
    expect(codeOf(bed.place({ side: 'Buy', qty: 1, price: 990_000, reduceOnly: true }))).toBe(11011);
  });

  it('[POS6] resting orders shrink with the position and are canceled when it is gone', () => {
    const bed = createMarket();
    bed.buyAt(1_000_000, 10);
    bed.place({ side: 'Sell', qty: 10, price: 1_050_000, reduceOnly: true, clOrdID: 'profit' });
    bed.sellAt(1_000_000, 4);
    expect(bed.exchange.openOrders(bed.account)).toMatchObject([{ clOrdID: 'profit', qty: 6, leavesQty: 6 }]);
    bed.sellAt(1_000_000, 6, { reduceOnly: true });
    expect(bed.exchange.openOrders(bed.account)).toEqual([]);
    expect(bed.statuses().profit).toBe('Canceled');
  });

  it('[POS6] a sweep through two of them at one price closes the position once', () => {
    const bed = createMarket();
    bed.buyAt(1_000_000, 10);
    bed.place({ side: 'Sell', qty: 10, price: 1_010_000, reduceOnly: true, clOrdID: 'a' });
    bed.place({ side: 'Sell', qty: 10, price: 1_010_000, reduceOnly: true, clOrdID: 'b' });
    expect(bed.exchange.crowd.market(BTC.symbol, 'Buy', lots(20))).toBe(10);
    expect(bed.leg()).toMatchObject({ side: 'None', size: 0 });
    expect(bed.statuses()).toMatchObject({ a: 'Filled', b: 'Canceled' });
  });

  it('[POS7] lock nothing, and pass even when nothing is free', () => {
    const bed = createMarket(units('102'));
    bed.buyAt(1_000_000, 10);
    bed.setMark(999_000);
    const { balance, used } = bed.exchange.wallet(bed.account);
    expect(balance - used).toBeLessThan(units('1'));
    expect(bed.place({ side: 'Sell', qty: 10, price: 1_050_000, reduceOnly: true }).ok).toBe(true);
    expect(bed.exchange.wallet(bed.account).used).toBe(used);
    bed.crowd('Buy', 998_000, 10);
    expect(bed.place({ side: 'Sell', qty: 10, reduceOnly: true }).ok).toBe(true);
    expect(bed.leg().size).toBe(0);
  });

  it('[POS7] a position worth less than the smallest order can still be closed', () => {
    const bed = createTestbed();
    bed.crowd('Sell', 3600, 4, XRP);
    expect(bed.place({ on: XRP, side: 'Buy', qty: 4, price: 3600 }).ok).toBe(true);
    expect(codeOf(bed.place({ on: XRP, side: 'Sell', qty: 2, price: 3600 }))).toBe(11115);
    expect(bed.place({ on: XRP, side: 'Sell', qty: 2, price: 3600, reduceOnly: true }).ok).toBe(true);
  });
});

describe('closing below what the margin is worth', () => {
  it('[REJ1] a closing limit price beyond the bankruptcy price is refused (11054), at it accepted', () => {
    const bed = createMarket();
    bed.apply(setOneWayLeverage('10'));
    bed.buyAt(1_000_000, 10);
    const close = (price: number) =>
      codeOf(bed.place({ side: 'Sell', qty: 1, price, reduceOnly: true, clOrdID: 'close' }));
    expect(bed.leg().bankruptPrice).toBe(900_000);
    expect(close(899_999)).toBe(11054);
    expect(close(900_000)).toBe(0);
    const amended = bed.apply({
      kind: 'amend',
      symbol: BTC.symbol,
      order: { by: 'clOrdID', clOrdID: 'close' as ClOrdID },
      posSide: 'Merged',
      price: ticks(899_999),
    });
    expect(codeOf(amended)).toBe(11054);
  });

  it('[REJ1] for a short beyond means above', () => {
    const bed = createMarket();
    bed.apply(setOneWayLeverage('10'));
    bed.sellAt(1_000_000, 10);
    const close = (price: number) => codeOf(bed.place({ side: 'Buy', qty: 1, price, reduceOnly: true }));
    expect(close(1_100_001)).toBe(11054);
    expect(close(1_100_000)).toBe(0);
  });
});

describe('hedged positions', () => {
  it('[POS8] long and short legs live side by side', () => {
    const bed = createMarket();
    hedge(bed);
    bed.buyAt(1_000_000, 10, { posSide: 'Long' });
    bed.sellAt(1_000_000, 4, { posSide: 'Short' });
    expect(bed.leg('Long')).toMatchObject({ side: 'Buy', size: 10, posMode: 'Hedged' });
    expect(bed.leg('Short')).toMatchObject({ side: 'Sell', size: 4 });
  });

  it('[POS8] closing a leg never opens the other: it is cut to the leg, and refused without one', () => {
    const bed = createMarket();
    hedge(bed);
    expect(codeOf(bed.sellAt(1_000_000, 1, { posSide: 'Long' }))).toBe(11011);
    bed.buyAt(1_000_000, 10, { posSide: 'Long' });
    bed.sellAt(1_000_000, 25, { posSide: 'Long' });
    expect(bed.leg('Long')).toMatchObject({ side: 'None', size: 0 });
    expect(bed.leg('Short')).toMatchObject({ side: 'None', size: 0 });
  });

  it('[MOD1] a position side that does not fit the mode is refused everywhere', () => {
    const bed = createMarket();
    hedge(bed);
    expect(codeOf(bed.place({ side: 'Buy', qty: 1, price: 990_000 }))).toBe(20004);
    expect(codeOf(bed.apply(setOneWayLeverage('5')))).toBe(20004);
  });

  it('[MOD2] the mode cannot change under a position or an open order', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 1, price: 990_000 });
    expect(codeOf(hedge(bed))).toBe(20004);
    bed.apply({ kind: 'cancel-all', symbol: BTC.symbol, untriggered: false });
    bed.buyAt(1_000_000, 1);
    expect(codeOf(hedge(bed))).toBe(20004);
    bed.sellAt(1_000_000, 1);
    expect(hedge(bed).ok).toBe(true);
    expect(hedge(bed).ok).toBe(true);
  });

  it('[MOD2] one product is switched, the others keep their mode, and legs inherit the leverage', () => {
    const bed = createMarket();
    bed.apply(setOneWayLeverage('5'));
    hedge(bed);
    expect(bed.exchange.positions(bed.account).map((leg) => [leg.symbol, leg.posSide, leg.leverage])).toEqual(
      [
        ['BTCUSDT', 'Long', rate('5')],
        ['BTCUSDT', 'Short', rate('5')],
        ['LTCUSDT', 'Merged', rate('10')],
        ['XRPUSDT', 'Merged', rate('10')],
      ],
    );
  });
});

describe('leverage', () => {
  it('[LEV1] its sign is the margin mode: positive isolated, zero or negative cross', () => {
    const bed = createMarket();
    expect(bed.leg()).toMatchObject({ marginMode: 'cross', leverage: rate('10') });
    bed.apply(setOneWayLeverage('20'));
    expect(bed.leg()).toMatchObject({ marginMode: 'isolated', leverage: rate('20') });
    bed.apply(setOneWayLeverage('0'));
    expect(bed.leg()).toMatchObject({ marginMode: 'cross', leverage: 0n, buyValueToCost: rate('0.011194') });
  });

  it.each(['100.00000001', '-101', '0.5', '-0.5'])('[LEV2] %s is refused', (text) => {
    const bed = createMarket();
    expect(codeOf(bed.apply(setOneWayLeverage(text)))).toBe(11004);
    expect(bed.leg().leverage).toBe(rate('10'));
  });

  it("[LEV3] more than the position's tier allows is refused", () => {
    const bed = createMarket(units('1000000'));
    bed.buyAt(1_000_000, 25_000);
    expect(bed.leg().value).toBe(units('2500000'));
    expect(codeOf(bed.apply(setOneWayLeverage('-68')))).toBe(11004);
    expect(bed.apply(setOneWayLeverage('-67')).ok).toBe(true);
  });

  it('[LEV4] less leverage costs more, and is refused when that is not there', () => {
    const bed = createMarket(units('110'));
    bed.buyAt(1_000_000, 10);
    expect(codeOf(bed.apply(setOneWayLeverage('-5')))).toBe(11005);
    expect(bed.leg().leverage).toBe(rate('10'));
    expect(bed.apply(setOneWayLeverage('-20')).ok).toBe(true);
  });

  it('[LEV5] a change that the mark price would liquidate at once is refused', () => {
    const bed = createMarket();
    bed.apply(setOneWayLeverage('10'));
    bed.buyAt(1_000_000, 10);
    bed.setMark(980_000);
    expect(codeOf(bed.apply(setOneWayLeverage('100')))).toBe(11004);
    expect(bed.leg()).toMatchObject({ size: 10, leverage: rate('10') });
  });
});

describe('funding', () => {
  it('[FND1] a positive rate moves value at mark × rate from long to short', () => {
    const bed = createMarket();
    hedge(bed);
    bed.buyAt(1_000_000, 10, { posSide: 'Long' });
    bed.sellAt(1_000_000, 4, { posSide: 'Short' });
    bed.setMark(1_010_000);
    const { balance } = bed.exchange.wallet(bed.account);
    bed.exchange.chargeFunding(BTC.symbol, rate('0.0001'));
    expect(bed.leg('Long').cumFundingFee).toBe(units('0.101'));
    expect(bed.leg('Short').cumFundingFee).toBe(units('-0.0404'));
    expect(bed.exchange.wallet(bed.account).balance).toBe((balance - units('0.0606')) as typeof balance);
    expect(bed.exchange.ledger().funding).toBe(units('0.0606'));
  });
});
