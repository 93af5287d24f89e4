/** How much of the main thread a click on the ticket takes until its order is handed to the network, in ms. */
import type { Page } from '@playwright/test';
import type { Terminal } from '../e2e/deck.ts';

interface Watched {
  readonly clickMs: readonly number[];
}

/** Runs in the page: from the click's own event to the call that sends the order. All of it is one task. */
export function watchClicks(): void {
  const clickMs: number[] = [];
  let clickedAt: number | undefined;
  window.addEventListener(
    'click',
    () => {
      clickedAt = performance.now();
    },
    true,
  );
  const nativeFetch = window.fetch;
  window.fetch = (input, init) => {
    const sent = nativeFetch(input, init);
    if (clickedAt !== undefined && String(init?.body ?? '').includes('clOrdID')) {
      clickMs.push(performance.now() - clickedAt);
      clickedAt = undefined;
    }
    return sent;
  };
  Object.assign(window, { clickMs });
}

const timesOf = (page: Page): Promise<readonly number[]> =>
  page.evaluate(() => (window as unknown as Watched).clickMs);

/** Each click sends one small order that rests far away. */
export async function clickTimes(
  terminal: Terminal,
  price: string,
  clicks: number,
): Promise<readonly number[]> {
  const { page, ticket, submit } = terminal;
  const before = (await timesOf(page)).length;
  await ticket.getByRole('radio', { name: 'Limit' }).check({ force: true });
  await ticket.getByRole('textbox', { name: 'Price' }).fill(price);
  await terminal.setQuantity('0.001');
  for (let sent = before; sent < before + clicks; ) {
    // A second click within half a second is half of a double click: it sends nothing, and the next one does.
    await submit.click({ delay: 20 });
    sent = (await timesOf(page)).length;
    await page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), 550);
  }
  return (await timesOf(page)).slice(before);
}
