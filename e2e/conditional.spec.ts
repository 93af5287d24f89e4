/** Orders that wait for a trigger: sent from the ticket, held by the exchange, gone with what they were for. */
import { expect, type Terminal, test } from './deck.ts';

const markOf = async ({ page }: Terminal): Promise<number> => {
  const mark = page
    .getByRole('term')
    .filter({ hasText: /^Mark$/ })
    .locator('+ dd');
  await expect(mark).toHaveText(/\d/);
  return Number((await mark.innerText()).replaceAll(',', ''));
};

test('a stop waits with its trigger, and is cancelled like any order', async ({ terminal }) => {
  const { page, ticket } = terminal;
  const trigger = String(Math.round((await markOf(terminal)) * 0.9));
  await ticket.getByRole('radio', { name: 'Sell' }).check({ force: true });
  await ticket.getByRole('radio', { name: 'Conditional' }).check({ force: true });
  await ticket.getByRole('textbox', { name: 'Trigger price' }).fill(trigger);
  await terminal.setQuantity('0.02');
  await terminal.submit.click();
  await expect(page.getByTestId('placement')).toHaveText(/Waiting for its trigger/);

  await terminal.tab('Open orders');
  const row = terminal.row('Open orders');
  await expect(row).toHaveCount(1);
  await expect(row).toContainText(Number(trigger).toLocaleString('en'));
  await row.getByRole('button', { name: 'Cancel order' }).click();
  await expect(row).toHaveCount(0);
});

test('an entry brings its take-profit and stop-loss, which go when the position is closed', async ({
  terminal,
}) => {
  const { ticket } = terminal;
  await ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await terminal.setQuantity('0.05');
  await ticket.getByRole('checkbox', { name: /Take profit/ }).check({ force: true });
  for (const name of ['Take profit', 'Stop loss']) {
    await ticket.getByRole('combobox', { name: `${name} by` }).selectOption('percent');
    await ticket.getByRole('textbox', { name }).fill('5');
  }
  await terminal.submit.click();
  await terminal.tab('Open orders');
  await expect(terminal.row('Open orders')).toHaveCount(2);

  await terminal.tab('Positions');
  await terminal.row('Positions').first().getByRole('button', { name: 'Close position' }).click();
  await expect(terminal.page.getByTestId('position-size')).toHaveCount(0);
  await terminal.tab('Open orders');
  await expect(terminal.row('Open orders')).toHaveCount(0);
});

test('a trigger on the wrong side of the market is refused beside its field, and nothing is sent', async ({
  terminal,
}) => {
  const { ticket } = terminal;
  const beyond = String(Math.round((await markOf(terminal)) * 1.1));
  await ticket.getByRole('radio', { name: 'Sell' }).check({ force: true });
  await ticket.getByRole('radio', { name: 'Conditional' }).check({ force: true });
  await ticket.getByRole('textbox', { name: 'Trigger price' }).fill(beyond);
  await terminal.setQuantity('0.02');
  await terminal.submit.click();
  await expect(ticket.getByRole('alert').filter({ hasText: 'Must be below mark' })).toBeVisible();
  await expect(terminal.page.getByTestId('placement')).toHaveText('');
});
