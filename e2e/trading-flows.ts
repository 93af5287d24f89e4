/**
 * What a trader does from the first order to the last: the same flows in either position mode and at either size of
 * screen. After each of them the exchange is asked what it has.
 */
import { expect, type Locator } from '@playwright/test';
import type { AccountTab, Terminal } from './deck.ts';
import type { AccountLines, ExchangeSide } from './exchange-side.ts';

export interface Seat {
  readonly terminal: Terminal;
  readonly exchange: ExchangeSide;
  readonly isPhone: boolean;
  readonly isHedged: boolean;
  /** Of BTCUSDT, when the flows began: near enough for what rests far from it. */
  readonly price: number;
}

type Place = 'ticket' | 'chart' | AccountTab;

interface Wish {
  readonly side: 'Buy' | 'Sell';
  readonly kind: 'Limit' | 'Market' | 'Stop' | 'StopLimit' | 'TrailingStop';
  readonly qty: string;
  readonly price?: number;
  readonly trigger?: number;
  /** Per cent. */
  readonly trail?: number;
  readonly takeProfit?: number;
  readonly stopLoss?: number;
  readonly isPostOnly?: boolean;
  readonly closes?: boolean;
}

/** In hedged mode a short stands beside everything, and nothing may touch it. */
const BESIDE = 'short 0.03 BTC cross 10x';

/** On a phone one thing is in view at a time. */
async function show({ terminal, isPhone }: Seat, place: Place): Promise<void> {
  const { page, tab } = terminal;
  const choose = (name: string | RegExp) => page.getByRole('tab', { name, exact: true }).click();
  if (place === 'ticket') return isPhone ? choose('Trade') : undefined;
  if (place === 'chart') return isPhone ? choose('Chart') : undefined;
  if (!isPhone) return tab(place);
  if (place === 'Positions') return choose(/^Positions/);
  await choose(/^Orders/);
  await tab(place);
}

async function send(seat: Seat, wish: Wish): Promise<void> {
  const { ticket, submit, setQuantity } = seat.terminal;
  await show(seat, 'ticket');
  const choose = (name: string) => ticket.getByRole('radio', { name, exact: true }).check({ force: true });
  const enter = (name: string, value: number | '' | undefined) =>
    value === undefined ? undefined : ticket.getByRole('textbox', { name, exact: true }).fill(String(value));
  const isPlain = wish.kind === 'Limit' || wish.kind === 'Market';
  const isProtected = wish.stopLoss !== undefined;
  await choose(wish.side);
  if (seat.isHedged) await choose(wish.closes === true ? 'Close' : 'Open');
  await choose(isPlain ? wish.kind : 'Conditional');
  if (!isPlain) await ticket.getByRole('combobox', { name: 'Conditional type' }).selectOption(wish.kind);
  await enter('Trail distance', wish.trail);
  // What a stop before it was triggered by would be its activation.
  if (wish.trail !== undefined) await enter('Activation price', '');
  await enter('Trigger price', wish.trigger);
  await enter('Price', wish.price);
  await setQuantity(wish.qty);
  if (wish.isPostOnly === true)
    await ticket.getByRole('checkbox', { name: 'Post-only' }).check({ force: true });
  if (isProtected) await ticket.getByRole('checkbox', { name: /^Take profit/ }).check({ force: true });
  await enter('Take profit', wish.takeProfit);
  await enter('Stop loss', wish.stopLoss);
  await submit.click();
  await expect(seat.terminal.page.getByTestId('placement')).toHaveText(/^(Working|Filled|Waiting)/);
  if (isProtected) await ticket.getByRole('checkbox', { name: /^Take profit/ }).uncheck({ force: true });
  if (wish.isPostOnly === true)
    await ticket.getByRole('checkbox', { name: 'Post-only' }).uncheck({ force: true });
}

/** Of ours, beside what stands there for all of the flows. */
const expectThere = ({ exchange, isHedged }: Seat, { orders = [], positions = [] }: AccountLines) =>
  exchange.has({ orders, positions: isHedged ? [...positions, BESIDE] : positions });

const longRow = ({ terminal }: Seat): Locator => terminal.row('Positions').filter({ hasText: 'Long' });

async function limitOrder(seat: Seat): Promise<void> {
  const { terminal } = seat;
  const price = Math.round(seat.price * 0.9);
  await send(seat, { side: 'Buy', kind: 'Limit', qty: '0.02', price });
  await expectThere(seat, { orders: [`buy 0.02 BTC Limit at ${price}`] });
  await show(seat, 'Open orders');
  const row = terminal.row('Open orders');
  await row.getByRole('button', { name: 'Amend order' }).click();
  await row.getByRole('textbox', { name: 'Price' }).fill(String(price - 100));
  await row.getByRole('textbox', { name: 'Quantity' }).fill('0.03');
  await row.getByRole('textbox', { name: 'Quantity' }).press('Enter');
  await expect(row).toContainText('0.0300');
  await expectThere(seat, { orders: [`buy 0.03 BTC Limit at ${price - 100}`] });
  await row.getByRole('button', { name: 'Cancel order' }).click();
  await expect(row).toHaveCount(0);
  await expectThere(seat, {});
}

