/** The measures by which a simulated market is compared with real ones (Cont 2001). Plain numbers; returns are logarithmic. */

export const logReturns = (prices: readonly number[]): number[] =>
  prices.slice(1).map((price, at) => Math.log(price / (prices[at] ?? price)));

export const mean = (values: readonly number[]): number => {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
};

const moment = (values: readonly number[], order: number): number => {
  const centre = mean(values);
  return mean(values.map((value) => (value - centre) ** order));
};

export const deviation = (values: readonly number[]): number => Math.sqrt(moment(values, 2));

/** A normal distribution has 3. */
export const kurtosis = (values: readonly number[]): number => moment(values, 4) / moment(values, 2) ** 2;

export function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const together = mean(a.map((value, at) => (value - meanA) * ((b[at] ?? meanB) - meanB)));
  return together / (deviation(a) * deviation(b));
}

/** Correlation of a series with itself `lag` steps earlier. */
export function autocorrelation(values: readonly number[], lag: number): number {
  const centre = mean(values);
  let together = 0;
  let alone = 0;
  for (let at = 0; at < values.length; at++) {
    const away = (values[at] ?? centre) - centre;
    alone += away * away;
    if (at >= lag) together += away * ((values[at - lag] ?? centre) - centre);
  }
  return together / alone;
}

/** The value below which a share of all lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? Number.NaN;
}
