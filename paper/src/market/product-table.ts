/**
 * The paper exchange's products as a plain table: trading rules in the shape a USD-margined exchange has them, and
 * a profile of how each market behaves (reference price in USDT, volatility, turnover). Everything else derives.
 */

/** [notional up to (USDT), leverage up to, maintenance rate]; the deducted amounts follow from continuity. */
export type TierRow = readonly [notionalMax: number, leverageMax: number, maintenanceRate: string];

/** Tiers by the id that products refer to (`leverageMargin` of the products endpoint). */
export const TIER_ROWS: Readonly<Record<number, readonly TierRow[]>> = {
  1002: [
    [2_000_000, 100, '0.005'],
    [4_000_000, 67, '0.0075'],
    [6_000_000, 50, '0.01'],
    [8_000_000, 40, '0.0125'],
    [10_000_000, 34, '0.015'],
    [12_000_000, 29, '0.0175'],
    [14_000_000, 25, '0.02'],
    [16_000_000, 23, '0.0225'],
    [18_000_000, 20, '0.025'],
    [20_000_000, 19, '0.0275'],
  ],
  1036: [
    [1_000_000, 100, '0.005'],
    [3_500_000, 66, '0.0075'],
    [6_000_000, 50, '0.01'],
    [8_500_000, 40, '0.0125'],
    [11_000_000, 33, '0.015'],
    [16_000_000, 25, '0.02'],
    [21_000_000, 20, '0.025'],
    [31_000_000, 14, '0.035'],
    [46_000_000, 10, '0.05'],
  ],
  1005: [
    [200_000, 50, '0.01'],
    [800_000, 34, '0.015'],
    [1_400_000, 25, '0.02'],
    [2_000_000, 20, '0.025'],
    [2_600_000, 17, '0.03'],
    [3_200_000, 15, '0.035'],
    [4_400_000, 12, '0.045'],
    [5_600_000, 10, '0.055'],
  ],
  1016: [
    [25_000, 50, '0.01'],
    [100_000, 34, '0.015'],
    [175_000, 25, '0.02'],
    [250_000, 20, '0.025'],
    [400_000, 15, '0.035'],
    [550_000, 12, '0.045'],
    [700_000, 10, '0.055'],
    [1_225_000, 6, '0.09'],
  ],
};

export type Sector = 'majors' | 'platforms' | 'payments' | 'memes';

/** How a market moves and trades; only the simulation reads it. */
export interface MarketProfile {
  /** USDT; the price wanders around it for years. */
  readonly referencePrice: number;
  /** Standard deviation of a usual day's log return. */
  readonly dailyVolatility: number;
  /** Share of the return's deviation that the common factor explains, 0..1. */
  readonly marketShare: number;
  /** Products of one sector have a further part in common. */
  readonly sector: Sector;
  /** USDT that change hands on a usual day. */
  readonly dailyTurnover: number;
  /** Usual spread and mean distance between book levels, in ticks. */
  readonly spreadTicks: number;
  readonly levelGapTicks: number;
  /** Public trades per second on a usual minute. */
  readonly tradesPerSec: number;
  /** Time between two steps of this product's simulation. */
  readonly stepMs: number;
}

export interface ProductRow {
  readonly symbol: string;
  readonly code: number;
  readonly base: string;
  readonly displaySymbol: string;
  readonly tickSize: string;
  readonly qtyStep: string;
  readonly priceMin: string;
  readonly priceMax: string;
  readonly qtyMax: string;
  readonly fundingIntervalHours: number;
  readonly tiersID: number;
  /** UTC day of listing; history begins there. */
  readonly listedOn: string;
  readonly isMajor: boolean;
  readonly profile: MarketProfile;
}

type Rules = readonly [
  symbol: string,
  code: number,
  tickSize: string,
  qtyStep: string,
  priceMin: string,
  priceMax: string,
  qtyMax: string,
  fundingIntervalHours: number,
  tiersID: number,
  listedOn: string,
];
type Behaviour = readonly [
  referencePrice: number,
  dailyVolatility: number,
  marketShare: number,
  sector: Sector,
  dailyTurnover: number,
  spreadTicks: number,
  levelGapTicks: number,
  tradesPerSec: number,
  stepMs: number,
];

