import { describe, expect, it } from 'vitest';
import { isMultipleOf, price } from '#contract/decimal.ts';
import { LEVERAGE_MARGINS, MARKET_PRODUCTS, PRODUCT_SPECS } from './products.ts';

describe('products', () => {
  it('are at least fifty, each with its own symbol and code', () => {
    expect(new Set(PRODUCT_SPECS.map((spec) => spec.symbol)).size).toBeGreaterThanOrEqual(50);
    expect(new Set(MARKET_PRODUCTS.map(({ listing }) => listing.code)).size).toBe(PRODUCT_SPECS.length);
  });

  it('settle funding at different intervals', () => {
    expect(new Set(PRODUCT_SPECS.map((spec) => spec.fundingIntervalSec))).toEqual(
      new Set([3600, 14_400, 28_800]),
    );
  });

  it('value one tick of one lot exactly', () => {
    const btc = PRODUCT_SPECS.find((spec) => spec.symbol === 'BTCUSDT');
    expect(btc?.unitsPerTickLot).toBe(10_000_000n);
    expect(btc?.priceMax).toBe(5_000_000);
    expect(btc?.qtyMax).toBe(10_000_000);
    for (const { tickSize } of PRODUCT_SPECS) expect(isMultipleOf(price('1000'), tickSize)).toBe(true);
  });

  it('ask for the same maintenance margin on both sides of a tier border', () => {
    for (const tiers of LEVERAGE_MARGINS.values()) {
      expect(tiers.length).toBeGreaterThan(1);
      for (const [index, tier] of tiers.entries()) {
        const below = tiers[index - 1];
        if (below === undefined) continue;
        const at = below.notionalMax;
        const margin = (side: typeof tier) =>
          (at * side.maintenanceRate) / 100_000_000n - side.maintenanceAmount;
        expect(margin(tier)).toBe(margin(below));
        expect(tier.leverageMax).toBeLessThan(below.leverageMax);
      }
    }
    // As the exchange prints them.
    expect(LEVERAGE_MARGINS.get(1036)?.at(-1)?.maintenanceAmount).toBe(1_001_250n * 10n ** 12n);
    expect(LEVERAGE_MARGINS.get(1015)?.at(-1)?.maintenanceAmount).toBe(25_400n * 10n ** 12n);
    expect(LEVERAGE_MARGINS.get(1020)?.at(-1)?.maintenanceAmount).toBe(42_950n * 10n ** 12n);
    expect(LEVERAGE_MARGINS.get(1002)?.at(-1)?.maintenanceAmount).toBe(225_000n * 10n ** 12n);
  });

  it('have a reference price well inside their price limits', () => {
    for (const { spec, profile } of MARKET_PRODUCTS) {
      const ticks = profile.referencePrice / Number(spec.tickSize);
      expect(ticks).toBeGreaterThan(spec.priceMin * 10);
      expect(ticks).toBeLessThan(spec.priceMax / 4);
    }
  });
});
