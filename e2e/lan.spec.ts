/** From another machine: TLS under a name, two factors by link and passphrase, and a passkey that is both. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { complaintsOf, expect, signIn, test } from './deck.ts';
import { LAN_CERTIFICATE, LAN_KEY, LAN_KEY_HASH, LAN_NAME } from './lan-certificate.ts';
import config from './playwright.config.ts';
import { freePort, startDeck } from './processes.ts';

const PHRASE = 'open sesame and more';

const usual = config.use?.launchOptions;
test.use({
  launchOptions: {
    ...usual,
    args: [
      ...(usual?.args ?? []),
      `--host-resolver-rules=MAP ${LAN_NAME} 127.0.0.1`,
      `--ignore-certificate-errors-spki-list=${LAN_KEY_HASH}`,
    ],
  },
});

test('a browser elsewhere needs link and passphrase, and signs in with its passkey alone afterwards', async ({
  page,
  dataDir,
}) => {
  const dialog = page.getByRole('dialog');
  const openBrowsers = async () => {
    await page.getByRole('button', { name: 'Accounts', exact: true }).click();
    await dialog.getByRole('button', { name: 'All accounts' }).click();
    await dialog.getByRole('button', { name: 'Browsers' }).click();
  };
  const home = await startDeck(dataDir, ['--seed', '7']);
  await signIn(page, home.link);
  await openBrowsers();
  await dialog.getByRole('button', { name: 'Passphrase' }).click();
  await dialog.getByLabel('Passphrase', { exact: true }).fill(PHRASE);
  await dialog.getByLabel('Passphrase again').fill(PHRASE);
  await dialog.getByRole('button', { name: 'Set' }).click();
  await expect(dialog.getByRole('button', { name: 'Passkeys' })).toBeVisible();
  await home.stop();

  const [certificate, key] = [join(dataDir, 'lan.pem'), join(dataDir, 'lan.key')];
  writeFileSync(certificate, LAN_CERTIFICATE);
  writeFileSync(key, LAN_KEY, { mode: 0o600 });
  const port = String(await freePort());
  const deck = await startDeck(dataDir, [
    ...['--seed', '7', '--tls-cert', certificate, '--tls-key', key],
    ...['--host', LAN_NAME, '--tls-port', port],
  ]);
  const origin = `https://${LAN_NAME}:${port}`;
  const link = () => new RegExp(`${origin}/#t=\\S+`).exec(deck.output())?.[0] ?? '';
  await expect.poll(link).not.toBe('');
  await page.goto('about:blank');
  const complaints = complaintsOf(page);
  await page.goto(link());
  await page.getByLabel('Your sign-in passphrase').fill(PHRASE);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByTestId('connection')).toHaveText(/Live/);
  const [cookie] = await page.context().cookies(origin);
  expect(cookie).toMatchObject({ name: '__Host-pd_s', secure: true, httpOnly: true, sameSite: 'Strict' });

  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  await openBrowsers();
  await dialog.getByRole('button', { name: 'Passkeys' }).click();
  await dialog.getByRole('button', { name: 'Make a passkey' }).click();
  await expect(dialog.getByRole('listitem')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByTestId('wallet-balance')).toHaveText(/\d/);
  expect(complaints.filter((text) => /policy|trusted|certificate/i.test(text))).toEqual([]);
  await deck.stop();
});
