/**
 * What cannot be asked for while something else is under way. Of two amendments of one order, or two settings of one
 * thing, nobody could tell afterwards which one the exchange shows; and the first, held up on its way, would undo the
 * second.
 */
import { compare } from '#contract/decimal.ts';
import type { Order } from '#contract/model.ts';
import type { Amendment, Mutation } from '#contract/wire/mutation.ts';
import { type Refusal, refusal } from '../door/errors.ts';

/**
 * An order goes by the exchange's id or the client's. `order` is the one that `amendment` means; while nobody knows what
 * its other id is, the two may mean the same.
 */
function mayBeOfSameOrder(other: Amendment, amendment: Amendment, order: Order | undefined): boolean {
  const [a, b] = [other.order, amendment.order];
  if ('orderID' in a && 'orderID' in b) return a.orderID === b.orderID;
  if ('clOrdID' in a && 'clOrdID' in b) return a.clOrdID === b.clOrdID;
  if (order === undefined) return true;
  return 'orderID' in a ? a.orderID === order.orderID : a.clOrdID === order.clOrdID;
}

const isOfLegs = ({ kind }: Mutation): boolean => kind === 'leverage' || kind === 'pos-mode';

function isInTheWay(other: Mutation, wished: Mutation, order: Order | undefined): boolean {
  if (other === wished || other.symbol !== wished.symbol) return false;
  if (wished.kind === 'amend') return other.kind === 'amend' && mayBeOfSameOrder(other, wished, order);
  if (wished.kind === 'margin') return other.kind === 'margin' && other.posSide === wished.posSide;
  // The leverage of a leg goes with the position mode that has such a leg.
  return isOfLegs(wished) && isOfLegs(other);
}

/** The exchange would refuse it: the quantity is the total, and that much is filled already. */
const isFilledBeyond = ({ qty }: Amendment, order: Order | undefined): boolean =>
  qty !== undefined && order !== undefined && compare(qty, order.cumQty) <= 0;

/** `unfinished` is what has no outcome yet; `order` the one that `wished` means, as far as it is known. */
export function unfitNow(
  wished: Mutation,
  unfinished: readonly Mutation[],
  order: Order | undefined,
): Refusal | undefined {
  if (unfinished.some((other) => isInTheWay(other, wished, order)))
    return refusal(wished.kind === 'amend' ? 'AMEND_UNRESOLVED' : 'SETTING_UNRESOLVED');
  return wished.kind === 'amend' && isFilledBeyond(wished, order) ? refusal('FILLED_BEYOND') : undefined;
}
