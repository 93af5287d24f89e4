/**
 * A busy account on the screen: 200 open orders and 30 positions, ten of the orders amended a second by another client,
 * and the chart of the product that has them all; and how many frames after the private event an order's line is drawn.
 */
import { chromium, type Page } from '@playwright/test';
import { signIn } from '../e2e/deck.ts';
import { OWN_KEY, OWN_SECRET, startSharedExchange } from '../e2e/shared-exchange.ts';
import { clickTimes, watchClicks } from './click-to-wire.ts';
import { costOf, longestText, percent } from './page-cost.ts';
import { type Signer, signedCall } from './signed-call.ts';
import { median, printTable } from './table.ts';

const SECONDS = 10;
const ORDERS = 200;
const POSITIONS = 30;
const AMENDS_PER_SECOND = 10;
const GOAL_SHARE = 0.15;
const LINES = 30;
const CLICKS = 25;
const GOAL_CLICK_MS = 5;
const SYMBOL = 'BTCUSDT';

interface Book {
  readonly result: {
    readonly orderbook_p: { readonly asks: [string, string][]; readonly bids: [string, string][] };
  };
}

async function bestOf(url: string, symbol: string): Promise<{ bid: number; ask: number }> {
  const { result } = (await (await fetch(`${url}/md/v2/orderbook?symbol=${symbol}`)).json()) as Book;
  const { bids, asks } = result.orderbook_p;
  return { bid: Number(bids[0]?.[0]), ask: Number(asks[0]?.[0]) };
}

interface ProductRow {
  readonly symbol: string;
  readonly qtyStepSize: string;
  readonly minOrderValueRv: string;
}

/** A small market buy of each of the first products. */
async function openPositions(signer: Signer): Promise<number> {
  const answer = (await (await fetch(`${signer.url}/public/products`)).json()) as {
    data: { perpProductsV2: ProductRow[] };
  };
  let opened = 0;
  for (const { symbol, qtyStepSize, minOrderValueRv } of answer.data.perpProductsV2) {
    if (opened === POSITIONS) break;
    const { ask } = await bestOf(signer.url, symbol);
    const step = Number(qtyStepSize);
    const lots = Math.ceil((Number(minOrderValueRv) * 20) / ask / step);
    const orderQtyRq = (lots * step).toFixed(qtyStepSize.split('.')[1]?.length ?? 0);
    const order = {
      symbol,
      clOrdID: `open-${opened}`,
      side: 'Buy',
      posSide: 'Merged',
      ordType: 'Market',
      orderQtyRq,
    };
    await signedCall(signer, {
      method: 'POST',
      path: '/g-orders',
      body: { ...order, timeInForce: 'ImmediateOrCancel' },
    });
    opened += 1;
  }
  return opened;
}

const restingBody = (clOrdID: string, price: number) => ({
  symbol: SYMBOL,
  clOrdID,
  side: 'Buy',
  posSide: 'Merged',
  ordType: 'Limit',
  timeInForce: 'GoodTillCancel',
  priceRp: price.toFixed(1),
  orderQtyRq: '0.001',
});

async function restOrders(signer: Signer, bid: number): Promise<void> {
  for (let index = 0; index < ORDERS; index += 1) {
    const body = restingBody(`rest-${index}`, bid * (0.985 - index * 0.0002));
    await signedCall(signer, { method: 'POST', path: '/g-orders', body });
  }
}

/** Amends one order after the other until the answer is called. */
function keepAmending(signer: Signer, bid: number): () => void {
  let made = 0;
  const timer = setInterval(() => {
    const index = made++ % ORDERS;
    const price = (bid * (0.985 - index * 0.0002) - (made % 7) - 1).toFixed(1);
    const query = `symbol=${SYMBOL}&origClOrdID=rest-${index}&posSide=Merged&priceRp=${price}`;
    void signedCall(signer, { method: 'PUT', path: '/g-orders/replace', query }).catch(() => undefined);
  }, 1000 / AMENDS_PER_SECOND);
  return () => clearInterval(timer);
}

