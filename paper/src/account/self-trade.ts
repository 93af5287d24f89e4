/**
 * Self-trade prevention: which of two orders of one account gives way. Without an instruction on either they trade.
 * Source: the exchange's documentation of `stpInstruction`; the taker's goes before the maker's. There it works within a
 * group that support has to set up; here every account is a group of its own.
 */
import type { StpInstruction } from '../commands.ts';
import type { Meeting } from '../engine/order-book.ts';
import type { Account, Order } from './state.ts';

export interface Taker {
  readonly account: Account;
  readonly stp: StpInstruction | undefined;
}

export const takerOf = ({ account, instructions }: Order): Taker => ({ account, stp: instructions?.stp });

export function prevention(taker: Taker | undefined, maker: Order | undefined): StpInstruction | undefined {
  if (taker === undefined || maker === undefined || taker.account !== maker.account) return undefined;
  return taker.stp ?? maker.instructions?.stp;
}

export function meetingOf(taker: Taker | undefined, maker: Order | undefined): Meeting {
  const instruction = prevention(taker, maker);
  if (instruction === undefined) return 'trade';
  return instruction === 'CancelMaker' ? 'clear' : 'stop';
}
