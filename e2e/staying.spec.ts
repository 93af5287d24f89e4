/** What must survive: a reload, a restart of everything, another symbol. */
import { expect, signIn, test } from './deck.ts';
import { startDeck } from './processes.ts';

test('symbol, order and position are still there after a reload', async ({ terminal, exchange }) => {
  const { page, ticket } = terminal;
  await page.getByRole('button', { name: /^Symbol/ }).click();
  await page.getByRole('combobox', { name: /Search/ }).fill('sol');
  await page.keyboard.press('Enter');
  await expect(terminal.submit).toHaveText(/SOL/);

  await ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await terminal.setQuantity('2');
  await terminal.submit.click();
  await terminal.tab('Positions');
  await expect(terminal.row('Positions')).toContainText('SOLUSDT');

  await ticket.getByRole('radio', { name: 'Limit' }).check({ force: true });
  const bid = terminal.book.getByRole('button', { name: /^Bid / }).first();
  const price = Math.round(Number(await bid.getAttribute('data-price')) * 0.7);
  await ticket.getByRole('textbox', { name: 'Price' }).fill(String(price));
  await terminal.setQuantity('1');
  await terminal.submit.click();
  await terminal.tab('Open orders');
  await expect(terminal.row('Open orders')).toHaveCount(1);

  await page.reload();
  await expect(terminal.submit).toHaveText(/SOL/);
  await terminal.tab('Open orders');
  await expect(terminal.row('Open orders')).toContainText('SOLUSDT');
  await terminal.tab('Positions');
  await expect(terminal.row('Positions')).toContainText('SOLUSDT');
  const there = { positions: ['long 2 SOL cross 10x'], orders: [`buy 1 SOL Limit at ${price}`] };
  await exchange.has(there, ['SOL/USDT:USDT']);
  await expect(bid).toBeVisible();
});

test('position and balance are still there after Perpdeck itself was restarted', async ({
  terminal,
  deck,
  dataDir,
  browser,
}) => {
  await terminal.ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await terminal.setQuantity('0.02');
  await terminal.submit.click();
  await terminal.tab('Positions');
  await expect(terminal.row('Positions')).toHaveCount(1);
  const balance = await terminal.page.getByTestId('wallet-balance').innerText();
  await terminal.page.close();
  expect(await deck.stop()).toBe(0);

  const again = await startDeck(dataDir);
  const page = await browser.newPage();
  const reopened = await signIn(page, again.link);
  await reopened.tab('Positions');
  await expect(reopened.row('Positions')).toHaveCount(1);
  await expect(page.getByTestId('position-size')).toHaveText(/0\.02/);
  await expect(page.getByTestId('wallet-balance')).toHaveText(balance);
  await page.close();
  await again.stop();
});

test('a page whose sign-in came too late is signed in again, for its session lives', async ({ terminal }) => {
  const { page } = terminal;
  let refusals = 0;
  await page.routeWebSocket('**/exchange/ws', async (socket) => {
    // As a tab sees it that was frozen between its connect and its first word.
    if (refusals++ === 0) await socket.close({ code: 4401, reason: 'no sign-in' });
    else socket.connectToServer();
  });
  await page.reload();
  await expect.poll(() => refusals).toBeGreaterThan(1);
  await expect(page.getByTestId('connection')).toHaveText(/Live/);
  await expect(page.getByTestId('wallet-balance')).toHaveText(/\d/);
});
