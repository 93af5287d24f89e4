import { describe, expect, it } from 'vitest';
import { amend, codeOf, createMarket, isolate, life, openOrder, stop } from '../testing/conditionals.ts';
import { BTC, lots, type PlaceOptions, ticks } from '../testing/testbed.ts';

describe('conditional orders that close', () => {
  const whole = (options: Partial<PlaceOptions> = {}) =>
    stop({ side: 'Sell', qty: 0, closeOnTrigger: true, ...options });

  it('[TRG9] one without a size has the size of the position, however that changes', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    expect(bed.place(whole())).toMatchObject({ orders: [{ order: { qty: 10 } }] });
    bed.place({ side: 'Buy', qty: 5 });
    expect(openOrder(bed)?.qty).toBe(15);
    bed.place({ side: 'Sell', qty: 12 });
    expect(openOrder(bed)?.qty).toBe(3);
    bed.setMark(990_000);
    expect(bed.leg().size).toBe(0);
    expect(life(bed).at(-1)).toBe('TakerFill Filled');
  });

  it('[TRG9] its size cannot be amended (11068)', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(whole());
    expect(codeOf(bed.apply(amend('s', { qty: lots(5) })))).toBe(11068);
    expect(codeOf(bed.apply(amend('s', { qty: lots(10), triggerPrice: ticks(980_000) })))).toBe(0);
  });

  it('[TRG10] closing orders of a position that is gone are deactivated; others wait on', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(whole());
    bed.place(stop({ side: 'Sell', reduceOnly: true, clOrdID: 'part' }));
    bed.place(stop({ side: 'Sell', clOrdID: 'entry' }));
    bed.place({ side: 'Sell', qty: 10 });
    expect(life(bed).at(-1)).toBe('Canceled Deactivated');
    expect(life(bed, 'part').at(-1)).toBe('Canceled Deactivated');
    expect(bed.exchange.openOrders(bed.account).map(({ clOrdID }) => clOrdID)).toEqual(['entry']);
  });

  it('[TRG10] one cancels the other: the take-profit closes the position, the stop-loss goes', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(whole({ clOrdID: 'loss' }));
    bed.place(whole({ clOrdID: 'profit', ordType: 'MarketIfTouched', stopPx: 1_010_000 }));
    bed.setMark(1_010_000);
    expect(life(bed, 'profit').at(-1)).toBe('TakerFill Filled');
    expect(life(bed, 'loss').at(-1)).toBe('Canceled Deactivated');
    expect(bed.exchange.openOrders(bed.account)).toEqual([]);
  });

  it('[TRG10] two that one price makes due: the second finds nothing to close', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(whole({ clOrdID: 'a', stopPx: 995_000 }));
    bed.place(whole({ clOrdID: 'b', qty: 10, stopPx: 990_000 }));
    bed.setMark(980_000);
    expect([life(bed, 'a').at(-1), life(bed, 'b').at(-1)]).toEqual([
      'TakerFill Filled',
      'Canceled Deactivated',
    ]);
    expect(bed.leg().size).toBe(0);
  });

  it('[TRG11] close-on-trigger makes room: orders of its side that leave it too little to close are canceled', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place({ side: 'Sell', qty: 10, price: 1_050_000, clOrdID: 'in the way' });
    bed.place({ side: 'Buy', qty: 10, price: 900_000, clOrdID: 'other side' });
    bed.place(whole());
    bed.setMark(990_000);
    expect(life(bed, 'in the way').at(-1)).toBe('Canceled Canceled');
    expect(life(bed).at(-1)).toBe('TakerFill Filled');
    expect(bed.exchange.openOrders(bed.account).map(({ clOrdID }) => clOrdID)).toEqual(['other side']);
  });

  it('[TRG11] a reduce-only one cancels nobody and is cut to the position', () => {
    const bed = createMarket();
    bed.place({ side: 'Buy', qty: 10 });
    bed.place({ side: 'Sell', qty: 10, price: 1_050_000, clOrdID: 'resting' });
    bed.place(stop({ side: 'Sell', qty: 50, reduceOnly: true }));
    bed.place({ side: 'Sell', qty: 4 });
    bed.setMark(990_000);
    expect(bed.leg().size).toBe(0);
    expect(bed.exchange.openOrders(bed.account).map(({ clOrdID }) => clOrdID)).toEqual(['resting']);
    expect(bed.exchange.recentOrders(bed.account)[0]).toMatchObject({ clOrdID: 's', qty: 6, cumQty: 6 });
  });

  it('[TRG12] the mark price passes a stop before the liquidation price', () => {
    const bed = createMarket();
    isolate(bed);
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(whole({ stopPx: 950_000 }));
    bed.setMark(890_000);
    expect(life(bed)).toContain('TakerFill Filled');
    expect(bed.orderEvents().some(({ order }) => order.clOrdID.startsWith('liq-'))).toBe(false);
  });

  it('[TRG10] liquidation takes the closing orders with the position', () => {
    const bed = createMarket();
    isolate(bed);
    bed.place({ side: 'Buy', qty: 10 });
    bed.place(whole({ source: 'ByIndexPrice', stopPx: 950_000 }));
    bed.setMark(890_000);
    expect(bed.leg().size).toBe(0);
    expect(bed.exchange.openOrders(bed.account)).toEqual([]);
  });

  it('[MOD2] the position mode cannot change under a conditional order', () => {
    const bed = createMarket();
    bed.place(stop({ side: 'Buy' }));
    expect(codeOf(bed.apply({ kind: 'switch-pos-mode', symbol: BTC.symbol, target: 'Hedged' }))).toBe(20004);
  });

  it('[POS8] the closing side of a hedged leg is reduce-only for conditional orders too', () => {
    const bed = createMarket();
    bed.apply({ kind: 'switch-pos-mode', symbol: BTC.symbol, target: 'Hedged' });
    expect(codeOf(bed.place(stop({ side: 'Sell', posSide: 'Long' })))).toBe(11057);
    bed.place({ side: 'Buy', qty: 3, posSide: 'Long' });
    bed.place(stop({ side: 'Sell', posSide: 'Long' }));
    bed.setMark(990_000);
    expect(bed.leg('Long').size).toBe(0);
  });
});
