/** Long random sessions of three accounts and a crowd, audited after every single action. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openAccountStore } from './store/libsql-store.ts';
import { createAuditor } from './testing/auditor.ts';
import { type Action, action, PRODUCTS } from './testing/random-actions.ts';
import { FUND, fillsOfDrain, openSession, picture, run, tellPrices } from './testing/session.ts';
import { BTC, noStore, XRP } from './testing/testbed.ts';

/** Sessions of 1 to 400 actions, evenly: about 116,000 audited actions in a run, and never less than 100,000. */
const SESSIONS = 580;
const ACTIONS = 400;
const ACTIONS_MIN = 100_000;
const RESTARTS = 40;
/** Each of them runs twice. */
const TWINS = 150;
/** The machine may be busy; nothing here depends on time. */
const TIMEOUT_MS = 600_000;
/** Shrinking a failure is cut off, so that it is told. */
const SHRINK_UNTIL_MS = 540_000;

/** Of everything that was told, in order. */
function transcript(actions: readonly Action[]): string {
  const running = openSession(noStore());
  const bytes = createHash('sha256');
  const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
  running.exchange.subscribe((event) => bytes.update(JSON.stringify(event, plain)));
  for (const each of actions) run(running, each);
  return bytes.digest('hex');
}

const actionsUpTo = (maxLength: number) =>
  fc.noBias(fc.array(action, { minLength: 1, maxLength, size: 'max' }));

describe('the exchange, audited', { timeout: TIMEOUT_MS }, () => {
  it('[MNY1][POS1][POS5][POS6][ENG2][MRG8][EVT1][RACE1] everything adds up after every action', () => {
    let ran = 0;
    let executed = 0;
    let liquidated = 0;
    let triggered = 0;
    let attached = 0;
    let trailed = 0;
    let hidden = 0;
    let insured = 0;
    let short = 0;
    let deleveraged = 0;
    let stepped = 0;
    const store = noStore();
    fc.assert(
      fc.property(actionsUpTo(ACTIONS), (actions) => {
        const running = openSession(store);
        const symbols = [...PRODUCTS, XRP].map(({ symbol }) => symbol);
        const auditor = createAuditor(running.exchange, running.accounts, symbols);
        running.exchange.subscribe((event) => {
          if (event.kind === 'insurance' && event.why === 'shortfall') short += 1;
          if (event.kind !== 'order') return;
          if (event.execStatus === 'Triggered') triggered += 1;
          if (event.execStatus === 'Replaced' && event.order.instructions?.trail !== undefined) trailed += 1;
          if (event.execStatus === 'Registered' && event.order.clOrdID === '') attached += 1;
          if (event.execution === undefined) return;
          executed += 1;
          if (event.order.leavesQty > (event.order.shownQty ?? event.order.leavesQty)) hidden += 1;
          if (event.execution.tradeType === 'LiqTrade') liquidated += 1;
          if (event.execution.tradeType === 'LiqTrade' && event.posSizeAfter > 0) stepped += 1;
          if (event.execution.tradeType === 'AdlTrade') deleveraged += 1;
        });
        for (const each of actions) {
          run(running, each);
          auditor.check();
          if (each.kind === 'mark') auditor.checkStanding(PRODUCTS[each.on]?.symbol ?? BTC.symbol);
          ran += 1;
        }
        if (running.exchange.ledger().insuranceFund !== FUND) insured += 1;
      }),
      { numRuns: SESSIONS, interruptAfterTimeLimit: SHRINK_UNTIL_MS },
    );
    expect(ran).toBeGreaterThan(ACTIONS_MIN);
    // The sessions really trade, and really liquidate.
    expect(executed).toBeGreaterThan(SESSIONS * 10);
    expect(liquidated).toBeGreaterThan(SESSIONS / 4);
    expect(insured).toBeGreaterThan(0);
    expect(short).toBeGreaterThan(0);
    expect(triggered).toBeGreaterThan(SESSIONS);
    expect(deleveraged).toBeGreaterThan(0);
    expect(stepped).toBeGreaterThan(0);
    expect(attached).toBeGreaterThan(SESSIONS);
    expect(hidden).toBeGreaterThan(SESSIONS / 4);
    expect(trailed).toBeGreaterThan(SESSIONS / 10);
  });

  it('[DET1] the same actions tell the same, byte for byte, and others tell something else', () => {
    let ran = 0;
    const told = new Set<string>();
    fc.assert(
      fc.property(actionsUpTo(ACTIONS), (actions) => {
        const first = transcript(actions);
        expect(transcript(actions)).toBe(first);
        told.add(first);
        ran += actions.length;
      }),
      { numRuns: TWINS, endOnFailure: true },
    );
    expect(ran).toBeGreaterThan(TWINS * (ACTIONS / 4));
    expect(told.size).toBeGreaterThan(TWINS * 0.9);
  });

  it('[STO1][STO2] a restart changes nothing: accounts, positions, history, resting orders and their priority', () => {
    let resting = 0;
    fc.assert(
      fc.property(actionsUpTo(300), (actions) => {
        const store = openAccountStore(':memory:');
        const before = openSession(store);
        for (const each of actions) run(before, each);
        // The crowd does not survive, and is not meant to; mark prices come from the market.
        for (const order of before.crowd) before.exchange.crowd.cancel(order);
        for (const on of PRODUCTS) tellPrices(before.exchange, on);
        const after = openSession(store);
        resting += before.accounts.flatMap((account) => before.exchange.openOrders(account)).length;
        expect(picture(after)).toEqual(picture(before));
        expect(fillsOfDrain(after)).toEqual(fillsOfDrain(before));
      }),
      { numRuns: RESTARTS },
    );
    expect(resting).toBeGreaterThan(RESTARTS);
  });
});
