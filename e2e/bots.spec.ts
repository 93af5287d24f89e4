/** A bot's key made on the screen, its order marked with its name, and its end. */
import { createHmac } from 'node:crypto';
import { expect, seriousFaults, test } from './deck.ts';

test('a bot’s key is made, shows its secret once, marks its orders, and is revoked', async ({
  terminal,
  deck,
}) => {
  const { page } = terminal;
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Accounts', exact: true }).click();
  await dialog.getByRole('button', { name: 'All accounts' }).click();
  await dialog.getByRole('button', { name: 'Bots' }).click();
  await dialog.getByRole('button', { name: 'New key' }).click();
  await dialog.getByLabel('Name').fill('grid-1');
  await dialog.getByRole('radio', { name: 'Read and trade' }).check();
  await dialog.getByLabel('Symbols').fill('btcusdt');
  await dialog.getByLabel('Cap (USDT)').fill('5000');
  expect(await seriousFaults(page, 'dialog')).toEqual([]);
  await dialog.getByRole('button', { name: 'Make the key' }).click();
  const id = await dialog.getByLabel('API key').innerText();
  const secret = await dialog.getByLabel('API secret').innerText();
  expect(await seriousFaults(page, 'dialog')).toEqual([]);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(dialog.getByRole('listitem')).toContainText(
    'reads and trades · BTCUSDT · up to 5,000.00 USDT',
  );
  await expect(page.locator('body')).not.toContainText(secret);

  const { origin } = new URL(deck.link);
  const place = async (orderQtyRq: string) => {
    const fields = { symbol: 'BTCUSDT', side: 'Buy', ordType: 'Limit', timeInForce: 'GoodTillCancel' };
    const body = JSON.stringify({
      ...fields,
      clOrdID: `grid-${Math.round(Number(orderQtyRq) * 100)}`,
      orderQtyRq,
      priceRp: '20000',
    });
    const expiry = String(Math.floor(Date.now() / 1000) + 60);
    const signature = createHmac('sha256', secret).update(`/g-orders${expiry}${body}`).digest('hex');
    const answer = await fetch(`${origin}/exchange/g-orders`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-phemex-access-token': id,
        'x-phemex-request-expiry': expiry,
        'x-phemex-request-signature': signature,
      },
      body,
    });
    return (await answer.json()) as { code: number };
  };
  expect(await place('0.01')).toMatchObject({ code: 0 });
  expect(await place('1')).toMatchObject({ code: 11114 });

  await dialog.getByRole('button', { name: 'Revoke' }).click();
  await dialog.getByRole('button', { name: 'Revoke it?' }).click();
  await expect(dialog.getByRole('listitem')).toHaveCount(0);
  expect(await place('0.02')).toMatchObject({ code: 10500 });
  await page.keyboard.press('Escape');

  await terminal.tab('Open orders');
  await expect(terminal.row('Open orders')).toContainText('grid-1');
});
