/** Gathers what an order of the selected product is judged by: its rules, the account, and where the market is. */
import { useEffect, useReducer } from 'react';
import type { ProductSymbol } from '#contract/brand.ts';
import type { Order, Position } from '#contract/model.ts';
import type { PosSide, Side } from '#contract/vocabulary.ts';
import { useOpenOrders, usePositions, useWallet } from '../../account/account-store.ts';
import { MAKER_FEE_RATE, TAKER_FEE_RATE } from '../../account/fee-rates.ts';
import { deriveCrossMarginRatio, effectiveLeverage } from '../../account/pnl.ts';
import { costRateOf, legOf, useSettings } from '../../account/settings.ts';
import { useFeeRates } from '../../account/use-fee-rates.ts';
import { bestBidAsk, bookNow, onBook } from '../../market/book-store.ts';
import { productNow, useProduct } from '../../market/products.ts';
import { tickerNow, useTicker } from '../../market/ticker-store.ts';
import type { TicketContext } from './facts.ts';
import type { Quotes } from './reading.ts';

export function quotesNow(symbol: ProductSymbol): Quotes {
  const ticker = tickerNow(symbol);
  return { ...bestBidAsk(symbol), last: ticker?.last, mark: ticker?.markPrice, index: ticker?.indexPrice };
}

const ofSymbol = <T extends Order | Position>(all: Iterable<T>, symbol: ProductSymbol): readonly T[] =>
  [...all].filter((one) => one.symbol === symbol);

/** Until the exchange has told the account's own. */
const STANDARD_FEES = { maker: MAKER_FEE_RATE, taker: TAKER_FEE_RATE };

/** How often at most the ticket looks at a book that moves: often enough to read, seldom enough to cost nothing. */
const BOOK_LOOK_MS = 500;

function useBookLook(): void {
  const [, look] = useReducer((looks: number) => looks + 1, 0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = onBook(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        look();
      }, BOOK_LOOK_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
}

/** Undefined until product, settings and wallet are all known. Follows the ticker, and the book twice a second. */
export function useTicketContext(symbol: ProductSymbol): TicketContext | undefined {
  const product = useProduct(symbol);
  const settings = useSettings(symbol);
  const wallet = useWallet();
  const positions = usePositions();
  const openOrders = useOpenOrders();
  const feeRates = useFeeRates(symbol) ?? STANDARD_FEES;
  useBookLook();
  useTicker(symbol, ({ last, markPrice }) => `${last} ${markPrice}`);
  if (product === undefined || settings === undefined || wallet === undefined) return undefined;
  const leg = (posSide: PosSide) => legOf(settings, posSide);
  return {
    product,
    settings,
    wallet,
    positions: ofSymbol(positions.values(), symbol),
    openOrders: ofSymbol(openOrders.values(), symbol),
    quotes: quotesNow(symbol),
    book: bookNow(symbol),
    feeRates,
    costRate: (posSide: PosSide, side: Side) => {
      const settingsOfLeg = leg(posSide);
      return settingsOfLeg && costRateOf(settingsOfLeg, { side, product, takerFeeRate: feeRates.taker });
    },
    crossRatio: (after, posSide, position) => {
      const others = [...positions.values()].filter(
        (one) => one.symbol !== symbol || one.posSide !== posSide,
      );
      const all = position === undefined ? others : [...others, position];
      const markOf = (of: ProductSymbol) => tickerNow(of)?.markPrice;
      return deriveCrossMarginRatio(after, all, { markOf, productOf: productNow });
    },
    leverage: (posSide: PosSide) => {
      const settingsOfLeg = leg(posSide);
      return settingsOfLeg && effectiveLeverage(settingsOfLeg.leverage, product);
    },
  };
}