async function conditionalOrder(seat: Seat): Promise<void> {
  const { terminal } = seat;
  const trigger = Math.round(seat.price * 0.9);
  const price = trigger - 50;
  await send(seat, { side: 'Sell', kind: 'StopLimit', qty: '0.02', trigger, price });
  await expectThere(seat, { orders: [`sell 0.02 BTC StopLimit at ${price} from ${trigger}`] });
  await show(seat, 'Open orders');
  const row = terminal.row('Open orders');
  await row.getByRole('button', { name: 'Amend order' }).click();
  await row.getByRole('textbox', { name: 'Trigger price' }).fill(String(trigger - 100));
  await row.getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText((trigger - 100).toLocaleString('en-US'));
  await expectThere(seat, { orders: [`sell 0.02 BTC StopLimit at ${price} from ${trigger - 100}`] });
  await row.getByRole('button', { name: 'Cancel order' }).click();
  await expect(row).toHaveCount(0);
  await expectThere(seat, {});
}

const HELD = 'long 0.08 BTC cross 10x';
/** Once it was halved and a quarter was closed. */
const LEFT = 'long 0.03 BTC cross 10x';

/** An entry that brings its take-profit and stop-loss, which are then moved and taken back on its row. */
async function protectedEntry(seat: Seat): Promise<void> {
  const { terminal } = seat;
  const [takeProfit, stopLoss] = [Math.round(seat.price * 1.05), Math.round(seat.price * 0.95)];
  const stop = (at: number) => `sell 0.08 BTC Stop from ${at} reducing`;
  const profit = `sell 0.08 BTC MarketIfTouched from ${takeProfit} reducing`;
  await send(seat, { side: 'Buy', kind: 'Market', qty: '0.08', takeProfit, stopLoss });
  await expectThere(seat, { positions: [HELD], orders: [profit, stop(stopLoss)] });

  await show(seat, 'Positions');
  const form = terminal.page.getByRole('form', { name: 'Protect BTCUSDT' });
  const change = async (name: 'Take profit' | 'Stop loss', text: string) => {
    await longRow(seat).getByRole('button', { name: 'TP/SL' }).click();
    await form.getByRole('textbox', { name }).fill(text);
    await form.getByRole('textbox', { name }).press('Enter');
    await expect(form).toHaveCount(0);
  };
  await change('Stop loss', String(stopLoss + 100));
  await expectThere(seat, { positions: [HELD], orders: [profit, stop(stopLoss + 100)] });
  await change('Take profit', '');
  await change('Stop loss', '');
  await expectThere(seat, { positions: [HELD] });
}

async function trailingStop(seat: Seat): Promise<void> {
  const { terminal } = seat;
  await send(seat, { side: 'Sell', kind: 'TrailingStop', qty: '0.02', trail: 5, closes: true });
  const order = 'sell 0.02 BTC Stop trailing -0.05 reducing';
  await expectThere(seat, { positions: [HELD], orders: [order] });
  await show(seat, 'Open orders');
  const row = terminal.row('Open orders');
  await expect(row).toContainText('5.00% behind');
  await row.getByRole('button', { name: 'Cancel order' }).click();
  await expect(row).toHaveCount(0);
  await expectThere(seat, { positions: [HELD] });
}

async function partialClose(seat: Seat): Promise<void> {
  const { terminal } = seat;
  await show(seat, 'Positions');
  await longRow(seat).getByRole('button', { name: 'Close half of it' }).click();
  await expect(longRow(seat).getByTestId('position-size')).toHaveText('0.0400');
  await longRow(seat).getByRole('button', { name: 'Close a quarter of it' }).click();
  await expect(longRow(seat).getByTestId('position-size')).toHaveText('0.0300');
  await expectThere(seat, { positions: [LEFT] });

  const price = Math.round(seat.price * 1.1);
  await longRow(seat).getByRole('button', { name: 'Limit close' }).click();
  const form = terminal.page.getByRole('form', { name: 'Close BTCUSDT' });
  await form.getByRole('textbox', { name: 'Close price' }).fill(String(price));
  await form.getByRole('button', { name: '50%' }).click();
  await form.getByRole('button', { name: 'Place closing order' }).click();
  await expect(form).toHaveCount(0);
  const order = `sell 0.015 BTC Limit at ${price} reducing`;
  await expectThere(seat, { positions: [LEFT], orders: [order] });
  await show(seat, 'Open orders');
  await terminal.row('Open orders').getByRole('button', { name: 'Cancel order' }).click();
  await expect(terminal.row('Open orders')).toHaveCount(0);
}

