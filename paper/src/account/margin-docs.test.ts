/** docs/margin.md is read, and every example in it computed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Side } from '#contract/vocabulary.ts';
import type { Units } from '../commands.ts';
import { fundingRate } from '../funding-rate.ts';
import { BTC, createTestbed, LTC, rate, ticks, units } from '../testing/testbed.ts';
import { createScale, printRate, printUnits } from '../wire/scale.ts';
import { marginFigures, orderCost, type PositionTerms, positionCost, valueToCost } from './margin.ts';
import { riskUnits } from './risk-unit.ts';
import { maintenanceMargin } from './tier.ts';

type Numbers = Readonly<Record<string, string>>;

const TAKER = rate('0.0006');
const btc = createScale(BTC);
const ltc = createScale(LTC);

const at = (given: Numbers, name: string): string => {
  const text = given[name];
  if (text === undefined) throw new Error(`The example names no ${name}`);
  return text;
};
const lotsOf = (text: string, on: typeof BTC): bigint => units(text) / units(on.qtyStep);
const ticksOf = (text: string): number => Number(units(text) / units(BTC.tickSize));

const terms = (given: Numbers, on = BTC): PositionTerms => ({
  product: on,
  side: (given.side ?? 'Buy') as Side,
  size: lotsOf(given.size ?? '1', on),
  value: units(at(given, 'value')),
  leverage: rate(at(given, 'leverage')),
  taker: TAKER,
});

const isolated = (given: Numbers, assigned: bigint): Numbers => {
  const figures = marginFigures(terms(given), false, assigned);
  return {
    margin: printUnits(figures.positionMargin),
    bankrupt: btc.price(figures.bankruptPrice),
    liquidation: btc.price(figures.liquidationPrice),
  };
};

const isolate = (text: string) =>
  ({
    kind: 'set-leverage',
    symbol: BTC.symbol,
    leverage: { mode: 'OneWay', value: rate(text) },
  }) as const;

/** A long of `qty` lots from 100,000 at isolated leverage. */
function longFrom100k(leverage: string, qty: number, deposit = units('1000000')) {
  const bed = createTestbed({ deposit });
  bed.setMark(1_000_000);
  bed.apply(isolate(leverage));
  bed.crowd('Sell', 1_000_000, qty);
  bed.place({ side: 'Buy', qty, price: 1_000_000 });
  return bed;
}

