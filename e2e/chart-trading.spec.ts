/** Trading on the chart: what is held and what rests has its line there, and the line is a handle. */
import type { Locator } from '@playwright/test';
import { expect, type Terminal, test } from './deck.ts';

const label = ({ chart }: Terminal, kind: string): Locator => chart.locator(`[data-kind="${kind}"]`);
const priceOf = async (of: Locator): Promise<number> => Number(await of.getAttribute('data-price'));

/** Rests a post-only buy where the market does not get to in a test's time, which daily candles have in view. */
async function restBuy({ ticket, book, chart, submit, setQuantity }: Terminal): Promise<void> {
  await chart.getByRole('button', { name: '1D' }).click();
  const best = await book.getByRole('button', { name: /^Bid / }).first().getAttribute('data-price');
  await ticket.getByRole('textbox', { name: 'Price' }).fill((Number(best) * 0.98).toFixed(1));
  await ticket.getByRole('checkbox', { name: 'Post-only' }).check();
  await setQuantity('0.02');
  await submit.click();
}

test('an order is dragged to another price by one atomic replace, let go by Escape, and canceled from its line', async ({
  terminal,
  exchange,
}) => {
  const { page } = terminal;
  await restBuy(terminal);
  const order = label(terminal, 'order');
  await expect(order).toBeVisible();
  await expect(order).toContainText('Buy 0.02');
  const before = await priceOf(order);
  const pull = async (byPx: number) => {
    const box = await order.boundingBox();
    if (box === null) throw new Error('The label has no box');
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + 8, y);
    await page.mouse.down();
    await page.mouse.move(box.x + 8, y + byPx, { steps: 5 });
    await expect(order).toHaveAttribute('data-held', 'true');
  };
  await pull(50);
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await expect(order).toHaveAttribute('data-held', 'false');
  expect(await priceOf(order)).toBe(before);

  await terminal.tab('Open orders');
  const row = terminal.row('Open orders');
  await expect(row).toContainText('Post-only');
  // Its editor stands open all the while.
  await row.getByRole('button', { name: 'Amend order' }).click();

  const sent: string[] = [];
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    const terms = [...searchParams.keys()].filter((name) => /^(price|orderQty|stopPx)/.test(name));
    if (pathname.includes('/g-orders')) sent.push(`${request.method()} ${pathname} ${terms}`);
  });
  await pull(30);
  await page.mouse.up();
  await expect(order).toHaveAttribute('data-pending', 'false');
  const after = await priceOf(order);
  expect(after).toBeLessThan(before);
  // The editor says so, and a quantity that is saved now takes no older price along.
  await expect(row.getByRole('alert')).toContainText('Changed elsewhere: price');
  await row.getByRole('textbox', { name: 'Quantity' }).fill('0.03');
  await row.getByRole('textbox', { name: 'Quantity' }).press('Enter');
  await expect(row).toContainText('0.0300');
  // The same order: its price and terms have stayed, and nothing was canceled or placed.
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('Post-only');
  await expect(row).toContainText(after.toLocaleString('en-US', { minimumFractionDigits: 1 }));
  expect(sent).toEqual([
    'PUT /exchange/g-orders/replace priceRp',
    'PUT /exchange/g-orders/replace orderQtyRq',
  ]);
  await exchange.has({ orders: [`buy 0.03 BTC Limit at ${after}`] });

  await order.getByRole('button', { name: /^Cancel Buy/ }).click();
  await expect(order).toHaveCount(0);
  await expect(row).toHaveCount(0);
  await exchange.has({});
});

test('a position shows its profit, break-even and fill on the chart, and is closed there', async ({
  terminal,
  exchange,
}) => {
  const { ticket } = terminal;
  await ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await terminal.setQuantity('0.05');
  await terminal.submit.click();
  const position = label(terminal, 'position');
  await expect(position).toContainText('Long 0.05');
  await expect(position).toContainText(/[+-]?\d+\.\d\d \([+-]?\d+\.\d\d%\)/);
  const entry = await priceOf(position);
  const breakEven = await priceOf(label(terminal, 'break-even'));
  // Both takers' fees.
  expect(breakEven / entry).toBeGreaterThan(1.0011);
  expect(breakEven / entry).toBeLessThan(1.0013);
  await exchange.has({ positions: ['long 0.05 BTC cross 10x'] });
  await position.getByRole('button', { name: /^Close Long/ }).click();
  await expect(position).toHaveCount(0);
  await exchange.has({});
});

test('a right click on the chart brings its price and a side into the ticket, sending nothing', async ({
  terminal,
}) => {
  const { page, ticket, chart } = terminal;
  const canvas = chart.locator('canvas').first();
  await expect(canvas).toBeVisible();
  // Whatever the ticket was set to, what is called a limit becomes one.
  await ticket.getByRole('radio', { name: 'Conditional' }).check({ force: true });
  const box = await chart.boundingBox();
  if (box === null) throw new Error('The chart has no box');
  await expect(async () => {
    await page.mouse.click(box.x + 200, box.y + 220, { button: 'right' });
    await expect(page.getByRole('menu')).toBeVisible({ timeout: 1000 });
  }).toPass();
  await page.getByRole('menuitem', { name: /^Sell limit/ }).click();
  await expect(ticket.getByRole('radio', { name: 'Sell' })).toBeChecked();
  await expect(ticket.getByRole('radio', { name: 'Limit', exact: true })).toBeChecked();
  const price = await ticket.getByRole('textbox', { name: 'Price' }).inputValue();
  await terminal.setQuantity('0.03');
  const draft = label(terminal, 'draft');
  await expect(draft).toContainText('Sell 0.03');
  expect(await priceOf(draft)).toBe(Number(price));
  // Its stop has a line too, and is taken elsewhere by it before anything is sent.
  await ticket.getByRole('checkbox', { name: /Take profit/ }).check({ force: true });
  const stop = ticket.getByRole('textbox', { name: 'Stop loss', exact: true });
  await stop.fill((Number(price) * 1.001).toFixed(1));
  const stopLine = draft.filter({ hasText: 'Stop loss' });
  await expect(stopLine).toBeVisible();
  const line = await stopLine.boundingBox();
  if (line === null) throw new Error('The label has no box');
  await page.mouse.move(line.x + 8, line.y + 10);
  await page.mouse.down();
  await page.mouse.move(line.x + 8, line.y - 20, { steps: 4 });
  await page.mouse.up();
  await expect(stop).not.toHaveValue((Number(price) * 1.001).toFixed(1));
  expect(Number(await stop.inputValue())).toBeGreaterThan(Number(price));
  await terminal.tab('Open orders');
  await expect(terminal.row('Open orders')).toHaveCount(0);
});
