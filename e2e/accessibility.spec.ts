/** The busy screen for those who cannot see it, and for those without a mouse. */
import type { Locator, Page } from '@playwright/test';
import { expect, seriousFaults, signIn, type Terminal, test } from './deck.ts';
import { test as sharedTest, startKeyless } from './shared-exchange.ts';
import { type Look, order, walkBefore, walkHalted, walkHedged, walkReadOnly, walkStale } from './states.ts';

const ACCOUNT = 'section[aria-label="Account"]';

/** A position with its lines on the chart, and an order that rests. */
async function trade({ page, ticket, submit, setQuantity, row }: Terminal): Promise<void> {
  await ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await setQuantity('0.05');
  await submit.click();
  await expect(row('Positions')).toHaveCount(1);
  await ticket.getByRole('radio', { name: 'Limit' }).check({ force: true });
  const price = ticket.getByRole('textbox', { name: 'Price' });
  await price.fill((Number(await price.inputValue()) * 0.95).toFixed(1));
  await submit.click();
  await expect(page.getByRole('tab', { name: 'Open orders' })).toHaveAccessibleName('Open orders (1)');
}

test('no panel of a busy screen has a serious accessibility fault', async ({ terminal }) => {
  // Four looks at a whole screen by axe take their time on a slow machine.
  test.slow();
  const { page } = terminal;
  await trade(terminal);
  await expect(terminal.chart.locator('[data-kind="position"]')).toBeVisible();
  await page.getByRole('button', { name: 'Limit close' }).click();
  await page.getByRole('button', { name: /^Live/ }).click();
  const details = page.getByRole('region', { name: 'Connection details' });
  await expect(details).toContainText(/Order book: last message/);
  await expect(details.getByRole('row', { name: /market 1/ })).toContainText(/live since .*\d+\/20/);
  await expect(details).toContainText(/Relayed1 (new|verified)/);
  await expect(details).toContainText(/Taken by the exchange[1-9]/);
  expect(await seriousFaults(page)).toEqual([]);

  await page.getByRole('button', { name: 'TP/SL' }).click();
  expect(await seriousFaults(page, ACCOUNT)).toEqual([]);
  await terminal.tab('Open orders');
  await terminal.row('Open orders').getByRole('button', { name: 'Amend order' }).click();
  expect(await seriousFaults(page, ACCOUNT)).toEqual([]);
  await terminal.tab('Order history');
  await expect(terminal.row('Order history').first()).toBeVisible();
  expect(await seriousFaults(page, ACCOUNT)).toEqual([]);
});

/** Tab by Tab, as someone without a mouse gets there; fails where that leads nowhere. */
async function tabTo(target: Locator, key = 'Tab'): Promise<void> {
  const { keyboard } = target.page();
  await expect(target).toBeVisible();
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await keyboard.press(key);
  }
  throw new Error(`No ${key} leads to ${target}`);
}

/** More stops than the whole screen has. */
const STOPS_MAX = 120;

test('ticket, position, order, margin and account are worked without a mouse', async ({
  terminal,
  exchange,
}) => {
  const { page, ticket } = terminal;
  const { keyboard } = page;
  const press = async (button: Locator) => {
    await tabTo(button);
    await keyboard.press('Enter');
  };
  /** Over what stands in the field. */
  const type = async (field: Locator, text: string) => {
    await tabTo(field);
    await keyboard.press('ControlOrMeta+A');
    await keyboard.type(text);
  };
  // From the end of the page it is the shorter way.
  const limit = ticket.getByRole('radio', { name: 'Limit' });
  await tabTo(limit, 'Shift+Tab');
  const price = Math.round((await exchange.price()) * 0.95);
  await type(ticket.getByRole('textbox', { name: 'Price' }), String(price));
  await type(ticket.getByRole('textbox', { name: 'Quantity' }), '0.05');
  await keyboard.press('Enter');
  await expect(page.getByTestId('placement')).toHaveText(/^Working/);
  await tabTo(limit, 'Shift+Tab');
  await keyboard.press('ArrowRight');
  await tabTo(ticket.getByRole('textbox', { name: 'Quantity' }));
  await keyboard.press('Enter');
  await press(page.getByRole('button', { name: 'Close half of it' }));
  await expect(page.getByTestId('position-size')).toHaveText('0.0250');
  const orders = [`buy 0.05 BTC Limit at ${price}`];
  await exchange.has({ positions: ['long 0.025 BTC cross 10x'], orders });

  const margin = (mode: string) => page.getByRole('button', { name: `Margin: ${mode}` });
  await tabTo(margin('Cross 10x'), 'Shift+Tab');
  await keyboard.press('Enter');
  const leverage = page.getByRole('form', { name: 'Leverage of BTCUSDT' });
  await tabTo(leverage.getByRole('radio', { name: 'Cross' }));
  await keyboard.press('ArrowRight');
  await type(leverage.getByRole('textbox', { name: 'Leverage' }), '5');
  await keyboard.press('Enter');
  await expect(leverage).toHaveCount(0);
  await expect(margin('Isolated 5x')).toBeFocused();
  await keyboard.press('Enter');
  const amount = page.getByRole('form', { name: 'Margin of BTCUSDT' }).getByRole('textbox');
  await type(amount, '100');
  await keyboard.press('Enter');
  await expect(amount).toHaveValue('');
  await keyboard.press('Escape');
  await expect(amount).toHaveCount(0);
  await expect(margin('Isolated 5x')).toBeFocused();
  await exchange.has({ positions: ['long 0.025 BTC isolated 5x'], orders });

  const positions = page.getByRole('tab', { name: 'Positions' });
  await tabTo(positions, 'Shift+Tab');
  await keyboard.press('ArrowLeft');
  const account = page.getByRole('tab', { name: 'Account' });
  await expect(account).toBeFocused();
  await expect(page.getByRole('region', { name: 'Risk' })).toContainText('Classic');
  await expect(page.getByRole('region', { name: 'Fee tier, BTCUSDT' })).toContainText('Standard');

  await keyboard.press('ArrowRight');
  await keyboard.press('ArrowRight');
  const row = terminal.row('Open orders');
  await press(row.getByRole('button', { name: 'Amend order' }));
  await expect(row.getByRole('textbox', { name: 'Price' })).toBeFocused();
  await type(row.getByRole('textbox', { name: 'Quantity' }), '0.07');
  await keyboard.press('Enter');
  await expect(row).toContainText('0.0700');
  await exchange.has({
    positions: ['long 0.025 BTC isolated 5x'],
    orders: [`buy 0.07 BTC Limit at ${price}`],
  });
  await press(row.getByRole('button', { name: 'Cancel order' }));
  await expect(row).toHaveCount(0);
});

