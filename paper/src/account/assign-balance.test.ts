import { describe, expect, it } from 'vitest';
import type { PosSide } from '#contract/vocabulary.ts';
import type { CommandResult } from '../commands.ts';
import { openAccountStore } from '../store/libsql-store.ts';
import { BTC, createTestbed, rate, units } from '../testing/testbed.ts';

const codeOf = (result: CommandResult): number => (result.ok ? 0 : result.refusal.code);

const leverage = (text: string) =>
  ({
    kind: 'set-leverage',
    symbol: BTC.symbol,
    leverage: { mode: 'OneWay', value: rate(text) },
  }) as const;

/** 0.01 BTC long from 100,000 at isolated 10x: it costs 100.54, of which 0.54 close it at 90,000. */
function createLong(store = openAccountStore(':memory:')) {
  const bed = createTestbed({ store, deposit: units('1000') });
  bed.setMark(1_000_000);
  bed.apply(leverage('10'));
  bed.crowd('Sell', 1_000_000, 10);
  bed.place({ side: 'Buy', qty: 10, price: 1_000_000 });
  const assign = (balance: string, posSide: PosSide = 'Merged') =>
    bed.apply({ kind: 'assign-balance', symbol: BTC.symbol, posSide, balance: units(balance) });
  return { ...bed, assign };
}

describe('assigning balance to an isolated position', () => {
  it('[ASG1] moves its bankruptcy and liquidation price away by what was added, and locks it', () => {
    const bed = createLong();
    const { used } = bed.exchange.wallet(bed.account);
    expect(bed.leg()).toMatchObject({ bankruptPrice: 900_000, liquidationPrice: 905_000 });
    expect(bed.assign('200.48').ok).toBe(true);
    // 200.48 lose 200 and the fee of 0.48 at 80,000; liquidated half a per cent of the entry value before.
    expect(bed.leg()).toMatchObject({
      positionCost: units('100.54'),
      assignedBalance: units('200.48'),
      positionMargin: units('200'),
      bankruptComm: units('0.48'),
      bankruptPrice: 800_000,
      liquidationPrice: 805_000,
    });
    expect(bed.exchange.wallet(bed.account).used).toBe(used + units('99.94'));
    expect(bed.events.at(-1)).toMatchObject({ kind: 'account', positions: [{ liquidationPrice: 805_000 }] });
    bed.setMark(805_001);
    expect(bed.leg().size).toBe(10);
    bed.setMark(805_000);
    expect(bed.leg().size).toBe(0);
  });

  it('[ASG1] takes it back down to what the position costs', () => {
    const bed = createLong();
    bed.assign('200.48');
    expect(bed.assign('100.54').ok).toBe(true);
    expect(bed.leg()).toMatchObject({ assignedBalance: units('100.54'), liquidationPrice: 905_000 });
    expect(codeOf(bed.assign('100.53'))).toBe(11008);
    expect(bed.leg().assignedBalance).toBe(units('100.54'));
  });

  it('[ASG2] is refused without a position (11006), for cross (11007), and for the wrong side (20004)', () => {
    const bed = createTestbed();
    const assign = (posSide: PosSide) =>
      codeOf(bed.apply({ kind: 'assign-balance', symbol: BTC.symbol, posSide, balance: units('500') }));
    expect(assign('Merged')).toBe(11006);
    expect(assign('Long')).toBe(20004);
    bed.setMark(1_000_000);
    bed.crowd('Sell', 1_000_000, 10);
    bed.place({ side: 'Buy', qty: 10, price: 1_000_000 });
    expect(assign('Merged')).toBe(11007);
  });

  it('[ASG2] adds no more than is available (11010)', () => {
    const bed = createLong();
    const { balance, used } = bed.exchange.wallet(bed.account);
    expect(codeOf(bed.assign('999.41'))).toBe(11010);
    // All of it: 999.4 after the opening fee.
    expect(balance).toBe(units('999.4'));
    expect(used).toBe(units('100.54'));
    expect(bed.assign('999.4').ok).toBe(true);
    expect(bed.exchange.wallet(bed.account).used).toBe(balance);
  });

  it('[ASG2] leaves what covers the unrealised loss (11009)', () => {
    const bed = createLong();
    bed.assign('200');
    bed.setMark(995_000);
    expect(codeOf(bed.assign('105.53'))).toBe(11009);
    expect(bed.assign('105.54').ok).toBe(true);
  });

  it('[ASG3] a partial close takes its share back, a whole one all of it', () => {
    const bed = createLong();
    bed.assign('200.54');
    bed.crowd('Buy', 1_000_000, 4);
    bed.place({ side: 'Sell', qty: 4, reduceOnly: true });
    expect(bed.leg().assignedBalance).toBe(units('120.324'));
    bed.crowd('Buy', 1_000_000, 6);
    bed.place({ side: 'Sell', qty: 6, reduceOnly: true });
    expect(bed.exchange.wallet(bed.account).used).toBe(0n);
  });

  it('[ASG3] a position that turns over starts with what it costs', () => {
    const bed = createLong();
    bed.assign('200.54');
    bed.crowd('Buy', 1_000_000, 15);
    bed.place({ side: 'Sell', qty: 15, price: 1_000_000 });
    expect(bed.leg()).toMatchObject({ side: 'Sell', size: 5 });
    expect(bed.leg().assignedBalance).toBe(bed.leg().positionCost);
  });

  it('[ASG3] another leverage resets it, the same one does not', () => {
    const bed = createLong();
    bed.assign('200.54');
    bed.apply(leverage('10'));
    expect(bed.leg().assignedBalance).toBe(units('200.54'));
    bed.apply(leverage('5'));
    expect(bed.leg().assignedBalance).toBe(units('200.48'));
    expect(bed.leg().assignedBalance).toBe(bed.leg().positionCost);
  });

  it('[ASG4] survives a restart', () => {
    const store = openAccountStore(':memory:');
    const before = createLong(store);
    before.assign('200.48');
    const after = createTestbed({ store });
    expect(after.leg()).toMatchObject({ assignedBalance: units('200.48'), liquidationPrice: 805_000 });
  });
});
