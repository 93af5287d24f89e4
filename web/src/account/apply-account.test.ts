import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClOrdID, ExecID, OrderID, ProductSymbol } from '#contract/brand.ts';
import { money, price, qty, ratio } from '#contract/decimal.ts';
import type { AccountUpdate, Fill, Order, Position, SymbolSettings } from '#contract/model.ts';
import type { OrdStatus, PosSide } from '#contract/vocabulary.ts';
import { type Account, applyAccount, mergeFills, UNKNOWN_ACCOUNT } from './apply-account.ts';

const BTCUSDT = 'BTCUSDT' as ProductSymbol;

const orderOf = (id: string, execSeq: number, ordStatus: OrdStatus = 'New'): Order => ({
  orderID: id as OrderID,
  clOrdID: `pd-${id}` as ClOrdID,
  symbol: BTCUSDT,
  side: 'Buy',
  posSide: 'Merged',
  ordType: 'Limit',
  timeInForce: 'GoodTillCancel',
  ordStatus,
  price: price('60000'),
  qty: qty('1'),
  cumQty: qty('0'),
  leavesQty: qty('1'),
  cumValue: money('0'),
  reduceOnly: false,
  actionAtMs: 0,
  transactAtMs: 0,
  execSeq,
});

const fillOf = (execID: string, atMs = 0): Fill => ({
  execID: execID as ExecID,
  symbol: BTCUSDT,
  side: 'Buy',
  price: price('60000'),
  qty: qty('0.01'),
  value: money('600'),
  fee: money('0.36'),
  feeRate: ratio('0.0006'),
  isMaker: false,
  atMs,
});

const positionOf = (posSide: PosSide, size: string): Position => ({
  symbol: BTCUSDT,
  posSide,
  side: 'Buy',
  size: qty(size),
  value: money('600'),
  avgEntryPrice: price('60000'),
  marginMode: 'cross',
  leverage: ratio('10'),
  positionMargin: money('60'),
  usedBalance: money('60'),
  maintenanceMarginRate: ratio('0.005'),
  termRealisedPnl: money('0'),
  cumClosedPnl: money('0'),
  cumFundingFee: money('0'),
});

const settingsOf = (posMode: SymbolSettings['posMode'], ...posSides: PosSide[]): SymbolSettings => ({
  symbol: BTCUSDT,
  posMode,
  legs: posSides.map((posSide) => ({ posSide, marginMode: 'cross', leverage: ratio('10') })),
});

const updateOf = (sequence: number, change: Partial<AccountUpdate> = {}): AccountUpdate => ({
  kind: 'incremental',
  sequence,
  atMs: 0,
  wallets: [],
  settings: [],
  positions: [],
  orders: [],
  fills: [],
  ...change,
});
const snapshotOf = (sequence: number, change: Partial<AccountUpdate> = {}): AccountUpdate =>
  updateOf(sequence, { kind: 'snapshot', ...change });

const stateAfter = (...updates: readonly AccountUpdate[]): Account =>
  updates.reduce(applyAccount, UNKNOWN_ACCOUNT);
const openIDs = ({ openOrders }: Account): string[] => [...openOrders.keys()];

describe('orders', () => {
  it('leave when they end, and a late message does not bring them back', () => {
    const account = stateAfter(
      snapshotOf(1, { orders: [orderOf('a', 1)] }),
      updateOf(2, { orders: [orderOf('a', 3, 'Canceled')] }),
      updateOf(3, { orders: [orderOf('a', 2, 'PartiallyFilled')] }),
    );
    expect(openIDs(account)).toEqual([]);
  });

  it('of one match, which has one number, go by how far they are', () => {
    const account = stateAfter(
      snapshotOf(1),
      updateOf(2, { orders: [{ ...orderOf('a', 5, 'PartiallyFilled'), cumQty: qty('1') }] }),
      updateOf(3, { orders: [orderOf('a', 5)] }),
    );
    expect(account.openOrders.get('a' as OrderID)?.cumQty).toBe('1');
  });

  it('do not go back to an older state', () => {
    const account = stateAfter(
      snapshotOf(1),
      updateOf(2, { orders: [orderOf('a', 5, 'PartiallyFilled')] }),
      updateOf(3, { orders: [orderOf('a', 4)] }),
    );
    expect(account.openOrders.get('a' as OrderID)?.ordStatus).toBe('PartiallyFilled');
  });

  it('that ended stay known over a snapshot, unless it says that they are open', () => {
    const account = stateAfter(
      snapshotOf(1, { orders: [orderOf('a', 1), orderOf('b', 1)] }),
      updateOf(2, { orders: [orderOf('a', 2, 'Filled'), orderOf('b', 2, 'Canceled')] }),
      snapshotOf(3, { orders: [orderOf('b', 1)] }),
    );
    expect([...account.endedOrders.keys()]).toEqual(['a']);
    expect([...account.openOrders.keys()]).toEqual(['b']);
  });

  it('of a snapshot replace all others, its ended ones are not open', () => {
    const account = stateAfter(
      snapshotOf(1, { orders: [orderOf('a', 1)] }),
      snapshotOf(2, { orders: [orderOf('b', 2), orderOf('c', 3, 'Filled')] }),
    );
    expect(openIDs(account)).toEqual(['b']);
  });

  it('end up the same in whatever order the messages of their events come', () => {
    const lives = fc.array(
      fc.record({
        id: fc.constantFrom('a', 'b', 'c'),
        length: fc.integer({ min: 1, max: 4 }),
        end: fc.constantFrom<OrdStatus>('Filled', 'Canceled', 'PartiallyFilled'),
      }),
      { maxLength: 3 },
    );
    const messages = lives.chain((all) => {
      const events = new Map(all.map((life) => [life.id, life]));
      const rows = [...events.values()].flatMap(({ id, length, end }) =>
        Array.from({ length }, (_, index) => orderOf(id, index + 1, index === length - 1 ? end : 'New')),
      );
      return fc.shuffledSubarray(rows, { minLength: rows.length }).map((shuffled) => ({ rows, shuffled }));
    });
    fc.assert(
      fc.property(messages, ({ rows, shuffled }) => {
        const run = (orders: readonly Order[]) =>
          stateAfter(
            snapshotOf(1),
            ...orders.map((order, index) => updateOf(index + 2, { orders: [order] })),
          );
        const inOrder = run(rows);
        const mixed = run(shuffled);
        expect(new Map([...mixed.openOrders].sort())).toEqual(new Map([...inOrder.openOrders].sort()));
      }),
    );
  });
});

