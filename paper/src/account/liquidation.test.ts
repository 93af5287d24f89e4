import { describe, expect, it } from 'vitest';
import type { AccountID } from '../commands.ts';
import type { InsuranceEvent, OrderEvent, PositionView } from '../events.ts';
import { openAccountStore } from '../store/libsql-store.ts';
import { BTC, createTestbed, LTC, rate, type TestbedOptions, units } from '../testing/testbed.ts';

const isolate = (text: string) =>
  ({
    kind: 'set-leverage',
    symbol: BTC.symbol,
    leverage: { mode: 'OneWay', value: rate(text) },
  }) as const;

/** The crowd asks and bids at the given price around a mark of 100,000.0. */
function createMarket(options: TestbedOptions = {}) {
  const bed = createTestbed(options);
  const { exchange, account } = bed;
  bed.setMark(1_000_000);
  const buyAt = (price: number, qty: number, by = account) => {
    bed.crowd('Sell', price, qty);
    return bed.place({ side: 'Buy', qty, price, timeInForce: 'ImmediateOrCancel' }, by);
  };
  const sellAt = (price: number, qty: number, by = account) => {
    bed.crowd('Buy', price, qty);
    return bed.place({ side: 'Sell', qty, price, timeInForce: 'ImmediateOrCancel' }, by);
  };
  const legOf = (by: AccountID): PositionView => {
    const found = exchange.positions(by).find(({ symbol }) => symbol === BTC.symbol);
    if (found === undefined) throw new Error('No leg');
    return found;
  };
  return {
    ...bed,
    buyAt,
    sellAt,
    legOf,
    isolateAll: (text: string) => bed.apply(isolate(text)),
    fund: () => exchange.ledger().insuranceFund,
    liquidations: () =>
      bed.orderEvents().filter(({ execution }: OrderEvent) => execution?.tradeType === 'LiqTrade'),
    fundEvents: () => bed.events.filter((event): event is InsuranceEvent => event.kind === 'insurance'),
  };
}

describe('liquidation', () => {
  it('[LIQ1] happens at the liquidation price that was shown, not a tick before', () => {
    const bed = createMarket();
    bed.isolateAll('10');
    bed.buyAt(1_000_000, 10);
    const { liquidationPrice } = bed.leg();
    expect(liquidationPrice).toBe(905_000);
    bed.setMark(liquidationPrice + 1);
    expect(bed.leg().size).toBe(10);
    bed.setMark(liquidationPrice);
    expect(bed.leg()).toMatchObject({ side: 'None', size: 0 });
  });

  it('[LIQ5] a short is liquidated by a rise', () => {
    const bed = createMarket();
    bed.isolateAll('10');
    bed.sellAt(1_000_000, 10);
    const { liquidationPrice } = bed.leg();
    expect(liquidationPrice).toBe(1_095_000);
    bed.setMark(liquidationPrice - 1);
    expect(bed.leg().size).toBe(10);
    bed.setMark(liquidationPrice);
    expect(bed.leg().size).toBe(0);
  });

  it('[LIQ2] of an isolated position costs its margin, however far the mark price went', () => {
    const bed = createMarket();
    bed.isolateAll('10');
    bed.buyAt(1_000_000, 10);
    const { balance } = bed.exchange.wallet(bed.account);
    const { assignedBalance } = bed.leg();
    bed.crowd('Buy', 500_000, 100);
    bed.setMark(600_000);
    expect(bed.exchange.wallet(bed.account).balance).toBe(balance - assignedBalance);
  });

  it('[LIQ3] the account leaves at the bankruptcy price, by a LiqTrade that it is told of', () => {
    const bed = createMarket();
    bed.isolateAll('10');
    bed.buyAt(1_000_000, 10);
    bed.crowd('Buy', 904_990, 100);
    bed.setMark(905_000);
    const [fill] = bed.exchange.recentFills(bed.account);
    expect(fill).toMatchObject({
      order: { ordType: 'Market', side: 'Sell', reduceOnly: true, ordStatus: 'Filled' },
      execution: {
        price: 900_000,
        qty: 10,
        tradeType: 'LiqTrade',
        fee: units('0.54'),
        closedPnl: units('-100'),
      },
    });
    expect(bed.orderEvents().map(({ action }) => action)).toContain('LiqRequest');
    expect(bed.events.filter(({ kind }) => kind === 'trade').at(-1)).toMatchObject({
      price: 904_990,
      qty: 10,
    });
  });

  it('[LIQ4] cancels the orders of that contract first, and may leave it at that', () => {
    const bed = createMarket({ deposit: units('1100') });
    bed.buyAt(1_000_000, 10);
    bed.setMark(7000, LTC);
    bed.place({ side: 'Buy', qty: 90, price: 990_000 });
    bed.place({ on: LTC, side: 'Buy', qty: 10, price: 6000, clOrdID: 'other' });
    expect(bed.leg().liquidationPrice).toBeGreaterThan(500_000);
    bed.setMark(700_000);
    expect(bed.exchange.openOrders(bed.account)).toMatchObject([{ clOrdID: 'other' }]);
    expect(bed.leg().size).toBe(10);
  });

  it('[LIQ4] leaves a cross account with nothing, never with less', () => {
    const bed = createMarket({ deposit: units('105') });
    bed.buyAt(1_000_000, 10);
    bed.setMark(20_000);
    expect(bed.leg().size).toBe(0);
    const { balance, used } = bed.exchange.wallet(bed.account);
    expect(used).toBe(0n);
    // Prices are whole ticks: less than one of them is left.
    expect(balance).toBeGreaterThanOrEqual(0n);
    expect(balance).toBeLessThan(units('0.001'));
  });

  it('[LIQ4] of several cross positions the one that loses most goes first, and may save the others', () => {
    const bed = createMarket({ deposit: units('400') });
    bed.setMark(7000, LTC);
    bed.crowd('Sell', 7000, 10, LTC);
    bed.place({ on: LTC, side: 'Buy', qty: 10, price: 7000 });
    bed.buyAt(1_000_000, 30);
    bed.setMark(870_000);
    expect(bed.leg().size).toBe(0);
    expect(bed.leg('Merged', LTC).size).toBe(10);
    expect(bed.exchange.wallet(bed.account).balance).toBeGreaterThan(0n);
  });
});

