/** Tells whether two reports speak of the same execution: history cuts the id to its first characters. */
import type { Fill } from './model.ts';

/** Characters of an execution id that every report of it carries. */
const ID_PREFIX_LENGTH = 7;

/** Equal for the same execution, whether the stream or history reported it. */
export const fillKey = (fill: Fill): string =>
  `${fill.symbol} ${fill.execID.slice(0, ID_PREFIX_LENGTH)} ${fill.side} ${fill.qty}@${fill.price}`;
