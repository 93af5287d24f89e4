import { describe, expect, it } from 'vitest';
import type { ClOrdID, OrderID, ProductSymbol } from '#contract/brand.ts';
import { price, qty } from '#contract/decimal.ts';
import type { Order, Position } from '#contract/model.ts';
import type { OrderPlan, Placement } from './placement.ts';
import type { ProtectionChange } from './protection.ts';
import type { Purpose } from './protection-entry.ts';
import { createProtector } from './protector.ts';

const position = { symbol: 'BTCUSDT' as ProductSymbol, posSide: 'Merged', side: 'Buy' } as Position;
const set = (purpose: Purpose, at: string): ProtectionChange => ({ purpose, do: 'set', price: price(at) });
const STOP = set('stop-loss', '58000');
const PROFIT = set('take-profit', '61000');
const REFUSED: Placement = { at: 'refused', sentence: 'Too near', code: 11083 };
const clOrdID = 'pd-1' as ClOrdID;

/** Lines whose orders become what is said, by the order's type. */
function testbed() {
  const sent: OrderPlan[] = [];
  const become = new Map<string, (placement: Placement) => void>();
  const notices: string[] = [];
  const told = new Set<string>();
  const openOrders: Order[] = [];
  let isAmended = true;
  let nowMs = 0;
  const protector = createProtector({
    openOrders: () => openOrders,
    amend: async () => isAmended,
    cancel: async () => true,
    newPlacer: (onState) => ({
      send: (plan) => {
        sent.push(plan);
        become.set(plan.ordType, onState);
        onState({ at: 'sending', clOrdID });
        return true;
      },
      confirm: () => {},
    }),
    isTold: (id) => told.has(id),
    nowMs: () => nowMs,
    notify: ({ title, text }) => notices.push(`${title}: ${text}`),
  });
  return {
    protect: (...changes: ProtectionChange[]) => protector.protect(position, changes),
    sent: () => sent.map(({ ordType }) => ordType),
    stop: (placement: Placement) => become.get('Stop')?.(placement),
    profit: (placement: Placement) => become.get('MarketIfTouched')?.(placement),
    notices,
    told,
    openOrders,
    refuseAmendments: () => {
      isAmended = false;
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe('setting both at once', () => {
  it('sends the stop first, and neither waits for the other', async () => {
    const bed = testbed();
    const done = bed.protect(PROFIT, STOP);
    expect(bed.sent()).toEqual(['Stop', 'MarketIfTouched']);
    bed.profit(REFUSED);
    bed.stop({ at: 'taken', clOrdID });
    expect(await done).toEqual(['take-profit']);
    expect(bed.notices).toEqual(['BTCUSDT take profit not set: Too near (11083)']);
  });

  it('says of which one nobody knows the outcome, and leaves the other done', async () => {
    const bed = testbed();
    const done = bed.protect(STOP, PROFIT);
    bed.stop({ at: 'unknown', clOrdID });
    bed.profit({ at: 'taken', clOrdID });
    expect(await done).toEqual(['stop-loss']);
    expect(bed.notices[0]).toMatch(/^BTCUSDT stop loss: outcome unknown/);
  });
});

describe('asked for again while one is on its way', () => {
  it('is the other half of a double click when it is the same', async () => {
    const bed = testbed();
    const [first, second] = [bed.protect(STOP), bed.protect(STOP)];
    bed.stop({ at: 'taken', clOrdID });
    expect(await Promise.all([first, second])).toEqual([[], []]);
    expect(bed.sent()).toEqual(['Stop']);
    expect(bed.notices).toEqual([]);
  });

  it.each([
    ['sending', /still on its way/],
    ['unknown', /unknown outcome/],
    ['taken', /still on its way/],
  ] as const)('is said not to have been sent when it is another (%s)', async (at, words) => {
    const bed = testbed();
    void bed.protect(STOP);
    bed.stop({ at, clOrdID });
    bed.notices.length = 0;
    expect(await bed.protect(set('stop-loss', '57000'))).toEqual(['stop-loss']);
    expect(bed.notices[0]).toMatch(words);
    expect(bed.sent()).toEqual(['Stop']);
  });

  it('is sent once the stream has told of the one before and it is over', async () => {
    const bed = testbed();
    void bed.protect(STOP);
    bed.stop({ at: 'taken', clOrdID });
    bed.told.add(clOrdID);
    void bed.protect(set('stop-loss', '57000'));
    expect(bed.sent()).toEqual(['Stop', 'Stop']);
  });

  it('is not held up for ever by a message that was lost', () => {
    const bed = testbed();
    void bed.protect(STOP);
    bed.stop({ at: 'taken', clOrdID });
    bed.pass(5_000);
    void bed.protect(set('stop-loss', '57000'));
    expect(bed.sent()).toEqual(['Stop', 'Stop']);
  });
});

it('an amendment that was not taken is answered as not done', async () => {
  const bed = testbed();
  bed.openOrders.push({
    orderID: 'a' as OrderID,
    symbol: position.symbol,
    side: 'Sell',
    posSide: 'Merged',
    ordType: 'Stop',
    ordStatus: 'Untriggered',
    qty: qty('0'),
    reduceOnly: true,
    trigger: { price: price('57000'), source: 'ByMarkPrice' },
  } as Order);
  expect(await bed.protect(STOP)).toEqual([]);
  bed.refuseAmendments();
  expect(await bed.protect(STOP)).toEqual(['stop-loss']);
  expect(bed.sent()).toEqual([]);
});

it('a change of an order that is gone touches no other, and says so', async () => {
  const bed = testbed();
  const change = { ...STOP, orderID: 'gone' as OrderID };
  expect(await bed.protect(change)).toEqual(['stop-loss']);
  expect(bed.notices).toEqual([
    'BTCUSDT stop loss not set: Not sent: the order that it was for stands no more',
  ]);
  expect(bed.sent()).toEqual([]);
});
