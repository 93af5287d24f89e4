/** The screen in each of its states, one after the other, for whoever looks: the camera of `npm run screens`, or axe. */
import { type BrowserContext, expect, type Locator, type Page } from '@playwright/test';
import type { AccountTab, Terminal } from './deck.ts';
import { OTHER_KEY, OTHER_SECRET, type SharedExchange } from './shared-exchange.ts';

/** Is called in each state, once it has come; `part` is where it shows, else all over the screen. */
export type Look = (state: string, words: string, part?: Locator) => Promise<void>;

const TABS: readonly AccountTab[] = [
  'Positions',
  'Open orders',
  'Order history',
  'Fills',
  'Closed PnL',
  'Funding',
];
const slug = (name: string) => name.toLowerCase().replaceAll(' ', '-');

const accountPanel = ({ page }: Terminal) => page.getByRole('region', { name: 'Account', exact: true });

export async function order(terminal: Terminal, side: 'Buy' | 'Sell', qty: string, belowBy?: number) {
  const { ticket, setQuantity, submit } = terminal;
  const type = belowBy === undefined ? 'Market' : 'Limit';
  await ticket.getByRole('radio', { name: side, exact: true }).check({ force: true });
  await ticket.getByRole('radio', { name: type, exact: true }).check({ force: true });
  if (belowBy !== undefined) {
    const price = ticket.getByRole('textbox', { name: 'Price', exact: true });
    await expect(price).toHaveValue(/\d/);
    await price.fill((Number((await price.inputValue()).replaceAll(',', '')) * (1 - belowBy)).toFixed(1));
  }
  await setQuantity(qty);
  await submit.click();
}

export async function walkEmpty(terminal: Terminal, look: Look): Promise<void> {
  for (const tab of TABS) {
    await terminal.tab(tab);
    await expect(
      terminal.page
        .locator('#account-panel')
        .getByText(/^No |yet$/)
        .first(),
    ).toBeVisible();
    await look(`empty-${slug(tab)}`, `${tab}, of a new account`, accountPanel(terminal));
  }
}

/** A position with its forms, orders with theirs, and what is over. */
export async function walkTrading(terminal: Terminal, look: Look): Promise<void> {
  const { page, row, tab } = terminal;
  await tab('Positions');
  await order(terminal, 'Buy', '0.02');
  await expect(row('Positions')).toHaveCount(1);
  await row('Positions').getByRole('button', { name: 'Close position' }).click();
  await expect(row('Positions')).toHaveCount(0);
  await order(terminal, 'Buy', '0.15');
  await expect(row('Positions')).toHaveCount(1);
  for (const by of [0.004, 0.007, 0.011]) await orderOnceIdle(terminal, by);
  await look('positions', 'A position, its lines on the chart, orders below the market');
  for (const [button, state, words] of [
    ['Limit close', 'close-form', 'Closing a share of a position, at a price or at market'],
    ['TP/SL', 'protect-form', 'Take profit and stop loss of a position'],
    [/^Margin:/, 'margin-form', 'Margin mode and leverage of a position'],
  ] as const) {
    await row('Positions').getByRole('button', { name: button }).click();
    await look(state, words);
    await row('Positions').getByRole('button', { name: button }).click();
  }
  await tab('Open orders');
  await expect(row('Open orders')).toHaveCount(3);
  await look('open-orders', 'Open orders');
  await row('Open orders').first().getByRole('button', { name: 'Amend order' }).click();
  await look('amend', 'An order being amended in its row');
  await page.keyboard.press('Escape');
  await tab('Order history');
  await expect(row('Order history').first()).toBeVisible();
  await row('Order history').first().getByRole('button', { name: 'Timeline' }).click();
  await look('order-history', 'Order history, with the timeline of an order');
  await page.getByRole('button', { name: 'Close the timeline' }).click();
  await tab('Fills');
  await expect(row('Fills').first()).toBeVisible();
  await look('fills', 'Fills', accountPanel(terminal));
  await tab('Closed PnL');
  await expect(row('Closed PnL').first()).toBeVisible();
  await look('closed-pnl', 'Closed positions', accountPanel(terminal));
  await page.getByRole('tab', { name: 'Account' }).click();
  await expect(page.getByRole('region', { name: 'Fee tier, BTCUSDT' })).toContainText('%');
  await look('account', 'The account: risk, fees, funding due, ledger, requests left');
  await tab('Positions');
}

/** The ticket takes no second click within half a second. */
async function orderOnceIdle(terminal: Terminal, belowBy: number): Promise<void> {
  const tab = terminal.page.getByRole('tab', { name: /^Open orders/ });
  const before = (await tab.innerText()).match(/\d+/)?.[0] ?? '0';
  await expect(async () => {
    await order(terminal, 'Buy', '0.05', belowBy);
    await expect(tab).toHaveText(new RegExp(`\\(${Number(before) + 1}\\)`), { timeout: 1_500 });
  }).toPass();
}

/** What opens over the screen. */
export async function walkOverlays(terminal: Terminal, look: Look): Promise<void> {
  const { page } = terminal;
  await page.getByRole('button', { name: /^Symbol/ }).click();
  await expect(page.getByRole('combobox', { name: /Search/ })).toBeVisible();
  await look('symbols', 'Choosing a product');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Live/ }).click();
  await expect(page.getByRole('row', { name: /market 1/ })).toBeVisible();
  await look('connection', 'How old each stream is, and how far the exchange');
  await page.keyboard.press('Escape');
  await page
    .getByRole('button', { name: /^(Cross|Isolated)/ })
    .first()
    .click();
  await look('leverage', 'Leverage of a product');
  await page.keyboard.press('Escape');
}

