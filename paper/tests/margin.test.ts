/** Margin, leverage and risk as a client meets them on the wire. */
import { describe, expect, it } from 'vitest';
import { ALICE, place, SYMBOL, send, startStill } from './harness.ts';

describe('GET /g-accounts/risk-unit', () => {
  it('[RSK1] has the documented keys in their order, with numbers for numbers', async () => {
    const server = await startStill();
    await place(server, ALICE, { ordType: 'Market' });
    const { json } = await send(server, ALICE, '/g-accounts/risk-unit');
    expect(json).toMatchObject({ code: 0, msg: '' });
    const [unit] = json.data;
    expect(Object.keys(unit)).toEqual([
      'userId',
      'riskMode',
      'valuationCcy',
      'symbol',
      'posSide',
      'marginRatioRr',
      'totalBalanceRv',
      'totalEquityRv',
      'estAvailableBalanceRv',
      'totalFreeRv',
      'totalPosUnpnlRv',
      'totalPosCostRv',
      'totalPosMMRv',
      'totalOrdUsedBalanceRv',
      'totalOrdOpenLossRv',
      'fixedUsedRv',
    ]);
    expect(unit).toMatchObject({ riskMode: 'CrossAsset', valuationCcy: 3, symbol: '', posSide: '' });
    expect(unit.totalEquityRv).toBeCloseTo(unit.totalBalanceRv + unit.totalPosUnpnlRv, 8);
    expect(unit.marginRatioRr).toBeCloseTo(unit.totalEquityRv / unit.totalPosMMRv, 6);
  });

  it('[RSK2] shows an isolated position as a unit of its own', async () => {
    const server = await startStill();
    const query = `symbol=${SYMBOL}&leverageRr=5`;
    await send(server, ALICE, '/g-positions/leverage', { method: 'PUT', query });
    await place(server, ALICE, { ordType: 'Market' });
    const { json } = await send(server, ALICE, '/g-accounts/risk-unit');
    expect(json.data).toMatchObject([
      { riskMode: 'CrossAsset' },
      { riskMode: 'Isolated', symbol: SYMBOL, posSide: 'Merged' },
    ]);
  });
});
