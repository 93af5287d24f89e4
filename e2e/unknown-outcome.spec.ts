/** An order is carried out and its answer is lost: nobody may say "failed", and nobody may send it again. */
import { signIn, type Terminal } from './deck.ts';
import { LOOK_UPS, type Loss } from './rest-tap.ts';
import { expect, test } from './shared-exchange.ts';

const LOSSES: readonly Loss[] = ['connection reset', 'bad gateway'];
/** A press was taken for an order. */
const TAKEN = /Sending|Outcome unknown/;

test('an order whose answer is lost is unknown, then found, and sent once', async ({
  page,
  shared,
  exchange,
}) => {
  const { restTap, tap } = shared;
  const terminal = await signIn(page, shared.deck.link);
  const outcome = page.getByTestId('placement');
  const bid = terminal.book.getByRole('button', { name: /^Bid / }).first();
  // Far below the market, so that it rests whatever happens.
  const price = Math.round(Number(await bid.getAttribute('data-price')) * 0.9);
  await terminal.tab('Open orders');
  for (const [index, loss] of LOSSES.entries()) {
    await terminal.ticket.getByRole('textbox', { name: 'Price' }).fill(String(price));
    await terminal.setQuantity('0.01');

    // Proxy and page ask what became of it and listen, and are kept waiting so that they can be seen not to know.
    const letTell = tap.hold('"orders_p"');
    const letLookUp = restTap.hold(...LOOK_UPS);
    restTap.loseNextAnswer('POST /g-orders', loss);
    // A press right after the last one is not taken for another order; one that is taken shows at once.
    await expect(async () => {
      if (!TAKEN.test(await outcome.innerText())) await terminal.submit.click();
      await expect(outcome).toHaveText(TAKEN, { timeout: 500 });
    }).toPass();
    await expect(outcome).toHaveText(/Outcome unknown/);
    await expect(terminal.submit).toBeDisabled();
    await expect(page.getByTestId('pending-order')).toContainText(/Buy.*0\.0100.*Outcome unknown/);

    if (index === 0) await clickInOneClickMode(terminal);

    letLookUp();
    letTell();
    await expect(outcome).toHaveText(/Working: 0\.01/);
    await expect(terminal.submit).toBeEnabled();
    await expect(terminal.row('Open orders')).toHaveCount(index + 1);
    await expect(page.getByTestId('pending-order')).toHaveCount(0);
    expect(restTap.requests.filter((name) => name === 'POST /g-orders')).toHaveLength(index + 1);
  }
  await exchange.has({ orders: LOSSES.map(() => `buy 0.01 BTC Limit at ${price}`) });
});

/** A click that sends is not let go by without a word while another order is out. */
async function clickInOneClickMode({ page, book }: Terminal): Promise<void> {
  await page.getByRole('button', { name: 'Sending' }).click();
  const dialog = page.getByRole('dialog', { name: 'Sending orders' });
  await dialog.getByRole('checkbox', { name: 'One-click mode' }).click({ force: true });
  await book.getByRole('button', { name: /^Bid / }).last().click();
  await expect(page.getByText('What became of the order before is not known yet.')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /^One-click mode is on/ })).toHaveCount(0);
}