const examples: Readonly<Record<string, (given: Numbers) => Numbers>> = {
  'order-cost'(given) {
    const locked = valueToCost(at(given, 'side') as Side, rate(at(given, 'leverage')), TAKER);
    return { rate: printRate(locked), cost: printUnits(orderCost(units(at(given, 'value')), locked)) };
  },
  'position-cost'(given) {
    const cost = positionCost(terms(given));
    const closingFee = marginFigures(terms(given), false, cost).bankruptComm;
    return { cost: printUnits(cost), closingFee: printUnits(closingFee) };
  },
  isolated: (given) => isolated(given, positionCost(terms(given))),
  assign: (given) => isolated(given, units(at(given, 'assigned'))),
  cross(given) {
    const loss =
      units(at(given, 'value')) - (units(at(given, 'mark')) * units(at(given, 'size'))) / units('1');
    const assigned = positionCost(terms(given, LTC)) + (loss > 0n ? loss : 0n);
    const available = units(at(given, 'balance')) - units(at(given, 'used'));
    const figures = marginFigures(terms(given, LTC), true, available + assigned);
    return {
      assigned: printUnits(assigned),
      margin: printUnits(figures.positionMargin),
      bankrupt: ltc.price(figures.bankruptPrice),
    };
  },
  'cross-liquidation'(given) {
    const figures = marginFigures(terms(given), true, units(at(given, 'backing')));
    return { bankrupt: btc.price(figures.bankruptPrice), liquidation: btc.price(figures.liquidationPrice) };
  },
  'row-2025'(given) {
    const worth = units(at(given, 'worth'));
    const cost = positionCost({ ...terms(given), value: worth });
    const kept = rate('1') - rate('0.005');
    const bankruptComm = (worth * kept * TAKER) / rate('1') ** 2n;
    return {
      cost: printUnits(cost),
      assigned: printUnits(cost + units(at(given, 'value')) - worth),
      bankruptComm: printUnits(bankruptComm),
      margin: printUnits(cost - bankruptComm),
    };
  },
  maintenance: (given) => ({ margin: printUnits(maintenanceMargin(BTC, units(at(given, 'value')))) }),
  'risk-unit'(given) {
    const bed = createTestbed({ deposit: units(at(given, 'balance')) });
    const [leg] = bed.exchange.positions(bed.account);
    if (leg === undefined) throw new Error('No leg');
    const [unit] = riskUnits(bed.exchange.wallet(bed.account), [
      {
        ...leg,
        unrealisedPnl: units(at(given, 'unrealisedPnl')),
        maintenanceMargin: units(at(given, 'maintenance')),
      },
    ]);
    return { equity: printUnits(unit?.equity ?? 0n), ratio: printRate(unit?.marginRatio ?? 0n) };
  },
  'liquidation-step'(given) {
    const bed = longFrom100k(at(given, 'leverage'), Number(lotsOf(at(given, 'size'), BTC)));
    const before = bed.leg();
    expect(before.value).toBe(units(at(given, 'value')));
    bed.setMark(before.liquidationPrice);
    const after = bed.leg();
    return {
      liquidation: btc.price(before.liquidationPrice),
      closed: btc.qty(before.size - after.size),
      left: btc.qty(after.size),
      liquidation2: btc.price(after.liquidationPrice),
    };
  },
  'insurance-fund'(given) {
    const [sold, left] = [lotsOf(at(given, 'soldSize'), BTC), lotsOf(at(given, 'leftSize'), BTC)];
    const bed = longFrom100k('10', Number(sold + left));
    expect(btc.price(bed.leg().bankruptPrice)).toBe(at(given, 'bankrupt'));
    bed.crowd('Buy', ticksOf(at(given, 'soldAt')), Number(sold));
    bed.setMark(ticksOf(at(given, 'mark')));
    const [earned, paid] = bed.events.flatMap((event) => (event.kind === 'insurance' ? [event.change] : []));
    return { earned: printUnits(earned ?? 0n), paid: printUnits(-(paid ?? 0n)) };
  },
  deleverage(given) {
    const bed = longFrom100k('10', 10);
    const shorts = ['bold', 'calm'].map((name) => {
      const account = bed.exchange.openAccount(name, units('10000'));
      bed.exchange.apply(account, isolate(at(given, `${name}Leverage`)));
      bed.crowd('Buy', 1_000_000, 5);
      bed.place({ side: 'Sell', qty: 5, price: 1_000_000 }, account);
      return account;
    });
    bed.setMark(ticksOf(at(given, 'mark')));
    const [loser, bold, calm] = [bed.account, ...shorts].map((account) => {
      const leg = bed.exchange.positions(account).find(({ symbol }) => symbol === BTC.symbol);
      return printRate(leg?.deleveragePercentile ?? 0n);
    });
    return { bold: bold ?? '', calm: calm ?? '', loser: loser ?? '' };
  },
  'funding-rate': (given) => ({
    rate: printRate(fundingRate(rate(at(given, 'premium')), Number(at(given, 'interval')))),
  }),
  'funding-fee'(given) {
    const bed = createTestbed();
    bed.setMark(1_000_000);
    bed.apply({ kind: 'switch-pos-mode', symbol: BTC.symbol, target: 'Hedged' });
    const qty = Number(lotsOf(at(given, 'size'), BTC));
    bed.crowd('Sell', 1_000_000, qty);
    bed.place({ side: 'Buy', qty, price: 1_000_000, posSide: 'Long' });
    bed.crowd('Buy', 1_000_000, qty);
    bed.place({ side: 'Sell', qty, price: 1_000_000, posSide: 'Short' });
    bed.exchange.setMarkPrice(BTC.symbol, ticks(ticksOf(at(given, 'mark'))));
    bed.exchange.chargeFunding(BTC.symbol, rate(at(given, 'rate')));
    const paid = (posSide: 'Long' | 'Short'): Units => bed.leg(posSide).cumFundingFee;
    return { long: printUnits(paid('Long')), short: printUnits(paid('Short')) };
  },
};

interface Example {
  readonly name: string;
  readonly given: Numbers;
  readonly results: Numbers;
}

function readExamples(page: string): readonly Example[] {
  return [...page.matchAll(/```example (\S+)\n([\s\S]*?)```/g)].map(([, name = '', body = '']) => {
    const lines = [...body.matchAll(/^(→ )?(\w+) +(\S+)$/gm)];
    const numbers = (isResult: boolean): Numbers =>
      Object.fromEntries(
        lines
          .filter(([, arrow]) => (arrow !== undefined) === isResult)
          .map(([, , key = '', text = '']) => [key, text]),
      );
    return { name, given: numbers(false), results: numbers(true) };
  });
}

describe('docs/margin.md', () => {
  const found = readExamples(readFileSync(new URL('../../../docs/margin.md', import.meta.url), 'utf8'));

  it('[MRG4] has every example once', () => {
    expect(found.map(({ name }) => name).sort()).toEqual(Object.keys(examples).sort());
  });

  it.each(found)('[MRG4] says what the code computes: $name', ({ name, given, results }) => {
    expect(Object.keys(results).length).toBeGreaterThan(0);
    expect(examples[name]?.(given)).toEqual(results);
  });
});
