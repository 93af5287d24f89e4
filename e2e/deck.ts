/** The test fixtures: a fresh Perpdeck per test, signed in, whose console must stay clean. */
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { type ExchangeSide, exchangeBehind } from './exchange-side.ts';
import { makeDataDir, type StartedDeck, startDeck } from './processes.ts';

export type AccountTab = 'Positions' | 'Open orders' | 'Order history' | 'Fills' | 'Closed PnL' | 'Funding';

/** The trading screen, by the names a trader (or a screen reader) finds things. */
export interface Terminal {
  readonly page: Page;
  readonly ticket: Locator;
  readonly book: Locator;
  readonly chart: Locator;
  readonly submit: Locator;
  /** The rows that stand for something; sums of them do not count. */
  row(table: AccountTab): Locator;
  tab(name: AccountTab): Promise<void>;
  setQuantity(qty: string): Promise<void>;
}

export function terminalOf(page: Page): Terminal {
  const ticket = page.getByRole('form', { name: 'Order ticket' });
  return {
    page,
    ticket,
    book: page.getByRole('region', { name: 'Order book' }),
    chart: page.getByRole('region', { name: 'Chart' }),
    submit: page.getByTestId('submit-order'),
    row: (table) =>
      page
        .getByRole('table', { name: table })
        .getByRole('row')
        .and(page.locator('tr:not([data-sum])'))
        .filter({ has: page.getByRole('cell') }),
    async tab(name) {
      await page.getByRole('tab', { name }).click();
    },
    async setQuantity(qty) {
      await ticket.getByRole('textbox', { name: 'Quantity' }).fill(qty);
    },
  };
}

/** Opens the sign-in link and waits until market data and the account are live. */
export async function signIn(page: Page, link: string): Promise<Terminal> {
  await page.goto(link);
  await expect(page.getByTestId('connection')).toHaveText(/Live/);
  await expect(page.getByTestId('wallet-balance')).toHaveText(/\d/);
  return terminalOf(page);
}

/** What the browser complained about: errors in the console, uncaught exceptions, refused content. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return complaints;
}

/** What axe finds serious or critical, in a part of the page. */
export async function seriousFaults(page: Page, within = 'body'): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include(within).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

interface Fixtures {
  dataDir: string;
  deck: StartedDeck;
  terminal: Terminal;
  /** What the exchange itself has of it. */
  exchange: ExchangeSide;
}

export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off this pattern.
  dataDir: async ({}, use) => {
    const dir = makeDataDir();
    await use(dir.path);
    dir.remove();
  },
  deck: async ({ dataDir }, use) => {
    const deck = await startDeck(dataDir, ['--seed', '7']);
    await use(deck);
    await deck.stop();
  },
  terminal: async ({ page, deck }, use) => {
    // [X7] A refusal of the content policy is an error in the console: the whole run must have none.
    const complaints = complaintsOf(page);
    await use(await signIn(page, deck.link));
    expect(complaints).toEqual([]);
  },
  exchange: async ({ terminal }, use) => use(await exchangeBehind(terminal.page)),
});

export { expect };
