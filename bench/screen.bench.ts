/**
 * What the trading screen costs the browser: main-thread busy share with a live chart and a 30-level book at about
 * 50 updates a second, beside the market as it comes; its longest task; and the size of the first load.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from '@playwright/test';
import { signIn } from '../e2e/deck.ts';
import { OTHER_KEY, OTHER_SECRET, startSharedExchange } from '../e2e/shared-exchange.ts';
import { costOf, longestText, percent } from './page-cost.ts';
import { signedCall } from './signed-call.ts';
import { printTable } from './table.ts';

const SECONDS = 10;
const GOAL_SHARE = 0.2;
const GOAL_KB = 250;
const ORDERS_PER_SECOND = 40;

/** Places and cancels small orders deep in the book: each changes a level twice. */
function churn(exchangeUrl: string): () => void {
  let made = 0;
  const signer = { url: exchangeUrl, key: OTHER_KEY, secret: OTHER_SECRET };
  let prices: readonly string[] = [];
  const look = async () => {
    const answer = await fetch(`${exchangeUrl}/md/v2/orderbook?symbol=BTCUSDT`);
    const { result } = (await answer.json()) as { result: { orderbook_p: { bids: [string, string][] } } };
    prices = result.orderbook_p.bids.map(([price]) => price);
  };
  const step = async () => {
    const price = prices[5 + (made % 20)];
    if (price === undefined) return;
    const clOrdID = `churn-${made++}`;
    const order = {
      symbol: 'BTCUSDT',
      clOrdID,
      side: 'Buy',
      ordType: 'Limit',
      priceRp: price,
      orderQtyRq: '0.001',
    };
    const body = { ...order, posSide: 'Merged', timeInForce: 'PostOnly' };
    await signedCall(signer, { method: 'POST', path: '/g-orders', body });
    const query = `symbol=BTCUSDT&clOrdID=${clOrdID}&posSide=Merged`;
    const cancel = () => signedCall(signer, { method: 'DELETE', path: '/g-orders/cancel', query });
    setTimeout(() => void cancel().catch(() => undefined), 1000 + 500 / ORDERS_PER_SECOND);
  };
  const timers = [
    setInterval(() => void look().catch(() => undefined), 250),
    setInterval(() => void step().catch(() => undefined), 1000 / ORDERS_PER_SECOND),
  ];
  return () => timers.forEach(clearInterval);
}

/** Gzip bytes of what index.html itself loads, by ending. */
function firstLoadKb(ending: string): number {
  const folder = 'dist/web';
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const named = readdirSync(join(folder, 'assets')).filter(
    (file) => file.endsWith(ending) && html.includes(file),
  );
  const bytes = named.reduce(
    (sum, file) => sum + gzipSync(readFileSync(join(folder, 'assets', file))).length,
    0,
  );
  return bytes / 1000;
}

const shared = await startSharedExchange();
const browser = await chromium.launch({
  executablePath: process.env.PERPDECK_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--disable-gpu', '--disable-background-networking'],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
const terminal = await signIn(page, shared.deck.link);
await terminal.chart.locator('canvas').first().waitFor();
const cdp = await page.context().newCDPSession(page);
// The thread's own time: what other programs take meanwhile is not the page's.
await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });

const quiet = await costOf(page, cdp, SECONDS);
const stopChurn = churn(shared.exchangeUrl);
let updates = 0;
cdp.on('Network.webSocketFrameReceived', ({ response }) => {
  if (response.payloadData.includes('"orderbook_p"')) updates += 1;
});
await cdp.send('Network.enable');
await new Promise((resolve) => setTimeout(resolve, 3000));
const rate = updates / 3;
await cdp.send('Network.disable');
const loud = await costOf(page, cdp, SECONDS);
stopChurn();
await browser.close();
await shared.close();

const row = (name: string, cost: typeof loud) => [
  name,
  percent(cost.task),
  percent(cost.script),
  percent(cost.layout),
  longestText(cost),
  (cost.task / GOAL_SHARE).toFixed(2),
];
printTable(
  `Screen: main thread of one page over ${SECONDS} s, software rendering`,
  ['market', 'busy', 'script', 'style+layout', 'longest task', 'busy / 20 % goal'],
  [row('as it comes', quiet), row(`book at ${rate.toFixed(0)} updates/s`, loud)],
);
printTable(
  'First load, gzip',
  ['kind', 'kB', `of ${GOAL_KB} kB`],
  ['.js', '.css'].map((ending) => {
    const kb = firstLoadKb(ending);
    return [ending, kb.toFixed(1), (kb / GOAL_KB).toFixed(2)];
  }),
);
