/**
 * The simulated exchange's doors: REST with signatures, expiries, strict request windows and a history that lags; and
 * the private stream's rows, in sequences with gaps. Shares nothing with the proxy, nor with the paper exchange.
 */
import { createHmac } from 'node:crypto';
import type { Chance } from './chance.ts';
import {
  createEngine,
  type Engine,
  LOTS,
  type ModelEvent,
  type ModelLeg,
  type ModelMode,
  type ModelOrder,
  type Position,
  SYMBOLS,
  type Terms,
} from './exchange-engine.ts';

/** A Tuesday morning. */
export const EPOCH_MS = 1_900_000_000_000;

export interface DoorRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface DoorAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Door {
  readonly engine: Engine;
  /** The exchange's own clock. */
  nowMs(): number;
  /** The machine slept, or this clock was set. */
  jump(ms: number): void;
  answer(request: DoorRequest): DoorAnswer;
  /** When it was carried out, by the world's clock, each time. */
  carriedOut(request: DoorRequest): readonly number[];
  /** Requests over the windows that were not cancels. */
  readonly overruns: readonly string[];
  /** Signatures that were valid for longer than they may be. */
  readonly longLived: readonly string[];
  isSignedIn(params: readonly unknown[]): boolean;
  snapshot(): string;
  incremental(events: readonly ModelEvent[]): string;
  tickers(): string;
}

/** Of the contract and the others window, in a minute. */
export interface Capacities {
  readonly contract: number;
  readonly others: number;
}

const DOCUMENTED: Capacities = { contract: 500, others: 100 };

export interface DoorNeeds {
  readonly chance: Chance;
  readonly apiKey: string;
  readonly secret: string;
  worldMs(): number;
  readonly lagMsMax: number;
  readonly capacities: Capacities;
  readonly refusesDuplicates: boolean;
  onEvents(events: readonly ModelEvent[]): void;
}

/** Two requests of the same words are told apart by the second that they are signed for. */
const signedText = ({ method, target, headers, body }: DoorRequest): string =>
  [method, target, body, headers['x-phemex-request-expiry']].join(' ');

const MINUTE_MS = 60_000;
const WEIGHTS: Readonly<Record<string, number>> = { '/g-accounts/positions': 25, '/g-orders/all': 3 };
/** "There is one of this id already", in each of the exchange's words for it. */
const DUPLICATES = [10_001, 11_033, 11_085, 19_999] as const;
/** The longest that a signature may be good for. */
const PLACE_SEC_MAX = 11;
const CLOSED_KEPT = 100;

export const decimal = (units: number, scale: number): string => {
  const sign = units < 0 ? '-' : '';
  const digits = String(Math.abs(units)).padStart(scale + 1, '0');
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  return `${sign}${digits.slice(0, digits.length - scale)}${fraction === '' ? '' : `.${fraction}`}`;
};
const qtyText = (lots: number) => decimal(lots, 3);
const toLots = (text: string) => Math.round(Number(text) * LOTS);
const ns = (ms: number) => `${ms}000000`;

/** JSON with nanoseconds as bare integers, as the exchange has them. */
const withNs = (value: unknown): string => JSON.stringify(value).replace(/"ns:(\d+)"/g, '$1');

const protectionFields = ({ takeProfit, stopLoss }: Readonly<ModelOrder>) => ({
  takeProfitRp: String(takeProfit),
  stopLossRp: String(stopLoss),
});

/** What the exchange's clock showed then. */
type StampMs = (worldMs: number) => number;

function restRow(order: Readonly<ModelOrder>, stampMs: StampMs): object {
  return {
    ...{
      bizError: 0,
      orderID: order.orderID,
      clOrdID: order.clOrdID,
      symbol: order.symbol,
      side: order.side,
    },
    ...{
      orderType: order.ordType,
      timeInForce: order.timeInForce,
      ordStatus: order.status,
      posSide: order.leg,
    },
    ...protectionFields(order),
    ...{ priceRp: String(order.price), orderQtyRq: qtyText(order.lots), cumQtyRq: qtyText(order.filledLots) },
    ...{ leavesQtyRq: qtyText(order.lots - order.filledLots), cumValueRv: '0', reduceOnly: order.reduceOnly },
    ...{
      stopPxRp: String(order.trigger),
      triggerType: 'ByMarkPrice',
      execInst: 'None',
      stopDirection: 'UNSPECIFIED',
    },
    ...{
      actionTimeNs: `ns:${ns(stampMs(order.createdMs))}`,
      transactTimeNs: `ns:${ns(stampMs(order.changedMs))}`,
    },
  };
}

