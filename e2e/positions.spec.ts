/** What can be done about positions: in parts, turned round, at break-even, all at once. */
import { expect, signIn, type Terminal, test } from './deck.ts';
import { askBeside } from './exchange-side.ts';
import { OWN_KEY, test as sharedTest } from './shared-exchange.ts';

async function openAtMarket({ ticket, submit, setQuantity }: Terminal, side: 'Buy' | 'Sell', qty: string) {
  await ticket.getByRole('radio', { name: side }).check({ force: true });
  await ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await setQuantity(qty);
  await submit.click();
}

sharedTest(
  'break-even rests where nothing is lost; a share is closed from the form',
  async ({ page, shared, exchange }) => {
    // Of an account whose fees put it where the market does not get to in a test's time.
    await shared.administer(`/accounts/${OWN_KEY}/fees`, { maker: '0.01', taker: '0.01' }, 'PUT');
    const terminal = await signIn(page, shared.deck.link);
    await openAtMarket(terminal, 'Buy', '0.04');
    const row = terminal.row('Positions').first();
    await expect(page.getByTestId('position-size')).toHaveText('0.0400');
    const breakEven = async () =>
      Number((await page.getByTestId('position-break-even').innerText()).replaceAll(',', ''));
    await expect.poll(breakEven).toBeGreaterThan((await exchange.price()) * 1.01);
    const price = await breakEven();
    await row.getByRole('button', { name: 'Close at break-even' }).click();
    await terminal.tab('Open orders');
    const order = terminal.row('Open orders');
    await expect(order).toHaveCount(1);
    await expect(order).toContainText('Reduce-only');
    await expect(order).toContainText('Post-only');

    await terminal.tab('Positions');
    await row.getByRole('button', { name: 'Limit close' }).click();
    const form = page.getByRole('form', { name: 'Close BTCUSDT' });
    await form.getByRole('button', { name: '50%' }).click();
    await expect(form.getByRole('textbox', { name: 'Close quantity' })).toHaveValue('0.02');
    await form.getByRole('radio', { name: 'Market' }).check({ force: true });
    await form.getByRole('button', { name: 'Close at the market price' }).click();
    await expect(page.getByTestId('position-size')).toHaveText('0.0200');
    await expect(form).toHaveCount(0);
    // The resting close is cut with what it closes.
    await exchange.has({
      positions: ['long 0.02 BTC cross 10x'],
      orders: [`sell 0.02 BTC Limit at ${price} reducing`],
    });
  },
);

test('a hedged pair stands together with its net, one leg turns into the other, and the product is flattened', async ({
  terminal,
  exchange,
}) => {
  const { page } = terminal;
  await page.getByRole('button', { name: 'One-way' }).click();
  const dialog = page.getByRole('dialog', { name: /Position mode/ });
  await dialog.getByRole('radio', { name: 'Hedged' }).check({ force: true });
  await dialog.getByRole('button', { name: 'Switch' }).click();
  await expect(page.getByRole('button', { name: 'Hedged' })).toBeVisible();
  const rows = terminal.row('Positions');
  await openAtMarket(terminal, 'Buy', '0.05');
  await expect(rows).toHaveCount(1);
  await openAtMarket(terminal, 'Sell', '0.02');
  const net = page.getByRole('row').filter({ hasText: 'Net of the pair' });
  await expect(net).toContainText('0.0300');
  await expect(net).toContainText('Long');
  await exchange.has({ positions: ['long 0.05 BTC cross 10x', 'short 0.02 BTC cross 10x'] });

  // The short leg is closed and its size opened long: the whole is one long of 0.07.
  await rows.filter({ hasText: 'Short' }).getByRole('button', { name: 'Reverse position' }).click();
  // As a list: for a moment both legs still stand there.
  await expect(page.getByTestId('position-size')).toHaveText(['0.0700']);
  await expect(net).toHaveCount(0);
  await exchange.has({ positions: ['long 0.07 BTC cross 10x'] });

  await page.getByRole('button', { name: 'Flatten BTCUSDT' }).click();
  await expect(rows).toHaveCount(1);
  await page.getByRole('button', { name: 'Cancel its orders and close it?' }).click();
  await expect(rows).toHaveCount(0);
  await exchange.has({});
});

