/**
 * The trading fee: value × rate, maker 0.01 %, taker 0.06 %.
 * Source: fills recorded from the exchange show execFeeRv = execValueRv × feeRateRr with all 12 decimals, unrounded.
 */
import type { Rate } from '../commands.ts';
import { ceilDiv, RATE_ONE } from './ratio.ts';

/** Exact where 10⁻¹² can hold it, else rounded up. */
export const tradingFee = (value: bigint, rate: Rate): bigint => ceilDiv(value * rate, RATE_ONE);
