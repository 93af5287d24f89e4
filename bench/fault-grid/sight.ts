/** What is seen of an account's products: by the exchange itself, and by an open page. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ClOrdID, ProductSymbol } from '#contract/brand.ts';
import type { AccountUpdate, SymbolSettings } from '#contract/model.ts';
import type { Result } from '#contract/result.ts';
import { ENDED_STATUSES } from '#contract/vocabulary.ts';
import { parseAccountPositions } from '#contract/wire/account-positions.ts';
import { parseOrdersById } from '#contract/wire/order-by-id.ts';
import { parseActiveOrders } from '#contract/wire/order-row.ts';
import {
  accountPositionsRequest,
  activeOrdersRequest,
  type ExchangeRequest,
  orderByIdRequest,
} from '#contract/wire/requests.ts';
import { parseStreamMessage } from '#contract/wire/stream-message.ts';
import type { signInTo } from '../relay/rig.ts';

/** Of one product: its open orders with their prices, and how it is set. */
export interface Sight {
  readonly orders: ReadonlyMap<string, string>;
  readonly posMode: string;
  readonly leverage: string;
}

export const textOf = ({ orders, posMode, leverage }: Sight): string =>
  `${[...orders].map(([id, price]) => `${id} at ${price}`).sort()}; ${posMode} ${leverage}`;

const toSight = (orders: Sight['orders'], settings: SymbolSettings | undefined): Sight => ({
  orders,
  posMode: settings?.posMode ?? 'unknown',
  leverage: (settings?.legs ?? [])
    .map(({ posSide, marginMode, leverage }) => `${posSide} ${marginMode} ${leverage}`)
    .sort()
    .join(),
});

export interface PaperAccount {
  readonly url: string;
  readonly key: string;
  readonly secret: string;
}

/** Past Perpdeck, and by a signature that holds whatever the exchange's clock says. */
async function ask<T>(
  { url, key, secret }: PaperAccount,
  request: ExchangeRequest,
  parse: (body: unknown) => Result<T>,
) {
  const { method, path, query } = request;
  const expiry = String(Math.floor(Date.now() / 1000) + 600);
  const answer = await fetch(`${url}${path}?${query}`, {
    method,
    headers: {
      'x-phemex-access-token': key,
      'x-phemex-request-expiry': expiry,
      'x-phemex-request-signature': createHmac('sha256', secret)
        .update(path + query + expiry)
        .digest('hex'),
    },
  });
  const parsed = parse(await answer.json());
  if (!parsed.ok) throw new Error(`${path}: ${JSON.stringify(parsed.problem)}`);
  return parsed.value;
}

export async function exchangeSights(
  account: PaperAccount,
  symbols: readonly ProductSymbol[],
): Promise<readonly Sight[]> {
  const { settings } = await ask(account, accountPositionsRequest('USDT'), parseAccountPositions);
  return Promise.all(
    symbols.map(async (symbol) => {
      const open = await ask(account, activeOrdersRequest(symbol), parseActiveOrders);
      const orders = new Map(open.map(({ clOrdID, price }) => [String(clOrdID), String(price)]));
      return toSight(
        orders,
        settings.find((one) => one.symbol === symbol),
      );
    }),
  );
}

/** How many orders of that id there ever were. */
export async function timesPlaced(
  account: PaperAccount,
  symbol: ProductSymbol,
  clOrdID: string,
): Promise<number> {
  const request = orderByIdRequest(symbol, { clOrdID: clOrdID as ClOrdID });
  return (await ask(account, request, parseOrdersById)).length;
}

export interface Page {
  sight(symbol: ProductSymbol): Sight;
  close(): void;
}

interface Door {
  readonly url: string;
  readonly session: Awaited<ReturnType<typeof signInTo>>;
}

/** A page's socket, and the account as it has been told to it; open once it was told anything. */
export async function openPage({ url, session }: Door): Promise<Page> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/exchange/ws`, {
    headers: { cookie: session.cookie, origin: url },
  });
  const orders = new Map<string, AccountUpdate['orders'][number]>();
  const settings = new Map<string, SymbolSettings>();
  const take = ({ kind, orders: told, settings: set }: AccountUpdate) => {
    if (kind === 'snapshot') for (const known of [orders, settings]) known.clear();
    for (const order of told) {
      const known = orders.get(order.orderID);
      if (known === undefined || known.execSeq <= order.execSeq) orders.set(order.orderID, order);
    }
    for (const next of set) {
      const known = settings.get(next.symbol);
      const others =
        known?.posMode === next.posMode
          ? known.legs.filter(({ posSide }) => next.legs.every((leg) => leg.posSide !== posSide))
          : [];
      settings.set(next.symbol, { ...next, legs: [...others, ...next.legs] });
    }
  };
  await once(socket, 'open');
  const told = new Promise<void>((resolve) => {
    socket.on('message', (bytes) => {
      const message = parseStreamMessage(bytes.toString());
      if (message.kind !== 'account') return;
      take(message.update);
      resolve();
    });
  });
  socket.send(JSON.stringify({ id: 0, method: 'perpdeck.auth', params: [session.headerToken] }));
  socket.send(JSON.stringify({ id: 1, method: 'aop_p.subscribe', params: [] }));
  await told;
  return {
    sight(symbol) {
      const open = [...orders.values()].filter(
        (order) => order.symbol === symbol && !ENDED_STATUSES.has(order.ordStatus),
      );
      return toSight(
        new Map(open.map(({ clOrdID, price }) => [String(clOrdID), String(price)])),
        settings.get(symbol),
      );
    },
    close: () => socket.terminate(),
  };
}