test('positions of two products are summed up and closed together', async ({ terminal, exchange }) => {
  const { page } = terminal;
  await openAtMarket(terminal, 'Buy', '0.03');
  await expect(terminal.row('Positions')).toHaveCount(1);
  await page.getByRole('button', { name: /^Symbol/ }).click();
  await page.getByRole('combobox', { name: /Search/ }).fill('ethusdt');
  await page.keyboard.press('Enter');
  await expect(terminal.submit).toHaveText(/ETH/);
  await openAtMarket(terminal, 'Sell', '0.5');
  const rows = terminal.row('Positions');
  await expect(rows).toHaveCount(2);
  await expect(page.getByRole('row').filter({ hasText: 'Total USDT' })).toContainText(/\d/);
  // A double click is one word, and so is a key that is held down: both only ask.
  const closeAll = page.getByRole('button', { name: 'Close all' });
  const question = page.getByRole('button', { name: 'Close 2 positions?' });
  await closeAll.dblclick();
  await expect(question).toBeEnabled();
  await page.keyboard.press('Escape');
  await closeAll.focus();
  await page.keyboard.down('Enter');
  await expect(question).toBeEnabled();
  for (let repeat = 0; repeat < 5; repeat += 1) await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await expect(question).toBeEnabled();
  await expect(rows).toHaveCount(2);
  await exchange.has({ positions: ['long 0.03 BTC cross 10x', 'short 0.5 ETH cross 10x'] });
  await question.click();
  await expect(rows).toHaveCount(0);
  await exchange.has({});
});

test('leverage and margin mode are changed on the row, and an isolated position is given margin and has it taken back', async ({
  terminal,
  exchange,
}) => {
  const { page } = terminal;
  await openAtMarket(terminal, 'Buy', '0.05');
  const row = terminal.row('Positions').first();
  await row.getByRole('button', { name: 'Margin: Cross 10x' }).click();
  const leverage = page.getByRole('form', { name: 'Leverage of BTCUSDT' });
  // What stands under the caret sets nothing back that another page sets meanwhile.
  await leverage.getByRole('textbox', { name: 'Leverage' }).focus();
  await askBeside(page, 'PUT', '/g-positions/leverage?symbol=BTCUSDT&leverageRr=-12');
  await expect(row.getByRole('button', { name: 'Margin: Cross 12x' })).toBeVisible();
  await expect(leverage.getByRole('textbox', { name: 'Leverage' })).toHaveValue('10');
  await expect(leverage.getByRole('button', { name: 'Set leverage' })).toBeDisabled();
  await leverage.getByRole('radio', { name: 'Isolated' }).check({ force: true });
  await leverage.getByRole('textbox', { name: 'Leverage' }).fill('5');
  // What the form reckons is what the exchange then says.
  const reckoned = /[\d,.]+$/.exec(await leverage.getByText(/^Liquidation/).innerText())?.[0] ?? '';
  await leverage.getByRole('button', { name: 'Set leverage' }).click();
  await expect(row.getByRole('button', { name: 'Margin: Isolated 5x' })).toBeVisible();
  const liquidation = row.locator('[data-label="Liquidation"]');
  await expect(liquidation).toContainText(reckoned);

  await row.getByRole('button', { name: 'Margin: Isolated 5x' }).click();
  const margin = page.getByRole('form', { name: 'Margin of BTCUSDT' });
  await margin.getByRole('textbox', { name: 'Margin amount' }).fill('200');
  const further = /[\d,.]+$/.exec(await margin.getByText(/^Liquidation/).innerText())?.[0] ?? '';
  await margin.getByRole('button', { name: 'Add margin' }).click();
  await expect(liquidation).toContainText(further);
  await margin.getByRole('radio', { name: 'Remove' }).check({ force: true });
  await margin.getByRole('textbox', { name: 'Margin amount' }).fill('1000');
  await expect(margin.getByRole('button', { name: 'Remove margin' })).toBeDisabled();
  await margin.getByRole('textbox', { name: 'Margin amount' }).fill('150');
  await margin.getByRole('button', { name: 'Remove margin' }).click();
  await expect(margin.getByRole('textbox', { name: 'Margin amount' })).toHaveValue('');
  await page.keyboard.press('Escape');
  await expect(margin).toHaveCount(0);
  await exchange.has({ positions: ['long 0.05 BTC isolated 5x'] });

  // Liquidation is near now, and by mark: a stop by last is warned of before it is sent, on the row, and on its order.
  await row.getByRole('button', { name: 'TP/SL' }).click();
  const protect = page.getByRole('form', { name: 'Protect BTCUSDT' });
  await protect.getByRole('combobox', { name: 'Unit' }).selectOption('percent');
  await protect.getByRole('textbox', { name: 'Stop loss' }).fill('3');
  await protect.getByRole('combobox', { name: 'Stop loss trigger' }).selectOption('by last');
  await expect(protect.getByRole('alert')).toContainText(/goes by last, liquidation at [\d,.]+ by mark/);
  await protect.getByRole('button', { name: 'Set TP/SL' }).click();
  await expect(page.getByTestId('position-protection')).toHaveText(/SL [\d,.]+.*goes by last/);
  await terminal.tab('Open orders');
  const warning = terminal
    .row('Open orders')
    .getByRole('button', { name: /^Warning: The stop goes by last/ });
  await warning.focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('[popover]:popover-open')).toContainText('it may come too late');
});
