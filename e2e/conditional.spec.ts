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

test('a trigger on the wrong side is refused beside its field; an entry brings its protection, which goes with the position', async ({
  terminal,
  exchange,
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
  await exchange.has({});

  await ticket.getByRole('radio', { name: 'Buy' }).check({ force: true });
  await ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await terminal.setQuantity('0.05');
  await ticket.getByRole('checkbox', { name: /Take profit/ }).check({ force: true });
  for (const name of ['Take profit', 'Stop loss']) {
    await ticket.getByRole('combobox', { name: `${name} by` }).selectOption('percent');
    await ticket.getByRole('textbox', { name }).fill('5');
  }
  // With both of them entered, ticket and account still stand beside the chart without scrolling.
  const side = terminal.page.getByRole('complementary', { name: 'Trade' });
  expect(await side.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)).toBe(0);
  // One of them as a limit order, offered at its trigger's price.
  await ticket.getByRole('combobox', { name: 'Take profit order' }).selectOption('limit');
  await expect(ticket.getByRole('textbox', { name: 'Take profit limit' })).toHaveValue(/\d/);
  await terminal.submit.click();
  await terminal.tab('Open orders');
  await expect(terminal.row('Open orders')).toHaveCount(2);
  await expect(terminal.row('Open orders').filter({ hasText: 'Take-profit limit' })).toHaveCount(1);
  await expect(terminal.row('Open orders').filter({ hasText: 'Stop market' })).toHaveCount(1);

  await terminal.tab('Positions');
  await terminal.row('Positions').first().getByRole('button', { name: 'Close position' }).click();
  await expect(terminal.page.getByTestId('position-size')).toHaveCount(0);
  await terminal.tab('Open orders');
  await expect(terminal.row('Open orders')).toHaveCount(0);
  await exchange.has({});
});