async function leverageAndMargin(seat: Seat): Promise<void> {
  const { terminal, exchange } = seat;
  await show(seat, 'Positions');
  const form = terminal.page.getByRole('form', { name: 'Leverage of BTCUSDT' });
  const set = async (from: string, mode: 'Cross' | 'Isolated', leverage: string) => {
    await longRow(seat)
      .getByRole('button', { name: `Margin: ${from}` })
      .click();
    await form.getByRole('radio', { name: mode }).check({ force: true });
    await form.getByRole('textbox', { name: 'Leverage' }).fill(leverage);
    await form.getByRole('button', { name: 'Set leverage' }).click();
    await expect(form).toHaveCount(0);
  };
  await set('Cross 10x', 'Isolated', '5');
  await expectThere(seat, { positions: ['long 0.03 BTC isolated 5x'] });

  const before = await exchange.margin('long');
  await longRow(seat).getByRole('button', { name: 'Margin: Isolated 5x' }).click();
  const margin = terminal.page.getByRole('form', { name: 'Margin of BTCUSDT' });
  await margin.getByRole('textbox', { name: 'Margin amount' }).fill('200');
  await margin.getByRole('button', { name: 'Add margin' }).click();
  await expect(margin.getByRole('textbox', { name: 'Margin amount' })).toHaveValue('');
  expect((await exchange.margin('long')) - before).toBeCloseTo(200, 6);
  await terminal.page.keyboard.press('Escape');
  await expect(margin).toHaveCount(0);
  await set('Isolated 5x', 'Cross', '10');
  await expectThere(seat, { positions: [LEFT] });
}

/** An order's line is dragged and canceled on the chart. */
async function chartOrder(seat: Seat): Promise<void> {
  const { terminal } = seat;
  const { page, chart } = terminal;
  const positions = [LEFT];
  // Where the market does not get to meanwhile, which daily candles have in view.
  await show(seat, 'chart');
  await chart.getByRole('button', { name: '1D' }).click();
  const price = Math.round((await seat.exchange.price()) * 0.98);
  await send(seat, { side: 'Buy', kind: 'Limit', qty: '0.02', price, isPostOnly: true });
  await expectThere(seat, { positions, orders: [`buy 0.02 BTC Limit at ${price}`] });
  await show(seat, 'chart');
  const line = chart.locator('[data-kind="order"]');
  await expect(line).toBeVisible();
  const box = await line.boundingBox();
  if (box === null) throw new Error('The label has no box');
  await page.mouse.move(box.x + 8, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + 8, box.y + box.height / 2 + 30, { steps: 5 });
  await page.mouse.up();
  await expect(line).toHaveAttribute('data-pending', 'false');
  await expect(line).not.toHaveAttribute('data-price', String(price));
  const moved = Number(await line.getAttribute('data-price'));
  expect(moved).toBeLessThan(price);
  await expectThere(seat, { positions, orders: [`buy 0.02 BTC Limit at ${moved}`] });
  await line.getByRole('button', { name: /^Cancel Buy/ }).click();
  await expect(line).toHaveCount(0);
  await expectThere(seat, { positions });
}

/** Turned round on its row, and closed on the chart: the long's size goes over to the other side. */
async function reverseAndClose(seat: Seat): Promise<void> {
  const { terminal, exchange, isHedged, isPhone } = seat;
  await show(seat, 'Positions');
  // Where the row has no room for it, it stands in the form below.
  if (isPhone) await longRow(seat).getByRole('button', { name: 'Limit close' }).click();
  await terminal.page
    .getByRole('row')
    .getByRole('button', { name: 'Reverse position' })
    .and(terminal.page.locator(':visible'))
    .first()
    .click();
  const size = isHedged ? '0.06' : '0.03';
  await expect(terminal.page.getByTestId('position-size')).toHaveText([`${size}00`]);
  await exchange.has({ positions: [`short ${size} BTC cross 10x`] });
  await show(seat, 'chart');
  const line = terminal.chart.locator('[data-kind="position"]');
  await line.getByRole('button', { name: /^Close Short/ }).click();
  await expect(line).toHaveCount(0);
  await exchange.has({});
}

type Flow = readonly [name: string, flow: (seat: Seat) => Promise<void>];

export const FLOWS: readonly Flow[] = [
  [
    'the leg that stands beside',
    async (seat) => {
      if (seat.isHedged) await send(seat, { side: 'Sell', kind: 'Market', qty: '0.03' });
      await expectThere(seat, {});
    },
  ],
  ['a limit order placed, amended, canceled', limitOrder],
  ['a conditional order placed, amended, canceled', conditionalOrder],
  ['an entry with take-profit and stop-loss, both changed', protectedEntry],
  ['a trailing stop', trailingStop],
  ['a position closed in parts', partialClose],
  ['leverage and margin of a position', leverageAndMargin],
  ['an order on the chart', chartOrder],
  ['a position reversed, and closed on the chart', reverseAndClose],
];
