/** What is over and what it cost: closed positions, and funding. */
import { expect, test } from './deck.ts';

test('a closed position stands in its tab with what came of it, after a reload too', async ({ terminal }) => {
  const { page, ticket, submit, setQuantity, row, tab } = terminal;
  await tab('Closed PnL');
  await expect(page.getByText('No closed positions yet')).toBeVisible();
  await tab('Funding');
  await expect(page.getByText('No funding paid or received in BTCUSDT yet')).toBeVisible();

  await ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await setQuantity('0.05');
  await submit.click();
  await tab('Positions');
  await expect(row('Positions')).toHaveCount(1);
  await row('Positions').getByRole('button', { name: 'Close position' }).click();
  const confirm = page.getByRole('button', { name: 'Close at market' });
  if (await confirm.isVisible()) await confirm.click();
  await expect(row('Positions')).toHaveCount(0);

  for (const reload of [false, true]) {
    if (reload) await page.reload();
    await tab('Closed PnL');
    await expect(row('Closed PnL')).toHaveCount(1);
    await expect(row('Closed PnL')).toContainText(/BTCUSDT\s*LongCross 10x\s*0\.0500/);
    await expect(row('Closed PnL').locator('[data-label="Realised PnL"]')).toHaveText(/\d\.\d\d$/);
  }
});
