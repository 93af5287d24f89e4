/** Fee rates of a standard account, for as long as the exchange has not told the account's own. */
import { ratio } from '#contract/decimal.ts';

export const MAKER_FEE_RATE = ratio('0.0001');
export const TAKER_FEE_RATE = ratio('0.0006');