function streamRow({ order, execStatus, execID, fill }: ModelEvent, stampMs: StampMs): object {
  const isOver = order.status === 'Canceled' || order.status === 'Rejected' || order.status === 'Filled';
  return {
    ...{
      accountID: 7,
      orderID: order.orderID,
      clOrdID: order.clOrdID,
      symbol: order.symbol,
      side: order.side,
    },
    ...{
      ordType: order.ordType,
      timeInForce: order.timeInForce,
      ordStatus: order.status,
      execStatus,
      execID,
    },
    ...protectionFields(order),
    ...{ posSide: order.leg, priceRp: String(order.price), orderQty: qtyText(order.lots) },
    ...{
      cumQty: qtyText(order.filledLots),
      leavesQty: isOver ? '0' : qtyText(order.lots - order.filledLots),
    },
    ...{
      stopPxRp: String(order.trigger),
      execSeq: order.execSeq,
      reduceOnly: order.reduceOnly,
      cumValueRv: '0',
    },
    ...{
      actionTimeNs: `ns:${ns(stampMs(order.createdMs))}`,
      transactTimeNs: `ns:${ns(stampMs(order.changedMs))}`,
    },
    ...(order.status === 'Rejected' ? { code: 11_001, message: 'TE_NO_ENOUGH_AVAILABLE_BALANCE' } : {}),
    ...(fill === undefined ? {} : fillFields(fill)),
  };
}

const sideOf = (lots: number) => (lots === 0 ? 'None' : lots > 0 ? 'Buy' : 'Sell');

const fillFields = ({ lots, price, fee, closedPnl, heldLots }: NonNullable<ModelEvent['fill']>) => ({
  ...{ execQty: qtyText(lots), execPriceRp: String(price), execValueRv: decimal(lots * price, 3) },
  ...{ execFeeRv: decimal(fee, 3), feeRateRr: '0.001', closedPnlRv: decimal(closedPnl, 3) },
  ...{ curPosSide: sideOf(heldLots), curPosSize: qtyText(Math.abs(heldLots)) },
});

function positionRow(
  { symbol, leg, lots, cost, leverage, assigned }: Readonly<Position>,
  posMode: ModelMode,
): object {
  return {
    ...{ accountID: 7, symbol, side: sideOf(lots), posSide: leg, posMode, size: qtyText(Math.abs(lots)) },
    ...{ valueRv: decimal(Math.abs(cost), 3), leverageRr: leverage, assignedPosBalanceRv: assigned },
    ...{ positionMarginRv: '0', avgEntryPriceRp: lots === 0 ? '0' : String(Math.round(cost / lots)) },
  };
}

const positionRows = (engine: Engine): object[] =>
  SYMBOLS.flatMap((symbol) =>
    engine.legs(symbol).map((position) => positionRow(position, engine.mode(symbol))),
  );

const WALLET = { accountID: 7, currency: 'USDT', accountBalanceRv: '100000', totalUsedBalanceRv: '0' };

