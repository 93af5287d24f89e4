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