test('the course of an order is told from the click to the private stream, with the id to ask for', async ({
  terminal,
}) => {
  const { page } = terminal;
  await trade(terminal);
  await terminal.tab('Open orders');
  await terminal.row('Open orders').getByRole('button', { name: 'Timeline' }).click();
  const timeline = page.getByRole('region', { name: 'Order timeline' });
  const here = ['Click', 'Sent', 'Received', 'Journaled', 'Forwarded'];
  for (const step of [...here, 'Accepted', 'In the engine', 'Told', 'Answered']) {
    await expect(timeline).toContainText(step);
  }
  await expect(timeline.getByRole('button', { name: 'Copy tracing id' })).toHaveAttribute(
    'title',
    /^[\w-]{8,}$/,
  );
  // A change of it has a course of its own.
  const row = terminal.row('Open orders');
  await row.getByRole('button', { name: 'Amend order' }).click();
  await row.getByRole('textbox', { name: 'Quantity' }).fill('0.06');
  await row.getByRole('textbox', { name: 'Quantity' }).press('Enter');
  await expect(timeline).toContainText(/Latest amendment.*Click.*Journaled.*Accepted.*Told/);
  await timeline.getByRole('button', { name: 'Close the timeline' }).click();
  await expect(timeline).toHaveCount(0);
});

sharedTest('no state of the screen has a serious accessibility fault', async ({ page, shared }) => {
  sharedTest.slow();
  const faults: string[] = [];
  const lookOn =
    (seen: Page, part?: string): Look =>
    async (state) => {
      // What lies behind a dialog was looked at before.
      const inside = (await seen.locator('dialog[open]').count()) > 0 ? 'dialog[open]' : part;
      faults.push(...(await seriousFaults(seen, inside)).map((fault) => `${state}: ${fault}`));
    };
  const lookAt = (part?: string) => lookOn(page, part);
  const terminal = await signIn(page, shared.deck.link);
  await order(terminal, 'Buy', '0.05');
  await expect(terminal.row('Positions')).toHaveCount(1);
  await page.getByRole('button', { name: /^Margin:/ }).click();
  await lookAt(ACCOUNT)('margin form', '');
  await walkHedged(terminal, lookAt(ACCOUNT));
  await page.getByRole('tab', { name: 'Account' }).click();
  await expect(page.getByRole('region', { name: 'Risk' })).toContainText('Classic');
  await lookAt(ACCOUNT)('account', '');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('tab', { name: /^Orders/ }).click();
  await terminal.tab('Fills');
  await expect(terminal.row('Fills').first()).toBeVisible();
  await lookAt()('phone', '');
  await page.setViewportSize({ width: 1440, height: 900 });
  await walkHalted(terminal, lookAt());
  await walkReadOnly(terminal, lookAt());
  await walkStale(shared, terminal, lookAt());
  const keyless = await startKeyless(shared);
  await walkBefore(page.context(), keyless.link, lookOn);
  await keyless.close();
  expect(faults).toEqual([]);
});
