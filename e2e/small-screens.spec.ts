/** The same trade on a phone and on a small laptop. */
import type { Page } from '@playwright/test';
import { expect, signIn, test } from './deck.ts';

test('the ticket fits a small laptop, the top line a phone, and there a level of the book opens the ticket', async ({
  page,
  deck,
}) => {
  await page.setViewportSize({ width: 1024, height: 768 });
  const terminal = await signIn(page, deck.link);
  await expect(terminal.submit).toBeInViewport({ ratio: 1 });
  await expect(terminal.ticket.getByRole('textbox', { name: 'Price' })).toBeInViewport({ ratio: 1 });
  const overflow = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  expect(overflow).toBeLessThanOrEqual(0);

  for (const [width, height] of [
    [360, 700],
    [390, 844],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expect(page.getByRole('tab', { name: 'Book' })).toBeVisible();
    expect(await spilledFrom(page)).toEqual([]);
  }

  await page.getByRole('tab', { name: 'Book' }).click();
  const level = terminal.book.getByRole('button', { name: /^Bid / }).nth(5);
  await expect(level).toBeVisible();
  const drawn = await level.evaluate((row) => {
    (row as HTMLElement).click();
    return row.getAttribute('data-price');
  });
  await expect(terminal.ticket.getByRole('textbox', { name: 'Price' })).toHaveValue(drawn ?? '');
});

/** What the top line has no room for. */
const spilledFrom = (page: Page) =>
  page.getByRole('banner').evaluate((bar) => {
    const box = bar.getBoundingClientRect();
    return [...bar.querySelectorAll('*')]
      .filter((part) => {
        const { top, bottom, left, right, width } = part.getBoundingClientRect();
        return width > 0 && (top < box.top || bottom > box.bottom || left < box.left || right > box.right);
      })
      .map((part) => part.textContent);
  });

test('a phone buys at market, is told of it where nothing is traded, and has the book beside the ticket in one-click mode', async ({
  page,
  deck,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const terminal = await signIn(page, deck.link);
  await page.getByRole('tab', { name: 'Trade' }).click();
  await terminal.ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await terminal.setQuantity('0.01');
  await terminal.submit.click();
  // News lie over the account's line, where nothing is traded; a run of fills is one of them.
  const notices = page.getByRole('list', { name: 'Notices' });
  await expect(notices).toContainText('Bought 0.0100 BTC');
  const wallet = await page.locator('dl[aria-label="Wallet"]').boundingBox();
  const news = await notices.boundingBox();
  expect(news?.y ?? 0).toBeGreaterThanOrEqual((wallet?.y ?? 0) - 2);
  await page.getByRole('tab', { name: 'Positions' }).first().click();
  await expect(terminal.row('Positions').first()).toContainText('BTCUSDT');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);

  // One-click mode brings the book to the ticket, and takes it away again.
  await page.getByRole('tab', { name: 'Trade' }).click();
  await terminal.setQuantity('0.01');
  await page.getByRole('button', { name: 'Sending' }).click();
  await page
    .getByRole('dialog', { name: 'Sending orders' })
    .getByRole('checkbox', { name: 'One-click mode' })
    .click({ force: true });
  await expect(terminal.submit).toBeInViewport({ ratio: 1 });
  await terminal.book.getByRole('button', { name: /^Bid / }).nth(2).click();
  await expect(page.getByTestId('placement')).toHaveText(/^(Working|Filled)/);
  await page.getByRole('button', { name: /^One-click mode is on/ }).click();
  await expect(terminal.book).toHaveCount(0);
});

test('a phone has every history: orders, fills, closed positions, funding, and the account itself', async ({
  page,
  deck,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const terminal = await signIn(page, deck.link);
  await page.getByRole('tab', { name: 'Trade' }).click();
  await terminal.ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await terminal.setQuantity('0.01');
  await terminal.submit.click();
  await page.getByRole('tab', { name: 'Positions' }).click();
  await terminal.row('Positions').getByRole('button', { name: 'TP/SL' }).click();
  const protect = page.getByRole('form', { name: /^Protect/ });
  await protect.getByRole('combobox', { name: 'Unit' }).selectOption('percent');
  await protect.getByRole('textbox', { name: 'Stop loss', exact: true }).fill('5');
  await protect.getByRole('textbox', { name: 'Stop loss', exact: true }).press('Enter');
  await page.getByRole('tab', { name: 'Orders (1)', exact: true }).click();
  const terms = terminal.row('Open orders').getByText('Close on trigger');
  await expect(terms).toBeInViewport({ ratio: 1 });
  await page.getByRole('tab', { name: 'Positions (1)' }).click();
  await terminal.row('Positions').getByRole('button', { name: 'Close position' }).click();
  await expect(terminal.row('Positions')).toHaveCount(0);
  await page.getByRole('tab', { name: 'Orders', exact: true }).click();
  await terminal.tab('Order history');
  await expect(terminal.row('Order history')).toHaveCount(3);
  await terminal.tab('Fills');
  await expect(terminal.row('Fills').first()).toContainText('BTCUSDT');
  await terminal.tab('Closed PnL');
  await expect(terminal.row('Closed PnL')).toHaveCount(1);
  await terminal.tab('Funding');
  await expect(page.getByText('No funding paid or received in BTCUSDT yet')).toBeVisible();
  await page.getByRole('tab', { name: 'Account' }).click();
  await expect(page.getByRole('region', { name: 'Fee tier, BTCUSDT' })).toContainText('Standard');
  await expect(page.getByRole('region', { name: 'Risk' })).toContainText('Classic');
  await expect(page.getByRole('region', { name: 'Requests left' })).toContainText(/Trading, a minute\s*\d/);
  // The top bar has no room for the limits: they are reached from here.
  await page.getByRole('button', { name: 'Limits' }).click();
  const limits = page.getByRole('dialog', { name: /^Limits/ });
  await expect(limits.getByRole('checkbox', { name: /^Read only/ })).toBeInViewport();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