describe('positions and settings', () => {
  it('of a flat leg are no position', () => {
    const held = { symbol: BTCUSDT, posSide: 'Merged', position: positionOf('Merged', '1') } as const;
    const flat = { ...held, position: undefined };
    const account = stateAfter(snapshotOf(1, { positions: [held] }), updateOf(2, { positions: [flat] }));
    expect(account.positions.size).toBe(0);
  });

  it('do not go back to an older message, leg by leg', () => {
    const row = (posSide: PosSide, size: string) => ({
      symbol: BTCUSDT,
      posSide,
      position: positionOf(posSide, size),
    });
    const account = stateAfter(
      snapshotOf(1),
      updateOf(5, { positions: [row('Long', '2')] }),
      updateOf(4, { positions: [row('Long', '1'), row('Short', '3')] }),
    );
    expect([...account.positions.values()].map(({ posSide, size }) => [posSide, size])).toEqual([
      ['Long', '2'],
      ['Short', '3'],
    ]);
  });

  it('keep the leg that a message does not name, but not the legs of another position mode', () => {
    const hedged = stateAfter(
      snapshotOf(1, { settings: [settingsOf('Hedged', 'Long', 'Short')] }),
      updateOf(2, { settings: [settingsOf('Hedged', 'Long')] }),
    );
    expect(hedged.settings.get(BTCUSDT)?.legs.map(({ posSide }) => posSide)).toEqual(['Long', 'Short']);
    const oneWay = applyAccount(hedged, updateOf(3, { settings: [settingsOf('OneWay', 'Merged')] }));
    expect(oneWay.settings.get(BTCUSDT)?.legs.map(({ posSide }) => posSide)).toEqual(['Merged']);
  });
});

describe('fills', () => {
  it('are kept over a snapshot, each once, newest first', () => {
    const account = stateAfter(
      snapshotOf(1, { fills: [fillOf('aaaaaaa-1', 1)] }),
      updateOf(2, { fills: [fillOf('bbbbbbb-2', 2)] }),
      snapshotOf(3, { fills: [fillOf('bbbbbbb-2', 2)] }),
    );
    expect(account.fills.map(({ execID }) => execID)).toEqual(['bbbbbbb-2', 'aaaaaaa-1']);
  });

  it('of history, whose ids are cut short, are recognised, and the fuller report stays', () => {
    const streamed = { ...fillOf('aaaaaaa-full-id', 1), closedPnl: money('5') };
    expect(mergeFills([streamed], [fillOf('aaaaaaa', 1)])).toEqual([streamed]);
    expect(mergeFills([fillOf('aaaaaaa', 1)], [streamed])).toEqual([streamed]);
  });
});

it('an increment before the first snapshot is not shown as the whole account', () => {
  expect(stateAfter(updateOf(1, { orders: [orderOf('a', 1)] }))).toBe(UNKNOWN_ACCOUNT);
});

it('a wallet does not go back to an older message', () => {
  const wallet = (balance: string) => ({ currency: 'USDT', balance: money(balance), used: money('0') });
  const account = stateAfter(
    snapshotOf(1, { wallets: [wallet('1')] }),
    updateOf(3, { wallets: [wallet('3')] }),
    updateOf(2, { wallets: [wallet('2')] }),
  );
  expect(account.wallets.get('USDT')?.balance).toBe('3');
});
