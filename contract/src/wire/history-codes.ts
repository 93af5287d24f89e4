/** The integer enums of the history endpoints, in the words that the rest of the wire uses. */
import type { OrdStatus, OrdType, PosSide, Side } from '../vocabulary.ts';

export const SIDE_CODES: Readonly<Record<number, Side>> = { 1: 'Buy', 2: 'Sell' };
export const POS_SIDE_CODES: Readonly<Record<number, PosSide>> = { 1: 'Long', 2: 'Short', 3: 'Merged' };

export const ORD_TYPE_CODES: Readonly<Record<number, OrdType>> = {
  1: 'Market',
  2: 'Limit',
  3: 'Stop',
  4: 'StopLimit',
  5: 'MarketIfTouched',
  6: 'LimitIfTouched',
};

export const ORD_STATUS_CODES: Readonly<Record<number, OrdStatus>> = {
  0: 'Created',
  1: 'Untriggered',
  2: 'Deactivated',
  3: 'Triggered',
  4: 'Rejected',
  5: 'New',
  6: 'PartiallyFilled',
  7: 'Filled',
  8: 'Canceled',
};

export const EXEC_STATUS_MAKER_FILL = 6;
export const EXEC_STATUS_TAKER_FILL = 7;