describe('liquidation in steps', () => {
  /** 30 BTC at 100,000, in the second tier: it maintains 3,000,000 × 0.75 % − 5,000. */
  function createLarge() {
    const bed = createMarket({ deposit: units('1000000') });
    bed.isolateAll('20');
    bed.buyAt(1_000_000, 30_000);
    return bed;
  }

  it('[LIQ6] closes down to the next lower tier, whose smaller maintenance margin may be there', () => {
    const bed = createLarge();
    // 100,000 × (1 − 1/20) and 17,500 ÷ 30 above it.
    expect(bed.leg()).toMatchObject({ bankruptPrice: 950_000, liquidationPrice: 955_834 });
    bed.setMark(955_834);
    expect(bed.leg()).toMatchObject({ size: 20_000, liquidationPrice: 955_000 });
    expect(bed.liquidations()).toMatchObject([{ execution: { qty: 10_000, price: 950_000 } }]);
  });

  it('[LIQ6] goes on until what is left is maintained, or nothing is left', () => {
    const bed = createLarge();
    bed.setMark(955_000);
    expect(bed.leg().size).toBe(0);
    expect(bed.liquidations().map(({ execution }) => execution?.qty)).toEqual([10_000, 20_000]);
  });

  it('[LIQ6] takes a cross account down a step just as well', () => {
    const bed = createMarket({ deposit: units('350000') });
    bed.buyAt(1_000_000, 30_000);
    const { liquidationPrice } = bed.leg();
    bed.setMark(liquidationPrice);
    expect(bed.leg().size).toBe(20_000);
    expect(bed.leg().liquidationPrice).toBeLessThan(liquidationPrice);
  });
});

