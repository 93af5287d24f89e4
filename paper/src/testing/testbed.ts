/** An exchange for tests: three products, a virtual clock, a store in memory, and short words for what tests do. */
import type { ClOrdID, Price, ProductSymbol, Qty } from '#contract/brand.ts';
import type { PosSide, Side } from '#contract/vocabulary.ts';
import { createVirtualClock, type VirtualClock } from '../clock.ts';
import type {
  AccountID,
  Command,
  CommandResult,
  Instructions,
  Lots,
  OrderType,
  PlaceOrder,
  Rate,
  Ticks,
  TriggerSource,
  Units,
} from '../commands.ts';
import type { ExchangeEvent, OrderEvent, PositionView } from '../events.ts';
import { createExchange, type Exchange } from '../exchange.ts';
import { triggerDirection } from '../order-types.ts';
import type { ProductSpec } from '../product-spec.ts';
import type { AccountStore } from '../store/account-store.ts';
import { openAccountStore } from '../store/libsql-store.ts';

/** Where what restarts is not looked at: nothing is kept. */
export const noStore = (): AccountStore => ({
  history: openAccountStore(':memory:').history,
  load: () => ({
    counters: undefined,
    ledger: undefined,
    accounts: [],
    holdings: [],
    legs: [],
    openOrders: [],
    closedOrders: [],
    fills: [],
  }),
  write: () => undefined,
  close: () => undefined,
});

const UNIT_DIGITS = 12;
const RATE_DIGITS = 8;

function scaled(text: string, digits: number): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const magnitude = BigInt(whole + fraction.padEnd(digits, '0').slice(0, digits));
  return text.startsWith('-') ? -magnitude : magnitude;
}

/** "1.5" USDT as 10⁻¹² units. */
export const units = (text: string): Units => scaled(text, UNIT_DIGITS) as Units;
/** "0.0006" as 10⁻⁸. */
export const rate = (text: string): Rate => scaled(text, RATE_DIGITS) as Rate;
export const ticks = (count: number): Ticks => count as Ticks;
export const lots = (count: number): Lots => count as Lots;

interface Sketch {
  readonly symbol: string;
  readonly tickSize: string;
  readonly qtyStep: string;
  readonly priceMin: number;
  readonly priceMax: number;
  readonly tiers: ProductSpec['tiers'];
}

const tier = (notionalMax: string, leverageMax: number, rateText: string, amount: string) => ({
  notionalMax: units(notionalMax),
  leverageMax,
  maintenanceRate: rate(rateText),
  maintenanceAmount: units(amount),
});

function product(sketch: Sketch): ProductSpec {
  return {
    symbol: sketch.symbol as ProductSymbol,
    base: sketch.symbol.replace('USDT', ''),
    tickSize: sketch.tickSize as Price,
    qtyStep: sketch.qtyStep as Qty,
    unitsPerTickLot: (units(sketch.tickSize) * units(sketch.qtyStep)) / 10n ** 12n,
    priceMin: ticks(sketch.priceMin),
    priceMax: ticks(sketch.priceMax),
    qtyMax: lots(10_000_000),
    orderValueMin: units('1'),
    leverageMax: sketch.tiers[0]?.leverageMax ?? 1,
    defaultLeverage: -10,
    fundingIntervalSec: 28_800,
    leverageMarginID: 1,
    tiers: sketch.tiers,
  };
}

/** One tick is 0.1 USDT, one lot 0.001 BTC: a tick-lot is 0.0001 USDT. */
export const BTC = product({
  symbol: 'BTCUSDT',
  tickSize: '0.1',
  qtyStep: '0.001',
  priceMin: 10_000,
  priceMax: 5_000_000,
  tiers: [
    tier('2000000', 100, '0.005', '0'),
    tier('4000000', 67, '0.0075', '5000'),
    tier('20000000', 19, '0.0275', '85000'),
  ],
});

export const LTC = product({
  symbol: 'LTCUSDT',
  tickSize: '0.01',
  qtyStep: '0.1',
  priceMin: 1,
  priceMax: 100_000,
  tiers: [tier('200000', 50, '0.01', '0')],
});

export const XRP = product({
  symbol: 'XRPUSDT',
  tickSize: '0.0001',
  qtyStep: '1',
  priceMin: 1,
  priceMax: 1_000_000,
  tiers: [tier('200000', 50, '0.01', '0')],
});

