/** The account's figures, whether they add up, who may see them, and the exchange's own words. */
import { signIn } from './deck.ts';
import { expect, OWN_KEY, test } from './shared-exchange.ts';

test('the wallet adds up through trades and a lost connection, and asks about what no trade explains', async ({
  page,
  shared,
}) => {
  // An account that pays half of what a standard one does.
  await shared.administer(`/accounts/${OWN_KEY}/fees`, { maker: '0.0001', taker: '0.0003' }, 'PUT');
  const terminal = await signIn(page, shared.deck.link);
  const ledger = page.getByTestId('ledger');
  await expect(ledger).toHaveText('Adds up');
  await terminal.ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await terminal.setQuantity('0.4');
  await terminal.submit.click();
  const row = terminal.row('Positions');
  await expect(row).toHaveCount(1);
  await expect(page.getByTestId('margin-ratio')).toHaveText(/^0\.\d\d%$/);
  // Break-even counts its own fee, twice.
  const figure = async (label: string) =>
    Number((await row.locator(`[data-label="${label}"]`).innerText()).replaceAll(',', ''));
  await expect(async () => {
    const part = (await figure('Break-even')) / (await figure('Entry')) - 1;
    expect(part).toBeGreaterThan(0.00059);
    expect(part).toBeLessThan(0.00062);
  }).toPass();
  // A long pays (or is paid) rate x value at the next settlement.
  await expect(page.getByTestId('funding-due')).toHaveText(/^[+-]\d+\.\d{4}$/);

  await row.getByRole('button', { name: 'Close half of it' }).click();
  await expect(page.getByTestId('position-size')).toHaveText('0.2000');
  await row.getByRole('button', { name: 'Close position' }).click();
  await expect(row).toHaveCount(0);
  await expect(ledger).toHaveAttribute('title', /fees [1-9]/);
  await expect(ledger).toHaveText('Adds up');

  // A trade that the page never hears of: its connection is gone before the stream tells. History does.
  const feesOf = async () => Number(/fees ([\d.]+)/.exec((await ledger.getAttribute('title')) ?? '')?.[1]);
  const feesBefore = await feesOf();
  const letTell = shared.tap.hold('"accounts_p"');
  await terminal.submit.click();
  await expect(page.getByTestId('placement')).toHaveText(/Taken|Sent|Accepted|Working/);
  shared.tap.cut();
  letTell();
  await expect(row).toHaveCount(1);
  await expect.poll(feesOf).toBeGreaterThan(feesBefore);
  await expect(ledger).toHaveText('Adds up');

  // Money that no trade explains: were the sums wrong by a cent, this would not be 500.00.
  await shared.administer(`/accounts/${OWN_KEY}/deposit`, { amount: '500' });
  // The stream tells of the wallet with the next thing that happens to the account.
  await terminal.submit.click();
  await expect(ledger).toHaveText('Moved in +500.00: yours?');
  await ledger.click();
  await expect(ledger).toHaveText('Adds up');
  await expect(ledger).toHaveAttribute('title', /moved in or out \+500\.0000/);
});

test('[P3] [E8] amounts are hidden on demand, over a reload too; markup in the exchange’s words is text', async ({
  page,
  shared,
}) => {
  const terminal = await signIn(page, shared.deck.link);
  const balance = page.getByTestId('wallet-balance');
  const painted = () =>
    balance.evaluate((cell) => [getComputedStyle(cell).fontSize, getComputedStyle(cell, '::after').content]);
  const shown = await painted();
  await page.getByRole('button', { name: 'Hide amounts' }).click();
  expect(await painted()).toEqual(['0px', '"•••••"']);
  expect(await page.getByTestId('wallet-equity').evaluate((cell) => getComputedStyle(cell).fontSize)).toBe(
    '0px',
  );
  await page.reload();
  await expect(page.getByTestId('connection')).toHaveText(/Live/);
  expect(await painted()).toEqual(['0px', '"•••••"']);
  await page.getByRole('button', { name: 'Show amounts' }).click();
  expect(await painted()).toEqual(shown);

  const markup = '<img src=x onerror="document.title=1"><b>bold</b>';
  const body = JSON.stringify({ code: 99_999, msg: markup, data: null });
  shared.restTap.loseNextAnswer('POST /g-orders', { body });
  await terminal.ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await terminal.setQuantity('0.01');
  await terminal.submit.click();
  await expect(page.getByTestId('placement')).toContainText(markup);
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.title()).not.toBe('1');
});