describe('the insurance fund', () => {
  it('[INS1] begins with 1,000,000 USDT and earns what the book pays beyond the bankruptcy price', () => {
    const bed = createMarket();
    bed.isolateAll('10');
    bed.buyAt(1_000_000, 10);
    expect(bed.fund()).toBe(units('1000000'));
    bed.crowd('Buy', 904_000, 6);
    bed.crowd('Buy', 902_000, 10);
    bed.setMark(905_000);
    // 0.006 BTC at 400 and 0.004 BTC at 200 above 90,000.
    expect(bed.fund()).toBe(units('1000003.2'));
    expect(bed.fundEvents()).toMatchObject([{ change: units('3.2'), why: 'liquidation' }]);
  });

  it('[INS2] takes over what the book does not buy at that price, and bears the gap to the mark price', () => {
    const bed = createMarket();
    bed.isolateAll('10');
    bed.buyAt(1_000_000, 10);
    bed.crowd('Buy', 500_000, 100);
    bed.setMark(600_000);
    expect(bed.leg().size).toBe(0);
    expect(bed.fund()).toBe(units('999700'));
    expect(bed.fundEvents()).toMatchObject([{ change: units('-300'), why: 'takeover' }]);
  });

  it('[INS3] keeps its balance over a restart', () => {
    const store = openAccountStore(':memory:');
    const bed = createMarket({ store });
    bed.isolateAll('10');
    bed.buyAt(1_000_000, 10);
    bed.setMark(600_000);
    expect(createTestbed({ store }).exchange.ledger().insuranceFund).toBe(units('999700'));
  });
});

describe('auto-deleverage', () => {
  /** A loser that is long, and two winners that are short; the fund has one USDT. */
  function createDuel(insuranceFund = units('1')) {
    const bed = createMarket({ insuranceFund });
    const [bold, calm] = ['bold', 'calm'].map((name) => bed.exchange.openAccount(name, units('10000')));
    if (bold === undefined || calm === undefined) throw new Error('No account');
    bed.exchange.apply(bold, isolate('20'));
    bed.exchange.apply(calm, isolate('2'));
    bed.isolateAll('10');
    bed.buyAt(1_000_000, 10);
    bed.sellAt(1_000_000, 6, bold);
    bed.sellAt(1_000_000, 20, calm);
    return { ...bed, bold, calm };
  }

  it('[ADL1] ranks positions in profit by profit and leverage; a loss is never in the queue', () => {
    const bed = createDuel();
    const ranks = () =>
      [bed.account, bed.bold, bed.calm].map((account) => bed.legOf(account).deleveragePercentile);
    expect(ranks()).toEqual([0n, 0n, 0n]);
    bed.setMark(960_000);
    expect(ranks()).toEqual([0n, rate('1'), rate('0.5')]);
    bed.setMark(1_010_000);
    expect(ranks()).toEqual([rate('1'), 0n, 0n]);
  });

  it('[ADL2] closes winners at the bankruptcy price when the fund cannot pay, the first in the queue first', () => {
    const bed = createDuel();
    bed.setMark(600_000);
    // The loss of 30 USDT a lot is more than the fund has.
    expect(bed.fund()).toBe(units('1'));
    expect(bed.legOf(bed.account).size).toBe(0);
    expect(bed.legOf(bed.bold)).toMatchObject({ side: 'None', size: 0 });
    expect(bed.legOf(bed.calm)).toMatchObject({ side: 'Sell', size: 16 });
    const [fill] = bed.exchange.recentFills(bed.bold);
    expect(fill).toMatchObject({
      order: { ordType: 'Market', side: 'Buy', reduceOnly: true, ordStatus: 'Filled' },
      execution: { tradeType: 'AdlTrade', price: 900_000, qty: 6, fee: 0n, closedPnl: units('60') },
    });
  });

  it('[ADL2] only for what the fund cannot take over', () => {
    const bed = createDuel(units('100'));
    bed.setMark(600_000);
    // Three lots for 90, seven are left: six of the bold and one of the calm.
    expect(bed.fund()).toBe(units('10'));
    expect(bed.legOf(bed.bold).size).toBe(0);
    expect(bed.legOf(bed.calm).size).toBe(19);
  });

  it('[ADL2] nobody is closed at a loss: what is left closes against the crowd', () => {
    const bed = createMarket({ insuranceFund: units('0') });
    const late = bed.exchange.openAccount('late', units('10000'));
    bed.isolateAll('10');
    bed.buyAt(1_000_000, 10);
    bed.setMark(910_000);
    bed.sellAt(895_000, 10, late);
    bed.setMark(600_000);
    expect(bed.leg().size).toBe(0);
    expect(bed.legOf(late)).toMatchObject({ side: 'Sell', size: 10 });
    expect(bed.fund()).toBe(0n);
  });
});
