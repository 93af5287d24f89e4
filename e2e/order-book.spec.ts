/** The order book shows the whole window of the exchange, not only what fits. */
import { expect, test } from './deck.ts';

test('the wheel over a side looks behind the best levels, and one click brings them back', async ({
  terminal,
}) => {
  const { page, book } = terminal;
  const nearest = book.getByRole('button', { name: /^Bid / }).first();
  /** Next to the spread the running total is the level's own size; further away it is more. */
  const isBest = () =>
    nearest.evaluate((row) => row.children[2]?.textContent === row.children[3]?.textContent);
  const toBest = book.getByRole('button', { name: 'Back to best' });
  await expect.poll(isBest).toBe(true);
  await expect(toBest).toBeHidden();

  await nearest.hover();
  await page.mouse.wheel(0, 120);
  await expect(toBest).toBeVisible();
  await expect.poll(isBest).toBe(false);

  await toBest.click();
  await expect(toBest).toBeHidden();
  await expect.poll(isBest).toBe(true);
});

test('the header says whether the book is the exchange’s, and since when not', async ({ terminal }) => {
  const { page, book } = terminal;
  let say: (check: object) => void = () => {};
  await page.routeWebSocket(/\/exchange\/ws$/, (socket) => {
    socket.connectToServer();
    say = (check) => socket.send(JSON.stringify({ perpdeck: { kind: 'book', symbol: 'BTCUSDT', check } }));
  });
  await page.reload();
  const mark = book.getByTestId('book-check');
  await expect(mark).toHaveText(/^from \d\d:\d\d:\d\d$/);

  say({ state: 'verified', atMs: new Date('2026-01-02T03:04:05').getTime() });
  await expect(mark).toHaveText('verified 03:04:05');
  await expect(mark).toHaveAttribute('title', /equal to the exchange’s own snapshot/);

  say({ state: 'broken', sinceMs: new Date('2026-01-02T03:05:06').getTime(), fault: 'mismatch' });
  await expect(mark).toHaveText('wrong since 03:05:06');
  await expect(mark).toHaveAttribute('title', /another book.*asked for anew/);
});
