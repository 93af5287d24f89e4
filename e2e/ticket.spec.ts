/** What the ticket does beyond a plain order: size by risk, brackets, icebergs, a second word, one-click mode, small screens. */
import type { Locator, Page, Request } from '@playwright/test';
import { expect, seriousFaults, signIn, type Terminal, test } from './deck.ts';

const TICKET = 'aside[aria-label="Trade"]';

const placed = ({ page }: Terminal): Promise<Request> =>
  page.waitForRequest(
    (request) => request.method() === 'POST' && request.url().endsWith('/exchange/g-orders'),
  );

const bodyOf = async (request: Promise<Request>): Promise<Record<string, string>> =>
  (await request).postDataJSON();

const choose = (ticket: Locator, name: string) => ticket.getByRole('radio', { name }).check({ force: true });

async function bestBid({ book }: Terminal): Promise<number> {
  const level = book.getByRole('button', { name: /^Bid / }).first();
  await expect(level).toHaveAttribute('data-price', /\d/);
  return Number(await level.getAttribute('data-price'));
}

test('risk decides the size of a bracket; an iceberg shows a part; a stop entry brings its own stop', async ({
  terminal,
  exchange,
}) => {
  const { page, ticket } = terminal;
  const limit = ticket.getByRole('textbox', { name: 'Price' });
  // Until one is given the price goes with the book; and stands still while a hand is at the ticket.
  await expect(limit).toHaveValue(/\d/);
  const first = await limit.inputValue();
  await expect(limit).not.toHaveValue(first);
  await limit.focus();
  const read = await limit.inputValue();
  await expect.poll(() => bestBid(terminal)).not.toBeCloseTo(Number(read), 0);
  await expect(limit).toHaveValue(read);
  // One far through the book is no small thing.
  const price = Math.round((await bestBid(terminal)) * 0.98);
  await limit.fill(String(Math.round(price * 1.04)));
  await expect(ticket.getByTestId('crossed')).toHaveText(/^[12]\.\d\d% above the ask$/);
  await limit.fill(String(price));
  await expect(ticket.getByTestId('crossed')).toHaveCount(0);
  await ticket.getByRole('combobox', { name: 'Quantity in' }).selectOption('risk');
  await terminal.submit.click();
  await expect(ticket.getByRole('textbox', { name: 'Risk' })).toBeFocused();
  await ticket.getByRole('textbox', { name: 'Risk' }).fill('100');
  await expect(ticket.getByTestId('sized-qty')).toHaveCount(0);
  await ticket.getByRole('combobox', { name: 'Stop loss by' }).selectOption('percent');
  await ticket.getByRole('textbox', { name: 'Stop loss' }).fill('2');
  await ticket.getByRole('textbox', { name: 'Take profit' }).fill(String(price * 2));
  await ticket.getByRole('checkbox', { name: 'Iceberg' }).check({ force: true });
  await ticket.getByRole('textbox', { name: 'Shown quantity' }).fill('0.0100');
  const sized = await ticket.getByTestId('sized-qty').innerText();
  const sent = bodyOf(placed(terminal));
  await terminal.submit.click();
  const body = await sent;
  expect(sized).toContain(body.orderQtyRq);
  expect(body).toMatchObject({ displayQtyRq: '0.01', takeProfitRp: String(price * 2) });
  // What is lost at the stop, with the fees of both ways, is what was risked, and one lot more would be too much.
  const [qty, stop] = [Number(body.orderQtyRq), Number(body.stopLossRp)];
  const loss = (size: number) => size * (price - stop + 0.0006 * (price + stop));
  expect(loss(qty)).toBeLessThanOrEqual(100);
  expect(loss(qty + 0.0001)).toBeGreaterThan(100);
  await expect(page.getByTestId('placement')).toHaveText(/^Working/);
  await exchange.has({ orders: [`buy ${qty} BTC Limit at ${price}`] });

  await choose(ticket, 'Conditional');
  await ticket.getByRole('textbox', { name: 'Trigger price' }).fill(String(Math.round(price * 1.1)));
  const waiting = bodyOf(placed(terminal));
  await terminal.submit.click();
  expect(await waiting).toMatchObject({ ordType: 'Stop', reduceOnly: false });
  expect((await waiting).stopLossRp).toBeDefined();
  await expect(page.getByTestId('placement')).toHaveText(/Waiting for its trigger/);
});

