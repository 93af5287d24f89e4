/** What is not as it should be: refused histories, orders on their way, a stop too late, money from nowhere. */
import { expect } from '@playwright/test';
import type { Terminal } from './deck.ts';
import { LOOK_UPS } from './rest-tap.ts';
import { OWN_KEY, type SharedExchange } from './shared-exchange.ts';
import { type Look, order } from './states.ts';

const accountPanel = ({ page }: Terminal) => page.getByRole('region', { name: 'Account', exact: true });

export async function walkRefused(terminal: Terminal, look: Look): Promise<void> {
  const { page, tab } = terminal;
  const histories = /\/(orderList|tradingList|closedPosition|funding-fees)\?/;
  await page.route(histories, (route) =>
    route.fulfill({ json: { code: 39_995, msg: 'Too many requests', data: null } }),
  );
  await page.reload();
  await tab('Fills');
  await expect(page.getByText('Fills could not be loaded')).toBeVisible();
  await look('refused', 'A history that could not be loaded', accountPanel(terminal));
  await page.unroute(histories);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('No fills yet')).toBeVisible();
}

/** An order on its way, and one of which nobody knows. */
export async function walkPending(shared: SharedExchange, terminal: Terminal, look: Look): Promise<void> {
  const { restTap, tap } = shared;
  const pending = terminal.page.getByTestId('pending-order');
  await terminal.tab('Open orders');
  const letGo = restTap.hold('POST /g-orders');
  await order(terminal, 'Buy', '0.05', 0.02);
  await expect(pending).toContainText('Sending');
  await look('sending', 'An order on its way', accountPanel(terminal));
  restTap.loseNextAnswer('POST /g-orders', 'connection reset');
  const letTell = tap.hold('"orders_p"');
  const letLookUp = restTap.hold(...LOOK_UPS);
  letGo();
  await expect(pending).toContainText('Outcome unknown');
  await look('unknown', 'An order whose answer was lost: nobody says that it failed');
  letLookUp();
  letTell();
  await expect(pending).toHaveCount(0);
}

/** A position with real leverage, and a stop by another price than liquidation. */
export async function walkNearLiquidation(terminal: Terminal, look: Look): Promise<void> {
  const { page, row, tab } = terminal;
  await tab('Positions');
  const leverage = page.getByRole('form', { name: /^Leverage of/ });
  await row('Positions')
    .getByRole('button', { name: /^Margin:/ })
    .click();
  await leverage.getByRole('radio', { name: 'Isolated' }).check({ force: true });
  await leverage.getByRole('textbox', { name: 'Leverage' }).fill('25');
  await leverage.getByRole('button', { name: 'Set leverage' }).click();
  await expect(leverage).toHaveCount(0);
  await row('Positions').getByRole('button', { name: 'TP/SL' }).click();
  const protect = page.getByRole('form', { name: /^Protect/ });
  await protect.getByRole('combobox', { name: 'Unit' }).selectOption('percent');
  await protect.getByRole('textbox', { name: 'Take profit', exact: true }).fill('3');
  await protect.getByRole('textbox', { name: 'Stop loss', exact: true }).fill('2');
  await protect.getByRole('combobox', { name: 'Stop loss trigger' }).selectOption('ByLastPrice');
  await look('stop-warning', 'A stop that may come too late says so before it is set');
  await protect.getByRole('textbox', { name: 'Stop loss', exact: true }).press('Enter');
  await expect(protect).toHaveCount(0);
  await expect(page.getByTestId('position-protection')).toContainText('goes by last');
  await look(
    'near-liquidation',
    'An isolated position: liquidation on the chart and in the row, its stop below it',
  );
}

/** Money that no trade explains. The stream tells of the wallet with the next thing that happens to the account. */
export async function walkUnexplained(shared: SharedExchange, terminal: Terminal, look: Look): Promise<void> {
  await shared.administer(`/accounts/${OWN_KEY}/deposit`, { amount: '500' });
  await order(terminal, 'Buy', '0.01');
  await expect(terminal.page.getByTestId('ledger')).toContainText('+500.00');
  const wallet = terminal.page.getByRole('region', { name: 'Wallet' });
  await look('unexplained', 'A change of the wallet that no trade explains is asked about', wallet);
}
