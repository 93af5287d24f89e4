/**
 * The exchange's side of what the screen did, told by a client of somebody else's: ccxt, over REST. It signs with a
 * key of Perpdeck's own that may only read, or, where the exchange stands alone, with the account's.
 */
import { expect, type Page } from '@playwright/test';
import ccxt from 'ccxt';

export type Ccxt = InstanceType<typeof ccxt.phemex>;

interface Credentials {
  readonly apiKey: string;
  readonly secret: string;
}

/** The account as one line each, sorted: `buy 0.02 BTC Limit at 72000`, `long 0.05 BTC cross 10x`. */
export interface AccountLines {
  readonly orders?: readonly string[];
  readonly positions?: readonly string[];
}

export interface ExchangeSide {
  /** Fails unless the exchange comes to have exactly these: it tells open orders of one product at a time. */
  has(lines: AccountLines, symbols?: readonly string[]): Promise<void>;
  /** Best bid of BTCUSDT. */
  price(): Promise<number>;
  /** USDT that back the BTCUSDT position of this side. */
  margin(side: 'long' | 'short'): Promise<number>;
}

const BTC = 'BTC/USDT:USDT';

/** Every product of it, which is the same for each exchange of a run: parsed once. */
let markets: Ccxt['markets'] | undefined;

/** `restUrl`: where `/g-orders` and the others are. */
export async function ccxtAt(restUrl: string, credentials: Credentials): Promise<Ccxt> {
  const client = new ccxt.phemex({
    ...credentials,
    enableRateLimit: false,
    options: { defaultType: 'swap' },
  });
  client.urls.api = {
    v1: `${restUrl}/v1`,
    v2: restUrl,
    public: `${restUrl}/exchange/public`,
    private: restUrl,
    ws: '',
  };
  if (markets === undefined) {
    await client.loadMarkets();
    markets = client.markets;
  } else {
    client.setMarkets(Object.values(markets));
  }
  return client;
}

type OrderOfCcxt = Awaited<ReturnType<Ccxt['fetchOpenOrders']>>[number];
type PositionOfCcxt = Awaited<ReturnType<Ccxt['fetchPositions']>>[number];

const baseOf = (symbol: string | undefined) => symbol?.split('/')[0];

function orderLine({ symbol, side, amount, price, triggerPrice, reduceOnly, info }: OrderOfCcxt): string {
  return [
    `${side} ${amount} ${baseOf(symbol)} ${info.orderType}`,
    ...(Number(price ?? 0) > 0 ? [`at ${price}`] : []),
    ...triggerWords(triggerPrice, info.pegOffsetProportionRr),
    ...(reduceOnly ? ['reducing'] : []),
  ].join(' ');
}

/** What trails is elsewhere in a moment. */
function triggerWords(price: number | undefined, trail: string | undefined): readonly string[] {
  if (Number(trail ?? 0) !== 0) return [`trailing ${Number(trail)}`];
  return Number(price ?? 0) > 0 ? [`from ${price}`] : [];
}

const positionLine = ({ symbol, side, contracts, marginMode, leverage }: PositionOfCcxt): string =>
  `${side} ${contracts} ${baseOf(symbol)} ${marginMode} ${Math.abs(leverage ?? 0)}x`;

export function exchangeSide(client: Ccxt): ExchangeSide {
  const lines = async (symbols: readonly string[]) => {
    const orders = (await Promise.all(symbols.map((symbol) => client.fetchOpenOrders(symbol)))).flat();
    const positions = await client.fetchPositions();
    const held = positions.filter(({ contracts }) => Number(contracts ?? 0) > 0);
    return { orders: orders.map(orderLine).sort(), positions: held.map(positionLine).sort() };
  };
  return {
    async price() {
      const { bids } = await client.fetchOrderBook(BTC);
      return Number(bids[0]?.[0]);
    },
    async margin(side) {
      const positions = await client.fetchPositions([BTC]);
      return Number(positions.find((position) => position.side === side)?.info.assignedPosBalanceRv);
    },
    async has({ orders = [], positions = [] }, symbols = [BTC]) {
      const wanted = { orders: [...orders].sort(), positions: [...positions].sort() };
      const asked = () =>
        lines(symbols).catch((error: unknown) => {
          // Perpdeck gives a bot so many requests; the next look has one again.
          if (error instanceof ccxt.RateLimitExceeded) return error.message;
          throw error;
        });
      await expect.poll(asked).toEqual(wanted);
    },
  };
}

/** A request of the exchange's that no control of the page has made, as another page of the same trader would. */
export const askBeside = (page: Page, method: 'GET' | 'PUT' | 'DELETE', path: string) =>
  page.evaluate(
    async ([method, url]) => {
      const headers = { 'x-perpdeck-token': localStorage.getItem('perpdeck.token') ?? '' };
      return (await (await fetch(url, { method, headers })).json()) as {
        readonly code: number;
        readonly data: { readonly rows?: readonly { readonly orderID: string; readonly stopPxRp: string }[] };
      };
    },
    [method, `/exchange${path}`] as const,
  );

/** Behind a Perpdeck that `page` is signed in to: it makes the key that ccxt then signs with. */
export async function exchangeBehind(page: Page): Promise<ExchangeSide> {
  const made = await page.evaluate(async () => {
    const terms = { name: 'ccxt', scope: 'read', symbols: null, valueMax: null, expiresAtMs: null };
    const answer = await fetch('/api/keys', {
      method: 'POST',
      headers: {
        'x-perpdeck-token': localStorage.getItem('perpdeck.token') ?? '',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...terms, onSilence: 'cancel' }),
    });
    return (await answer.json()) as { key: { id: string }; secret: string };
  });
  const { origin } = new URL(page.url());
  return exchangeSide(await ccxtAt(`${origin}/exchange`, { apiKey: made.key.id, secret: made.secret }));
}
