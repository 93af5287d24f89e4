import { describe, expect, it } from 'vitest';
import { createAccountOwner } from './account-owner.ts';

const message = (...rows: object[]) => ({ accounts_p: [], orders_p: rows, positions_p: null });

describe('[E10] the owner of the private stream', () => {
  it('is whom it names first; another one’s rows are not owned, alone or among own ones', () => {
    const { owns } = createAccountOwner();
    const own = { accountID: 1, userID: 9 };
    expect(owns(message())).toBe(true);
    expect(owns(message(own))).toBe(true);
    expect(owns(message({ accountID: 2, userID: 8 }))).toBe(false);
    expect(owns(message(own, { accountID: 2, userID: 8 }))).toBe(false);
    expect(owns(message({ accountID: 2 }))).toBe(false);
    expect(owns({ ...message(), positions_p: [{ accountID: 1, userID: 8 }] })).toBe(false);
    expect(owns(message(own))).toBe(true);
  });

  it('may have several accounts, and rows that name none', () => {
    const { owns } = createAccountOwner();
    expect(owns({ accounts_p: [{ accountID: 1, userID: 9 }] })).toBe(true);
    expect(owns(message({ accountID: 2, userID: 9 }))).toBe(true);
    expect(owns(message({ accountID: 2 }))).toBe(true);
    expect(owns(message({ symbol: 'BTCUSDT' }))).toBe(true);
  });
});
