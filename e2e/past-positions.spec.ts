/** What is over and what it cost: closed positions and funding; and what a history says that got no answer. */
import { type AccountTab, expect, test } from './deck.ts';

/** Each history, and what it says of an account that has none. */
const HISTORIES: readonly (readonly [AccountTab, none: string])[] = [
  ['Order history', 'No orders yet'],
  ['Fills', 'No fills yet'],
  ['Closed PnL', 'No closed positions yet'],
  ['Funding', 'No funding paid or received in BTCUSDT yet'],
];

test('a closed position stands in its tab with what came of it, after a reload too', async ({
  terminal,
  exchange,
}) => {
  const { page, ticket, submit, setQuantity, row, tab } = terminal;
  // A refusal is not "nothing yet": each history says so, and asks again when it is told to.
  let isRefused = true;
  await page.route(/\/(orderList|tradingList|closedPosition|funding-fees)\?/, (route) =>
    isRefused ? route.fulfill({ json: { code: 39_996, msg: 'Busy', data: null } }) : route.continue(),
  );
  await page.reload();
  for (const [name, none] of HISTORIES) {
    isRefused = true;
    await tab(name);
    const panel = page.getByRole('tabpanel', { name });
    await expect(panel).toContainText(`${name} could not be loaded`);
    await expect(panel).not.toContainText(none);
    isRefused = false;
    await panel.getByRole('button', { name: 'Try again' }).click();
    await expect(panel).toHaveText(none);
  }

  await ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await setQuantity('0.05');
  await submit.click();
  await tab('Positions');
  await expect(row('Positions')).toHaveCount(1);
  await row('Positions').getByRole('button', { name: 'Close position' }).click();
  const confirm = page.getByRole('button', { name: 'Close at market' });
  if (await confirm.isVisible()) await confirm.click();
  await expect(row('Positions')).toHaveCount(0);
  await exchange.has({});

  for (const reload of [false, true]) {
    if (reload) await page.reload();
    await tab('Closed PnL');
    await expect(row('Closed PnL')).toHaveCount(1);
    await expect(row('Closed PnL')).toContainText(/BTCUSDT\s*LongCross 10x\s*0\.0500/);
    await expect(row('Closed PnL').locator('[data-label="Realised PnL"]')).toHaveText(/\d\.\d\d$/);
  }
});
