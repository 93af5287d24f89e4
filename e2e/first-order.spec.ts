/** The newcomer's path: from the link to a filled order and back to flat. */
import { expect, test } from './deck.ts';

test('candles are drawn and the book moves', async ({ terminal }) => {
  await expect(terminal.chart.locator('canvas').first()).toBeVisible();
  const firstPaint = await terminal.book.innerText();
  await expect.poll(() => terminal.book.innerText()).not.toBe(firstPaint);
});

test('a click on a level fills the price that was drawn; the order rests, is amended and cancelled', async ({
  terminal,
}) => {
  const { page, ticket, book } = terminal;
  const level = book.getByRole('button', { name: /^Bid / }).nth(7);
  const drawn = (await level.evaluate((row) => {
    (row as HTMLElement).click();
    return row.getAttribute('data-price');
  })) as string;
  const price = ticket.getByRole('textbox', { name: 'Price' });
  await expect(price).toHaveValue(drawn);

  // Far enough below the market that nothing trades with it while the test looks at it.
  const resting = (Number(drawn) * 0.9).toFixed(1);
  await price.fill(resting);
  await terminal.setQuantity('0.01');
  await ticket.getByRole('radio', { name: 'Buy' }).check({ force: true });
  await terminal.submit.click();

  await terminal.tab('Open orders');
  const row = terminal.row('Open orders');
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('BTCUSDT');
  await expect(row).toContainText('0.01');

  await row.getByRole('button', { name: 'Amend order' }).click();
  await row.getByRole('textbox', { name: 'Quantity' }).fill('0.02');
  await row.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('0.02');

  await row.getByRole('button', { name: 'Cancel order' }).click();
  await expect(row).toHaveCount(0);
  await expect(page.getByRole('tab', { name: 'Open orders' })).toHaveAccessibleName(/Open orders/);
});

test('a market buy opens a position whose profit moves with mark, and a click closes it', async ({
  terminal,
}) => {
  const { page, ticket } = terminal;
  await ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await terminal.setQuantity('0.05');
  await terminal.submit.click();

  await terminal.tab('Positions');
  const row = terminal.row('Positions');
  await expect(row).toHaveCount(1);
  await expect(page.getByTestId('position-size')).toHaveText(/0\.05/);
  const pnl = page.getByTestId('position-pnl');
  const firstPnl = await pnl.innerText();
  await expect.poll(() => pnl.innerText()).not.toBe(firstPnl);

  await row.getByRole('button', { name: 'Close position' }).click();
  const confirm = page.getByRole('button', { name: 'Close at market' });
  if (await confirm.isVisible()) await confirm.click();
  await expect(row).toHaveCount(0);
  await terminal.tab('Fills');
  await expect(terminal.row('Fills').first()).toContainText('Sell');
});
