/**
 * Fast exact work on canonical decimal text where a library would cost too much per message: order, and the whole
 * number of 10^-places units it stands for.
 */

/** Orders two canonical decimals of zero or more without turning them into numbers. */
export function comparePlain(a: string, b: string): number {
  const aPoint = a.indexOf('.');
  const bPoint = b.indexOf('.');
  const wholeLengths = (aPoint === -1 ? a.length : aPoint) - (bPoint === -1 ? b.length : bPoint);
  if (wholeLengths !== 0) return wholeLengths;
  // Same number of whole digits, no trailing zeros: text order is number order ("12" < "12.5" too).
  return a < b ? -1 : a > b ? 1 : 0;
}

/** "93277.9" in tenths (places 1) is 932779. Digits past `places` are cut. Exact up to 2^53. */
export function wholeUnits(text: string, places: number): number {
  const point = text.indexOf('.');
  if (point === -1) return Number(text) * 10 ** places;
  return Number(text.slice(0, point) + text.slice(point + 1, point + 1 + places).padEnd(places, '0'));
}

/** The text of a whole number of 10^-places units with all its decimals: 932779 in tenths is "93277.9". */
export function fixedText(units: number, places: number): string {
  if (places === 0) return String(units);
  const digits = String(units).padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
