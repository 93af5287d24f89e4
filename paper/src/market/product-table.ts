/**
 * The paper exchange's products as a plain table: trading rules as the exchange has them (price limits are narrower,
 * and every listing early enough for a thousand days of history), and a profile of how each market behaves (reference
 * price in USDT, volatility, turnover). Everything else derives.
 */

export type Sector = 'majors' | 'platforms' | 'payments' | 'memes' | 'defi' | 'compute';

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
  [['BTCUSDT', 41541, '0.1', '0.0001', '1000', '500000', '1000', 8, 1002, '2021-01-11'], [104_300, 0.022, 0.9, 'majors', 1.4e9, 1, 2.6, 24, 80]],
  [['ETHUSDT', 41641, '0.01', '0.01', '100', '50000', '10000', 8, 1036, '2021-01-11'], [3_340, 0.031, 0.86, 'majors', 8e8, 1, 2.4, 16, 100]],
  [['SOLUSDT', 41941, '0.01', '0.01', '1', '10000', '35000', 8, 1005, '2021-02-22'], [172, 0.038, 0.8, 'platforms', 3.2e8, 1, 1.2, 6, 160]],
  [['XRPUSDT', 41741, '0.0001', '0.01', '0.01', '500', '1200000', 8, 1005, '2021-01-25'], [2.24, 0.036, 0.72, 'payments', 2.4e8, 2, 1.3, 4.8, 180]],
  [['DOGEUSDT', 44941, '0.00001', '1', '0.001', '100', '8000000', 8, 1005, '2021-03-15'], [0.189, 0.042, 0.76, 'memes', 1.5e8, 2, 1.3, 3.6, 220]],
  [['BNBUSDT', 45641, '0.01', '0.01', '5', '50000', '10000', 8, 1005, '2021-03-01'], [672, 0.023, 0.78, 'majors', 9e7, 3, 3, 2.7, 250]],
  [['ADAUSDT', 41841, '0.0001', '0.01', '0.005', '500', '2000000', 8, 1005, '2021-02-08'], [0.664, 0.038, 0.8, 'platforms', 7e7, 1, 1.1, 2.4, 280]],
  [['AVAXUSDT', 48641, '0.001', '0.1', '0.1', '5000', '45000', 8, 1005, '2021-04-12'], [21.4, 0.041, 0.8, 'platforms', 6e7, 2, 1.4, 2.4, 280]],
  [['LINKUSDT', 44641, '0.001', '0.01', '0.1', '5000', '100000', 8, 1005, '2021-02-08'], [15.6, 0.039, 0.8, 'platforms', 7e7, 2, 1.3, 2.4, 280]],
  [['LTCUSDT', 44841, '0.01', '0.01', '0.5', '10000', '7000', 8, 1005, '2021-01-25'], [91.5, 0.031, 0.74, 'payments', 5e7, 1, 1.2, 2.1, 300]],
  [['DOTUSDT', 44541, '0.001', '0.01', '0.05', '2000', '120000', 8, 1005, '2021-02-22'], [4.12, 0.037, 0.8, 'platforms', 4e7, 1, 1.1, 1.8, 320]],
  [['SUIUSDT', 65741, '0.0001', '1', '0.01', '500', '800000', 8, 1016, '2021-06-07'], [3.05, 0.047, 0.76, 'platforms', 9e7, 2, 1.5, 2.7, 260]],
  [['TRXUSDT', 47841, '0.00001', '1', '0.001', '100', '8000000', 8, 1005, '2021-03-01'], [0.287, 0.018, 0.55, 'payments', 4e7, 1, 1.2, 1.5, 340]],
  [['NEARUSDT', 53741, '0.001', '1', '0.02', '1000', '400000', 8, 1015, '2021-05-10'], [2.56, 0.045, 0.78, 'platforms', 3e7, 1, 1.1, 1.5, 340]],
  [['u1000PEPEUSDT', 66041, '0.0000001', '1', '0.00001', '2', '400000000', 8, 1016, '2021-07-05'], [0.01124, 0.056, 0.72, 'memes', 8e7, 6, 4, 2.7, 260]],
  [['ARBUSDT', 63841, '0.0001', '1', '0.002', '100', '500000', 8, 1016, '2021-06-21'], [0.402, 0.046, 0.8, 'platforms', 3e7, 1, 1.1, 1.5, 340]],
  [['BCHUSDT', 53241, '0.01', '0.001', '5', '50000', '10000', 8, 1005, '2022-12-23'], [512, 0.034, 0.74, 'payments', 3.4e7, 3, 3, 1.8, 320]],
  [['u1000SHIBUSDT', 50541, '0.000001', '1', '0.0001', '10', '70000000', 8, 1005, '2022-12-23'], [0.0127, 0.041, 0.76, 'memes', 3e7, 1, 1.4, 1.8, 320]],
  [['HBARUSDT', 62541, '0.00001', '1', '0.001', '100', '12000000', 8, 1016, '2023-03-07'], [0.198, 0.044, 0.74, 'platforms', 2.8e7, 2, 2, 1.5, 340]],
  [['XLMUSDT', 54841, '0.00001', '1', '0.001', '100', '5000000', 8, 1015, '2022-12-29'], [0.296, 0.04, 0.7, 'payments', 2.6e7, 3, 2.4, 1.5, 340]],
  [['UNIUSDT', 44441, '0.001', '0.01', '0.05', '2000', '120000', 8, 1005, '2022-11-25'], [7.42, 0.043, 0.78, 'defi', 3.2e7, 1, 1.4, 1.5, 340]],
  [['AAVEUSDT', 55541, '0.01', '0.1', '1', '20000', '10000', 8, 1015, '2022-12-29'], [268, 0.042, 0.78, 'defi', 3e7, 3, 3, 1.5, 340]],
  [['HYPEUSDT', 116941, '0.001', '1', '0.2', '5000', '20000', 8, 1015, '2023-06-19'], [38.6, 0.048, 0.68, 'defi', 7e7, 2, 2.2, 2.4, 280]],
  [['ENAUSDT', 83441, '0.0001', '1', '0.002', '100', '500000', 4, 1015, '2023-06-12'], [0.334, 0.052, 0.76, 'defi', 4e7, 1, 1.2, 1.8, 320]],
  [['WLDUSDT', 68041, '0.0001', '1', '0.01', '500', '200000', 8, 1015, '2023-06-26'], [0.98, 0.05, 0.74, 'compute', 2.6e7, 1, 1.3, 1.5, 340]],
  [['TRUMPUSDT', 122941, '0.001', '1', '0.05', '2000', '22000', 4, 1016, '2023-06-26'], [9.3, 0.05, 0.66, 'memes', 2.8e7, 1, 1.3, 1.5, 340]],
  [['APTUSDT', 49441, '0.001', '0.1', '0.03', '2000', '80000', 8, 1005, '2022-12-20'], [4.9, 0.042, 0.8, 'platforms', 2e7, 1, 1.2, 1.2, 400]],
  [['OPUSDT', 56341, '0.0001', '0.1', '0.005', '500', '450000', 8, 1005, '2022-12-29'], [0.614, 0.047, 0.8, 'platforms', 1.8e7, 1, 1.2, 1.2, 400]],
  [['FILUSDT', 48541, '0.001', '0.1', '0.02', '1000', '150000', 8, 1005, '2022-12-20'], [2.38, 0.041, 0.8, 'compute', 1.7e7, 1, 1.1, 1.2, 400]],
  [['ATOMUSDT', 44741, '0.001', '0.01', '0.03', '2000', '60000', 8, 1005, '2022-11-25'], [4.21, 0.037, 0.78, 'platforms', 1.4e7, 1, 1.2, 1.2, 400]],
  [['ETCUSDT', 48241, '0.001', '0.01', '0.1', '5000', '30000', 8, 1005, '2022-12-20'], [17.1, 0.036, 0.78, 'payments', 1.6e7, 2, 2, 1.2, 400]],
  [['ICPUSDT', 56841, '0.001', '1', '0.03', '2000', '150000', 8, 1015, '2022-12-29'], [5.12, 0.042, 0.78, 'compute', 1.2e7, 1, 1.2, 1.05, 440]],
  [['INJUSDT', 55341, '0.001', '0.1', '0.1', '5000', '70000', 8, 1020, '2022-12-29'], [11.7, 0.047, 0.78, 'defi', 1.5e7, 1, 1.6, 1.2, 400]],
  [['LDOUSDT', 52441, '0.0001', '1', '0.005', '500', '300000', 8, 1015, '2022-12-23'], [0.792, 0.05, 0.78, 'defi', 1.4e7, 1, 1.3, 1.05, 440]],
  [['CRVUSDT', 49341, '0.001', '0.1', '0.004', '500', '800000', 8, 1015, '2022-12-20'], [0.636, 0.048, 0.74, 'defi', 1.6e7, 1, 1, 1.05, 440]],
  [['TAOUSDT', 84941, '0.01', '0.01', '3', '50000', '1000', 8, 1015, '2023-06-12'], [346, 0.047, 0.74, 'compute', 2e7, 4, 4, 1.2, 400]],
  [['RENDERUSDT', 91041, '0.001', '1', '0.03', '2000', '80000', 8, 1015, '2023-06-05'], [3.62, 0.046, 0.78, 'compute', 1.3e7, 1, 1.1, 1.05, 440]],
  [['FETUSDT', 59441, '0.0001', '1', '0.005', '500', '500000', 8, 1015, '2023-05-29'], [0.702, 0.047, 0.78, 'compute', 1.6e7, 1, 1.3, 1.2, 400]],
  [['TONUSDT', 78741, '0.0001', '1', '0.03', '2000', '200000', 8, 1018, '2023-06-05'], [3.02, 0.034, 0.66, 'platforms', 1.4e7, 3, 2.4, 1.05, 440]],
  [['SEIUSDT', 68941, '0.0001', '1', '0.002', '100', '5000000', 8, 1015, '2023-06-19'], [0.246, 0.048, 0.78, 'platforms', 2e7, 1, 1.1, 1.2, 400]],
  [['TIAUSDT', 71241, '0.001', '1', '0.02', '1000', '250000', 4, 1015, '2023-06-19'], [1.94, 0.052, 0.78, 'platforms', 1.8e7, 1, 1, 1.2, 400]],
  [['ONDOUSDT', 75841, '0.0001', '1', '0.005', '500', '2000000', 4, 1015, '2023-06-26'], [0.836, 0.044, 0.74, 'defi', 1.7e7, 1, 1.4, 1.2, 400]],
  [['JUPUSDT', 76841, '0.0001', '1', '0.003', '500', '800000', 4, 1015, '2023-06-26'], [0.472, 0.046, 0.76, 'defi', 1.2e7, 1, 1.2, 1.05, 440]],
  [['WIFUSDT', 75541, '0.0001', '1', '0.005', '500', '1500000', 8, 1015, '2023-06-12'], [0.884, 0.06, 0.74, 'memes', 2.6e7, 2, 1.5, 1.5, 340]],
  [['u1000BONKUSDT', 72641, '0.000001', '1', '0.0001', '10', '110000000', 8, 1015, '2023-06-12'], [0.0168, 0.055, 0.74, 'memes', 2.2e7, 2, 1.8, 1.35, 360]],
  [['u1000FLOKIUSDT', 66341, '0.00001', '1', '0.0005', '50', '22000000', 8, 1015, '2023-05-11'], [0.0846, 0.052, 0.74, 'memes', 1.2e7, 1, 1.3, 1.05, 440]],
  [['PENGUUSDT', 116741, '0.000001', '1', '0.0001', '20', '18000000', 4, 1015, '2023-06-26'], [0.0154, 0.06, 0.7, 'memes', 1.8e7, 2, 1.8, 1.2, 400]],
  [['ALGOUSDT', 52641, '0.0001', '0.1', '0.001', '100', '5000000', 8, 1015, '2022-12-23'], [0.187, 0.041, 0.76, 'payments', 9e6, 1, 1, 0.9, 500]],
  [['VETUSDT', 46941, '0.00001', '1', '0.0001', '20', '30000000', 8, 1005, '2022-12-20'], [0.0232, 0.039, 0.78, 'platforms', 7e6, 1, 1.1, 0.75, 560]],
  [['XTZUSDT', 47341, '0.001', '0.1', '0.004', '500', '700000', 4, 1005, '2022-12-20'], [0.584, 0.037, 0.74, 'platforms', 5e6, 1, 1, 0.66, 620]],
  [['STXUSDT', 61241, '0.0001', '1', '0.005', '500', '800000', 8, 1015, '2023-02-21'], [0.708, 0.045, 0.78, 'payments', 8e6, 1, 1.4, 0.75, 560]],
  [['GALAUSDT', 50141, '0.00001', '1', '0.0001', '20', '24000000', 8, 1005, '2022-12-23'], [0.0158, 0.047, 0.78, 'platforms', 9e6, 1, 1, 0.9, 500]],
  [['SANDUSDT', 54441, '0.0001', '1', '0.002', '200', '1500000', 8, 1005, '2022-12-23'], [0.262, 0.042, 0.8, 'platforms', 7e6, 1, 1.1, 0.75, 560]],
  [['DYDXUSDT', 55241, '0.001', '0.1', '0.004', '500', '300000', 8, 1005, '2022-12-29'], [0.566, 0.046, 0.78, 'defi', 6e6, 1, 1, 0.75, 560]],
  [['MASKUSDT', 49641, '0.001', '1', '0.01', '1000', '160000', 1, 1015, '2022-12-20'], [1.62, 0.05, 0.72, 'defi', 1.2e7, 1, 1.1, 1.05, 440]],
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
