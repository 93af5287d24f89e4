/**
 * Photographs the screen in each of its states and at each of its widths into docs/screens, from the built page against
 * a paper exchange of seed 7. `--png FOLDER` keeps sharp ones there as well.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Locator, type Page } from '@playwright/test';
import { signIn } from './deck.ts';
import { startKeyless, startSharedExchange } from './shared-exchange.ts';
import * as states from './states.ts';
import { walkChart, walkTicket } from './ticket-states.ts';
import * as troubles from './trouble-states.ts';

const SIZES = {
  desk: { width: 1440, height: 900 },
  laptop: { width: 1024, height: 768 },
  phone: { width: 390, height: 844 },
} as const;
type Size = keyof typeof SIZES;
/** Words stay sharp, and all pictures together stay below 4 MB. */
const WEBP_QUALITY = 80;

const pngFolder = process.argv[2] === '--png' ? process.argv[3] : undefined;
const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs/screens');
const pages: [name: string, words: string][] = [];

/** Once fonts are there and the last frame is painted. */
async function shoot(page: Page, name: string, words: string, part?: Locator): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map(({ finished }) => finished));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
  const box = await part?.boundingBox();
  const clip = box ? { clip: { ...box, scale: 1 } } : {};
  if (pngFolder !== undefined) await page.screenshot({ path: join(pngFolder, `${name}.png`), ...clip });
  const cdp = await page.context().newCDPSession(page);
  const format = { format: 'webp', quality: WEBP_QUALITY } as const;
  const { data } = await cdp.send('Page.captureScreenshot', { ...format, ...clip });
  writeFileSync(join(folder, `${name}.webp`), Buffer.from(data, 'base64'));
  await cdp.detach();
  pages.push([name, words]);
}

const lookAt =
  (page: Page, size: Size): states.Look =>
  (state, words, part) =>
    shoot(page, `${size}-${state}`, words, part);

/** What is over the whole screen, at each of its sizes; on a phone with the ticket. */
const lookEverywhere =
  (page: Page): states.Look =>
  async (state, words) => {
    // A dialog looks the same at each.
    if ((await page.locator('dialog[open]').count()) > 0) return shoot(page, `desk-${state}`, words);
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      if (size === 'phone') await page.getByRole('tab', { name: 'Trade' }).click();
      await shoot(page, `${size}-${state}`, size === 'desk' ? words : `${words} (${size})`);
    }
    await page.setViewportSize(SIZES.desk);
  };

/** The same account on narrower screens, panel by panel. */
async function narrower(page: Page): Promise<void> {
  const tab = (name: string) => page.getByRole('tab', { name }).first().click();
  await page.setViewportSize(SIZES.laptop);
  for (const name of ['Positions', 'Open orders', 'Account']) {
    await tab(name);
    await shoot(page, `laptop-${name.toLowerCase().replace(' ', '-')}`, `${name} on a small laptop`);
  }
  await page.setViewportSize(SIZES.phone);
  for (const name of ['Chart', 'Book', 'Trade', 'Positions']) {
    await tab(name);
    await page.getByText('Loading candles…').waitFor({ state: 'detached' });
    await shoot(page, `phone-${name.toLowerCase()}`, `${name} on a phone`);
  }
  await tab('Trade');
  await page
    .getByRole('button', { name: /^(Cross|Isolated)/ })
    .first()
    .click();
  await shoot(page, 'phone-leverage', 'Leverage on a phone');
  await page.keyboard.press('Escape');
  await tab('Positions');
  for (const [name, button, words] of [
    ['close-form', 'Limit close', 'Closing a share'],
    ['protect-form', 'TP/SL', 'Take profit and stop loss'],
    ['margin-form', /^Margin:/, 'Margin and leverage'],
  ] as const) {
    const opener = page
      .getByRole('table', { name: 'Positions' })
      .getByRole('button', { name: button })
      .first();
    await opener.click();
    await page
      .getByRole('form', { name: /BTCUSDT|ETHUSDT/ })
      .first()
      .scrollIntoViewIfNeeded();
    await shoot(page, `phone-${name}`, `${words} on a phone`);
    await opener.click();
  }
  await page.getByRole('tab', { name: /^Orders/ }).click();
  for (const name of ['Open orders', 'Order history', 'Fills', 'Closed PnL', 'Account']) {
    await tab(name);
    await shoot(page, `phone-${name.toLowerCase().replace(' ', '-')}`, `${name} on a phone`);
  }
  await page.setViewportSize(SIZES.desk);
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const shared = await startSharedExchange();
const browser = await chromium.launch({
  executablePath: process.env.PERPDECK_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--disable-gpu', '--disable-background-networking'],
});
try {
  const page = await browser.newPage({ viewport: SIZES.desk });
  const terminal = await signIn(page, shared.deck.link);
  const look = lookAt(page, 'desk');
  await troubles.walkRefused(terminal, look);
  await states.walkEmpty(terminal, look);
  await walkTicket(terminal, look);
  await states.walkTrading(terminal, look);
  await walkChart(terminal, look);
  await troubles.walkPending(shared, terminal, look);
  await troubles.walkNearLiquidation(terminal, look);
  await states.walkOverlays(terminal, look);
  await states.walkHedged(terminal, look);
  await narrower(page);
  await states.walkReadOnly(terminal, lookEverywhere(page));
  await states.walkHalted(terminal, lookEverywhere(page));
  await troubles.walkUnexplained(shared, terminal, look);
  await states.walkStale(shared, terminal, lookEverywhere(page));

  const keyless = await startKeyless(shared);
  const context = await browser.newContext({ viewport: SIZES.desk });
  await states.walkBefore(context, keyless.link, (seen) => lookAt(seen, 'desk'));
  await keyless.close();
  const list = pages.map(([name, words]) => `## ${words}\n\n![${words}](${name}.webp)\n`);
  writeFileSync(
    join(folder, 'README.md'),
    `# The screen in its states\n\nMade by \`npm run screens\`: the built page in Chromium against the paper exchange, seed 7.\n\n${list.join('\n')}`,
  );
} finally {
  await browser.close();
  await shared.close();
}