/** Notes when a private event names an order of this kind, and how many frames pass until a label for one is shown. */
function watchLines(): void {
  const frames: number[] = [];
  let frame = 0;
  let toldAt: number | undefined;
  const isShown = () =>
    [...document.querySelectorAll<HTMLElement>('[data-kind="order"]')].some(
      (label) => label.textContent?.includes('0.0070') && label.style.visibility === 'visible',
    );
  const count = () => {
    frame += 1;
    const drawn = frame;
    // Once every callback of this frame has run.
    setTimeout(() => {
      if (toldAt === undefined || drawn <= toldAt || !isShown()) return;
      frames.push(drawn - toldAt);
      toldAt = undefined;
    });
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
  Object.assign(window, { lineFrames: frames });
  const NativeSocket = WebSocket;
  window.WebSocket = class extends NativeSocket {
    constructor(url: string | URL) {
      super(url);
      this.addEventListener('message', ({ data }) => {
        if (String(data).includes('"clOrdID":"line-') && String(data).includes('"ordStatus":"New"'))
          toldAt = frame;
      });
    }
  } as typeof WebSocket;
}

async function lineFrames(page: Page, signer: Signer, bid: number): Promise<readonly number[]> {
  for (let index = 0; index < LINES; index += 1) {
    const clOrdID = `line-${index}`;
    const body = { ...restingBody(clOrdID, bid * 0.999), orderQtyRq: '0.007' };
    await signedCall(signer, { method: 'POST', path: '/g-orders', body });
    await page.waitForFunction(
      (wanted) => (window as unknown as { lineFrames: number[] }).lineFrames.length >= wanted,
      index + 1,
    );
    const query = `symbol=${SYMBOL}&clOrdID=${clOrdID}&posSide=Merged`;
    await signedCall(signer, { method: 'DELETE', path: '/g-orders/cancel', query });
    await page.waitForFunction(
      () =>
        ![...document.querySelectorAll('[data-kind="order"]')].some((label) =>
          label.textContent?.includes('0.0070'),
        ),
    );
  }
  return page.evaluate(() => (window as unknown as { lineFrames: number[] }).lineFrames);
}

const shared = await startSharedExchange();
const signer: Signer = { url: shared.exchangeUrl, key: OWN_KEY, secret: OWN_SECRET };
const browser = await chromium.launch({
  executablePath: process.env.PERPDECK_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--disable-gpu', '--disable-background-networking'],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
// The compiler names functions by a helper that the page does not have.
await page.addInitScript('globalThis.__name = (named) => named;');
await page.addInitScript(watchLines);
await page.addInitScript(watchClicks);
const terminal = await signIn(page, shared.deck.link);
await terminal.chart.locator('canvas').first().waitFor();
const { bid } = await bestOf(shared.exchangeUrl, SYMBOL);
const frames = await lineFrames(page, signer, bid);

const farBelow = (bid * 0.9).toFixed(1);
const quietClicks = await clickTimes(terminal, farBelow, CLICKS);
const query = `symbol=${SYMBOL}&untriggered=false`;
await signedCall(signer, { method: 'DELETE', path: '/g-orders/all', query });
const opened = await openPositions(signer);
await restOrders(signer, bid);
await page.getByRole('tab', { name: `Open orders (${ORDERS})` }).click();
const cdp = await page.context().newCDPSession(page);
// The thread's own time: what other programs take meanwhile is not the page's.
await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
const stop = keepAmending(signer, bid);
const orders = await costOf(page, cdp, SECONDS);
await terminal.tab('Positions');
const positions = await costOf(page, cdp, SECONDS);
const busyClicks = await clickTimes(terminal, farBelow, CLICKS);
stop();
await browser.close();
await shared.close();

const clickRow = (account: string, times: readonly number[]) => [
  account,
  String(times.length),
  `${median(times).toFixed(1)} ms`,
  `${Math.max(...times).toFixed(1)} ms`,
  (median(times) / GOAL_CLICK_MS).toFixed(2),
];
printTable(
  'Main thread from a click on the ticket to the order handed to the network',
  ['account', 'orders', 'median', 'most', 'median / 5 ms goal'],
  [clickRow('empty', quietClicks), clickRow(`${ORDERS} orders, ${opened} positions`, busyClicks)],
);
const row = (table: string, cost: typeof orders) => [
  table,
  percent(cost.task),
  percent(cost.script),
  longestText(cost),
  (cost.script / GOAL_SHARE).toFixed(2),
];
printTable(
  `Busy account: ${ORDERS} orders, ${opened} positions, ${AMENDS_PER_SECOND} amendments/s, over ${SECONDS} s`,
  ['table in view', 'busy', 'script', 'longest task', 'script / 15 % goal'],
  [row('Open orders', orders), row('Positions', positions)],
);
printTable(
  'From the private event to the order’s line on the chart',
  ['orders', 'frames, median', 'most'],
  [[String(frames.length), String(median(frames)), String(Math.max(...frames))]],
);
