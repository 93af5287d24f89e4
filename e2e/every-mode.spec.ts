/** Every flow of the screen in one-way and hedged mode, on a desk and on a phone, with the exchange's side of each. */
import { expect, type Terminal, test } from './deck.ts';
import { FLOWS } from './trading-flows.ts';

const SIZES = [
  { name: 'desk', isPhone: false, width: 1440, height: 900 },
  { name: 'phone', isPhone: true, width: 390, height: 844 },
];

async function becomeHedged({ page }: Terminal): Promise<void> {
  await page.getByRole('button', { name: 'One-way' }).click();
  const dialog = page.getByRole('dialog', { name: /Position mode/ });
  await dialog.getByRole('radio', { name: 'Hedged' }).check({ force: true });
  await dialog.getByRole('button', { name: 'Switch' }).click();
  await expect(page.getByRole('button', { name: 'Hedged' })).toBeVisible();
}

for (const mode of ['one-way', 'hedged'] as const) {
  test(`${mode}: from the first order to the last, on a desk and on a phone`, async ({
    terminal,
    exchange,
  }) => {
    // Eighteen flows in one visit.
    test.slow();
    if (mode === 'hedged') await becomeHedged(terminal);
    for (const { name, isPhone, width, height } of SIZES) {
      await terminal.page.setViewportSize({ width, height });
      const seat = {
        terminal,
        exchange,
        isPhone,
        isHedged: mode === 'hedged',
        price: await exchange.price(),
      };
      for (const [flow, run] of FLOWS) await test.step(`${name}: ${flow}`, () => run(seat));
      expect(await terminal.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        width,
      );
    }
  });
}
