/** From no key to trading and back, in the page: connect, trade, lock, unlock, part. */
import { test as base, complaintsOf, expect } from './deck.ts';
import { makeDataDir, type StartedDeck, startDeck, startPaper } from './processes.ts';

const SECRET = 'e2e-secret-Zm9vYmFyYmF6';
const PASSPHRASE = 'correct horse battery';

/** Perpdeck on somebody else's exchange, with no key. */
const test = base.extend<{ keyless: StartedDeck }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs off this pattern.
  keyless: async ({}, use) => {
    const [deckDir, paperDir] = [makeDataDir(), makeDataDir()];
    const paper = await startPaper({ dataDir: paperDir.path, accounts: [`e2e-key-0001:${SECRET}`] });
    const deck = await startDeck(deckDir.path, [
      '--exchange',
      'testnet',
      '--exchange-url',
      paper.url,
      '--exchange-ws',
      `ws://127.0.0.1:${paper.port}/ws`,
    ]);
    await use(deck);
    await deck.stop();
    await paper.stop();
    deckDir.remove();
    paperDir.remove();
  },
});

test('[X3] [P2] connects a key, trades with it, locks it and unlocks it again', async ({ page, keyless }) => {
  await page.goto(keyless.link);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('radio', { name: 'Testnet' })).toBeChecked();
  await dialog.getByLabel('API key').fill('e2e-key-0001');
  await dialog.getByLabel('API secret').fill('wrong');
  await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await dialog.getByLabel('Passphrase again').fill(PASSPHRASE);
  await dialog.getByRole('button', { name: 'Connect' }).click();
  await expect(dialog.getByRole('alert')).toContainText('the secret does not belong to it');

  // What was hidden left the form with the first try.
  await expect(dialog.getByLabel('API secret')).toHaveValue('');
  await dialog.getByLabel('API secret').fill(SECRET);
  await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await dialog.getByLabel('Passphrase again').fill(PASSPHRASE);
  await dialog.getByRole('button', { name: 'Connect' }).click();
  await expect(page.getByRole('button', { name: 'main', exact: true })).toBeVisible();
  await expect(page.getByTestId('wallet-balance')).toHaveText(/\d/);

  await page.getByRole('button', { name: 'main', exact: true }).click();
  await expect(dialog.getByRole('listitem').filter({ hasText: 'main' })).toContainText('in use');
  await dialog.getByRole('button', { name: 'Lock all' }).click();
  await expect(page.getByRole('dialog', { name: 'Unlock' })).toBeVisible();
  await dialog.getByLabel('Passphrase').fill('not the passphrase');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('alert')).toContainText('passphrase is wrong');
  // From here the page makes itself anew, and what it does on the way may not be answered.
  const complaints = complaintsOf(page);
  await dialog.getByLabel('Passphrase').fill(PASSPHRASE);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'main', exact: true })).toBeVisible();
  await expect(page.getByTestId('wallet-balance')).toHaveText(/\d/);
  expect(complaints.filter((text) => /policy|trusted/i.test(text))).toEqual([]);

  // Neither in the page's storage nor in the page.
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(kept + (await page.content())).not.toMatch(new RegExp(`${SECRET}|${PASSPHRASE}|e2e-key-0001`));
});
