/**
 * The account as its private stream tells it: a snapshot replaces what was known, an increment updates what it names.
 * Pure. Messages may come twice or late: of an order's words the newest counts, of everything else the last message's.
 */
import type { OrderID, ProductSymbol } from '#contract/brand.ts';
import { fillKey } from '#contract/fill.ts';
import type { AccountUpdate, Fill, Order, Position, SymbolSettings, Wallet } from '#contract/model.ts';
import { type OrderRecord, startOver, takeIn, trimEnded } from '#contract/order-record.ts';
import type { PosSide } from '#contract/vocabulary.ts';

export interface Account {
  /** Whether a snapshot has come: before that, emptiness means nothing. */
  readonly isKnown: boolean;
  readonly wallets: ReadonlyMap<string, Wallet>;
  readonly settings: ReadonlyMap<ProductSymbol, SymbolSettings>;
  readonly positions: ReadonlyMap<LegKey, Position>;
  readonly openOrders: ReadonlyMap<OrderID, Order>;
  /** Orders that are over, oldest first: a late message must not reopen them. */
  readonly endedOrders: ReadonlyMap<OrderID, Order>;
  /** Newest first; kept over snapshots. */
  readonly fills: readonly Fill[];
  /** Sequence of the last message that spoke of a leg (by its key) or a wallet (by its currency). */
  readonly sequences: ReadonlyMap<string, number>;
}

export type LegKey = `${ProductSymbol} ${PosSide}`;
export const legKey = ({ symbol, posSide }: { symbol: ProductSymbol; posSide: PosSide }): LegKey =>
  `${symbol} ${posSide}`;

export const UNKNOWN_ACCOUNT: Account = {
  isKnown: false,
  wallets: new Map(),
  settings: new Map(),
  positions: new Map(),
  openOrders: new Map(),
  endedOrders: new Map(),
  fills: [],
  sequences: new Map(),
};

const ENDED_ORDERS_MAX = 1_000;
export const FILLS_MAX = 1_000;

/** Of a snapshot what ended stays known, unless it is told to be open after all. */
function applyOrders(
  account: Account,
  { kind, orders }: AccountUpdate,
): Pick<Account, 'openOrders' | 'endedOrders'> {
  if (kind === 'incremental' && orders.length === 0) return account;
  const record: OrderRecord<Order> = {
    open: new Map(account.openOrders),
    ended: new Map(account.endedOrders),
  };
  if (kind === 'snapshot') startOver(record, orders);
  for (const order of orders) takeIn(record, order);
  trimEnded(record, ENDED_ORDERS_MAX);
  return { openOrders: record.open, endedOrders: record.ended };
}

/** Newest first; the first report of an execution stays unless the later one says more. */
export function mergeFills(known: readonly Fill[], more: readonly Fill[]): readonly Fill[] {
  if (more.length === 0) return known;
  const byKey = new Map<string, Fill>();
  for (const fill of [...known, ...more]) {
    const before = byKey.get(fillKey(fill));
    if (before === undefined || (before.closedPnl === undefined && fill.closedPnl !== undefined)) {
      byKey.set(fillKey(fill), fill);
    }
  }
  return [...byKey.values()].sort((a, b) => b.atMs - a.atMs || (a.execID < b.execID ? 1 : -1));
}

/** A symbol's legs: those of the message over those known, unless its position mode has changed. */
function mergeSettings(known: SymbolSettings | undefined, told: SymbolSettings): SymbolSettings {
  if (known === undefined || known.posMode !== told.posMode) return told;
  const untold = known.legs.filter((leg) => told.legs.every(({ posSide }) => posSide !== leg.posSide));
  const legs = [...untold, ...told.legs].sort((a, b) => (a.posSide < b.posSide ? -1 : 1));
  return { ...told, legs };
}

const fitsMode = (posSide: PosSide, { posMode }: SymbolSettings): boolean =>
  (posSide === 'Merged') === (posMode === 'OneWay');

function applyLegs(
  account: Account,
  update: AccountUpdate,
): Pick<Account, 'settings' | 'positions' | 'sequences'> {
  if (update.positions.length === 0 && update.settings.length === 0) return account;
  const settings = new Map(account.settings);
  const positions = new Map(account.positions);
  const sequences = new Map(account.sequences);
  const isLate = (key: string) => (sequences.get(key) ?? 0) > update.sequence;
  for (const told of update.settings) {
    const key = `settings ${told.symbol}`;
    if (isLate(key)) continue;
    sequences.set(key, update.sequence);
    settings.set(told.symbol, mergeSettings(settings.get(told.symbol), told));
  }
  for (const row of update.positions) {
    const key = legKey(row);
    if (isLate(key)) continue;
    sequences.set(key, update.sequence);
    if (row.position === undefined) positions.delete(key);
    else positions.set(key, row.position);
  }
  for (const [key, position] of positions) {
    const setting = settings.get(position.symbol);
    if (setting !== undefined && !fitsMode(position.posSide, setting)) positions.delete(key);
  }
  return { settings, positions, sequences };
}

function applyWallets(account: Account, update: AccountUpdate): Pick<Account, 'wallets' | 'sequences'> {
  if (update.wallets.length === 0) return account;
  const wallets = new Map(account.wallets);
  const sequences = new Map(account.sequences);
  for (const wallet of update.wallets) {
    if ((sequences.get(wallet.currency) ?? 0) > update.sequence) continue;
    sequences.set(wallet.currency, update.sequence);
    wallets.set(wallet.currency, wallet);
  }
  return { wallets, sequences };
}

/** A snapshot speaks for everything but the past. */
const startedOver = ({ fills, openOrders, endedOrders }: Account): Account => ({
  ...UNKNOWN_ACCOUNT,
  isKnown: true,
  fills,
  openOrders,
  endedOrders,
});

/** The account after a message. An increment before the first snapshot says too little to be shown. */
export function applyAccount(account: Account, update: AccountUpdate): Account {
  const isSnapshot = update.kind === 'snapshot';
  if (!isSnapshot && !account.isKnown) return account;
  const from = isSnapshot ? startedOver(account) : account;
  const withOrders = { ...from, ...applyOrders(from, update) };
  const withWallets = { ...withOrders, ...applyWallets(withOrders, update) };
  return {
    ...withWallets,
    ...applyLegs(withWallets, update),
    fills: mergeFills(from.fills, update.fills).slice(0, FILLS_MAX),
  };
}
