import { describe, expect, it } from 'vitest';
import type { ExecID, ProductSymbol } from '#contract/brand.ts';
import { money, price, qty, ratio } from '#contract/decimal.ts';
import type { AccountUpdate, Fill, Position } from '#contract/model.ts';
import { applyLedger, isReconciled, type Ledger, unexplained } from './ledger.ts';

const symbol = 'BTCUSDT' as ProductSymbol;
const updateOf = (
  kind: AccountUpdate['kind'],
  balance: string | undefined,
  change: Partial<AccountUpdate> = {},
) =>
  ({
    kind,
    sequence: 1,
    atMs: 7,
    wallets: balance === undefined ? [] : [{ currency: 'USDT', balance: money(balance), used: money('0') }],
    settings: [],
    positions: [],
    orders: [],
    fills: [],
    ...change,
  }) as AccountUpdate;
const fillOf = (execID: string, fee: string, closedPnl: string): Fill => ({
  execID: execID as ExecID,
  symbol,
  side: 'Buy',
  price: price('60000'),
  qty: qty('0.01'),
  value: money('600'),
  fee: money(fee),
  feeRate: ratio('0.0006'),
  closedPnl: money(closedPnl),
  isMaker: false,
  atMs: 0,
});
const held = (cumFundingFee: string) => {
  const position = { symbol, posSide: 'Merged', cumFundingFee: money(cumFundingFee) } as unknown as Position;
  return [{ symbol, posSide: 'Merged', position }] as const;
};
const ledgerAfter = (...steps: readonly (readonly [AccountUpdate, readonly Fill[]])[]): Ledger => {
  const ledger = steps.reduce<Ledger | undefined>(
    (before, [update, known]) => applyLedger(before, update, { currency: 'USDT', known }),
    undefined,
  );
  if (ledger === undefined) throw new Error('No ledger');
  return ledger;
};

describe('the ledger', () => {
  it('adds up when the wallet moved by what was realised, less fees and funding', () => {
    const ledger = ledgerAfter(
      [updateOf('snapshot', '1000', { positions: held('2') }), []],
      [updateOf('incremental', '1009.64', { fills: [fillOf('aaaaaaa', '0.36', '10')] }), []],
      [updateOf('incremental', '1008.14', { positions: held('3.5') }), []],
    );
    expect(ledger).toMatchObject({ start: '1000', realised: '10', fees: '0.36', funding: '1.5', sinceMs: 7 });
    expect(unexplained(ledger)).toBe('0');
    expect(isReconciled(ledger)).toBe(true);
  });

  it('says how much is left over', () => {
    const ledger = ledgerAfter(
      [updateOf('snapshot', '1000'), []],
      [updateOf('incremental', '1250', { fills: [fillOf('aaaaaaa', '0', '0')] }), []],
    );
    expect(unexplained(ledger)).toBe('250');
    expect(isReconciled(ledger)).toBe(false);
  });

  it('books a fill once, however often it is told', () => {
    const fill = fillOf('aaaaaaa', '0.36', '10');
    const ledger = ledgerAfter(
      [updateOf('snapshot', '1000'), []],
      [updateOf('incremental', '1009.64', { fills: [fill] }), []],
      [updateOf('incremental', undefined, { fills: [fill] }), [fill]],
    );
    expect(isReconciled(ledger)).toBe(true);
  });

  it('does not charge a leg for what it paid before it was opened anew', () => {
    const ledger = ledgerAfter(
      [updateOf('snapshot', '1000'), []],
      [updateOf('incremental', '1000', { positions: held('40') }), []],
      [updateOf('incremental', '999', { positions: held('41') }), []],
    );
    expect(isReconciled(ledger)).toBe(true);
  });

  it('forgives what rounding may leave, and begins anew with a snapshot', () => {
    const rounded = ledgerAfter(
      [updateOf('snapshot', '1000'), []],
      [updateOf('incremental', '1000.00004'), []],
    );
    expect(isReconciled(rounded)).toBe(true);
    const anew = ledgerAfter([updateOf('snapshot', '1000'), []], [updateOf('snapshot', '5'), []]);
    expect(anew).toMatchObject({ start: '5', balance: '5' });
    expect(isReconciled(anew)).toBe(true);
  });
});
