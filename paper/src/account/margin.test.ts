import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { price } from '#contract/decimal.ts';
import { BTC, createTestbed, LTC, rate, ticks, units, XRP } from '../testing/testbed.ts';
import { positionRow } from '../wire/account-bodies.ts';
import { createCatalogue } from '../wire/catalogue.ts';
import { marginFigures, orderCost, type PositionTerms, positionCost, valueToCost } from './margin.ts';
import { maintenanceMargin } from './tier.ts';

const TAKER = rate('0.0006');

const FIXTURE = fileURLToPath(
  new URL('../../../../shared/real-wire/ccxt-response-fixture.json', import.meta.url),
);

/** Numbers worked out by hand from rows that the live exchange printed. */
describe('margin arithmetic, worked examples', () => {
  it('[MRG1] an open order of 36 USDT at 10x locks 3.64104', () => {
    expect(valueToCost('Buy', rate('10'), TAKER)).toBe(rate('0.10114'));
    expect(valueToCost('Sell', rate('10'), TAKER)).toBe(rate('0.10126'));
    expect(orderCost(units('36'), valueToCost('Buy', rate('10'), TAKER))).toBe(units('3.64104'));
  });

  it('[MRG1] a rate that 10⁻⁸ cannot hold is rounded up, so that an order never locks too little', () => {
    expect(valueToCost('Buy', rate('3'), TAKER)).toBe(rate('0.33433334'));
  });

  const btc5x: PositionTerms = {
    product: BTC,
    side: 'Buy',
    size: 10n,
    value: units('259.897'),
    leverage: rate('5'),
    taker: TAKER,
  };

  it('[MRG2] an isolated long of 259.897 at 5x costs 52.10415056 and is liquidated at 20921.8', () => {
    const cost = positionCost(btc5x);
    expect(cost).toBe(units('52.10415056'));
    const figures = marginFigures(btc5x, false, cost);
    expect(figures.bankruptComm).toBe(units('0.12475056'));
    expect(figures.positionMargin).toBe(units('51.9794'));
    expect(figures.bankruptPrice).toBe(ticks(207_918));
    expect(figures.liquidationPrice).toBe(ticks(209_218));
    expect(figures.isLiquidatedAt(ticks(209_219))).toBe(false);
    expect(figures.isLiquidatedAt(ticks(209_218))).toBe(true);
  });

  it('[MRG2] a short mirrors it: bankrupt above its entry, liquidated before that', () => {
    const short: PositionTerms = { ...btc5x, side: 'Sell' };
    const figures = marginFigures(short, false, positionCost(short));
    // 25989.7 × 1.2 = 31187.64 and 25989.7 × (1.2 − 0.005) = 31057.6915, down to the tick.
    expect(figures.bankruptPrice).toBe(ticks(311_876));
    expect(figures.liquidationPrice).toBe(ticks(310_576));
    expect(figures.isLiquidatedAt(ticks(310_575))).toBe(false);
    expect(figures.isLiquidatedAt(ticks(310_576))).toBe(true);
  });

  it('[MRG3] a cross long whose account can bear any fall stands at one tick', () => {
    const xem: PositionTerms = {
      product: XRP,
      side: 'Buy',
      size: 186n,
      value: units('9.951'),
      leverage: rate('10'),
      taker: TAKER,
    };
    expect(positionCost(xem)).toBe(units('1.00047354'));
    const figures = marginFigures(xem, true, units('730.97309163'));
    expect(figures.bankruptPrice).toBe(1);
    expect(figures.liquidationPrice).toBe(1);
    expect(figures.bankruptComm).toBe(units('0.00001116'));
    expect(figures.positionMargin).toBe(units('730.97308047'));
  });
});

describe('a cross position recorded at the end of 2025', () => {
  it('[MRG3] goes bankrupt and is liquidated where the row says, to the last digit', () => {
    // One long of 0.01 BTC and nothing else in an account of 439.96184445932; the row prints cents.
    const terms: PositionTerms = {
      product: { ...BTC, tickSize: price('0.01'), unitsPerTickLot: BTC.unitsPerTickLot / 10n },
      side: 'Buy',
      size: 10n,
      value: units('887.531'),
      leverage: rate('10'),
      taker: TAKER,
    };
    const balance = units('439.96184445932');
    expect(marginFigures(terms, true, balance).bankruptPrice).toBe(ticks(4_478_379));
    const figures = marginFigures({ ...terms, product: BTC }, true, balance);
    expect(figures.liquidationPrice).toBe(ticks(450_090));
    expect(figures.isLiquidatedAt(ticks(450_091))).toBe(false);
  });

  it('[MRG3] a short mirrors it', () => {
    const terms: PositionTerms = {
      product: BTC,
      side: 'Sell',
      size: 10n,
      value: units('887.531'),
      leverage: rate('10'),
      taker: TAKER,
    };
    // (887.531 + 439.96184445932) ÷ 1.0006 and ÷ 1.0056, per 0.01 BTC and down to the tick.
    const figures = marginFigures(terms, true, units('439.96184445932'));
    expect(figures.bankruptPrice).toBe(ticks(1_326_696));
    expect(figures.liquidationPrice).toBe(ticks(1_320_100));
  });
});

describe('maintenance margin across tiers', () => {
  it("[MRG9] is the exchange's own example: 3,000,000 of BTC are maintained by 17,500", () => {
    expect(maintenanceMargin(BTC, units('3000000'))).toBe(units('17500'));
    expect(maintenanceMargin(BTC, units('2000000'))).toBe(units('10000'));
  });

  it('[MRG9] a larger position of the same leverage is liquidated sooner', () => {
    const at = (size: bigint) => {
      const terms: PositionTerms = {
        product: BTC,
        side: 'Buy',
        size,
        value: size * units('50'),
        leverage: rate('19'),
        taker: TAKER,
      };
      return marginFigures(terms, false, positionCost(terms)).liquidationPrice;
    };
    // 50,000 × (1 − 1/19 + 0.005), and for 80 BTC 50,000 × (1 − 1/19 + 0.0075) − 5,000/80.
    expect(at(1000n)).toBe(ticks(476_185));
    expect(at(80_000n)).toBe(ticks(476_810));
  });
});

