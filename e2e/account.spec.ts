/** The account's figures, and whether they add up. */
import { signIn } from './deck.ts';
import { expect, OWN_KEY, test } from './shared-exchange.ts';

test('the wallet adds up through trades, and says so when something else moved it', async ({
  page,
  shared,
}) => {
  const terminal = await signIn(page, shared.deck.link);
  const ledger = page.getByTestId('ledger');
  await expect(ledger).toHaveText('Adds up');
  await terminal.ticket.getByRole('radio', { name: 'Market' }).check({ force: true });
  await terminal.setQuantity('0.4');
  await terminal.submit.click();
  const row = terminal.row('Positions');
  await expect(row).toHaveCount(1);
  await expect(page.getByTestId('margin-ratio')).toHaveText(/^0\.\d\d%$/);
  // A long pays (or is paid) rate x value at the next settlement.
  await expect(page.getByTestId('funding-due')).toHaveText(/^[+-]\d+\.\d{4}$/);

  await row.getByRole('button', { name: 'Close half of it' }).click();
  await expect(page.getByTestId('position-size')).toHaveText('0.2000');
  await row.getByRole('button', { name: 'Close position' }).click();
  await expect(row).toHaveCount(0);
  await expect(ledger).toHaveAttribute('title', /fees [1-9]/);
  await expect(ledger).toHaveText('Adds up');

  // Money that no trade explains: were the sums wrong by a cent, this would not be 500.00.
  await shared.administer(`/accounts/${OWN_KEY}/deposit`, { amount: '500' });
  // The stream tells of the wallet with the next thing that happens to the account.
  await terminal.submit.click();
  await expect(ledger).toHaveText('Unexplained +500.00');
});
