/** What an order type means. Source: the exchange's documentation, "More order type examples". */
import type { OrderType } from './commands.ts';

const LIMITED: ReadonlySet<OrderType> = new Set(['Limit', 'StopLimit', 'LimitIfTouched']);

/** It carries a price of its own; the others trade within a protected price. */
export const isLimited = (type: OrderType): boolean => LIMITED.has(type);
