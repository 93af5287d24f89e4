/** What positions and the account are worth now, derived from mark prices and never stored. Settlement currency. */
import type { Money, Price, ProductSymbol, Ratio } from '#contract/brand.ts';
import { returnOnMargin, unrealisedPnl } from '#contract/cost.ts';
import { add, ratio, sub, ZERO_MONEY } from '#contract/decimal.ts';
import type { Position, Product, Wallet } from '#contract/model.ts';

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

/** Return on the initial margin. A cross leverage of 0 means the product's maximum. */
export function deriveRoi(position: Position, pnl: Money, product: Product | undefined): Ratio {
  const leverage = position.leverage === '0' ? ratio(String(product?.leverageMax ?? 1)) : position.leverage;
  return returnOnMargin(pnl, position.value, leverage);
}

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
