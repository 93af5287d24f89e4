/** An order as the two parts of the proxy that read the account's stream know it: the relay's snapshot, and the guard's view. */
import { expect, it } from 'vitest';
import { createManualTime } from '../../tests/manual-time.ts';
import type { LineMessage } from '../exchange/exchange-line.ts';
import { createAccountView } from '../guard/account-view.ts';
import { createLog } from '../watch/log.ts';
import { createAccountState } from './account-state.ts';

const row = (ordStatus: string, execSeq: number, fields: object = {}) => ({
  ...{ accountID: 1, orderID: 'a', clOrdID: 'c', symbol: 'BTCUSDT', side: 'Buy', posSide: 'Merged' },
  ...{ ordType: 'Limit', priceRp: '60000', timeInForce: 'GoodTillCancel', orderQty: '4', cumQty: '0' },
  ...{ leavesQty: '4', execStatus: 'New', execID: '0', actionTimeNs: 1, transactTimeNs: 1 },
  ...{ ordStatus, execSeq, ...fields },
});
/** Of one match the exchange's documents show both of an order's events under one `execSeq`. */
const placed = row('New', 7);
const filled = row('Filled', 7, { cumQty: '4', leavesQty: '0', execStatus: 'TakerFill', execID: 'e' });
const canceled = row('Canceled', 9, { leavesQty: '0', execStatus: 'Canceled' });

const message = (type: 'snapshot' | 'incremental', ...orders_p: readonly object[]): LineMessage => {
  const wallet = { accountID: 1, currency: 'USDT', accountBalanceRv: '1', totalUsedBalanceRv: '0' };
  const parsed = { accounts_p: [wallet], orders_p, positions_p: [], sequence: 1, timestamp: 1, type };
  const text = JSON.stringify(parsed);
  return { parsed, text, bytes: Buffer.from(text) };
};
const snapshot = (...rows: readonly object[]) => message('snapshot', ...rows);
const told = (...rows: readonly object[]) => message('incremental', ...rows);

/** What either reader calls open after these. */
function openAfter(...messages: readonly LineMessage[]) {
  const relay = createAccountState();
  const log = createLog({ write() {} });
  const view = createAccountView({ time: createManualTime(), log, isStreamLive: () => true, resync() {} });
  for (const one of messages) {
    relay.apply(one);
    view.onMessage(one);
  }
  const late = createAccountView({ time: createManualTime(), log, isStreamLive: () => true, resync() {} });
  late.onMessage({ ...snapshot(), parsed: JSON.parse(relay.snapshot() ?? '') });
  const states = (from: typeof view) =>
    from.openOrders().map(({ ordStatus, cumQty }) => `${ordStatus} ${cumQty}`);
  return { relay: states(late), guard: states(view) };
}

it.each([
  [
    'is not opened again by an event of the same match that comes late',
    [],
    [snapshot(), told(placed), told(filled), told(placed)],
  ],
  [
    'is not opened again by an event of the same match that stands behind it',
    [],
    [snapshot(), told(filled, placed)],
  ],
  ['is not opened again by the history in a snapshot', [], [snapshot(filled, placed)]],
  [
    'is open when the exchange’s snapshot says so, whatever was told before',
    ['New 0'],
    [snapshot(), told(canceled), snapshot(placed)],
  ],
  [
    'is not opened again by what comes late after a snapshot that does not name it',
    [],
    [snapshot(placed), told(canceled), snapshot(), told(placed)],
  ],
])('an order %s', (_what, open, messages) => {
  expect(openAfter(...messages)).toEqual({ relay: open, guard: open });
});

it('a fill of an order that was canceled long since does not open it for who joins late', () => {
  const part = row('PartiallyFilled', 8, {
    cumQty: '1',
    leavesQty: '3',
    execStatus: 'MakerFill',
    execID: 'e',
  });
  const others = Array.from({ length: 100 }, (_, index) =>
    row('Canceled', 10 + index, { orderID: `b${index}`, leavesQty: '0', execStatus: 'Canceled' }),
  );
  expect(openAfter(snapshot(placed), told(part), told(canceled), told(...others))).toEqual({
    relay: [],
    guard: [],
  });
});
