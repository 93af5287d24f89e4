/** What positions and the account are worth now, derived from mark prices and never stored. Settlement currency. */
import type { Money, Price, ProductSymbol, Ratio } from '#contract/brand.ts';
import { returnOnMargin, unrealisedPnl } from '#contract/cost.ts';
import { add, notional, ratio, sub, ZERO_MONEY } from '#contract/decimal.ts';
import type { Position, Product, Wallet } from '#contract/model.ts';
import { maintenanceOf, marginRatio } from './position-figures.ts';

/** Mark price of a product; undefined while none is known. */
export type MarkOf = (symbol: ProductSymbol) => Price | undefined;

/** The newest mark: the ticker's, else the one that came with the position. */
const markFor = (position: Position, markOf: MarkOf): Price | undefined =>
  markOf(position.symbol) ?? position.markPrice;

/** Undefined while no mark price is known. */
export function deriveUPnl(position: Position, mark: Price | undefined): Money | undefined {
  const price = mark ?? position.markPrice;
  return price === undefined ? undefined : unrealisedPnl(position, price);
}

/** Cross "0" means the product's maximum. */
export const effectiveLeverage = (leverage: Ratio, product: Product | undefined): Ratio =>
  leverage === '0' ? ratio(String(product?.leverageMax ?? 1)) : leverage;

/** Return on the initial margin. */
export const deriveRoi = (position: Position, pnl: Money, product: Product | undefined): Ratio =>
  returnOnMargin(pnl, position.value, effectiveLeverage(position.leverage, product));

export interface AccountFigures {
  readonly balance: Money;
  /** Locked by positions and open orders. */
  readonly used: Money;
  readonly available: Money;
  /** Undefined while a position's mark price is not known. */
  readonly unrealisedPnl: Money | undefined;
  readonly equity: Money | undefined;
}

export function deriveFigures(wallet: Wallet, positions: Iterable<Position>, markOf: MarkOf): AccountFigures {
  let total: Money | undefined = ZERO_MONEY;
  for (const position of positions) {
    const pnl: Money | undefined = deriveUPnl(position, markFor(position, markOf));
    total = pnl === undefined || total === undefined ? undefined : add(total, pnl);
  }
  return {
    balance: wallet.balance,
    used: wallet.used,
    available: sub(wallet.balance, wallet.used),
    unrealisedPnl: total,
    equity: total === undefined ? undefined : add(wallet.balance, total),
  };
}

/** The product's rules; undefined while they are not known. */
export type ProductOf = (symbol: ProductSymbol) => Product | undefined;

/**
 * How near liquidation the cross positions are: their maintenance margins in parts of what backs them, which is the
 * balance without the margin of isolated positions, and the profit of the cross ones. Undefined where it cannot be said.
 */
export function deriveCrossMarginRatio(
  wallet: Wallet,
  positions: readonly Position[],
  { markOf, productOf }: { readonly markOf: MarkOf; readonly productOf: ProductOf },
): Ratio | undefined {
  let maintenance: Money = ZERO_MONEY;
  let backing: Money = wallet.balance;
  for (const position of positions) {
    if (position.marginMode === 'isolated') {
      backing = sub(backing, position.positionMargin);
      continue;
    }
    const product = productOf(position.symbol);
    const own = product && maintenanceOf(position, product);
    const pnl = deriveUPnl(position, markOf(position.symbol));
    if (own === undefined || pnl === undefined) return undefined;
    maintenance = add(maintenance, own);
    backing = add(backing, pnl);
  }
  return marginRatio(maintenance, backing);
}

/** The same for one isolated position, which only its own margin and profit back. */
export function deriveIsolatedMarginRatio(
  position: Position,
  product: Product,
  mark: Price | undefined,
): Ratio | undefined {
  const maintenance = maintenanceOf(position, product);
  const pnl = deriveUPnl(position, mark);
  if (maintenance === undefined || pnl === undefined) return undefined;
  return marginRatio(maintenance, add(position.positionMargin, pnl));
}

export interface Totals {
  readonly notional: Money;
  readonly margin: Money;
  readonly unrealisedPnl: Money;
  readonly realisedPnl: Money;
  /** Received above zero. */
  readonly funding: Money;
}

/** Of several positions in one settlement currency; undefined while a mark price is not known. */
export function deriveTotals(positions: readonly Position[], markOf: MarkOf): Totals | undefined {
  let totals: Totals = {
    notional: ZERO_MONEY,
    margin: ZERO_MONEY,
    unrealisedPnl: ZERO_MONEY,
    realisedPnl: ZERO_MONEY,
    funding: ZERO_MONEY,
  };
  for (const position of positions) {
    const mark = markFor(position, markOf);
    if (mark === undefined) return undefined;
    totals = {
      notional: add(totals.notional, notional(mark, position.size)),
      margin: add(totals.margin, tiedUpBy(position)),
      unrealisedPnl: add(totals.unrealisedPnl, unrealisedPnl(position, mark)),
      realisedPnl: add(totals.realisedPnl, position.termRealisedPnl),
      funding: sub(totals.funding, position.cumFundingFee),
    };
  }
  return totals;
}

/** Balance that the position ties up. */
export const tiedUpBy = ({ marginMode, usedBalance, positionMargin }: Position): Money =>
  marginMode === 'cross' ? usedBalance : positionMargin;
