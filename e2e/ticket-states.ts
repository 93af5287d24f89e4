/** The order ticket in each of its kinds and tempers, and trading on the chart, for whoever looks. */
import { expect, type Locator } from '@playwright/test';
import type { Terminal } from './deck.ts';
import type { Look } from './states.ts';

const ticketPanel = ({ page }: Terminal): Locator => page.locator('aside[aria-label="Trade"]');

/** Where the market is, as the ticket suggests it. */
async function suggestedPrice({ ticket }: Terminal): Promise<number> {
  const price = ticket.getByRole('textbox', { name: 'Price', exact: true });
  await expect(price).toHaveValue(/\d/);
  return Number((await price.inputValue()).replaceAll(',', ''));
}

/** Of an account that holds nothing; the ticket is left as it was found. */
export async function walkTicket(terminal: Terminal, look: Look): Promise<void> {
  const { page, ticket, submit, setQuantity } = terminal;
  const panel = ticketPanel(terminal);
  const choose = (name: string) => ticket.getByRole('radio', { name, exact: true }).check({ force: true });
  const enter = (name: string, text: string | number) =>
    ticket.getByRole('textbox', { name, exact: true }).fill(String(text));
  const tick = (name: string | RegExp, isOn: boolean) =>
    ticket.getByRole('checkbox', { name }).setChecked(isOn, { force: true });
  const select = (name: string, value: string) => ticket.getByRole('combobox', { name }).selectOption(value);
  const price = Math.round(await suggestedPrice(terminal));

  await choose('Limit');
  await enter('Price', price - 400);
  await setQuantity('0.4');
  await tick('Iceberg', true);
  await enter('Shown quantity', '0.05');
  await look('ticket-iceberg', 'Ticket: an iceberg', panel);
  await tick('Iceberg', false);
  await select('Quantity in', 'risk');
  await enter('Risk', '100');
  await select('Stop loss by', 'percent');
  await enter('Stop loss', '2');
  await select('Take profit by', 'percent');
  await enter('Take profit', '4');
  await look('ticket-risk', 'Ticket: take profit and stop loss, the size by what the stop would lose', panel);
  await tick(/^Take profit/, false);
  await select('Quantity in', 'base');
  await choose('Conditional');
  await select('Conditional type', 'StopLimit');
  await enter('Trigger price', price + 600);
  await enter('Price', price + 650);
  await setQuantity('0.05');
  await look('ticket-conditional', 'Ticket: a stop limit order', panel);
  await enter('Trigger price', price - 600);
  await enter('Price', '');
  await setQuantity('9000');
  await submit.click();
  await look('ticket-errors', 'Ticket: what is wrong stands beside its field', panel);

  const sending = async (name: string | RegExp, isOn: boolean) => {
    await page.getByRole('button', { name: 'Sending' }).click();
    const dialog = page.getByRole('dialog', { name: 'Sending orders' });
    const box = dialog.getByRole('checkbox', { name });
    if ((await box.isChecked()) !== isOn) await box.click({ force: true });
    if (await dialog.isVisible()) await page.keyboard.press('Escape');
  };
  await choose('Limit');
  await enter('Price', price - 400);
  await setQuantity('0.2');
  await sending(/^Ask before/, true);
  await submit.click();
  await expect(ticket.getByRole('group', { name: 'Confirm the order' })).toBeVisible();
  await look('ticket-confirm', 'Ticket: a large order is asked about', panel);
  await page.keyboard.press('Escape');
  await sending(/^Ask before/, false);
  await sending('One-click mode', true);
  await expect(page.getByRole('button', { name: /^One-click mode is on/ })).toBeVisible();
  await look('one-click', 'One-click mode: a click on a level sends, and the screen says so');
  await page.getByRole('button', { name: /^One-click mode is on/ }).click();
  await page.getByRole('button', { name: 'One-way' }).click();
  await look('position-mode', 'Position mode of a product', page.getByRole('dialog'));
  await page.keyboard.press('Escape');
  await page.reload();
  await suggestedPrice(terminal);
}

/** A trailing stop, the menu of a price, and an order whose line is being dragged: a position and orders are there. */
export async function walkChart(terminal: Terminal, look: Look): Promise<void> {
  const { page, ticket, chart } = terminal;
  await ticket.getByRole('radio', { name: 'Sell', exact: true }).check({ force: true });
  await ticket.getByRole('radio', { name: 'Conditional' }).check({ force: true });
  await ticket.getByRole('combobox', { name: 'Conditional type' }).selectOption('TrailingStop');
  await ticket.getByRole('textbox', { name: 'Trail distance' }).fill('1.5');
  await terminal.setQuantity('0.1');
  await look('ticket-trailing', 'Ticket: a trailing stop', ticketPanel(terminal));
  await ticket.getByRole('radio', { name: 'Limit', exact: true }).check({ force: true });

  const pane = await chart.boundingBox();
  const line = chart.locator('[data-kind="order"]').and(page.locator(':visible')).first();
  const label = await line.boundingBox();
  if (pane === null || label === null) throw new Error('The chart has no box');
  await page.mouse.click(pane.x + 300, pane.y + 260, { button: 'right' });
  await expect(page.getByRole('menu')).toBeVisible();
  await look('price-menu', 'A right click on the chart: what can be done at that price', chart);
  await page.keyboard.press('Escape');
  const y = label.y + label.height / 2;
  await page.mouse.move(label.x + 8, y);
  await page.mouse.down();
  await page.mouse.move(label.x + 8, y + 40, { steps: 4 });
  await look('dragged-line', 'An order’s line is dragged: where it would go, and how far that is', chart);
  await page.keyboard.press('Escape');
  await page.mouse.up();
}
