import { describe, expect, it } from 'vitest';
import type { AccountState, Order } from '#contract/model.ts';
import { parseAccountPositions } from '#contract/wire/account-positions.ts';
import { readMutation } from '#contract/wire/mutation-reader.ts';
import { parseActiveOrders } from '#contract/wire/order-row.ts';
import { type Finding, type Looking, lookFor } from './evidence.ts';

const SENT_MS = 1_900_000_000_000;
const ns = (ms: number) => `${ms}000000`;
const row = (fields: object = {}) => ({
  ...{ orderID: 'o-1', clOrdID: 'c-1', symbol: 'BTCUSDT', side: 'Buy', orderType: 'Limit' },
  ...{ timeInForce: 'GoodTillCancel', ordStatus: 'New', priceRp: '60000', orderQtyRq: '1' },
  ...{ cumQtyRq: '0', leavesQtyRq: '1', actionTimeNs: ns(SENT_MS - 1), transactTimeNs: ns(SENT_MS - 1) },
  ...fields,
});
function orders(...rows: readonly object[]): readonly Order[] {
  const read = parseActiveOrders({ code: 0, msg: '', data: { rows: rows.map(row) } });
  if (!read.ok) throw new Error(read.problem.message);
  return read.value;
}
function account(leg: object): AccountState {
  const position = {
    ...{ symbol: 'BTCUSDT', posSide: 'Merged', posMode: 'OneWay', side: 'Buy', size: '1', valueRv: '60000' },
    ...{ leverageRr: '10', positionMarginRv: '6000', assignedPosBalanceRv: '6000' },
    ...leg,
  };
  const wallet = { currency: 'USDT', accountBalanceRv: '1', totalUsedBalanceRv: '0' };
  const read = parseAccountPositions({ code: 0, msg: '', data: { account: wallet, positions: [position] } });
  if (!read.ok) throw new Error(read.problem.message);
  return read.value;
}

function look(
  [method, path, query]: readonly ['PUT' | 'DELETE' | 'POST', string, string],
  known: {
    open?: readonly Order[];
    closed?: Order;
    account?: AccountState;
    told?: AccountState;
    lastTradeMs?: number;
  },
): Promise<Finding> {
  const read = readMutation({ method, path, query: `symbol=BTCUSDT${query}`, body: '' });
  if (!read.ok) throw new Error(read.problem.message);
  const looking: Looking = {
    reader: {
      openOrders: async () => known.open ?? [],
      ordersById: async () => [],
      account: async () => known.account,
      fundingFees: async () => undefined,
      products: async () => undefined,
    },
    sentMs: { earliest: SENT_MS, latest: SENT_MS + 500 },
    withHistory: true,
    closedOrder: () => known.closed,
    lastTradeMs: () => known.lastTradeMs ?? 0,
    position: () => known.told?.positions[0],
  };
  return lookFor(read.value, looking);
}
const kindOf = async (finding: Promise<Finding>): Promise<string> => {
  const found = await finding;
  return found.kind === 'settled' ? found.state : found.kind;
};

describe('a cancel of everything', () => {
  const ACTIVE = ['DELETE', '/g-orders/all', '&untriggered=false'] as const;
  const WAITING = ['DELETE', '/g-orders/all', '&untriggered=true'] as const;
  const came = (ms: number) => ({ actionTimeNs: ns(ms), transactTimeNs: ns(ms) });
  it.each([
    ['nothing is open', ACTIVE, [], 'ACKED'],
    ['an order that was there is open', ACTIVE, [{}], 'absent'],
    ['an order has come since', ACTIVE, [came(SENT_MS + 501)], 'ACKED'],
    ['an order came as it left', ACTIVE, [came(SENT_MS + 500)], 'untold'],
    ['a conditional order waits, of which it says nothing', ACTIVE, [{ ordStatus: 'Untriggered' }], 'ACKED'],
    ['it waits still', WAITING, [{ ordStatus: 'Untriggered', stopPxRp: '1' }], 'absent'],
    ['it was triggered before', ACTIVE, [{ stopPxRp: '1' }], 'absent'],
    ['it waited and is triggered since', WAITING, [{ stopPxRp: '1', transactTimeNs: ns(SENT_MS) }], 'untold'],
    [
      'it was triggered since, or as it left',
      ACTIVE,
      [{ stopPxRp: '1', transactTimeNs: ns(SENT_MS + 9_000) }],
      'untold',
    ],
  ] as const)('is judged by what was there when it left: %s', async (_name, request, open, kind) => {
    expect(await kindOf(look(request, { open: orders(...open) }))).toBe(kind);
  });
});

describe('margin for an isolated position', () => {
  const MARGIN = ['POST', '/g-positions/assign', '&posSide=Merged&posBalanceRv=6500'] as const;
  it.each([
    ['it is so', { assignedPosBalanceRv: '6500' }, {}, SENT_MS + 1, 'ACKED'],
    ['it is not so', {}, {}, SENT_MS - 1, 'absent'],
    ['it was traded since', {}, {}, SENT_MS, 'untold'],
    ['it was closed since', { side: 'None', size: '0' }, { side: 'None', size: '0' }, SENT_MS + 1, 'untold'],
    ['it was traded, and nothing told of that', { size: '2' }, {}, SENT_MS - 1, 'untold'],
    ['it was closed, and nothing told of that', { side: 'None', size: '0' }, {}, SENT_MS - 1, 'untold'],
  ])('comes and goes with its fills: %s', async (_name, leg, told, lastTradeMs, kind) => {
    const known = { account: account(leg), told: account(told), lastTradeMs };
    expect(await kindOf(look(MARGIN, known))).toBe(kind);
  });
});

it('what the stream told before the answer was lost counts, though no list shows it any more', async () => {
  const [canceled] = orders({ ordStatus: 'Canceled' });
  if (canceled === undefined) throw new Error('no order');
  const place = '&clOrdID=c-1&side=Buy&orderQtyRq=1&priceRp=60000';
  for (const [closed, kind] of [
    [undefined, 'absent'],
    [canceled, 'ACKED'],
  ] as const) {
    const known = closed === undefined ? {} : { closed };
    expect(await kindOf(look(['PUT', '/g-orders/create', place], known))).toBe(kind);
    expect(await kindOf(look(['DELETE', '/g-orders/cancel', '&clOrdID=c-1'], known))).toBe(kind);
  }
});
