/** The last public trades of a product, newest first; before the exchange started they are the path's own. */
import type { Lots, Ticks } from '../commands.ts';
import type { TradeEvent } from '../events.ts';
import type { ProductPath } from './path.ts';
import { createRandom, hashText, mixHash, poisson } from './random.ts';

/** As many as the exchange's snapshot has. */
const TRADES_MAX = 200;
/** Quiet products do not have 200 trades in this many minutes; they start with fewer. */
const MINUTES_BACK = 30;
const MINUTE_SEC = 60;

export interface TradeTape {
  add(event: TradeEvent): void;
  recent(): readonly TradeEvent[];
}

/** Trades that add up to the path's volume, second by second back from `nowMs`. */
function pathTrades(path: ProductPath, nowMs: number, seed: number, tradesPerSec: number): TradeEvent[] {
  const trades: TradeEvent[] = [];
  const nowSec = Math.floor(nowMs / 1000);
  const oldestSec = Math.max(nowSec - MINUTES_BACK * MINUTE_SEC, path.listedSec);
  const random = createRandom(mixHash(hashText(mixHash(seed, 70), path.symbol), nowSec));
  for (let second = nowSec - 1; second >= oldestSec && trades.length < TRADES_MAX; second--) {
    const minuteSec = second - (second % MINUTE_SEC);
    const minute = path.minute(minuteSec);
    const at = second - minuteSec;
    const count = poisson(random, tradesPerSec);
    const lots = Math.floor((minute.lots[at] ?? 0) / Math.max(count, 1));
    if (count === 0 || lots === 0) continue;
    const from = minute.prices[at] ?? 0;
    const to = minute.prices[at + 1] ?? from;
    for (let done = count; done > 0; done--) {
      const share = (done - 0.5) / count;
      const takerSide = random.next() < (to >= from ? 0.62 : 0.38) ? 'Buy' : 'Sell';
      trades.push({
        kind: 'trade',
        symbol: path.symbol,
        atNs: BigInt(second) * 1_000_000_000n + BigInt(Math.floor(share * 1e9)),
        takerSide,
        price: Math.round(from + (to - from) * share) as Ticks,
        qty: Math.max(Math.round(lots * (0.3 + 1.4 * random.next())), 1) as Lots,
      });
    }
  }
  return trades.slice(0, TRADES_MAX);
}

export function createTradeTape(
  path: ProductPath,
  options: { readonly nowMs: number; readonly seed: number; readonly tradesPerSec: number },
): TradeTape {
  /** Oldest first, so that adding is cheap; up to twice the length before it is cut. */
  let trades: TradeEvent[] = [];
  let knowsPast = false;
  /** The path's trades are made when somebody looks, if by then there are too few that were lived through. */
  const remember = () => {
    if (knowsPast) return;
    knowsPast = true;
    if (trades.length < TRADES_MAX) {
      trades = [...pathTrades(path, options.nowMs, options.seed, options.tradesPerSec).reverse(), ...trades];
    }
  };
  return {
    add(event) {
      trades.push(event);
      if (trades.length > 2 * TRADES_MAX) trades = trades.slice(-TRADES_MAX);
    },
    recent() {
      remember();
      return trades.slice(-TRADES_MAX).reverse();
    },
  };
}
