/** The brakes on the screen: the kill switch by button and by key, the limits, and arming with real money. */
import { test as base, expect, signIn, type Terminal, terminalOf, test } from './deck.ts';
import { makeDataDir, type StartedDeck, startDeck, startPaper } from './processes.ts';

/** A bid far enough below the market to rest. */
async function placeResting({ ticket, book, submit, setQuantity }: Terminal, qty: string): Promise<void> {
  const best = Number(await book.getByRole('button', { name: /^Bid / }).first().getAttribute('data-price'));
  await ticket.getByRole('radio', { name: 'Limit', exact: true }).check({ force: true });
  await ticket.getByRole('textbox', { name: 'Price' }).fill((best * 0.9).toFixed(1));
  await setQuantity(qty);
  await submit.click();
}

test('the kill switch cancels, closes and blocks until it is armed again, by button and by key', async ({
  page,
  deck,
}) => {
  // Refused orders are complaints of the console's: these pages are not held to have none.
  const terminal = await signIn(page, deck.link);
  const { ticket, submit } = terminal;
  const outcome = page.getByTestId('placement');
  const bar = page.getByRole('alert').filter({ hasText: 'TRADING HALTED' });
  const arm = async () => {
    await bar.getByRole('button', { name: 'Arm trading again' }).click();
    await bar.getByRole('button', { name: 'Press again to arm' }).click();
    await expect(bar).toHaveCount(0);
  };
  const hold = async (qty: string) => {
    await ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
    await terminal.setQuantity(qty);
    await submit.click();
    await expect(outcome).toHaveText(new RegExp(`Filled ${qty}`));
  };
  await hold('0.05');
  await placeResting(terminal, '0.01');
  await expect(outcome).toHaveText(/Working: 0\.01/);

  await page.keyboard.press('Alt+Shift+KeyH');
  await expect(page.getByRole('dialog', { name: 'Halt trading' })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(bar).toContainText('nothing left to cancel');
  await terminal.tab('Open orders');
  await expect(terminal.row('Open orders')).toHaveCount(0);
  // The position was to be kept.
  await terminal.tab('Positions');
  await expect(terminal.row('Positions')).toHaveCount(1);
  await expect(submit).toHaveText('Trading is halted');
  await expect(submit).toBeDisabled();
  // Until the halt is raised to closing, of which nothing is left to ask for then.
  const raise = bar.getByRole('button', { name: 'Close every position' });
  await raise.click();
  await bar.getByRole('button', { name: 'Press again to close all' }).click();
  await expect(bar).toContainText('0 orders open · 0 positions open');
  await expect(raise).toHaveCount(0);
  await expect(terminal.row('Positions')).toHaveCount(0);
  await arm();
  await hold('0.04');
  await placeResting(terminal, '0.01');
  await expect(outcome).toHaveText(/Working: 0\.01/);

  await page.getByRole('button', { name: 'Halt', exact: true }).click();
  await page.getByLabel('Also close every position').check();
  await page.getByRole('button', { name: 'Cancel all orders and close all positions' }).click();
  await expect(bar).toContainText('0 orders open · 0 positions open');
  await expect(terminal.row('Positions')).toHaveCount(0);
  await arm();
});

test('a limit set in the form stops the next order by name, and a large order is asked about', async ({
  page,
  deck,
}) => {
  const terminal = await signIn(page, deck.link);
  const outcome = page.getByTestId('placement');
  const limits = page.getByRole('dialog', { name: 'Limits on paper' });
  await page.getByRole('button', { name: 'Limits' }).click();
  await limits.getByLabel('Open orders').fill('none');
  await limits.getByRole('button', { name: 'Save' }).click();
  await expect(limits.getByRole('alert')).toHaveText('Not saved: Open orders is wrong.');
  await limits.getByLabel('Open orders').fill('1');
  await limits.getByLabel('Ask me above').fill('1');
  await limits.getByRole('button', { name: 'Save' }).click();
  await expect(limits).toHaveCount(0);

  await placeResting(terminal, '0.01');
  // The same question as the ticket's own; the press that sent the order is no answer.
  const question = terminal.ticket.getByRole('group', { name: 'Confirm the order' });
  await expect(question).toContainText('Buy 0.0100 BTC');
  const send = question.getByRole('button', { name: 'Send order' });
  await expect(send).toBeEnabled();
  await send.click();
  await expect(question).toHaveCount(0);
  await expect(outcome).toHaveText(/Working: 0\.01/);
  await placeResting(terminal, '0.02');
  await expect(outcome).toHaveText('That would be 2 open orders; your limit is 1.');

  // Read only is told to every tab, closes nothing off, and is lifted from any of them.
  const other = terminalOf(await page.context().newPage());
  await other.page.goto(new URL(page.url()).origin);
  await page.getByRole('button', { name: 'Limits' }).click();
  await limits.getByRole('checkbox', { name: /^Read only/ }).check({ force: true });
  await limits.getByRole('button', { name: 'Save' }).click();
  for (const { page: tab, submit } of [terminal, other]) {
    await expect(tab.getByRole('alert').filter({ hasText: 'READ ONLY' })).toBeVisible();
    await expect(submit).toBeDisabled();
    await expect(submit).toHaveText('Read only: opens nothing');
  }
  await terminal.ticket.getByRole('checkbox', { name: 'Reduce-only' }).check({ force: true });
  await expect(terminal.submit).toBeEnabled();
  await other.page.getByRole('button', { name: 'Lift read only' }).click();
  await other.page.getByRole('button', { name: 'Press again to lift' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'READ ONLY' })).toHaveCount(0);
  await expect(other.submit).toBeEnabled();
});

/** Perpdeck on what calls itself the real exchange. */
const withRealMoney = base.extend<{ real: StartedDeck }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off this pattern.
  real: async ({}, use) => {
    const [deckDir, paperDir] = [makeDataDir(), makeDataDir()];
    const paper = await startPaper({
      dataDir: paperDir.path,
      accounts: ['real-key-0001:real-secret-0001'],
    });
    const args = ['--exchange', 'mainnet', '--exchange-url', paper.url];
    const deck = await startDeck(
      deckDir.path,
      [...args, '--exchange-ws', `ws://127.0.0.1:${paper.port}/ws`],
      {
        ...{ PERPDECK_API_KEY: 'real-key-0001', PERPDECK_API_SECRET: 'real-secret-0001' },
      },
    );
    await use(deck);
    await deck.stop();
    await paper.stop();
    deckDir.remove();
    paperDir.remove();
  },
});

withRealMoney('with real money nothing is opened until somebody arms trading', async ({ page, real }) => {
  const terminal = await signIn(page, real.link);
  const outcome = page.getByTestId('placement');
  await expect(page.getByRole('form', { name: 'Arm trading' })).toContainText('Disarmed.');
  await placeResting(terminal, '0.01');
  await expect(outcome).toHaveText(/Trading is disarmed: arm it/);
  await page.getByRole('button', { name: 'Arm', exact: true }).click();
  await expect(page.getByText(/^Armed until/)).toBeVisible();
  // The refusal is over with its cause.
  await expect(outcome).toHaveText('');
  await placeResting(terminal, '0.01');
  await expect(outcome).toHaveText(/Working: 0\.01/);
  await page.getByRole('button', { name: 'Disarm' }).click();
  await expect(page.getByRole('form', { name: 'Arm trading' })).toBeVisible();
});
