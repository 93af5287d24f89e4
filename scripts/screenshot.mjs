/** Makes the README's picture: starts Perpdeck on a fresh paper account, trades a little, photographs the screen. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { ensureChromium } from './chromium.mjs';
import { root } from './run.mjs';

const executablePath = ensureChromium();
if (executablePath === undefined) process.exit(1);

const dataDir = mkdtempSync(join(tmpdir(), 'perpdeck-screenshot-'));
const deck = spawn(
  process.execPath,
  [join(root, 'scripts/start.mjs'), '--port', '0', '--no-open', '--seed', '7'],
  {
    env: { ...process.env, PERPDECK_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
const link = await new Promise((resolve) => {
  deck.stdout.on('data', (chunk) => {
    const match = /http:\/\/127\.0\.0\.1:\d+\/#t=\S+/.exec(String(chunk));
    if (match !== null) resolve(match[0]);
  });
});

const browser = await chromium.launch({ executablePath });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(link);
await page.getByTestId('connection').getByText('Live').waitFor();
await page.getByRole('region', { name: 'Chart' }).locator('canvas').first().waitFor();

const ticket = page.getByRole('form', { name: 'Order ticket' });
await ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
await ticket.getByRole('textbox', { name: 'Quantity' }).fill('0.15');
await page.getByTestId('submit-order').click();
await page.getByRole('tab', { name: 'Positions' }).click();
await page.getByTestId('position-pnl').waitFor();
await ticket.getByRole('radio', { name: 'Limit' }).check({ force: true });
await page.getByRole('region', { name: 'Order book' }).getByRole('button', { name: /^Bid / }).nth(6).click();
await page.getByTestId('position-pnl').getByText(/[1-9]/).waitFor();
await page.getByRole('button', { name: 'Dismiss' }).click();

await page.screenshot({ path: join(root, 'docs/screenshot.png') });
await browser.close();
deck.kill('SIGTERM');
await new Promise((resolve) => deck.once('exit', resolve));
rmSync(dataDir, { recursive: true, force: true });
