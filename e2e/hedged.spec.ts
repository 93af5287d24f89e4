/** Two positions side by side in one product. */
import { expect, test } from './deck.ts';

test('in hedged mode a long and a short stand side by side, and each closes alone', async ({ terminal }) => {
  const { page, ticket } = terminal;
  await page.getByRole('button', { name: 'One-way' }).click();
  const dialog = page.getByRole('dialog', { name: /Position mode/ });
  await dialog.getByRole('radio', { name: 'Hedged' }).check({ force: true });
  await dialog.getByRole('button', { name: 'Switch' }).click();
  await expect(page.getByRole('button', { name: 'Hedged' })).toBeVisible();

  const rows = terminal.row('Positions');
  const open = async (side: 'Buy' | 'Sell', qty: string) => {
    await ticket.getByRole('radio', { name: side }).check({ force: true });
    await ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
    await terminal.setQuantity(qty);
    await terminal.submit.click();
  };
  await terminal.tab('Positions');
  await open('Buy', '0.02');
  await expect(rows).toHaveCount(1);
  await open('Sell', '0.03');
  await expect(rows).toHaveCount(2);
  const long = rows.filter({ hasText: 'Long' });
  const short = rows.filter({ hasText: 'Short' });
  await expect(long.getByTestId('position-size')).toHaveText(/^0\.020*$/);
  await expect(short.getByTestId('position-size')).toHaveText(/^0\.030*$/);

  await long.getByRole('button', { name: 'Close position' }).click();
  await expect(long).toHaveCount(0);
  await expect(short.getByTestId('position-size')).toHaveText(/^0\.030*$/);
});
