/** Who is let in, what the page may load, and what it looks like to those who cannot see it. */
import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './deck.ts';

test('nothing is answered without a session, and nothing to a foreign name', async ({ deck, request }) => {
  for (const path of ['/api/status', '/exchange/g-accounts/accountPositions?currency=USDT']) {
    expect((await request.get(deck.url + path)).status()).toBe(401);
  }
  const foreign = await request.get(`${deck.url}/`, { headers: { host: 'evil.example:80' } });
  expect([400, 403, 421]).toContain(foreign.status());
});

test('[P1] the link works once, and leaves no trace in the address', async ({ terminal, deck, browser }) => {
  expect(terminal.page.url()).toBe(`${deck.url}/`);
  const stranger = await browser.newPage();
  await stranger.goto(deck.link);
  await expect(stranger.getByTestId('connection')).toHaveCount(0);
  await expect(stranger.getByText(/signed out|sign in/i).first()).toBeVisible();
  await stranger.close();
});

test('a passphrase signs in where the link is not at hand', async ({ terminal }) => {
  const { page } = terminal;
  const phrase = 'open sesame and more';
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Accounts', exact: true }).click();
  await dialog.getByRole('button', { name: 'All accounts' }).click();
  await dialog.getByRole('button', { name: 'Browsers' }).click();
  await expect(dialog.getByRole('listitem').filter({ hasText: 'this one' })).toHaveCount(1);

  // Another browser, which cannot be signed out at first: the next answer is the one that counts.
  const other = { handle: 'other', browser: 'Firefox', openedAtMs: 0, pages: 0, isThis: false };
  const answers: object[] = [{ error: { code: 'BAD_REQUEST', message: 'Not this time' } }, { ended: 1 }];
  const lists: object[] = [[other], []];
  await page.route('**/api/sessions/end', (route) => route.fulfill({ json: answers.shift() }));
  await page.route('**/api/sessions', (route) => route.fulfill({ json: lists.shift() }));
  await dialog.getByRole('button', { name: 'All accounts' }).click();
  await dialog.getByRole('button', { name: 'Browsers' }).click();
  const signOut = dialog.getByRole('button', { name: 'Sign out', exact: true });
  await signOut.click();
  await expect(dialog.getByRole('alert')).toHaveText('Not this time');
  await signOut.click();
  await expect(dialog.getByRole('listitem')).toHaveCount(0);
  await expect(dialog.getByRole('alert')).toHaveCount(0);
  await page.unrouteAll();
  await dialog.getByRole('button', { name: 'Passphrase' }).click();
  await dialog.getByLabel('Passphrase', { exact: true }).fill(phrase);
  await dialog.getByLabel('Passphrase again').fill(phrase);
  await dialog.getByRole('button', { name: 'Set' }).click();
  await expect(dialog.getByRole('button', { name: 'Sign out all others' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByLabel('Or sign in with your passphrase').fill(phrase);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByTestId('wallet-balance')).toHaveText(/\d/);
});

test('says which environment it is on, and has no serious accessibility fault', async ({ terminal }) => {
  await expect(terminal.page.getByRole('status').filter({ hasText: 'PAPER' })).toBeVisible();
  const { violations } = await new AxeBuilder({ page: terminal.page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`)).toEqual([]);
});
