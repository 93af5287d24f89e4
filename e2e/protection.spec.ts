/** Take-profit and stop-loss: drawn out of a position on the chart, typed on its row, moved without losing a flag. */
import type { Locator, Page } from '@playwright/test';
import { expect, type Terminal, test } from './deck.ts';
import { askBeside } from './exchange-side.ts';

async function buy({ ticket, submit, setQuantity, page }: Terminal, qty: string): Promise<void> {
  await ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await setQuantity(qty);
  await submit.click();
  await expect(page.getByTestId('position-size')).toHaveText(new RegExp(`^${qty}0*$`));
}

async function drag(page: Page, label: Locator, byPx: number): Promise<void> {
  const box = await label.boundingBox();
  if (box === null) throw new Error('The label has no box');
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + 10, y);
  await page.mouse.down();
  await page.mouse.move(box.x + 10, y + byPx, { steps: 6 });
  await page.mouse.up();
}

test('a protection is drawn out of the position, then moved by one replace that names the trigger alone', async ({
  terminal,
  exchange,
}) => {
  const { page, chart } = terminal;
  // On daily candles a hand's breadth is more than the market moves in a test's time.
  await chart.getByRole('button', { name: '1D' }).click();
  await buy(terminal, '0.05');
  const position = chart.locator('[data-kind="position"]');
  await expect(position).toBeVisible();
  // To where there is room on the chart: below entry it is a stop-loss, above it a take-profit.
  const [pane, label] = [await chart.boundingBox(), await position.boundingBox()];
  if (pane === null || label === null) throw new Error('The chart has no box');
  const isStop = label.y < pane.y + pane.height / 2;
  const direction = isStop ? 1 : -1;
  const [name, trigger] = isStop
    ? ['Stop market', /≤ [\d,.]+ mark/]
    : ['Take-profit market', /≥ [\d,.]+ mark/];
  await drag(page, position, direction * 80);

  const stop = chart.locator('[data-kind="order"]');
  await expect(stop).toContainText(`${name} sell 0.05`);
  await terminal.tab('Open orders');
  const row = terminal.row('Open orders');
  await expect(row).toContainText(name);
  await expect(row).toContainText(trigger);
  await expect(row).toContainText('Close on trigger');

  const replaced = page.waitForRequest((request) => request.method() === 'PUT');
  const before = Number(await stop.getAttribute('data-price'));
  await drag(page, stop, direction * 40);
  const asked = new URL((await replaced).url()).searchParams;
  expect([...asked.keys()].sort()).toEqual(['orderID', 'posSide', 'stopPxRp', 'symbol']);
  await expect(stop).toHaveAttribute('data-pending', 'false');
  expect((Number(await stop.getAttribute('data-price')) - before) * direction).toBeLessThan(0);
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('Close on trigger');
  await expect(row).toContainText(trigger);
  const kind = isStop ? 'Stop' : 'MarketIfTouched';
  await exchange.has({
    positions: ['long 0.05 BTC cross 10x'],
    orders: [`sell 0.05 BTC ${kind} from ${await stop.getAttribute('data-price')} reducing`],
  });
});

