/** The busy screen for those who cannot see it, and for those without a mouse. */
import { expect, seriousFaults, signIn, type Terminal, test } from './deck.ts';
import { test as sharedTest } from './shared-exchange.ts';
import { type Look, order, walkHalted, walkHedged, walkStale } from './states.ts';

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

test('a position is halved and an order is amended and cancelled without a mouse', async ({ terminal }) => {
  const { page } = terminal;
  await trade(terminal);
  const half = page.getByRole('button', { name: 'Close half of it' });
  await half.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('position-size')).toHaveText('0.0250');

  await page.getByRole('tab', { name: 'Positions' }).focus();
  await page.keyboard.press('ArrowRight');
  const row = terminal.row('Open orders');
  await expect(row).toHaveCount(1);
  await row.getByRole('button', { name: 'Amend order' }).focus();
  await page.keyboard.press('Enter');
  await expect(row.getByRole('textbox', { name: 'Price' })).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('0.07');
  await page.keyboard.press('Enter');
  await expect(row).toContainText('0.0700');
  await row.getByRole('button', { name: 'Cancel order' }).focus();
  await page.keyboard.press('Enter');
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
  const lookAt =
    (part?: string): Look =>
    async (state) => {
      faults.push(...(await seriousFaults(page, part)).map((fault) => `${state}: ${fault}`));
    };
  const terminal = await signIn(page, shared.deck.link);
  await order(terminal, 'Buy', '0.05');
  await expect(terminal.row('Positions')).toHaveCount(1);
  await page.getByRole('button', { name: /^Margin:/ }).click();
  await lookAt(ACCOUNT)('margin form', '');
  await walkHedged(terminal, lookAt());
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
  await walkStale(shared, terminal, lookAt());
  expect(faults).toEqual([]);
});