export interface PlaceOptions {
  readonly on?: ProductSpec;
  readonly side: Side;
  readonly qty: number;
  /** Absent for a market order. */
  readonly price?: number;
  readonly posSide?: PosSide;
  readonly timeInForce?: PlaceOrder['timeInForce'];
  readonly reduceOnly?: boolean;
  readonly clOrdID?: string;
  /** Default: Limit with a price, Market without. */
  readonly ordType?: PlaceOrder['ordType'];
  /** Trigger price of a conditional order. */
  readonly stopPx?: number;
  /** Default: the mark price. */
  readonly source?: TriggerSource;
  readonly closeOnTrigger?: boolean;
  readonly instructions?: Instructions;
}

export interface Testbed {
  readonly clock: VirtualClock;
  readonly exchange: Exchange;
  /** Everything since the start, in order. */
  readonly events: ExchangeEvent[];
  readonly account: AccountID;
  place(options: PlaceOptions, account?: AccountID): CommandResult;
  apply(command: Command): CommandResult;
  /** The crowd offers (Sell) or bids (Buy) `qty` at `price`. */
  crowd(side: Side, price: number, qty: number, on?: ProductSpec): void;
  setMark(price: number, on?: ProductSpec): void;
  setIndex(price: number, on?: ProductSpec): void;
  leg(posSide?: PosSide, on?: ProductSpec): PositionView;
  orderEvents(): OrderEvent[];
  /** The last thing said of each order: status by clOrdID. */
  statuses(): Record<string, string>;
}

export interface TestbedOptions {
  readonly deposit?: Units;
  readonly store?: AccountStore;
  readonly startMs?: number;
  readonly insuranceFund?: Units;
  readonly products?: readonly ProductSpec[];
}

export const START_MS = 1_700_000_000_000;

/** What a test asks for in short words; a closing order without a size is of the whole position. */
function instructionsOf(options: PlaceOptions, ordType: OrderType): Instructions {
  const { stopPx, side, qty, closeOnTrigger, source = 'ByMarkPrice' } = options;
  const trigger = { source, direction: triggerDirection(ordType, side) };
  return {
    ...(stopPx === undefined ? {} : { trigger: { ...trigger, price: ticks(stopPx) } }),
    ...(closeOnTrigger === true ? { closeOnTrigger, isWholePosition: qty === 0 } : {}),
    ...options.instructions,
  };
}

function asCommand(options: PlaceOptions, made: number): PlaceOrder {
  const { price, closeOnTrigger = false } = options;
  const ordType = options.ordType ?? (price === undefined ? 'Market' : 'Limit');
  const instructions = instructionsOf(options, ordType);
  return {
    kind: 'place',
    symbol: (options.on ?? BTC).symbol,
    clOrdID: (options.clOrdID ?? `order-${made}`) as ClOrdID,
    side: options.side,
    posSide: options.posSide ?? 'Merged',
    ordType,
    ...(price === undefined ? {} : { price: ticks(price) }),
    qty: lots(options.qty),
    timeInForce: options.timeInForce ?? 'GoodTillCancel',
    reduceOnly: options.reduceOnly ?? closeOnTrigger,
    ...(Object.keys(instructions).length === 0 ? {} : { instructions }),
  };
}

export function createTestbed(options: TestbedOptions = {}): Testbed {
  const clock = createVirtualClock(options.startMs ?? START_MS);
  const store = options.store ?? openAccountStore(':memory:');
  const exchange = createExchange({
    products: options.products ?? [BTC, LTC, XRP],
    clock,
    store,
    ...(options.insuranceFund === undefined ? {} : { insuranceFund: options.insuranceFund }),
  });
  const events: ExchangeEvent[] = [];
  exchange.subscribe((event) => events.push(event));
  const account = exchange.openAccount('trader', options.deposit ?? units('10000'));
  const orderEvents = () => events.filter((event): event is OrderEvent => event.kind === 'order');
  let made = 0;
  return {
    clock,
    exchange,
    events,
    account,
    place: (wanted, by = account) => exchange.apply(by, asCommand(wanted, ++made)),
    apply: (command) => exchange.apply(account, command),
    crowd(side, price, qty, on = BTC) {
      exchange.crowd.limit(on.symbol, side, ticks(price), lots(qty), false);
    },
    setIndex(price, on = BTC) {
      exchange.setIndexPrice(on.symbol, ticks(price));
    },
    setMark(price, on = BTC) {
      exchange.setMarkPrice(on.symbol, ticks(price));
    },
    leg(posSide = 'Merged', on = BTC) {
      const found = exchange
        .positions(account)
        .find((position) => position.symbol === on.symbol && position.posSide === posSide);
      if (found === undefined) throw new Error(`No ${posSide} leg of ${on.symbol}`);
      return found;
    },
    orderEvents,
    statuses: () => Object.fromEntries(orderEvents().map(({ order }) => [order.clOrdID, order.ordStatus])),
  };
}
