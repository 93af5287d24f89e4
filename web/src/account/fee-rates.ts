/**
 * Fee rates of a standard account, by which previews are made. The rows of the account may say "-1" ("the account's
 * own"), and no reply tells that one: what was really paid stands on each fill.
 */
import { ratio } from '#contract/decimal.ts';

export const MAKER_FEE_RATE = ratio('0.0001');
export const TAKER_FEE_RATE = ratio('0.0006');