test('a large order is asked about: a held key is no answer; one-click mode sends on clicks alone', async ({
  terminal,
}) => {
  // axe takes its time on a slow machine.
  test.slow();
  const { page, ticket, book } = terminal;
  const orders: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/g-orders'))
      orders.push(request.postData() ?? '');
  });
  await page.getByRole('button', { name: 'Sending' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sending orders' });
  await dialog.getByRole('checkbox', { name: /^Ask before/ }).check({ force: true });
  await dialog.getByRole('textbox', { name: 'From a value of' }).fill('1000');
  await dialog.getByRole('button', { name: 'Close' }).click();

  const price = Math.round((await bestBid(terminal)) * 0.9);
  await ticket.getByRole('textbox', { name: 'Price' }).fill(String(price));
  await terminal.setQuantity('0.05');
  const question = ticket.getByRole('group', { name: 'Confirm the order' });
  // Enter goes down and stays down: the question comes, the repeats answer nothing.
  await ticket.getByRole('textbox', { name: 'Quantity' }).focus();
  await page.keyboard.down('Enter');
  await expect(question).toContainText('Buy 0.0500 BTC');
  for (let repeat = 0; repeat < 20; repeat += 1) await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  // Here, where nothing hangs on it: a question takes itself back while axe takes its time.
  expect(await seriousFaults(page, TICKET)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(question).toHaveCount(0);
  expect(orders).toEqual([]);

  await ticket.getByRole('textbox', { name: 'Quantity' }).press('Enter');
  const send = question.getByRole('button', { name: 'Send order' });
  await expect(send).toBeFocused();
  await expect(send).toBeEnabled();
  await page.keyboard.press('Enter');
  await expect.poll(() => orders.length).toBe(1);
  await expect(page.getByTestId('placement')).toHaveText(/^Working/);

  // One-click mode: off until it is asked for, loud while it is on.
  await terminal.setQuantity('0.001');
  await page.getByRole('button', { name: 'Sending' }).click();
  await dialog.getByRole('checkbox', { name: 'One-click mode' }).click({ force: true });
  await expect(page.getByRole('button', { name: /^One-click mode is on/ })).toBeVisible();
  await expect(book).toContainText('A click sends');
  // How good the book is stays to be read beside that.
  const check = book.getByTestId('book-check');
  expect(await check.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  expect(await seriousFaults(page, TICKET)).toEqual([]);
  const level = book.getByRole('button', { name: /^Bid / }).nth(8);
  await level.press('Enter');
  expect(orders).toHaveLength(1);
  const clicked = bodyOf(placed(terminal));
  await book.getByRole('button', { name: /^Ask / }).last().click();
  expect(await clicked).toMatchObject({ side: 'Sell', ordType: 'Limit', orderQtyRq: '0.001' });
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /^One-click mode is on/ })).toHaveCount(0);
  await book.getByRole('button', { name: /^Bid / }).nth(4).click();
  await expect(ticket.getByRole('textbox', { name: 'Price' })).not.toHaveValue(String(price));
  expect(orders).toHaveLength(2);
});

/** The last line of the preview is in sight, and nothing in the ticket is wider than it. */
async function expectFit(page: Page): Promise<void> {
  const last = page.getByRole('term').filter({ hasText: 'Margin ratio' }).first();
  await expect(last).toBeInViewport({ ratio: 1 });
  const wide = await page.getByRole('form', { name: 'Order ticket' }).evaluate((form) => {
    const edge = form.getBoundingClientRect().right + 1;
    return [...form.querySelectorAll('*')]
      .filter((one) => one.getBoundingClientRect().right > edge)
      .map((one) => one.outerHTML.slice(0, 120));
  });
  expect(wide).toEqual([]);
}

test('every kind of order fits a small laptop without scrolling, sized by risk, and a phone by scrolling down alone', async ({
  page,
  deck,
}) => {
  test.slow();
  await page.setViewportSize({ width: 1024, height: 768 });
  const terminal = await signIn(page, deck.link);
  const { ticket } = terminal;
  const kinds = ['Limit', 'Market', 'Stop', 'StopLimit', 'MarketIfTouched', 'LimitIfTouched', 'TrailingStop'];
  const chooseKind = async (kind: string) => {
    if (kind === 'Limit' || kind === 'Market') return choose(ticket, kind);
    await choose(ticket, 'Conditional');
    await ticket.getByRole('combobox', { name: 'Conditional type' }).selectOption(kind);
  };
  await ticket.getByRole('combobox', { name: 'Quantity in' }).selectOption('risk');
  await ticket.getByRole('checkbox', { name: 'Iceberg' }).check({ force: true });
  for (const kind of kinds) {
    await chooseKind(kind);
    await expectFit(page);
  }
  // Hedged, it says which leg it opens or closes besides.
  await page.getByRole('button', { name: 'One-way' }).click();
  const modes = page.getByRole('dialog', { name: /^Position mode/ });
  await modes.getByRole('radio', { name: 'Hedged' }).check({ force: true });
  await modes.getByRole('button', { name: 'Switch' }).click();
  await expect(ticket.getByRole('radio', { name: 'Close' })).toBeAttached();
  for (const kind of kinds) {
    await chooseKind(kind);
    await expectFit(page);
  }
  // Everything that is wrong with it is said, and can be read.
  await terminal.submit.click();
  expect(await seriousFaults(page, TICKET)).toEqual([]);
  // What another leverage would do is said before it is set.
  await page.getByRole('button', { name: /^Cross / }).click();
  const dialog = page.getByRole('dialog', { name: /^Leverage/ });
  const long = dialog.getByRole('radiogroup', { name: 'Long margin mode' });
  await long.getByRole('radio', { name: 'Isolated' }).check({ force: true });
  await dialog.getByRole('slider', { name: /^Long leverage/ }).fill('50');
  await expect(dialog.getByTestId('liquidation-Long')).toContainText(/long is liquidated at -1\.\d%/);
  expect(await seriousFaults(page, 'dialog')).toEqual([]);
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('tab', { name: 'Trade' }).click();
  await ticket.getByRole('combobox', { name: 'Quantity in' }).selectOption('risk');
  for (const kind of kinds) {
    await chooseKind(kind);
    await page.getByRole('term').filter({ hasText: 'Margin ratio' }).first().scrollIntoViewIfNeeded();
    await expectFit(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  }
});
