/**
 * Who trades: a person at the screen and a bot with a key, with wishes of every kind, double clicks, and the same again
 * where no answer came.
 */
import { readMutation } from '#contract/wire/mutation-reader.ts';
import type { KeyLimits } from '../../src/gateway/bots.ts';
import type { Wish } from '../../src/journal/journal.ts';
import type { DeskAnswer } from '../../src/journal/order-desk.ts';
import { limitsIn } from '../rig.ts';
import type { Chance } from './chance.ts';
import { type Door, decimal } from './exchange-door.ts';
import { SYMBOLS } from './exchange-engine.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

export interface Asked {
  readonly wish: Wish;
  /** Of each time it was asked; undefined: none came. */
  readonly answers: (DeskAnswer | undefined)[];
  /** How often it waits for an answer now. */
  underWay: number;
}

export interface Trader {
  readonly asked: readonly Asked[];
  /** One wish, or the same once more. */
  act(): void;
  place(options?: { isFar?: boolean }): Asked;
  cancel(order: { symbol: string; orderID?: string; clOrdID: string; leg: string }): Asked;
}

export interface TraderNeeds {
  readonly world: World;
  readonly chance: Chance;
  readonly door: Door;
  readonly machine: Machine;
  onAsk(asked: Asked): void;
  onTold(wish: Wish, answer: DeskAnswer): void;
}

const BOT: KeyLimits = { name: 'bot', limits: limitsIn().read };

const JSON_POST = { method: 'POST', path: '/g-orders', query: '' } as const;

