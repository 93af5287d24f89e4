/**
 * A client that keeps account of what it was promised: every acknowledgement it got, and everything it was told. What
 * was not answered may have happened or not.
 */
import { createHmac } from 'node:crypto';
import { WebSocket } from 'ws';
import type { Random } from '../../src/market/random.ts';
import type { PaperAccount } from '../../src/server.ts';
import type { ExchangeProcess } from './exchange-process.ts';

const SYMBOL = 'BTCUSDT';
/** An account's history holds 100 closed orders: no more may close between two looks at it. */
const PLACED_MAX = 60;
const LIVE_S = 60;

export interface Promised {
  readonly clOrdID: string;
  isCancelAsked: boolean;
  isCancelAcked: boolean;
  /** Prices it may have now: the newest that was acknowledged, and what was asked for after it. A stop has none. */
  prices: Set<string> | undefined;
}

const UNTOUCHED = { isCancelAsked: false, isCancelAcked: false };

export interface Told {
  readonly execID: string;
  readonly clOrdID: string;
  readonly qty: string;
  readonly price: string;
}

export interface Trader {
  readonly account: PaperAccount;
  /** Orders that were acknowledged. */
  readonly promised: Map<string, Promised>;
  readonly fills: Told[];
  /** By client order id: the last end (Filled, Canceled) it was told of. */
  readonly ends: Map<string, string>;
  /** Requests without an answer. */
  readonly unanswered: () => number;
  /** Sends one request and notes what it is answered; false when nothing comes any more. */
  readonly act: () => Promise<boolean>;
  readonly close: () => void;
}

interface Ack {
  readonly code: number;
  readonly data: { readonly clOrdID: string } | null;
}

/** Undefined: no answer. */
async function ask(
  { url }: ExchangeProcess,
  { apiKey, secret }: PaperAccount,
  [method, path, query, body]: readonly [string, string, string, string?],
): Promise<Ack | undefined> {
  const expiry = Math.floor(Date.now() / 1000) + LIVE_S;
  const signature = createHmac('sha256', secret)
    .update(`${path}${query}${expiry}${body ?? ''}`)
    .digest('hex');
  try {
    const response = await fetch(`${url}${path}${query === '' ? '' : `?${query}`}`, {
      method,
      ...(body === undefined ? {} : { body }),
      headers: {
        'x-phemex-access-token': apiKey,
        'x-phemex-request-expiry': String(expiry),
        'x-phemex-request-signature': signature,
      },
    });
    return (await response.json()) as Ack;
  } catch {
    return undefined;
  }
}

/** Listens to the account's stream; resolves once it is subscribed. */
async function listen(
  exchange: ExchangeProcess,
  { apiKey, secret }: PaperAccount,
  hear: (order: Record<string, string>) => void,
): Promise<WebSocket> {
  const socket = new WebSocket(exchange.wsUrl);
  await new Promise<void>((resolve, reject) => {
    const expiry = Math.floor(Date.now() / 1000) + LIVE_S;
    const signature = createHmac('sha256', secret).update(`${apiKey}${expiry}`).digest('hex');
    socket.on('error', reject);
    socket.on('open', () => {
      socket.send(JSON.stringify({ id: 1, method: 'user.auth', params: ['API', apiKey, signature, expiry] }));
      socket.send(JSON.stringify({ id: 2, method: 'aop_p.subscribe', params: [] }));
    });
    socket.on('message', (bytes: Buffer) => {
      const { type, orders_p } = JSON.parse(bytes.toString('utf8'));
      if (type === 'snapshot') resolve();
      else for (const order of orders_p ?? []) hear(order);
    });
  });
  return socket;
}

export interface TraderOptions {
  readonly exchange: ExchangeProcess;
  readonly account: PaperAccount;
  readonly random: Random;
  /** Makes its client order ids unlike any before. */
  readonly prefix: string;
  readonly touch: { readonly bid: number; readonly ask: number };
}

