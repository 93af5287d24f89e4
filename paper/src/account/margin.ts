/**
 * What a position costs, where it goes bankrupt and where it is liquidated. Pure integer arithmetic.
 * Source: the fields of GET /g-accounts/accountPositions recorded from a live account, reproduced to the last digit
 * (one-way, hedged, cross and isolated), and https://phemex.com/help-center/Order-Cost-USDT-Contract.
 *
 * L is the leverage, T the taker rate. A long of value V loses its whole margin at V × (1 − 1/L), a short at
 * V × (1 + 1/L); closing there costs T of that, so a position costs V/L + T × (bankrupt value).
 */
import type { Side } from '#contract/vocabulary.ts';
import type { Rate, Ticks } from '../commands.ts';
import type { ProductSpec } from '../product-spec.ts';
import { ceilDiv, floorDiv, maxOf, minOf, RATE_ONE } from './ratio.ts';
import { maintenanceMargin, tierOfValue } from './tier.ts';

const initialMargin = (value: bigint, leverage: Rate): bigint => ceilDiv(value * RATE_ONE, leverage);

/**
 * 1/L + T + T × (1 ∓ 1/L): what an opening order locks per unit of value, rounded up to 10⁻⁸
 * (`buyValueToCostRr`, `sellValueToCostRr`; 10x buy: 0.10114).
 */
export function valueToCost(side: Side, leverage: Rate, taker: Rate): Rate {
  const closing = side === 'Buy' ? leverage - RATE_ONE : leverage + RATE_ONE;
  // Over the common denominator L: (1 + T·L + T·(L ∓ 1)) / L.
  const numerator = RATE_ONE * RATE_ONE + taker * leverage + taker * closing;
  return ceilDiv(numerator, leverage) as Rate;
}

export const orderCost = (value: bigint, rate: Rate): bigint => ceilDiv(value * rate, RATE_ONE);

export interface PositionTerms {
  readonly product: ProductSpec;
  readonly side: Side;
  /** Lots, positive. */
  readonly size: bigint;
  readonly value: bigint;
  readonly leverage: Rate;
  readonly taker: Rate;
}

function isolatedBankruptValue(terms: PositionTerms): bigint {
  const initial = initialMargin(terms.value, terms.leverage);
  return terms.side === 'Buy' ? terms.value - initial : terms.value + initial;
}

/** `posCostRv`: margin plus the fee of closing at bankruptcy. The same for cross and isolated. */
export function positionCost(terms: PositionTerms): bigint {
  const closingFee = ceilDiv(isolatedBankruptValue(terms) * terms.taker, RATE_ONE);
  return initialMargin(terms.value, terms.leverage) + closingFee;
}

export interface MarginFigures {
  readonly bankruptPrice: Ticks;
  readonly bankruptComm: bigint;
  readonly positionMargin: bigint;
  readonly liquidationPrice: Ticks;
  /** Whether a mark price liquidates the position. */
  isLiquidatedAt(mark: Ticks): boolean;
}

/**
 * `backing` is the money that may be lost, closing fee included: what an isolated position was assigned, or for cross
 * that and all that the account has free. It is used up at the bankruptcy value B, where V ∓ backing = B × (1 ∓ T).
 */
export function marginFigures(terms: PositionTerms, isCross: boolean, backing: bigint): MarginFigures {
  const { product, side, size } = terms;
  const perTick = size * product.unitsPerTickLot;
  const isLong = side === 'Buy';
  const bankrupt = bankruptValue(terms, backing, perTick);
  const bankruptComm = ceilDiv(bankrupt * terms.taker, RATE_ONE);
  const positionMargin = backing - bankruptComm;
  // The displayed price is on the side that liquidates earlier, and it is the price that liquidates.
  const liquidation = isCross
    ? crossLiquidation(terms, backing, perTick)
    : isolatedLiquidation(terms, positionMargin, perTick);
  return {
    bankruptPrice: shownPrice(product, isLong ? ceilDiv(bankrupt, perTick) : floorDiv(bankrupt, perTick)),
    bankruptComm,
    positionMargin,
    liquidationPrice: shownPrice(product, liquidation),
    isLiquidatedAt: (mark) => (isLong ? BigInt(mark) <= liquidation : BigInt(mark) >= liquidation),
  };
}

/** A long that no fall can bankrupt stands at one tick, as the exchange prints it (0.01 for LTCUSDT). */
function bankruptValue({ side, value, taker }: PositionTerms, backing: bigint, perTick: bigint): bigint {
  if (side === 'Buy') return maxOf(perTick, ceilDiv((value - backing) * RATE_ONE, RATE_ONE - taker));
  return maxOf(perTick, floorDiv((value + backing) * RATE_ONE, RATE_ONE + taker));
}

/** In ticks: where the margin has shrunk to the maintenance margin of the entry value. */
function isolatedLiquidation(terms: PositionTerms, positionMargin: bigint, perTick: bigint): bigint {
  const { product, side, value } = terms;
  const losable = positionMargin - maintenanceMargin(product, value);
  return side === 'Buy' ? ceilDiv(value - losable, perTick) : floorDiv(value + losable, perTick);
}

/**
 * In ticks: the value P where equity has shrunk to the maintenance margin of P and the fee of closing there,
 * V ∓ backing ∓ amount = P × (1 ∓ T ∓ rate), with rate and amount of the tier that V is in.
 * Source: https://phemex.com/help-center/liq-price-for-USDTM and a cross row recorded in 2025-12.
 */
function crossLiquidation(terms: PositionTerms, backing: bigint, perTick: bigint): bigint {
  const { product, side, value, taker } = terms;
  const { maintenanceRate, maintenanceAmount } = tierOfValue(product, value);
  const losable = backing + maintenanceAmount;
  const rates = taker + maintenanceRate;
  return side === 'Buy'
    ? ceilDiv((value - losable) * RATE_ONE, (RATE_ONE - rates) * perTick)
    : floorDiv((value + losable) * RATE_ONE, (RATE_ONE + rates) * perTick);
}

const shownPrice = (product: ProductSpec, ticks: bigint): Ticks =>
  Number(minOf(maxOf(ticks, 1n), BigInt(product.priceMax))) as Ticks;