export function createTrader({ world, chance, door, machine, onAsk, onTold }: TraderNeeds): Trader {
  const { engine } = door;
  const asked: Asked[] = [];
  let made = 0;

  const send = (one: Asked): Asked => {
    one.underWay += 1;
    machine.submit(one.wish).then(
      (answer) => {
        one.underWay -= 1;
        one.answers.push(answer);
        if (answer !== undefined) onTold(one.wish, answer);
        world.trace('told', answer === undefined ? 'nothing' : JSON.stringify(answer));
      },
      (error: Error) => world.trace('threw', String(error.stack)),
    );
    return one;
  };
  const ask = (text: Wish['text'], requestID: string | undefined): Asked => {
    const read = readMutation(text);
    if (!read.ok) throw new Error(`a wish that cannot be read: ${read.problem.message}`);
    const wish = { who: 'trader', requestID, mutation: read.value, text };
    // Of a bot all have an id: that of its signature, if no other.
    const isBots = requestID !== undefined && chance.isTrue(0.25);
    const one: Asked = {
      wish: isBots ? { ...wish, who: BOT.name, key: BOT } : wish,
      answers: [],
      underWay: 0,
    };
    asked.push(one);
    onAsk(one);
    world.trace('wish', text.method, text.path, text.query, text.body);
    send(one);
    if (chance.isTrue(0.1)) send(one);
    return one;
  };
  /** Of the last one seldom: its position mode can be switched. */
  const symbolOf = () => (chance.isTrue(0.05) ? SYMBOLS[3] : SYMBOLS[chance.below(3) as 0 | 1 | 2]);
  const legOf = (symbol: string) => {
    const legs = engine.legs(symbol).map(({ leg }) => leg);
    return chance.isTrue(0.02) ? 'Long' : (legs[chance.below(legs.length)] ?? 'Merged');
  };
  const protections = () => ({
    ...(chance.isTrue(0.2) ? { takeProfitRp: String(chance.between(2, 100_000)) } : {}),
    ...(chance.isTrue(0.2) ? { stopLossRp: String(chance.between(2, 100_000)) } : {}),
  });
  const priceNear = (symbol: string, away: number) =>
    Math.max(2, Math.round(engine.priceOf(symbol) * (1 + (chance.unit() - 0.5) * away)));

  const place: Trader['place'] = ({ isFar = false } = {}) => {
    made += 1;
    const symbol = symbolOf();
    const posSide = isFar ? (engine.legs(symbol)[0]?.leg ?? 'Merged') : legOf(symbol);
    const side = isFar ? 'Buy' : chance.pick(['Buy', 'Sell'] as const);
    const kind = isFar ? 0.1 : chance.unit();
    const price = isFar ? Math.round(engine.priceOf(symbol) / 2) : priceNear(symbol, 0.06);
    const trigger = Math.round(engine.priceOf(symbol) * (side === 'Buy' ? 1.01 : 0.99));
    const body = {
      ...{
        symbol,
        clOrdID: `t-${made}`,
        side,
        posSide,
        orderQtyRq: decimal(chance.between(1, 500), 3),
      },
      ...(kind < 0.6
        ? { ordType: 'Limit', priceRp: String(price), timeInForce: 'GoodTillCancel' }
        : kind < 0.85
          ? { ordType: 'Market', timeInForce: 'ImmediateOrCancel' }
          : {
              ordType: 'StopLimit',
              priceRp: String(price),
              stopPxRp: String(trigger),
              timeInForce: 'GoodTillCancel',
            }),
      ...(isFar ? {} : protections()),
      reduceOnly: !isFar && chance.isTrue(0.15),
    };
    return ask({ ...JSON_POST, body: JSON.stringify(body) }, body.clOrdID);
  };
  const someOrder = () => {
    const open = engine.open();
    const order = open[chance.below(open.length)];
    // Now and then one that is gone, or was never there.
    return order === undefined || chance.isTrue(0.1)
      ? { symbol: symbolOf(), clOrdID: `t-${chance.below(made + 2)}`, leg: 'Merged' as const }
      : order;
  };
  /** By either of its ids. */
  const refOf = (order: { orderID?: string; clOrdID: string }, clOrdID: string) =>
    order.orderID !== undefined && chance.isTrue(0.5)
      ? `orderID=${order.orderID}`
      : `${clOrdID}=${order.clOrdID}`;
  const nextID = () => {
    made += 1;
    return chance.isTrue(0.7) ? `r-${made}` : undefined;
  };
  const cancel: Trader['cancel'] = (order) =>
    ask(
      {
        method: 'DELETE',
        path: '/g-orders/cancel',
        query: `symbol=${order.symbol}&${refOf(order, 'clOrdID')}&posSide=${order.leg}`,
        body: '',
      },
      nextID(),
    );
  /** One thing of it or several; a trigger is moved alone, as on the chart. */
  const amend = () => {
    const order = someOrder();
    const { symbol } = order;
    const isWaiting = 'status' in order && order.status === 'Untriggered';
    const kind = chance.unit();
    const terms =
      isWaiting && kind < 0.6
        ? `stopPxRp=${priceNear(symbol, 0.04)}`
        : kind < 0.7
          ? `priceRp=${priceNear(symbol, 0.04)}`
          : kind < 0.8
            ? `orderQtyRq=${decimal(chance.between(1, 500), 3)}`
            : kind < 0.9
              ? `${chance.pick(['takeProfitRp', 'stopLossRp'])}=${chance.isTrue(0.3) ? 0 : priceNear(symbol, 0.2)}`
              : `priceRp=${priceNear(symbol, 0.04)}&orderQtyRq=${decimal(chance.between(1, 500), 3)}`;
    const query = `${refOf(order, 'origClOrdID')}&posSide=${order.leg}&${terms}&symbol=${symbol}`;
    ask({ method: 'PUT', path: '/g-orders/replace', query, body: '' }, nextID());
  };
  const cancelAll = () => {
    const query = `symbol=${symbolOf()}&untriggered=${chance.isTrue(0.5)}`;
    ask({ method: 'DELETE', path: '/g-orders/all', query, body: '' }, nextID());
  };
  const leverage = () => {
    const symbol = chance.pick(SYMBOLS);
    const value = () => chance.between(-50, 50);
    const legs =
      engine.mode(symbol) === 'OneWay'
        ? `leverageRr=${value()}`
        : `longLeverageRr=${value()}&shortLeverageRr=${value()}`;
    ask(
      { method: 'PUT', path: '/g-positions/leverage', query: `${legs}&symbol=${symbol}`, body: '' },
      nextID(),
    );
  };
  const positionMode = () => {
    const query = `symbol=${chance.pick(SYMBOLS)}&targetPosMode=${chance.pick(['OneWay', 'Hedged'])}`;
    ask({ method: 'PUT', path: '/g-positions/switch-pos-mode-sync', query, body: '' }, nextID());
  };
  const margin = () => {
    const held = engine.positions().filter(({ lots }) => lots !== 0);
    const { symbol, leg } = held[chance.below(held.length)] ?? { symbol: symbolOf(), leg: 'Merged' };
    const query = `posBalanceRv=${chance.between(1, 900)}&posSide=${leg}&symbol=${symbol}`;
    ask({ method: 'POST', path: '/g-positions/assign', query, body: '' }, nextID());
  };
  /** F5, or an impatient client: the same words under the same id. */
  const again = () => {
    const one = asked[asked.length - 1 - chance.below(Math.min(6, asked.length))];
    if (one === undefined || one.wish.requestID === undefined) return;
    world.trace('again', one.wish.requestID);
    send(one);
  };

  return {
    asked,
    place,
    cancel,
    act() {
      const kind = chance.unit();
      if (kind < 0.47) place();
      else if (kind < 0.65) amend();
      else if (kind < 0.8) cancel(someOrder());
      else if (kind < 0.84) cancelAll();
      else if (kind < 0.87) leverage();
      else if (kind < 0.89) positionMode();
      else if (kind < 0.91) margin();
      else again();
    },
  };
}