/** Answers that have a meaning, before anything spoils them. */
function createRoutes(
  engine: Engine,
  { chance, refusesDuplicates, worldMs }: DoorNeeds,
  jumpedMs: () => number,
  stampMs: StampMs,
) {
  const refusal = (code: number) => ({ code, msg: 'refused', data: null });
  const done = (data: unknown) => ({ code: 0, msg: '', data });
  const place = (body: string) => {
    const asked = JSON.parse(body) as Record<string, string | boolean>;
    const { clOrdID, symbol } = asked as Record<string, string>;
    if (refusesDuplicates && [...engine.orders.values()].some((order) => order.clOrdID === clOrdID)) {
      return refusal(chance.pick(DUPLICATES));
    }
    const result = engine.place({
      clOrdID: clOrdID ?? '',
      symbol: symbol ?? '',
      side: asked.side as 'Buy' | 'Sell',
      ordType: String(asked.ordType),
      timeInForce: String(asked.timeInForce),
      lots: toLots(String(asked.orderQtyRq)),
      price: Number(asked.priceRp ?? 0),
      trigger: Number(asked.stopPxRp ?? 0),
      takeProfit: Number(asked.takeProfitRp ?? 0),
      stopLoss: Number(asked.stopLossRp ?? 0),
      leg: asked.posSide as ModelLeg,
      reduceOnly: asked.reduceOnly === true,
    });
    if (typeof result !== 'number') return done({ ...restRow(result, stampMs), ordStatus: 'Created' });
    return chance.isTrue(0.5) ? refusal(result) : done({ bizError: result });
  };
  const cancelAll = (query: URLSearchParams) => {
    const isConditional = query.get('untriggered') === 'true';
    for (const order of engine.open(query.get('symbol') ?? '')) {
      if ((order.status === 'Untriggered') === isConditional) engine.cancel(order);
    }
    return done(null);
  };
  const single = (query: URLSearchParams) => {
    const orderID = query.get('orderID') ?? undefined;
    const clOrdID = query.get('origClOrdID') ?? query.get('clOrdID') ?? undefined;
    return engine.find(query.get('symbol') ?? '', {
      ...(orderID === undefined ? {} : { orderID }),
      ...(clOrdID === undefined ? {} : { clOrdID }),
    });
  };
  const amend = (query: URLSearchParams) => {
    const order = single(query);
    if (order === undefined) return refusal(10_002);
    const terms = [...query].flatMap(([name, value]) => {
      const term = TERMS[name];
      return term === undefined ? [] : [[term, term === 'lots' ? toLots(value) : Number(value)] as const];
    });
    const code = engine.amend(order, Object.fromEntries(terms));
    return code === 0 ? done(restRow(order, stampMs)) : refusal(code);
  };
  const cancel = (query: URLSearchParams) => {
    const order = single(query);
    if (order === undefined) return refusal(10_002);
    const code = engine.cancel(order);
    return code === 0 ? done(restRow(order, stampMs)) : refusal(code);
  };
  const byId = (query: URLSearchParams) => {
    const rows = [...engine.orders.values()].filter(
      (order) =>
        order.symbol === query.get('symbol') &&
        (order.orderID === query.get('orderID') || order.clOrdID === query.get('clOrdID')) &&
        order.visibleFromMs <= worldMs() + jumpedMs(),
    );
    return done({
      rows: rows.map((order) => ({
        ...{ orderId: order.orderID, clOrdId: order.clOrdID, symbol: order.symbol, side: order.side },
        ...{ ordStatus: order.status, priceRp: String(order.price), orderQtyRq: qtyText(order.lots) },
        ...protectionFields(order),
      })),
    });
  };
  const openList = (query: URLSearchParams) => {
    const open = engine.open(query.get('symbol') ?? '');
    return open.length === 0 ? refusal(10_002) : done({ rows: open.map((order) => restRow(order, stampMs)) });
  };
  const answered = (code: number) => (code === 0 ? done(null) : refusal(code));
  const leverage = (query: URLSearchParams) => {
    const leverages = Object.entries(LEVERAGES).flatMap(([leg, name]) => {
      const value = query.get(name);
      return value === null ? [] : [[leg, value] as const];
    });
    return answered(engine.setLeverage(query.get('symbol') ?? '', Object.fromEntries(leverages)));
  };
  const mode = (query: URLSearchParams) =>
    answered(engine.setMode(query.get('symbol') ?? '', query.get('targetPosMode') as ModelMode));
  const assign = (query: URLSearchParams) => {
    const leg = query.get('posSide') as ModelLeg;
    return answered(engine.assign(query.get('symbol') ?? '', leg, query.get('posBalanceRv') ?? ''));
  };
  const positions = () => done({ account: WALLET, positions: positionRows(engine) });
  return new Map<string, (query: URLSearchParams, body: string) => object>([
    ['POST /g-orders', (_query, body) => place(body)],
    ['PUT /g-orders/replace', amend],
    ['DELETE /g-orders/cancel', cancel],
    ['DELETE /g-orders/all', cancelAll],
    ['PUT /g-positions/leverage', leverage],
    ['PUT /g-positions/switch-pos-mode-sync', mode],
    ['POST /g-positions/assign', assign],
    ['GET /g-orders/activeList', openList],
    ['GET /api-data/g-futures/orders/by-order-id', byId],
    ['GET /g-accounts/accountPositions', positions],
  ]);
}

