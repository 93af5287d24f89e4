/** Integer arithmetic of money and ratios: 10⁻⁸ for ratios, and a rounding that is always said. */

export const RATE_ONE = 100_000_000n;

/** Quotient rounded up (toward +∞); the divisor is positive. */
export function ceilDiv(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor > 0n ? quotient + 1n : quotient;
}

/** Quotient rounded down (toward −∞); the divisor is positive. */
export function floorDiv(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

export const maxOf = (a: bigint, b: bigint): bigint => (a > b ? a : b);
export const minOf = (a: bigint, b: bigint): bigint => (a < b ? a : b);
