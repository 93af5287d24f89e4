/**
 * What the trading screen costs the browser: main-thread busy share with a live chart and a 30-level book at about
 * 50 updates a second, beside the market as it comes; its longest task; and the size of the first load.
 */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type CDPSession, chromium, type Page } from '@playwright/test';
import { signIn } from '../e2e/deck.ts';
import { OTHER_KEY, OTHER_SECRET, startSharedExchange } from '../e2e/shared-exchange.ts';
import { printTable } from './table.ts';

const SECONDS = 10;
const GOAL_SHARE = 0.2;
const GOAL_KB = 250;
const ORDERS_PER_SECOND = 40;

/** Places and cancels small orders deep in the book: each changes a level twice. */
function churn(exchangeUrl: string): () => void {
  let made = 0;
  const call = async (method: string, path: string, query: string, body: string) => {
    const expiry = String(Math.floor(Date.now() / 1000) + 60);
    const signature = createHmac('sha256', OTHER_SECRET)
      .update(path + query + expiry + body)
      .digest('hex');
    const answer = await fetch(`${exchangeUrl}${path}${query === '' ? '' : `?${query}`}`, {
      method,
      headers: {
        'content-type': 'application/json',
        'x-phemex-access-token': OTHER_KEY,
        'x-phemex-request-expiry': expiry,
        'x-phemex-request-signature': signature,
      },
      ...(body === '' ? {} : { body }),
    });
    return answer.json() as Promise<{ data: { orderID?: string } | null }>;
  };
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
    await call(
      'POST',
      '/g-orders',
      '',
      JSON.stringify({ ...order, posSide: 'Merged', timeInForce: 'PostOnly' }),
    );
    setTimeout(
      () =>
        void call('DELETE', '/g-orders/cancel', `symbol=BTCUSDT&clOrdID=${clOrdID}&posSide=Merged`, '').catch(
          () => undefined,
        ),
      1000 + 500 / ORDERS_PER_SECOND,
    );
  };
  const timers = [
    setInterval(() => void look().catch(() => undefined), 250),
    setInterval(() => void step().catch(() => undefined), 1000 / ORDERS_PER_SECOND),
  ];
  return () => timers.forEach(clearInterval);
}

async function metricsOf(cdp: CDPSession): Promise<Map<string, number>> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  return new Map(metrics.map(({ name, value }) => [name, value]));
}

async function busy(page: Page, cdp: CDPSession) {
  await page.evaluate(() => {
    const tasks: number[] = [];
    Object.assign(window, { longTasks: tasks });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) tasks.push(entry.duration);
    }).observe({ type: 'longtask' });
  });
  const before = await metricsOf(cdp);
  await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
  const after = await metricsOf(cdp);
  const longTasks = await page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks);
  const share = (name: string) => ((after.get(name) ?? 0) - (before.get(name) ?? 0)) / SECONDS;
  return {
    task: share('TaskDuration'),
    script: share('ScriptDuration'),
    layout: share('LayoutDuration') + share('RecalcStyleDuration'),
    longestMs: Math.max(0, ...longTasks),
  };
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
await cdp.send('Performance.enable');

const quiet = await busy(page, cdp);
const stopChurn = churn(shared.exchangeUrl);
let updates = 0;
cdp.on('Network.webSocketFrameReceived', ({ response }) => {
  if (response.payloadData.includes('"orderbook_p"')) updates += 1;
});
await cdp.send('Network.enable');
await new Promise((resolve) => setTimeout(resolve, 3000));
const rate = updates / 3;
await cdp.send('Network.disable');
const loud = await busy(page, cdp);
stopChurn();
await browser.close();
await shared.close();

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const row = (name: string, cost: typeof loud) => [
  name,
  percent(cost.task),
  percent(cost.script),
  percent(cost.layout),
  cost.longestMs === 0 ? '< 50 ms' : `${cost.longestMs.toFixed(0)} ms`,
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