test('both are typed in per cent of entry, shown at their prices, moved one by one, and the stop is taken back', async ({
  terminal,
  exchange,
}) => {
  const { page } = terminal;
  await buy(terminal, '0.04');
  const row = terminal.row('Positions');
  const open = row.getByRole('button', { name: 'TP/SL' });
  const form = page.getByRole('form', { name: 'Protect BTCUSDT' });
  const [takeProfit, stopLoss] = ['Take profit', 'Stop loss'].map((name) =>
    form.getByRole('textbox', { name }),
  ) as [Locator, Locator];
  const unit = form.getByRole('combobox', { name: 'Unit' });
  const set = form.getByRole('button', { name: 'Set TP/SL' });
  const orders = page.getByRole('tab', { name: 'Open orders' });
  await open.click();
  await unit.selectOption('percent');
  await takeProfit.fill('2');
  await stopLoss.fill('1');
  // The take profit is refused: the stop is set all the same, and what was typed for the other one stays.
  await page.route('**/g-orders', async (route) => {
    if (!route.request().postData()?.includes('MarketIfTouched')) return route.fallback();
    await route.fulfill({ json: { code: 11003, msg: 'TE_SYSTEM_BUSY', data: null } });
  });
  await set.click();
  await expect(form).toContainText('Take profit: not done');
  await expect(orders).toHaveAccessibleName('Open orders (1)');
  await expect(takeProfit).toHaveValue('2');
  await page.unroute('**/g-orders');
  await set.click();
  await expect(form).toHaveCount(0);
  await expect(orders).toHaveAccessibleName('Open orders (2)');
  await expect(page.getByTestId('position-protection')).toHaveText(/TP [\d,.]+\s*SL [\d,.]+/);

  await open.click();
  const entry = Number(await terminal.chart.locator('[data-kind="position"]').getAttribute('data-price'));
  expect(Number(await takeProfit.inputValue()) / entry).toBeCloseTo(1.02, 4);
  const stopped = await stopLoss.inputValue();
  await expect(form.getByRole('button', { name: 'Set TP/SL' })).toBeDisabled();
  await unit.selectOption('percent');
  await expect(stopLoss).toHaveValue(/^(1\.00|0\.99|1\.01)/);
  // Only what was edited is asked for, and the field that was not follows its order.
  const moved = page.waitForRequest((request) => request.method() === 'PUT');
  await takeProfit.fill('3');
  await set.click();
  expect(new URL((await moved).url()).searchParams.get('stopPxRp')).toMatch(/^\d/);
  await expect(form).toHaveCount(0);
  await expect(orders).toHaveAccessibleName('Open orders (2)');

  await open.click();
  await expect(stopLoss).toHaveValue(stopped);
  const asked = page.waitForRequest((request) => request.method() === 'PUT');
  await form.getByRole('combobox', { name: 'Stop loss trigger' }).selectOption('by last');
  await set.click();
  expect([...new URL((await asked).url()).searchParams.keys()].sort()).toEqual([
    'orderID',
    'posSide',
    'symbol',
    'triggerType',
  ]);
  await expect(form).toHaveCount(0);
  await terminal.tab('Open orders');
  await expect(terminal.row('Open orders').filter({ hasText: 'Stop market' })).toContainText(
    /≤ [\d,.]+ last/,
  );

  await terminal.tab('Positions');
  await open.click();
  await expect(form.getByRole('combobox', { name: 'Stop loss trigger' })).toHaveValue('ByLastPrice');
  await stopLoss.fill('');
  await expect(form).toContainText(/is removed/);
  await form.getByRole('button', { name: 'Remove SL' }).click();
  await expect(form).toHaveCount(0);
  await terminal.tab('Open orders');
  await expect(terminal.row('Open orders')).toHaveCount(1);
  await expect(terminal.row('Open orders')).toContainText('Take-profit market');

  // Half of it is taken sooner, at a limit.
  await terminal.tab('Positions');
  await open.click();
  await form.getByRole('button', { name: 'Another take profit', exact: true }).click();
  const sooner = Math.round(entry * 1.015);
  await takeProfit.fill(String(sooner));
  await expect(form.getByRole('alert')).toContainText('choose a share');
  await form.getByRole('combobox', { name: 'TP share' }).selectOption('of 50%');
  await form.getByRole('textbox', { name: 'TP limit' }).fill(String(sooner - 10));
  await set.click();
  await expect(form).toHaveCount(0);
  await expect(page.getByTestId('position-protection')).toHaveText(/TP [\d,.]+ of 0\.0200 \(nearest of 2\)/);
  await terminal.tab('Open orders');
  await expect(terminal.row('Open orders').filter({ hasText: 'Take-profit limit' })).toContainText('0.0200');

  // A caret that was left in a field makes no edit of the next order, once its own is gone.
  await terminal.tab('Positions');
  await open.click();
  await expect(takeProfit).toHaveValue(String(sooner));
  await takeProfit.focus();
  const { data } = await askBeside(page, 'GET', '/g-orders/activeList?symbol=BTCUSDT');
  const nearest = data.rows?.find(({ stopPxRp }) => Number(stopPxRp) === sooner)?.orderID;
  const gone = `/g-orders/cancel?symbol=BTCUSDT&posSide=Merged&orderID=${nearest}`;
  expect(await askBeside(page, 'DELETE', gone)).toMatchObject({ code: 0 });
  await expect(orders).toHaveAccessibleName('Open orders (1)');
  await expect(takeProfit).toHaveValue(/^\d/);
  await expect(takeProfit).not.toHaveValue(String(sooner));

  // Closed, the position takes its protection along.
  await row.getByRole('button', { name: 'Close position' }).click();
  await expect(orders).toHaveAccessibleName('Open orders');
  await exchange.has({});
});