const TERMS: Readonly<Record<string, keyof Terms>> = {
  ...{ priceRp: 'price', orderQtyRq: 'lots', stopPxRp: 'trigger' },
  ...{ takeProfitRp: 'takeProfit', stopLossRp: 'stopLoss' },
};
const LEVERAGES = { Merged: 'leverageRr', Long: 'longLeverageRr', Short: 'shortLeverageRr' } as const;

const isDone = (answer: object): boolean =>
  'code' in answer && answer.code === 0 && !/"bizError":[1-9]/.test(JSON.stringify(answer));

/** Counts every request of the last minute, to the millisecond. */
function createWindow(capacity: number, worldMs: () => number) {
  let spent: { readonly atMs: number; readonly weight: number }[] = [];
  const used = () => {
    spent = spent.filter(({ atMs }) => atMs > worldMs() - MINUTE_MS);
    return spent.reduce((sum, { weight }) => sum + weight, 0);
  };
  return {
    /** What is left after it; undefined when there is no room. */
    take(weight: number): number | undefined {
      const left = capacity - used() - weight;
      if (left < 0) return undefined;
      spent.push({ atMs: worldMs(), weight });
      return left;
    },
    /** Whole seconds until the oldest of it is forgotten. */
    retryAfterSec: () => Math.ceil(((spent[0]?.atMs ?? 0) + MINUTE_MS - worldMs()) / 1000),
  };
}

