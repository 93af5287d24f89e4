/**
 * After an outage many requests are looked for at the same moment, and most of them in the same list: it is asked for
 * once, or the looks alone would use up what the exchange allows.
 */
import type { ExchangeReader } from '../exchange/exchange-reader.ts';
import type { Time } from '../time.ts';

/** Far less than a request takes to become visible, and than any look comes after its request. */
const SAME_MOMENT_MS = 5;

export function shareLooks(reader: ExchangeReader, time: Time): ExchangeReader {
  const shared = <Key, Answer>(ask: (key: Key) => Promise<Answer>) => {
    const asked = new Map<Key, { readonly atMs: number; readonly answer: Promise<Answer> }>();
    return (key: Key): Promise<Answer> => {
      const last = asked.get(key);
      if (last !== undefined && time.monoMs() - last.atMs < SAME_MOMENT_MS) return last.answer;
      const answer = ask(key);
      asked.set(key, { atMs: time.monoMs(), answer });
      return answer;
    };
  };
  const account = shared((_: 'all') => reader.account());
  return { ...reader, openOrders: shared(reader.openOrders), account: () => account('all') };
}