export async function createTrader(options: TraderOptions): Promise<Trader> {
  const { exchange, account, random, prefix, touch } = options;
  const promised = new Map<string, Promised>();
  const fills: Told[] = [];
  const ends = new Map<string, string>();
  let made = 0;
  let unanswered = 0;

  const socket = await listen(exchange, account, (order) => {
    const { clOrdID = '', execID = '', execQty: qty = '', execPriceRp: price = '', ordStatus = '' } = order;
    if (order.execStatus === 'MakerFill' || order.execStatus === 'TakerFill') {
      fills.push({ execID, clOrdID, qty, price });
    }
    if (ordStatus === 'Filled' || ordStatus === 'Canceled') ends.set(clOrdID, ordStatus);
  });

  const answered = async (request: readonly [string, string, string, string?]): Promise<Ack | undefined> => {
    const ack = await ask(exchange, account, request);
    if (ack === undefined) unanswered += 1;
    return ack;
  };

  /** A stop far from the price: it waits, and must still wait afterwards. */
  const placeStop = async (): Promise<boolean> => {
    const clOrdID = `${prefix}${++made}`;
    const stop = {
      symbol: SYMBOL,
      clOrdID,
      side: 'Sell',
      posSide: 'Merged',
      ordType: 'Stop',
      orderQtyRq: '0.002',
    };
    const stopPxRp = String(Math.round(touch.bid * 0.8));
    const body = JSON.stringify({ ...stop, stopPxRp, triggerType: 'ByMarkPrice' });
    const ack = await answered(['POST', '/g-orders', '', body]);
    if (ack?.code === 0) promised.set(clOrdID, { clOrdID, ...UNTOUCHED, prices: undefined });
    return ack !== undefined;
  };

  const place = async (): Promise<boolean> => {
    if (random.next() < 0.15) return placeStop();
    const side = random.next() < 0.5 ? 'Buy' : 'Sell';
    const isResting = random.next() < 0.5;
    const near = side === 'Buy' ? touch.ask : touch.bid;
    const far = side === 'Buy' ? touch.bid * 0.9 : touch.ask * 1.1;
    const price = String(Math.round(isResting ? far + random.next() * 100 : near));
    const clOrdID = `${prefix}${++made}`;
    const ordType = !isResting && random.next() < 0.5 ? 'Market' : 'Limit';
    const order = { symbol: SYMBOL, clOrdID, side, posSide: 'Merged', ordType, orderQtyRq: '0.002' };
    const body = JSON.stringify(ordType === 'Market' ? order : { ...order, priceRp: price });
    const ack = await answered(['POST', '/g-orders', '', body]);
    if (ack?.code === 0) promised.set(clOrdID, { clOrdID, ...UNTOUCHED, prices: new Set([price]) });
    return ack !== undefined;
  };

  const target = ({ clOrdID }: Promised) => `symbol=${SYMBOL}&clOrdID=${clOrdID}&posSide=Merged`;

  const cancel = async (order: Promised): Promise<boolean> => {
    order.isCancelAsked = true;
    const ack = await answered(['DELETE', '/g-orders/cancel', target(order)]);
    if (ack?.code === 0) order.isCancelAcked = true;
    return ack !== undefined;
  };

  const amend = async (order: Promised): Promise<boolean> => {
    const price = String(Math.round(touch.bid * 0.9 + random.next() * 100));
    order.prices?.add(price);
    const ack = await answered(['PUT', '/g-orders/replace', `${target(order)}&priceRp=${price}`]);
    if (ack?.code === 0) order.prices = new Set([price]);
    return ack !== undefined;
  };

  /** Each order is amended or canceled by one request at a time, so that what it was promised is one thing. */
  const busy = new Set<Promised>();
  const change = async (order: Promised): Promise<boolean> => {
    busy.add(order);
    const isCancel = order.prices === undefined || random.next() < 0.6;
    const isAlive = await (isCancel ? cancel(order) : amend(order));
    busy.delete(order);
    return isAlive;
  };

  return {
    account,
    promised,
    fills,
    ends,
    unanswered: () => unanswered,
    act() {
      const open = [...promised.values()].filter((order) => !order.isCancelAcked && !busy.has(order));
      const order = open[Math.floor(random.next() * open.length)];
      const isChange = random.next() < 0.45 || made >= PLACED_MAX;
      return isChange && order !== undefined ? change(order) : place();
    },
    close: () => socket.terminate(),
  };
}
