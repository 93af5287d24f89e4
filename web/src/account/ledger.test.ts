import { describe, expect, it } from 'vitest';
import type { ExecID, ProductSymbol } from '#contract/brand.ts';
import { money, price, qty, ratio } from '#contract/decimal.ts';
import type { AccountUpdate, Fill, FundingFee, Position } from '#contract/model.ts';
import {
  acknowledged,
  applyLedger,
  audited,
  auditSpan,
  bookHistories,
  isReconciled,
  type Ledger,
  unexplained,
  verdictOf,
} from './ledger.ts';

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
    expect(ledger).toMatchObject({
      start: '1000',
      realised: '10',
      fees: '0.36',
      funding: '-1.5',
      sinceMs: 7,
    });
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

  it('forgives what rounding may leave', () => {
    const rounded = ledgerAfter(
      [updateOf('snapshot', '1000'), []],
      [updateOf('incremental', '1000.00004'), []],
    );
    expect(isReconciled(rounded)).toBe(true);
  });
});

const feeOf = (change: Partial<FundingFee>): FundingFee =>
  ({ symbol, currency: 'USDT', side: 'Buy', fee: money('2'), atMs: 150, ...change }) as FundingFee;

describe('after a gap in the stream', () => {
  const before = updateOf('snapshot', '1000', { atMs: 100, positions: held('3') });
  const fill = { ...fillOf('bbbbbbb', '0.4', '10'), atMs: 150 };

  it('goes on: what does not add up is red until it is explained', () => {
    const ledger = ledgerAfter([before, []], [updateOf('snapshot', '1009.6', { atMs: 200 }), []]);
    expect(ledger).toMatchObject({ sinceMs: 100, start: '1000', balance: '1009.6' });
    expect(verdictOf(ledger)).toBe('unexplained');
    expect(auditSpan(ledger)).toEqual({ fromMs: 101, toMs: 200 });
  });

  it('books the fills that history tells, each once, whoever tells it again', () => {
    const gone = ledgerAfter([before, []], [updateOf('snapshot', '1009.6', { atMs: 200 }), []]);
    const early = { ...fillOf('aaaaaaa', '5', '0'), atMs: 100 };
    const found = bookHistories(gone, { fills: [fill, early], fundingFees: [] }, []);
    expect(found).toMatchObject({ realised: '10', fees: '0.4' });
    expect(verdictOf(found)).toBe('adds up');
    const late = applyLedger(found, updateOf('incremental', undefined, { fills: [fill] }), {
      currency: 'USDT',
      known: [],
    });
    expect(late && verdictOf(late)).toBe('adds up');
    const twice = bookHistories({ ...gone, booked: found.booked }, { fills: [fill], fundingFees: [] }, []);
    expect(twice.fees).toBe('0');
  });

  it('takes funding of a position that it held all along from the position itself', () => {
    const after = updateOf('snapshot', '998', { atMs: 200, positions: held('5') });
    const ledger = ledgerAfter([before, []], [after, []]);
    expect(ledger.funding).toBe('-2');
    expect(verdictOf(ledger)).toBe('adds up');
  });

  it('takes funding of one that was closed meanwhile from history, and not twice once it is opened anew', () => {
    const gone = ledgerAfter([before, []], [updateOf('snapshot', '998', { atMs: 200 }), []]);
    const rows = [feeOf({ atMs: 250 }), feeOf({}), feeOf({ atMs: 100 })];
    const found = bookHistories(gone, { fills: [], fundingFees: rows }, []);
    expect(found.funding).toBe('-2');
    expect(verdictOf(found)).toBe('adds up');
    const anew = updateOf('incremental', undefined, { atMs: 300, positions: held('5') });
    expect(applyLedger(found, anew, { currency: 'USDT', known: [] })?.funding).toBe('-2');
  });

  it('does not take from history what a position has told itself', () => {
    const after = updateOf('snapshot', '990', { atMs: 200, positions: held('5') });
    const ledger = ledgerAfter([before, []], [after, []]);
    expect(bookHistories(ledger, { fills: [], fundingFees: [feeOf({})] }, []).funding).toBe('-2');
  });
});

describe('what the histories do not explain', () => {
  const paidIn = ledgerAfter(
    [updateOf('snapshot', '1000', { atMs: 100 }), []],
    [updateOf('incremental', '1500', { atMs: 200 }), []],
  );

  it('was moved in or out, and is no mistake once the trader says so', () => {
    const read = bookHistories(paidIn, { fills: [], fundingFees: [] }, []);
    expect(verdictOf(read)).toBe('unexplained');
    expect(verdictOf(audited(read))).toBe('moved');
    const told = acknowledged(audited(read));
    expect(told).toMatchObject({ moved: '500', soundMs: 200 });
    expect(verdictOf(told)).toBe('adds up');
  });

  it('is unexplained again when there is more of it, over a reconnect too', () => {
    const after = updateOf('snapshot', '1400', { atMs: 300 });
    const more = applyLedger(audited(paidIn), after, { currency: 'USDT', known: [] });
    expect(more && [unexplained(more), verdictOf(more)]).toEqual(['400', 'unexplained']);
  });
});
