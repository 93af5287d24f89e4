/** Flows in which the exchange stands alone: other traders, other tabs, and its death under an open page. */
import { signIn } from './deck.ts';
import { ccxtAt } from './exchange-side.ts';
import { expect, OTHER_KEY, OTHER_SECRET, test } from './shared-exchange.ts';

test('the exchange dies and comes back under an open page, which recovers by itself', async ({
  page,
  shared,
  exchange,
}) => {
  const terminal = await signIn(page, shared.deck.link);
  await terminal.ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await terminal.setQuantity('0.02');
  await terminal.submit.click();
  await terminal.tab('Positions');
  await expect(terminal.row('Positions')).toHaveCount(1);

  await shared.killExchange();
  await expect(page.getByTestId('connection')).toHaveText(/Reconnecting|Stale/);
  // On a phone too, what is dimmed says since when: the price above, and the account below.
  await page.setViewportSize({ width: 390, height: 844 });
  for (const place of [page.getByRole('banner'), page.getByRole('main')]) {
    const since = place.getByText(/(since|at) \d\d:\d\d:\d\d$/).filter({ visible: true });
    await expect(since.last()).toBeInViewport({ ratio: 1 });
  }
  // And on a small laptop it covers no tab.
  await page.setViewportSize({ width: 1024, height: 768 });
  await expect(page.getByRole('tab', { name: 'Account' })).toBeInViewport({ ratio: 1 });
  await page.setViewportSize({ width: 1440, height: 900 });
  await shared.restartExchange();
  await expect(page.getByTestId('connection')).toHaveText(/Live/, { timeout: 30_000 });

  await expect(terminal.row('Positions')).toHaveCount(1);
  const book = await terminal.book.innerText();
  await expect.poll(() => terminal.book.innerText()).not.toBe(book);
  await terminal.row('Positions').getByRole('button', { name: 'Close position' }).click();
  const confirm = page.getByRole('button', { name: 'Close at market' });
  if (await confirm.isVisible()) await confirm.click();
  await expect(terminal.row('Positions')).toHaveCount(0);
  await exchange.has({});
});

test('a second tab is signed in and shares the upstream subscriptions', async ({ page, context, shared }) => {
  await signIn(page, shared.deck.link);
  const connections = shared.tap.connectionsOpen();
  const count = (request: string) => shared.tap.requests.filter((sent) => sent === request).length;
  expect(count('orderbook_p.subscribe ["BTCUSDT"]')).toBe(1);

  const second = await context.newPage();
  const other = await signIn(second, `${shared.deck.url}/`);
  await expect(other.book.getByRole('button', { name: /^Bid / }).first()).toBeVisible();
  const book = await other.book.innerText();
  await expect.poll(() => other.book.innerText()).not.toBe(book);

  expect(count('orderbook_p.subscribe ["BTCUSDT"]')).toBe(1);
  expect(count('aop_p.subscribe []')).toBe(1);
  expect(shared.tap.connectionsOpen()).toBe(connections);
});

test('another trader lifts the resting order and the fill appears', async ({ page, shared, exchange }) => {
  const terminal = await signIn(page, shared.deck.link);
  const other = await ccxtAt(shared.exchangeUrl, { apiKey: OTHER_KEY, secret: OTHER_SECRET });

  await page.getByRole('button', { name: /^Symbol/ }).click();
  await page.getByRole('combobox', { name: /Search/ }).fill('near');
  await page.keyboard.press('Enter');
  await expect(terminal.submit).toHaveText(/NEAR/);
  // From here on nobody trades but the two of them.
  await shared.administer('/clock', { speed: 0 }, 'PUT');
  const { bids } = await other.fetchOrderBook('NEAR/USDT:USDT');
  const price = String(bids[2]?.[0]);
  await terminal.ticket.getByRole('textbox', { name: 'Price' }).fill(price);
  await terminal.setQuantity('13');
  await terminal.submit.click();
  await terminal.tab('Open orders');
  await expect(terminal.row('Open orders')).toHaveCount(1);

  const ahead = bids.slice(0, 3).reduce((sum, [, amount]) => sum + Number(amount), 0);
  await other.createOrder('NEAR/USDT:USDT', 'limit', 'sell', Math.ceil(ahead + 13), Number(price), {
    timeInForce: 'ImmediateOrCancel',
  });
  await expect(terminal.row('Open orders')).toHaveCount(0);
  await terminal.tab('Fills');
  const fill = terminal.row('Fills').first();
  await expect(fill).toContainText('NEARUSDT');
  await expect(fill).toContainText(/Maker/i);
  await expect(fill).toContainText(price);
  await exchange.has({ positions: ['long 13 NEAR cross 10x'] }, ['NEAR/USDT:USDT']);
});
