/** Open orders chosen, sorted and canceled in bulk; what ends goes over to history, once. */
import { signIn, type Terminal } from './deck.ts';
import { ccxtAt } from './exchange-side.ts';
import { expect, OWN_KEY, OWN_SECRET, test } from './shared-exchange.ts';
import { faultsOf, watchTables } from './table-watch.ts';

/** A resting order, far enough from the market that nothing trades with it. */
async function rest(
  { page, ticket, book, submit, setQuantity }: Terminal,
  side: 'Buy' | 'Sell',
  qty: string,
) {
  const level = book.getByRole('button', { name: side === 'Buy' ? /^Bid / : /^Ask / }).first();
  const best = Number(await level.getAttribute('data-price'));
  await ticket.getByRole('radio', { name: side }).check({ force: true });
  await ticket.getByRole('textbox', { name: 'Price' }).fill((best * (side === 'Buy' ? 0.9 : 1.1)).toFixed(1));
  await setQuantity(qty);
  await submit.click();
  await expect(page.getByTestId('placement')).toHaveText(new RegExp(`Working: ${qty}`));
}

test('the sells alone are canceled, and stand in the history with their terms', async ({
  page,
  shared,
  exchange,
}) => {
  const terminal = await signIn(page, shared.deck.link);
  await rest(terminal, 'Buy', '0.011');
  await rest(terminal, 'Sell', '0.012');
  await rest(terminal, 'Sell', '0.013');
  await terminal.tab('Open orders');
  const rows = terminal.row('Open orders');
  await expect(rows).toHaveCount(3);

  await page.getByRole('columnheader', { name: 'Quantity' }).getByRole('button').click();
  await expect(rows.first()).toContainText('0.0110');
  await page.getByRole('columnheader', { name: 'Quantity' }).getByRole('button').click();
  await expect(rows.first()).toContainText('0.0130');

  await page.getByRole('combobox', { name: 'Side of orders' }).selectOption('Sell');
  await expect(rows).toHaveCount(2);
  await page.getByRole('button', { name: 'Cancel 2 shown' }).click();
  await page.getByRole('button', { name: 'Cancel 2 orders?' }).click();
  await page.getByRole('button', { name: 'Show all of them' }).click();
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('Buy');
  const buy = (await rows.locator('[data-label="Price"]').innerText()).replaceAll(',', '');
  await exchange.has({ orders: [`buy 0.011 BTC Limit at ${Number(buy)}`] });

  await terminal.tab('Order history');
  const past = terminal.row('Order history');
  await expect(past).toHaveCount(2);
  await expect(past.first()).toContainText('Canceled');
  await expect(past.first()).toContainText('GTC');
  // A reload asks history alone, and finds the same two.
  await page.reload();
  await terminal.tab('Order history');
  await expect(past).toHaveCount(2);
});

test('an order placed by another client of the account appears, marked external, and can be amended', async ({
  page,
  shared,
  exchange,
}) => {
  const terminal = await signIn(page, shared.deck.link);
  const bot = await ccxtAt(shared.exchangeUrl, { apiKey: OWN_KEY, secret: OWN_SECRET });
  const { bids } = await bot.fetchOrderBook('BTC/USDT:USDT');
  const price = Math.floor(Number(bids[0]?.[0]) * 0.9);
  const { id } = await bot.createOrder('BTC/USDT:USDT', 'limit', 'buy', 0.02, price);

  await terminal.tab('Open orders');
  const row = terminal.row('Open orders');
  await expect(row).toContainText('External');
  await row.getByRole('button', { name: 'Amend order' }).click();
  // What the order becomes elsewhere is said; the text under the caret stands still.
  const field = row.getByRole('textbox', { name: 'Price' });
  await expect(field).toBeFocused();
  await bot.editOrder(String(id), 'BTC/USDT:USDT', 'limit', 'buy', 0.02, price - 5);
  await expect(row.getByRole('alert')).toContainText('Changed elsewhere: price');
  await expect(field).toHaveValue(String(price));
  await row.getByRole('textbox', { name: 'Quantity' }).focus();
  await expect(field).toHaveValue(String(price - 5));
  await field.fill(String(price - 10));
  await page.keyboard.press('Enter');
  await expect(row).toContainText((price - 10).toLocaleString('en-US'));
  await exchange.has({ orders: [`buy 0.02 BTC Limit at ${price - 10}`] });
});

test('an order is open or over in every frame, never both and never neither, over a lost connection too', async ({
  page,
  shared,
}) => {
  const terminal = await signIn(page, shared.deck.link);
  const bot = await ccxtAt(shared.exchangeUrl, { apiKey: OWN_KEY, secret: OWN_SECRET });
  const symbol = 'BTC/USDT:USDT';
  const { asks, bids } = await bot.fetchOrderBook(symbol);
  // Far beyond what the market does in a test's time.
  const [crossing, resting] = [Number(asks[0]?.[0]) * 1.03, Number(bids[0]?.[0]) * 0.9];
  const ids: string[] = [];
  const sizes = Array.from({ length: 12 }, (_, index) => (0.011 + index / 1000).toFixed(4));
  for (const size of sizes) {
    const { id } = await bot.createOrder(symbol, 'limit', 'buy', Number(size), Math.round(resting));
    ids.push(id ?? '');
  }
  await terminal.tab('Order history');
  await expect(page.getByText('No orders yet')).toBeVisible();
  await terminal.tab('Open orders');
  await expect(terminal.row('Open orders')).toHaveCount(sizes.length);

  const end = await watchTables(page);
  const cancel = (from: number, to: number) =>
    Promise.all(ids.slice(from, to).map((id) => bot.cancelOrder(id, symbol)));
  const fill = (at: number) =>
    bot.editOrder(ids[at] ?? '', symbol, 'limit', 'buy', Number(sizes[at]), Math.round(crossing));
  await cancel(0, 2);
  for (const at of [2, 3, 4]) await fill(at);
  // What ends while nobody hears of it is told by the snapshot that comes afterwards.
  shared.tap.cut();
  await cancel(5, 8);
  await fill(8);
  await expect(page.getByTestId('connection')).toHaveText(/Live/);
  await expect.poll(async () => (await bot.fetchOpenOrders(symbol)).length).toBe(3);
  await cancel(9, 12);
  const tab = page.getByRole('tab', { name: 'Open orders' });
  await expect(tab).toHaveAccessibleName('Open orders');

  const glances = await end();
  expect(faultsOf(glances, sizes)).toEqual([]);
  const last = (table: 'live' | 'over') => glances.findLast((glance) => glance.table === table)?.orders;
  expect([last('live'), [...(last('over') ?? [])].sort()]).toEqual([[], sizes]);
});
