/** Who sits at the screen: wishes of every kind, double clicks, and the same again where no answer came. */
import { readMutation } from '#contract/wire/mutation-reader.ts';
import type { Wish } from '../../src/journal/journal.ts';
import type { DeskAnswer } from '../../src/journal/order-desk.ts';
import type { Chance } from './chance.ts';
import { type Door, decimal } from './exchange-door.ts';
import { SYMBOLS } from './exchange-engine.ts';
import type { Machine } from './machine.ts';
import type { World } from './world.ts';

export interface Asked {
  readonly wish: Wish;
  /** Of each time it was asked; undefined: none came. */
  readonly answers: (DeskAnswer | undefined)[];
}

export interface Trader {
  readonly asked: readonly Asked[];
  /** One wish, or the same once more. */
  act(): void;
  place(options?: { isFar?: boolean }): Asked;
  cancel(order: { symbol: string; clOrdID: string }): Asked;
}

export interface TraderNeeds {
  readonly world: World;
  readonly chance: Chance;
  readonly door: Door;
  readonly machine: Machine;
}

const JSON_POST = { method: 'POST', path: '/g-orders', query: '' } as const;

export function createTrader({ world, chance, door, machine }: TraderNeeds): Trader {
  const { engine } = door;
  const asked: Asked[] = [];
  let made = 0;

  const send = (one: Asked): Asked => {
    machine.submit(one.wish).then(
      (answer) => {
        one.answers.push(answer);
        world.trace('told', answer === undefined ? 'nothing' : JSON.stringify(answer));
      },
      (error: Error) => world.trace('threw', String(error.stack)),
    );
    return one;
  };
  const ask = (text: Wish['text'], requestID: string | undefined): Asked => {
    const read = readMutation(text);
    if (!read.ok) throw new Error(`a wish that cannot be read: ${read.problem.message}`);
    const one: Asked = { wish: { who: 'trader', requestID, mutation: read.value, text }, answers: [] };
    asked.push(one);
    world.trace('wish', text.method, text.path, text.query, text.body);
    send(one);
    if (chance.isTrue(0.1)) send(one);
    return one;
  };
  const symbolOf = () => chance.pick(SYMBOLS);
  const priceNear = (symbol: string, away: number) =>
    Math.max(2, Math.round(engine.priceOf(symbol) * (1 + (chance.unit() - 0.5) * away)));

  const place: Trader['place'] = ({ isFar = false } = {}) => {
    made += 1;
    const symbol = symbolOf();
    const side = chance.pick(['Buy', 'Sell'] as const);
    const kind = isFar ? 0.1 : chance.unit();
    const price = isFar
      ? Math.round(engine.priceOf(symbol) * (side === 'Buy' ? 0.5 : 2))
      : priceNear(symbol, 0.06);
    const trigger = Math.round(engine.priceOf(symbol) * (side === 'Buy' ? 1.01 : 0.99));
    const body = {
      ...{
        symbol,
        clOrdID: `t-${made}`,
        side,
        posSide: 'Merged',
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
      reduceOnly: !isFar && chance.isTrue(0.15),
    };
    return ask({ ...JSON_POST, body: JSON.stringify(body) }, body.clOrdID);
  };
  const someOrder = () => {
    const open = engine.open();
    const order = open[chance.below(open.length)];
    // Now and then one that is gone, or was never there.
    return order === undefined || chance.isTrue(0.1)
      ? { symbol: symbolOf(), clOrdID: `t-${chance.below(made + 2)}` }
      : order;
  };
  const nextID = () => {
    made += 1;
    return chance.isTrue(0.7) ? `r-${made}` : undefined;
  };
  const cancel: Trader['cancel'] = ({ symbol, clOrdID }) =>
    ask(
      {
        method: 'DELETE',
        path: '/g-orders/cancel',
        query: `symbol=${symbol}&clOrdID=${clOrdID}&posSide=Merged`,
        body: '',
      },
      nextID(),
    );
  const amend = () => {
    const { symbol, clOrdID } = someOrder();
    const price = priceNear(symbol, 0.04);
    const query = `symbol=${symbol}&origClOrdID=${clOrdID}&posSide=Merged&priceRp=${price}`;
    ask({ method: 'PUT', path: '/g-orders/replace', query, body: '' }, nextID());
  };
  const cancelAll = () => {
    const query = `symbol=${symbolOf()}&untriggered=${chance.isTrue(0.5)}`;
    ask({ method: 'DELETE', path: '/g-orders/all', query, body: '' }, nextID());
  };
  const leverage = () => {
    const query = `symbol=${symbolOf()}&leverageRr=${chance.between(1, 50)}`;
    ask({ method: 'PUT', path: '/g-positions/leverage', query, body: '' }, nextID());
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
      if (kind < 0.5) place();
      else if (kind < 0.65) amend();
      else if (kind < 0.8) cancel(someOrder());
      else if (kind < 0.84) cancelAll();
      else if (kind < 0.88) leverage();
      else again();
    },
  };
}
