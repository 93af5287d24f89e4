import { expect, it, vi } from 'vitest';
import type { ClOrdID, OrderID, ProductSymbol } from '#contract/brand.ts';
import { createManualTime } from '../../tests/manual-time.ts';
import type { ExchangeReader } from '../exchange/exchange-reader.ts';
import { shareLooks } from './shared-looks.ts';

const BTC = 'BTCUSDT' as ProductSymbol;
const ETH = 'ETHUSDT' as ProductSymbol;

it('looks at the same moment share one question a product or an order, and later ones ask anew', async () => {
  const openOrders = vi.fn(async () => []);
  const account = vi.fn(async () => undefined);
  const ordersById = vi.fn(async () => []);
  const none = async () => undefined;
  const reader: ExchangeReader = {
    ...{ openOrders, account, ordersById, fundingFees: none, products: none },
  };
  const time = createManualTime();
  const looks = shareLooks(reader, time);
  await Promise.all([looks.openOrders(BTC), looks.openOrders(BTC), looks.openOrders(ETH)]);
  await Promise.all([looks.account(), looks.account()]);
  expect(openOrders.mock.calls).toEqual([[BTC], [ETH]]);
  expect(account).toHaveBeenCalledTimes(1);
  const [one, other] = [{ orderID: 'o-1' as OrderID }, { clOrdID: 'o-1' as ClOrdID }];
  await Promise.all([
    looks.ordersById(BTC, one),
    looks.ordersById(BTC, { ...one }),
    looks.ordersById(BTC, other),
  ]);
  expect(ordersById.mock.calls).toEqual([
    [BTC, one],
    [BTC, other],
  ]);
  time.advance(1_000);
  await looks.openOrders(BTC);
  expect(openOrders.mock.calls).toEqual([[BTC], [ETH], [BTC]]);
});
