/** Open orders chosen, sorted and cancelled in bulk; what ends goes over to history, once. */
import { signIn, type Terminal } from './deck.ts';
import { ccxtAt } from './exchange-side.ts';
import { expect, OWN_KEY, OWN_SECRET, test } from './shared-exchange.ts';

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

test('the sells alone are cancelled, and stand in the history with their terms', async ({
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
  await bot.createOrder('BTC/USDT:USDT', 'limit', 'buy', 0.02, price);

  await terminal.tab('Open orders');
  const row = terminal.row('Open orders');
  await expect(row).toContainText('External');
  await row.getByRole('button', { name: 'Amend order' }).click();
  await row.getByRole('textbox', { name: 'Price' }).fill(String(price - 10));
  await page.keyboard.press('Enter');
  await expect(row).toContainText((price - 10).toLocaleString('en-US'));
  await exchange.has({ orders: [`buy 0.02 BTC Limit at ${price - 10}`] });
});