// biome-ignore format: a table is read by its columns
const TABLE: readonly (readonly [Rules, Behaviour])[] = [
  [['BTCUSDT', 41541, '0.1', '0.0001', '1000', '500000', '1000', 8, 1002, '2021-01-11'], [104_300, 0.022, 0.9, 'majors', 1.4e9, 1, 2.6, 4, 80]],
  [['ETHUSDT', 41641, '0.01', '0.01', '100', '50000', '10000', 8, 1036, '2021-01-11'], [3_340, 0.031, 0.86, 'majors', 8e8, 1, 2.4, 3, 100]],
  [['SOLUSDT', 41941, '0.01', '0.01', '1', '10000', '35000', 8, 1005, '2021-02-22'], [172, 0.038, 0.8, 'platforms', 3.2e8, 1, 1.2, 2, 160]],
  [['XRPUSDT', 41741, '0.0001', '0.01', '0.01', '500', '1200000', 8, 1005, '2021-01-25'], [2.24, 0.036, 0.72, 'payments', 2.4e8, 2, 1.3, 1.6, 180]],
  [['DOGEUSDT', 44941, '0.00001', '1', '0.001', '100', '8000000', 8, 1005, '2021-03-15'], [0.189, 0.042, 0.76, 'memes', 1.5e8, 2, 1.3, 1.2, 220]],
  [['BNBUSDT', 45641, '0.01', '0.01', '5', '50000', '10000', 8, 1005, '2021-03-01'], [672, 0.023, 0.78, 'majors', 9e7, 3, 3, 0.9, 250]],
  [['ADAUSDT', 41841, '0.0001', '0.01', '0.005', '500', '2000000', 8, 1005, '2021-02-08'], [0.664, 0.038, 0.8, 'platforms', 7e7, 1, 1.1, 0.8, 280]],
  [['AVAXUSDT', 48641, '0.001', '0.1', '0.1', '5000', '45000', 8, 1005, '2021-04-12'], [21.4, 0.041, 0.8, 'platforms', 6e7, 2, 1.4, 0.8, 280]],
  [['LINKUSDT', 44641, '0.001', '0.01', '0.1', '5000', '100000', 8, 1005, '2021-02-08'], [15.6, 0.039, 0.8, 'platforms', 7e7, 2, 1.3, 0.8, 280]],
  [['LTCUSDT', 44841, '0.01', '0.01', '0.5', '10000', '7000', 8, 1005, '2021-01-25'], [91.5, 0.031, 0.74, 'payments', 5e7, 1, 1.2, 0.7, 300]],
  [['DOTUSDT', 44541, '0.001', '0.01', '0.05', '2000', '120000', 8, 1005, '2021-02-22'], [4.12, 0.037, 0.8, 'platforms', 4e7, 1, 1.1, 0.6, 320]],
  [['SUIUSDT', 65741, '0.0001', '1', '0.01', '500', '800000', 4, 1016, '2021-06-07'], [3.05, 0.047, 0.76, 'platforms', 9e7, 2, 1.5, 0.9, 260]],
  [['TRXUSDT', 47841, '0.00001', '1', '0.001', '100', '8000000', 8, 1005, '2021-03-01'], [0.287, 0.018, 0.55, 'payments', 4e7, 1, 1.2, 0.5, 340]],
  [['NEARUSDT', 53741, '0.001', '1', '0.02', '1000', '400000', 4, 1016, '2021-05-10'], [2.56, 0.045, 0.78, 'platforms', 3e7, 1, 1.1, 0.5, 340]],
  [['u1000PEPEUSDT', 66041, '0.0000001', '1', '0.00001', '2', '400000000', 1, 1016, '2021-07-05'], [0.01124, 0.056, 0.72, 'memes', 8e7, 6, 4, 0.9, 260]],
  [['ARBUSDT', 63841, '0.0001', '1', '0.002', '100', '500000', 4, 1016, '2021-06-21'], [0.402, 0.046, 0.8, 'platforms', 3e7, 1, 1.1, 0.5, 340]],
];

/** Products quoted by the thousand have a prefix in the symbol and a space in the base, as the exchange prints them. */
function baseOf(symbol: string): string {
  return symbol.replace(/USDT$/, '').replace(/^u1000/, '1000 ');
}

export const PRODUCT_ROWS: readonly ProductRow[] = TABLE.map(([rules, behaviour]) => {
  const [symbol, code, tickSize, qtyStep, priceMin, priceMax, qtyMax, hours, tiersID, listedOn] = rules;
  const [referencePrice, dailyVolatility, marketShare, sector, dailyTurnover, spread, gap, rate, stepMs] =
    behaviour;
  const base = baseOf(symbol);
  return {
    symbol,
    code,
    base,
    displaySymbol: `${base.replace(' ', '')} / USDT`,
    tickSize,
    qtyStep,
    priceMin,
    priceMax,
    qtyMax,
    fundingIntervalHours: hours,
    tiersID,
    listedOn,
    isMajor: symbol === 'BTCUSDT',
    profile: {
      referencePrice,
      dailyVolatility,
      marketShare,
      sector,
      dailyTurnover,
      spreadTicks: spread,
      levelGapTicks: gap,
      tradesPerSec: rate,
      stepMs,
    },
  };
});