export async function walkHedged(terminal: Terminal, look: Look): Promise<void> {
  const { page, row } = terminal;
  await page.getByRole('button', { name: /^Symbol/ }).click();
  await page.getByRole('combobox', { name: /Search/ }).fill('ethusdt');
  await page.keyboard.press('Enter');
  await expect(terminal.submit).toHaveText(/ETH/);
  await page.getByRole('button', { name: 'One-way' }).click();
  const dialog = page.getByRole('dialog', { name: /Position mode/ });
  await dialog.getByRole('radio', { name: 'Hedged' }).check({ force: true });
  await dialog.getByRole('button', { name: 'Switch' }).click();
  await expect(page.getByRole('button', { name: 'Hedged' })).toBeVisible();
  await terminal.tab('Positions');
  const before = await row('Positions').count();
  await order(terminal, 'Buy', '2');
  await expect(row('Positions')).toHaveCount(before + 1);
  await order(terminal, 'Sell', '1');
  await expect(row('Positions')).toHaveCount(before + 2);
  await look('hedged', 'A hedged pair beside a one-way position, with net and totals');
}

export async function walkHalted(terminal: Terminal, look: Look): Promise<void> {
  const { page } = terminal;
  await page.getByRole('button', { name: 'Halt', exact: true }).click();
  await look('kill-question', 'The kill switch asks once');
  await page.getByRole('button', { name: 'Cancel all orders', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Arm trading again' })).toBeVisible();
  await look('killed', 'Trading is halted');
  await page.getByRole('button', { name: 'Arm trading again' }).click();
  await page.getByRole('button', { name: 'Press again to arm' }).click();
  await expect(page.getByRole('button', { name: 'Halt', exact: true })).toBeVisible();
}

/** Sets the trader's own limits by the proxy's API, as the form does. */
const setReadOnly = (page: Page, isReadOnly: boolean): Promise<number> =>
  page.evaluate(async (isReadOnly) => {
    const headers = {
      'x-perpdeck-token': localStorage.getItem('perpdeck.token') ?? '',
      'content-type': 'application/json',
    };
    const { limits } = (await (await fetch('/api/guard', { headers })).json()) as { limits: object };
    const body = JSON.stringify({ ...limits, isReadOnly });
    return (await fetch('/api/guard', { method: 'PUT', headers, body })).status;
  }, isReadOnly);

export async function walkReadOnly(terminal: Terminal, look: Look): Promise<void> {
  expect(await setReadOnly(terminal.page, true)).toBe(200);
  await expect(terminal.submit).toHaveText(/^Read only/);
  await look('read-only', 'Read only: nothing is opened, closing stays possible');
  await setReadOnly(terminal.page, false);
}

/** The exchange goes away, and comes back. */
export async function walkStale(shared: SharedExchange, terminal: Terminal, look: Look): Promise<void> {
  const { page } = terminal;
  await terminal.tab('Positions');
  await shared.killExchange();
  await expect(page.getByTestId('connection')).not.toHaveText(/Live/);
  // What is dimmed says since when.
  for (const place of [
    terminal.ticket,
    page.getByRole('region', { name: 'Wallet' }),
    page.getByRole('region', { name: 'Account', exact: true }),
    page.getByRole('region', { name: 'Recent trades' }),
  ]) {
    await expect(place.getByText(/^stale since \d\d:\d\d:\d\d$/)).toBeVisible();
  }
  await look('stale', 'The exchange does not answer: what is stale is dimmed, and says since when');
  await shared.restartExchange();
  await expect(page.getByTestId('connection')).toHaveText(/Live/, { timeout: 60_000 });
}

const PASSPHRASE = 'correct horse battery';

/** Before there is anything to see: not signed in, nothing told yet, no key, a locked one. The link is of a keyless deck. */
export async function walkBefore(context: BrowserContext, link: string, look: (page: Page) => Look) {
  const page = await context.newPage();
  await page.goto(link.split('#')[0] ?? link);
  await expect(page.getByText('Signed out')).toBeVisible();
  await look(page)('signed-out', 'A browser that is not signed in');
  await page.close();
  const waiting = await context.newPage();
  await waiting.routeWebSocket(/exchange\/ws/, () => {});
  await waiting.goto(link);
  await expect(waiting.getByText('Loading positions…')).toBeVisible();
  await look(waiting)('loading', 'Nothing has come yet');
  await waiting.close();
  const keyless = await context.newPage();
  await keyless.goto(link.split('#')[0] ?? link);
  await expect(keyless.getByText('No API key', { exact: true })).toBeVisible();
  await look(keyless)('no-key', 'Without a key: the market alone');
  await walkLocked(keyless, look(keyless));
  await keyless.close();
}

async function walkLocked(page: Page, look: Look): Promise<void> {
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await look('connect', 'Connecting an account');
  await dialog.getByLabel('API key').fill(OTHER_KEY);
  await dialog.getByLabel('API secret').fill(OTHER_SECRET);
  await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await dialog.getByLabel('Passphrase again').fill(PASSPHRASE);
  await dialog.getByRole('button', { name: 'Connect' }).click();
  await page.getByRole('button', { name: 'main', exact: true }).click();
  await dialog.getByRole('button', { name: 'Lock all' }).click();
  await expect(page.getByRole('dialog', { name: 'Unlock' })).toBeVisible();
  await look('unlock', 'Unlocking the account');
  await page.keyboard.press('Escape');
  await expect(page.getByText('Locked', { exact: true })).toBeVisible();
  await look('locked', 'A locked account');
}
