import { describe, expect, it } from 'vitest';
import type { ExecID, ProductSymbol } from '#contract/brand.ts';
import { money, price, qty, ratio } from '#contract/decimal.ts';
import type { AccountUpdate, Fill } from '#contract/model.ts';
import { acknowledged, applyLedger, type Histories, type Ledger, verdictOf } from './ledger.ts';
import { createLedgerAudit } from './ledger-audit.ts';

const walletOf = (kind: AccountUpdate['kind'], atMs: number, balance: string): AccountUpdate => ({
  ...{ kind, atMs, sequence: 1, settings: [], positions: [], orders: [], fills: [] },
  wallets: [{ currency: 'USDT', balance: money(balance), used: money('0') }],
});
const fill: Fill = {
  ...{ execID: 'aaaaaaa' as ExecID, symbol: 'BTCUSDT' as ProductSymbol, side: 'Buy', isMaker: false },
  ...{ price: price('60000'), qty: qty('0.01'), value: money('600'), feeRate: ratio('0.0006') },
  ...{ fee: money('0.36'), closedPnl: money('0'), atMs: 150 },
};
const NOTHING: Histories = { fills: [], fundingFees: [] };

/** A ledger, histories that are answered by hand, and timers that run when told. */
function testbed() {
  let ledger: Ledger | undefined;
  let timer: { readonly delayMs: number; run(): void } | undefined;
  const answers: ((histories: Histories | undefined) => void)[] = [];
  const audit = createLedgerAudit({
    ledger: () => ledger,
    read: () => new Promise((resolve) => answers.push(resolve)),
    known: () => [],
    change(change) {
      if (ledger !== undefined) ledger = change(ledger);
      audit.look();
    },
    after(delayMs, run) {
      const own = { delayMs, run };
      timer = own;
      return () => {
        if (timer === own) timer = undefined;
      };
    },
  });
  return {
    tell(update: AccountUpdate) {
      ledger = applyLedger(ledger, update, { currency: 'USDT', known: [] });
      audit.look();
    },
    acknowledge() {
      if (ledger !== undefined) ledger = acknowledged(ledger);
      audit.look();
    },
    verdict: () => ledger && verdictOf(ledger),
    reads: () => answers.length,
    isWaiting: () => timer !== undefined,
    /** Lets the timer run out, and answers the reading that it starts. */
    async read(histories: Histories | undefined) {
      const { run } = timer ?? {};
      timer = undefined;
      run?.();
      answers.at(-1)?.(histories);
      for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
    },
  };
}

describe('the audit of a ledger', () => {
  it('asks nothing as long as it adds up', () => {
    const bed = testbed();
    bed.tell(walletOf('snapshot', 100, '1000'));
    bed.tell(walletOf('snapshot', 200, '1000'));
    expect(bed.isWaiting()).toBe(false);
  });

  it('explains by history what happened while nobody listened', async () => {
    const bed = testbed();
    bed.tell(walletOf('snapshot', 100, '1000'));
    bed.tell(walletOf('snapshot', 200, '999.64'));
    expect(bed.verdict()).toBe('unexplained');
    await bed.read({ fills: [fill], fundingFees: [] });
    expect(bed.verdict()).toBe('adds up');
    expect(bed.isWaiting()).toBe(false);
  });

  it('waits for a history that lags, and takes for moved only what two readings leave over', async () => {
    const bed = testbed();
    bed.tell(walletOf('snapshot', 100, '1000'));
    bed.tell(walletOf('snapshot', 200, '1499.64'));
    await bed.read(NOTHING);
    expect(bed.verdict()).toBe('unexplained');
    await bed.read({ fills: [fill], fundingFees: [] });
    expect(bed.verdict()).toBe('unexplained');
    await bed.read({ fills: [fill], fundingFees: [] });
    expect(bed.verdict()).toBe('moved');
    bed.acknowledge();
    expect([bed.verdict(), bed.isWaiting()]).toEqual(['adds up', false]);
  });

  it('looks again as long as nobody has acknowledged it: history may still come to tell', async () => {
    const bed = testbed();
    bed.tell(walletOf('snapshot', 100, '1000'));
    bed.tell(walletOf('snapshot', 200, '999.64'));
    await bed.read(NOTHING);
    await bed.read(NOTHING);
    expect(bed.verdict()).toBe('moved');
    await bed.read({ fills: [fill], fundingFees: [] });
    expect(bed.verdict()).toBe('adds up');
  });

  it('stays red where the histories cannot be read, and goes on asking', async () => {
    const bed = testbed();
    bed.tell(walletOf('snapshot', 100, '1000'));
    bed.tell(walletOf('snapshot', 200, '5'));
    for (let time = 0; time < 3; time += 1) await bed.read(undefined);
    expect([bed.verdict(), bed.reads(), bed.isWaiting()]).toEqual(['unexplained', 3, true]);
  });
});
