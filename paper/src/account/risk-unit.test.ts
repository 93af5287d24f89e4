import { describe, expect, it } from 'vitest';
import { BTC, createTestbed, LTC, rate, units } from '../testing/testbed.ts';
import { riskUnits } from './risk-unit.ts';

function createMarket() {
  const bed = createTestbed();
  bed.setMark(1_000_000);
  bed.setMark(7000, LTC);
  const unitsNow = () => riskUnits(bed.exchange.wallet(bed.account), bed.exchange.positions(bed.account));
  return { ...bed, unitsNow };
}

const isolate = { kind: 'set-leverage', leverage: { mode: 'OneWay', value: rate('10') } } as const;

describe('risk units', () => {
  it('[RSK1] an account without positions is one unit, with nothing to maintain', () => {
    expect(createMarket().unitsNow()).toEqual([
      {
        of: 'CrossAsset',
        balance: units('10000'),
        equity: units('10000'),
        unrealisedPnl: 0n,
        positionCost: 0n,
        maintenanceMargin: 0n,
        orderCost: 0n,
        available: units('10000'),
        marginRatio: rate('999'),
      },
    ]);
  });

  it('[RSK1] cross positions share a unit: equity is balance and profit, its ratio to the maintenance margin counts', () => {
    const bed = createMarket();
    bed.crowd('Sell', 1_000_000, 100);
    bed.place({ side: 'Buy', qty: 100, price: 1_000_000 });
    bed.place({ on: LTC, side: 'Buy', qty: 10, price: 6000 });
    bed.setMark(990_000);
    const [cross, ...isolated] = bed.unitsNow();
    expect(isolated).toEqual([]);
    // 0.1 BTC from 100,000: fee 6, loss 100, maintained by 0.5 % of 9,900; 60 USDT of LTC ordered at 0.10114.
    expect(cross).toEqual({
      of: 'CrossAsset',
      balance: units('9994'),
      equity: units('9894'),
      unrealisedPnl: units('-100'),
      positionCost: units('1005.4'),
      maintenanceMargin: units('49.5'),
      orderCost: units('6.0684'),
      available: units('8882.5316'),
      marginRatio: rate('199.87878787'),
    });
  });

  it('[RSK2] an isolated position is a unit of its own, and what it was assigned has left the cross unit', () => {
    const bed = createMarket();
    bed.apply({ ...isolate, symbol: BTC.symbol });
    bed.crowd('Buy', 1_000_000, 100);
    bed.place({ side: 'Sell', qty: 100, price: 1_000_000 });
    bed.setMark(990_000);
    const [cross, own] = bed.unitsNow();
    // 1,000 of margin and the fee of closing at 11,000.
    expect(own).toMatchObject({
      of: { symbol: BTC.symbol, posSide: 'Merged' },
      balance: units('1006.6'),
      equity: units('1106.6'),
      unrealisedPnl: units('100'),
      maintenanceMargin: units('49.5'),
      marginRatio: rate('22.35555555'),
    });
    expect(cross).toMatchObject({ balance: units('8987.4'), unrealisedPnl: 0n, marginRatio: rate('999') });
    expect((cross?.balance ?? 0n) + (own?.balance ?? 0n)).toBe(bed.exchange.wallet(bed.account).balance);
  });
});
