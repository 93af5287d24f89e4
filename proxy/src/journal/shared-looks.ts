/**
 * After an outage many requests are looked for at the same moment, and most of them in the same list, or for the same
 * order: it is asked for once, or the looks alone would use up what the exchange allows.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { OrderRef } from '#contract/wire/requests.ts';
import type { ExchangeReader } from '../exchange/exchange-reader.ts';
import type { Time } from '../time.ts';

/** Far less than a request takes to become visible, and than any look comes after its request. */
const SAME_MOMENT_MS = 5;

export function shareLooks(reader: ExchangeReader, time: Time): ExchangeReader {
  const shared = <Question extends readonly unknown[], Answer>(
    ask: (...question: Question) => Promise<Answer>,
  ) => {
    let asked = new Map<string, Promise<Answer>>();
    let sinceMs = Number.NEGATIVE_INFINITY;
    return (...question: Question): Promise<Answer> => {
      if (time.monoMs() - sinceMs >= SAME_MOMENT_MS) {
        asked = new Map();
        sinceMs = time.monoMs();
      }
      const key = JSON.stringify(question);
      const answer = asked.get(key) ?? ask(...question);
      asked.set(key, answer);
      return answer;
    };
  };
  return {
    ...reader,
    openOrders: shared((symbol: ProductSymbol) => reader.openOrders(symbol)),
    ordersById: shared((symbol: ProductSymbol, order: OrderRef) => reader.ordersById(symbol, order)),
    account: shared(() => reader.account()),
  };
}
