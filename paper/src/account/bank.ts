/**
 * Play money: what may be done to an account from outside the exchange's own rules. Money is 10⁻¹² of the settle
 * currency, and every unit that comes or goes is a deposit in the ledger.
 */
import type { AccountID, Lots, Ticks, Units } from '../commands.ts';
import type { Core } from './core.ts';
import { cancelOrder } from './end-order.ts';
import { fillForcedOrder, openForcedOrder } from './forced-order.ts';
import { RATE_ONE } from './ratio.ts';
import type { Account, FeeRates, Leg } from './state.ts';

/** A balance that prints in 15 digits. */
export const BALANCE_MAX = (1_000_000_000n * 10n ** 12n) as Units;
/** No tier of any exchange is beyond 1 %. */
const FEE_RATE_MAX = RATE_ONE / 100n;

export interface Bank {
  /** @throws RangeError when the amount is not above zero or the balance would exceed `BALANCE_MAX`. */
  deposit(account: AccountID, amount: Units): void;
  /**
   * Cancels every order, closes every position at its mark price and makes the balance `balance`. What happened until
   * then, and this, stays in the history; leverage and position modes stay too. @throws RangeError
   */
  reset(account: AccountID, balance: Units): void;
  /** For fills from now on; what open orders and positions lock follows at once. @throws RangeError */
  setFees(account: AccountID, fees: FeeRates): void;
  fees(account: AccountID): FeeRates;
}

/** Closes the position at the mark price with nobody on the other side. */
function closeAtMark(core: Core, leg: Leg, mark: Ticks): void {
  const qty = Math.abs(leg.size) as Lots;
  fillForcedOrder(core, openForcedOrder(core, leg, { price: mark, qty, prefix: 'rst' }));
}

function addMoney(core: Core, account: Account, amount: bigint): void {
  account.balance += amount;
  account.deposited += amount;
  core.ledger.deposits += amount;
  core.journal.touchAccount(account);
}

function reset(core: Core, account: Account, balance: bigint): void {
  for (const order of [...account.openByID.values()]) {
    // Canceling one may have taken others along.
    if (account.openByID.has(order.orderID)) cancelOrder(core, order);
  }
  for (const { legs } of account.holdings.values()) {
    for (const leg of Object.values(legs)) {
      if (leg.size !== 0 && leg.listing.mark !== undefined) closeAtMark(core, leg, leg.listing.mark);
    }
  }
  addMoney(core, account, balance - account.balance);
}

const isRate = (rate: bigint): boolean => rate <= FEE_RATE_MAX && rate >= -FEE_RATE_MAX;

export function createBank(core: Core, accountOf: (id: AccountID) => Account): Bank {
  return {
    deposit(id, amount) {
      const account = accountOf(id);
      if (amount <= 0n) throw new RangeError('A deposit must be above zero');
      if (account.balance + amount > BALANCE_MAX) throw new RangeError('The balance would be too large');
      addMoney(core, account, amount);
      core.journal.commit();
    },
    reset(id, balance) {
      if (balance < 0n || balance > BALANCE_MAX) throw new RangeError('No such balance is possible');
      reset(core, accountOf(id), balance);
      core.journal.commit();
    },
    setFees(id, { maker, taker }) {
      if (!isRate(maker) || !isRate(taker) || taker < 0n || maker + taker < 0n) {
        throw new RangeError('A fee rate is at most 0.01, and a rebate no more than the taker pays');
      }
      const account = accountOf(id);
      account.fees = { maker, taker };
      // What positions cost, and where they are liquidated, follows.
      for (const { legs } of account.holdings.values()) {
        for (const leg of Object.values(legs)) if (leg.size !== 0) core.journal.touchLeg(leg);
      }
      core.journal.touchAccount(account);
      core.journal.commit();
    },
    fees: (id) => accountOf(id).fees,
  };
}