describe('a second reading of the same recorded cross position', () => {
  it('[MRG3] margin = what is free + what is assigned − the closing fee', () => {
    const ltc: PositionTerms = {
      product: LTC,
      side: 'Buy',
      size: 2n,
      value: units('14.227'),
      leverage: rate('4'),
      taker: TAKER,
    };
    // 0.2 LTC at a mark of 65.515624875.
    const loss = units('14.227') - units('13.103124975');
    const assigned = positionCost(ltc) + loss;
    expect(assigned).toBe(units('4.687027175'));
    const backing = units('224.431891892508') - units('65.704267735') + assigned;
    expect(marginFigures(ltc, true, backing).positionMargin).toBe(units('163.414650132508'));
  });
});

/** The account of the recording, rebuilt by trading: same entries, orders, settings, mark and balance. */
function rebuildRecordedAccount(balance: string) {
  const fees = units('0.1559382') + units('0.0085362');
  const bed = createTestbed({ deposit: (units(balance) + fees) as ReturnType<typeof units> });
  for (const on of [BTC, XRP]) bed.apply({ kind: 'switch-pos-mode', symbol: on.symbol, target: 'Hedged' });
  bed.apply({
    kind: 'set-leverage',
    symbol: BTC.symbol,
    leverage: { mode: 'Hedged', long: rate('5'), short: rate('5') },
  });
  bed.apply({ kind: 'set-leverage', symbol: LTC.symbol, leverage: { mode: 'OneWay', value: rate('-4') } });
  bed.crowd('Sell', 259_897, 10);
  bed.place({ side: 'Buy', qty: 10, price: 259_897, posSide: 'Long' });
  bed.crowd('Sell', 7113, 1, LTC);
  bed.crowd('Sell', 7114, 1, LTC);
  bed.place({ on: LTC, side: 'Buy', qty: 2, price: 7114 });
  bed.place({ on: LTC, side: 'Buy', qty: 3, price: 7000 });
  bed.place({ on: XRP, side: 'Buy', qty: 100, price: 3600, posSide: 'Long' });
  bed.setMark(397_886);
  bed.setMark(6757, LTC);
  return bed;
}

interface RecordedRow {
  readonly symbol: string;
  readonly posSide: 'Merged' | 'Long' | 'Short';
  readonly [field: string]: unknown;
}

function readRecording(): { account: Record<string, unknown>; positions: RecordedRow[] } | undefined {
  if (!existsSync(FIXTURE)) return undefined;
  const fixture = JSON.parse(readFileSync(FIXTURE, 'utf8'));
  return fixture['accountPositions_GET_g-accounts_accountPositions'].data;
}

describe('an account recorded from the live exchange', () => {
  const recording = readRecording();

  it('[MRG4] its balance, used balance and cross margin come out to the last digit', () => {
    const bed = rebuildRecordedAccount('224.929205196403');
    const wallet = bed.exchange.wallet(bed.account);
    expect(wallet.balance).toBe(units('224.929205196403'));
    expect(wallet.used).toBe(units('65.29339271'));
    const ltc = bed.leg('Merged', LTC);
    expect(ltc.positionCost).toBe(units('3.56315215'));
    expect(ltc.assignedBalance).toBe(units('4.27615215'));
    expect(ltc.positionMargin).toBe(units('163.911963436403'));
    expect(ltc.usedBalance).toBe(units('9.54820215'));
  });

  it.skipIf(recording === undefined)(
    '[MRG4] every margin field of every recorded row is printed as recorded (skipped when the recording is absent)',
    () => {
      if (recording === undefined) return;
      const bed = rebuildRecordedAccount(String(recording.account.accountBalanceRv));
      const catalogue = createCatalogue([BTC, LTC, XRP]);
      const bySymbol = new Map([BTC, LTC, XRP].map((spec) => [String(spec.symbol), spec]));
      for (const row of recording.positions) {
        const spec = bySymbol.get(row.symbol);
        if (spec === undefined) throw new Error(`No product for ${row.symbol}`);
        const ours = positionRow(catalogue, bed.leg(row.posSide, spec));
        expect(marginFields(ours)).toEqual(marginFields(row));
      }
      expect(bed.exchange.wallet(bed.account).used).toBe(units(String(recording.account.totalUsedBalanceRv)));
    },
  );
});

/** Fields of a row that follow from entries, orders, settings, mark price and balance; the account's history is its own. */
const MARGIN_FIELDS = [
  'side',
  'crossMargin',
  'leverageRr',
  'initMarginReqRr',
  'maintMarginReqRr',
  'riskLimitRv',
  'size',
  'valueRv',
  'avgEntryPriceRp',
  'avgEntryPrice',
  'posCostRv',
  'assignedPosBalanceRv',
  'bankruptCommRv',
  'bankruptPriceRp',
  'positionMarginRv',
  'liquidationPriceRp',
  'buyValueToCostRr',
  'sellValueToCostRr',
  'estimatedOrdLossRv',
  'usedBalanceRv',
  'takerFeeRateRr',
  'makerFeeRateRr',
  'posSide',
  'posMode',
  'buyLeavesValueRv',
  'sellLeavesValueRv',
];
const marginFields = (row: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(MARGIN_FIELDS.map((field) => [field, row[field]]));
