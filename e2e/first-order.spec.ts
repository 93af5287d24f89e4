/** The newcomer's path: from the link to a filled order and back to flat. */
import { expect, test } from './deck.ts';

test('candles are drawn, the book moves, and a click on a level fills the price that was drawn', async ({
  terminal,
}) => {
  const { ticket, book, chart } = terminal;
  await expect(chart.locator('canvas').first()).toBeVisible();
  const firstPaint = await book.innerText();
  await expect.poll(() => book.innerText()).not.toBe(firstPaint);
  const level = book.getByRole('button', { name: /^Bid / }).nth(7);
  const drawn = (await level.evaluate((row) => {
    (row as HTMLElement).click();
    return row.getAttribute('data-price');
  })) as string;
  await expect(ticket.getByRole('textbox', { name: 'Price' })).toHaveValue(drawn);
});

test('a market buy opens a position whose profit moves with mark, and a click closes it', async ({
  terminal,
  exchange,
}) => {
  const { page, ticket } = terminal;
  await ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await terminal.setQuantity('0.05');
  await terminal.submit.click();

  await terminal.tab('Positions');
  const row = terminal.row('Positions');
  await expect(row).toHaveCount(1);
  await expect(page.getByTestId('position-size')).toHaveText(/0\.05/);
  await exchange.has({ positions: ['long 0.05 BTC cross 10x'] });
  const pnl = page.getByTestId('position-pnl');
  const firstPnl = await pnl.innerText();
  await expect.poll(() => pnl.innerText()).not.toBe(firstPnl);

  await row.getByRole('button', { name: 'Close position' }).click();
  const confirm = page.getByRole('button', { name: 'Close at market' });
  if (await confirm.isVisible()) await confirm.click();
  await expect(row).toHaveCount(0);
  await exchange.has({});
  await terminal.tab('Fills');
  await expect(terminal.row('Fills').first()).toContainText('Sell');
});
