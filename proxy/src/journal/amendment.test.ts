import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import type { OrderFate } from '#contract/model.ts';
import { readMutation } from '#contract/wire/mutation-reader.ts';
import { parseOrdersById } from '#contract/wire/order-by-id.ts';
import { parseActiveOrders } from '#contract/wire/order-row.ts';
import { showingOf } from './amendment.ts';

const ORDER = {
  ...{ orderID: 'o-1', clOrdID: 'c-1', symbol: 'BTCUSDT', side: 'Sell', orderType: 'StopLimit' },
  ...{ timeInForce: 'GoodTillCancel', ordStatus: 'Untriggered', priceRp: '58900', orderQtyRq: '0.5' },
  ...{ cumQtyRq: '0', leavesQtyRq: '0.5', actionTimeNs: 1, transactTimeNs: 1 },
  ...{ stopPxRp: '59000', trigger: 'ByMarkPrice', takeProfitRp: '0', stopLossRp: '61000' },
};

function only<T>(read: { ok: true; value: readonly T[] } | { ok: false }): T {
  if (!read.ok || read.value[0] === undefined) throw new Error('not one order');
  return read.value[0];
}
const listed = (fields: object = {}): OrderFate =>
  only(parseActiveOrders({ code: 0, msg: '', data: { rows: [{ ...ORDER, ...fields }] } }));
/** As the documents show a row of the history: without triggers. */
const inHistory = (fields: object = {}): OrderFate => {
  const { orderID: orderId, stopPxRp: _price, trigger: _source, ...row } = ORDER;
  return only(parseOrdersById({ code: 0, msg: 'OK', data: { rows: [{ orderId, ...row, ...fields }] } }));
};

function showing(query: string, order: OrderFate) {
  const read = readMutation({
    ...{ method: 'PUT', path: '/g-orders/replace', body: '' },
    query: `symbol=BTCUSDT&orderID=o-1&${query}`,
  });
  if (!read.ok || read.value.kind !== 'amend') throw new Error('not an amendment');
  expect(read.value.symbol).toBe('BTCUSDT' as ProductSymbol);
  return showingOf(read.value, order);
}

const TRAILING = { pegPriceType: 'TrailingStopPeg', pegOffsetValueRp: '-25' };

describe('whether an order shows its amendment', () => {
  it.each([
    ['stopPxRp=59000', 'stopPxRp=59001'],
    ['stopPxRp=59000&triggerType=ByMarkPrice', 'stopPxRp=59000&triggerType=ByLastPrice'],
    ['triggerType=ByMarkPrice', 'triggerType=ByLastPrice'],
    ['priceRp=58900&stopPxRp=59000.0', 'priceRp=58900&stopPxRp=59001'],
    ['stopPxRp=59000&priceRp=58900', 'stopPxRp=59000&priceRp=58901'],
    ['orderQtyRq=0.50', 'orderQtyRq=0.6'],
    ['stopLossRp=61000', 'stopLossRp=60000'],
    ['takeProfitRp=0', 'takeProfitRp=55000'],
  ])('goes by everything that was asked for: %s', (shown, notShown) => {
    expect([showing(shown, listed()), showing(notShown, listed())]).toEqual(['shown', 'not-shown']);
  });

  it('knows a trail by its distance, whichever sign it is sent with', () => {
    const trailing = listed(TRAILING);
    for (const query of ['pegOffsetValueRp=-25', 'pegOffsetValueRp=25']) {
      expect([showing(query, trailing), showing(query, listed())]).toEqual(['shown', 'not-shown']);
    }
    expect(showing('pegOffsetProportionRr=-0.01', trailing)).toBe('not-shown');
  });

  it.each([
    ['the history has no triggers', 'stopPxRp=59000', inHistory()],
    ['nor trails', 'pegOffsetValueRp=-25', inHistory()],
    ['a trail has taken the trigger along', 'stopPxRp=58000', listed(TRAILING)],
    ['a closing order is cut to what there is to close', 'orderQtyRq=0.6', listed({ reduceOnly: true })],
    ['nobody says what it is measured by', 'triggerType=ByMarkPrice', listed({ trigger: 'UNSPECIFIED' })],
  ])('does not know where %s', (_why, query, order) => {
    expect(showing(query, order)).toBe('untold');
  });

  it('is denied by one thing that differs, whatever is not told beside it', () => {
    expect(showing('priceRp=58901&stopPxRp=59000', inHistory())).toBe('not-shown');
    expect(showing('priceRp=58900', inHistory())).toBe('shown');
  });
});