export function createDoor(needs: DoorNeeds): Door {
  const { chance, apiKey, secret, worldMs, capacities } = needs;
  const carriedOut = new Map<string, readonly number[]>();
  const overruns: string[] = [];
  const longLived: string[] = [];
  const jumps: { readonly atMs: number; readonly ms: number }[] = [];
  let jumpedMs = 0;
  const stampMs: StampMs = (atMs) =>
    jumps.filter((jump) => jump.atMs <= atMs).reduce((sumMs, { ms }) => sumMs + ms, EPOCH_MS + atMs);
  let sequence = 77_668_172;
  const engine = createEngine({
    chance,
    nowMs: worldMs,
    historyLagMs: () => jumpedMs + chance.below(needs.lagMsMax + 1),
    onEvents: needs.onEvents,
  });
  const routes = createRoutes(engine, needs, () => jumpedMs, stampMs);
  const windows = {
    contract: createWindow(capacities.contract, worldMs),
    others: createWindow(capacities.others, worldMs),
  };
  const nowMs = () => EPOCH_MS + worldMs() + jumpedMs;
  const hmac = (text: string) => createHmac('sha256', secret).update(text).digest('hex');
  const json = (
    status: number,
    body: object,
    headers: Readonly<Record<string, string>> = {},
  ): DoorAnswer => ({
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: withNs(body),
  });
  const nextSequence = () => {
    sequence += chance.between(1, 40);
    return sequence;
  };
  const message = (type: string, orders: readonly object[]) =>
    withNs({
      accounts_p: [WALLET],
      orders_p: orders,
      positions_p: positionRows(engine),
      sequence: nextSequence(),
      timestamp: `ns:${ns(nowMs())}`,
      type,
      version: 0,
    });
  /** The windows' word; undefined: over. */
  const spend = (method: string, path: string): Readonly<Record<string, string>> | undefined => {
    const group = path.startsWith('/g-') ? 'contract' : 'others';
    const suffix = group === 'contract' ? '-contract' : '';
    const left = windows[group].take(WEIGHTS[path] ?? 1);
    const capacity = capacities[group];
    if (left === undefined) {
      // Of windows smaller than its documents say a client learns by an answer alone.
      if (method !== 'DELETE' && capacity === DOCUMENTED[group])
        overruns.push(`${method} ${path} at ${worldMs()}`);
      return undefined;
    }
    return {
      [`x-ratelimit-remaining${suffix}`]: String(left),
      [`x-ratelimit-capacity${suffix}`]: String(capacity),
    };
  };
  /** Why not. */
  const refuseSignature = (request: DoorRequest, path: string, query: string): string | undefined => {
    const expiry = request.headers['x-phemex-request-expiry'] ?? '';
    const signature = hmac(path + query + expiry + request.body);
    if (request.headers['x-phemex-access-token'] !== apiKey) return 'Api key not found';
    if (request.headers['x-phemex-request-signature'] !== signature) return 'Invalid signature';
    const leftSec = Number(expiry) - nowMs() / 1000;
    const isOpening = path === '/g-orders' && !request.body.includes('"reduceOnly":true');
    if (isOpening && leftSec > PLACE_SEC_MAX) longLived.push(`${leftSec} s for ${request.body}`);
    return leftSec < 0 ? 'Request has expired' : undefined;
  };

  return {
    engine,
    nowMs,
    jump(ms) {
      jumps.push({ atMs: worldMs(), ms });
      jumpedMs += ms;
    },
    overruns,
    longLived,
    answer(request) {
      const [path = '', query = ''] = request.target.split('?');
      if (path === '/public/time') return json(200, { code: 0, msg: '', data: { serverTime: nowMs() } });
      const spent = spend(request.method, path);
      if (spent === undefined) {
        const isContract = path.startsWith('/g-');
        const suffix = isContract ? '-contract' : '';
        const group = isContract ? windows.contract : windows.others;
        return json(
          429,
          { code: 39_995, msg: 'Too many requests.' },
          { [`x-ratelimit-retry-after${suffix}`]: String(group.retryAfterSec()) },
        );
      }
      const refused = refuseSignature(request, path, query);
      if (refused !== undefined) return json(401, { code: 10_500, msg: refused, data: null }, spent);
      const route = routes.get(`${request.method} ${path}`);
      if (route === undefined) return json(404, { code: 404, msg: 'No such path', data: null }, spent);
      const answer = route(new URLSearchParams(query), request.body);
      if (request.method !== 'GET' && isDone(answer)) {
        const key = signedText(request);
        carriedOut.set(key, [...(carriedOut.get(key) ?? []), worldMs()]);
      }
      return json(200, answer, spent);
    },
    carriedOut: (request) => carriedOut.get(signedText(request)) ?? [],
    isSignedIn: ([kind, key, signature, expirySec]) =>
      kind === 'API' && key === apiKey && signature === hmac(`${apiKey}${String(expirySec)}`),
    snapshot() {
      const newest = new Map<string, ModelEvent>();
      for (const event of engine.events) newest.set(event.order.orderID, event);
      const isOpen = ({ order }: ModelEvent) => engine.find(order.symbol, order) !== undefined;
      const open = [...newest.values()].filter(isOpen);
      const closed = [...newest.values()].filter((event) => !isOpen(event)).slice(-CLOSED_KEPT);
      const fills = engine.events.filter(({ fill }) => fill !== undefined).slice(-CLOSED_KEPT);
      const rows = [...new Set([...open, ...closed, ...fills])].sort(
        (a, b) => a.order.execSeq - b.order.execSeq,
      );
      return message(
        'snapshot',
        rows.map((row) => streamRow(row, stampMs)),
      );
    },
    incremental: (events) =>
      message(
        'incremental',
        events.map((event) => streamRow(event, stampMs)),
      ),
    tickers: () =>
      JSON.stringify({
        method: 'perp_market24h_pack_p.update',
        fields: TICKER_FIELDS,
        data: SYMBOLS.map((symbol) => {
          const price = String(engine.priceOf(symbol));
          return [symbol, price, price, price, price, '1', '1', '1', price, price, '0', '0'];
        }),
        timestamp: nowMs(),
        type: 'snapshot',
      }),
  };
}

const TICKER_FIELDS = [
  ...['symbol', 'openRp', 'highRp', 'lowRp', 'lastRp', 'volumeRq', 'turnoverRv', 'openInterestRv'],
  ...['indexRp', 'markRp', 'fundingRateRr', 'predFundingRateRr'],
];
