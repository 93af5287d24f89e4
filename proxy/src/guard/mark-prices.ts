/** Mark prices off the tickers that are relayed anyway: rows are kept as they come and read when somebody asks. */
import type { Price, ProductSymbol } from '#contract/brand.ts';
import { readTickerPack } from '#contract/wire/ticker.ts';
import type { Follower } from '../relay/topic-hub.ts';
import type { Time } from '../time.ts';

/** The exchange tells them every second or so: an older one says little about a market that moves. */
const FRESH_MS = 30_000;

export interface MarkPrices {
  /** undefined when none was told lately. */
  of(symbol: ProductSymbol): Price | undefined;
}

interface Row {
  readonly fields: readonly unknown[];
  readonly row: readonly unknown[];
  readonly atMs: number;
  /** Once somebody has asked for it; undefined in it: the row has none. */
  read?: { readonly price: Price | undefined };
}

function markIn({ fields, row }: Row): Price | undefined {
  const read = readTickerPack({ fields, data: [row], timestamp: 0 });
  const mark = read.ok ? read.value.tickers[0]?.markPrice : undefined;
  return mark === '0' ? undefined : mark;
}

export function createMarkPrices(time: Time): MarkPrices & Follower {
  const rows = new Map<string, Row>();
  return {
    of(symbol) {
      const found = rows.get(symbol);
      if (found === undefined || time.monoMs() - found.atMs > FRESH_MS) return undefined;
      found.read ??= { price: markIn(found) };
      return found.read.price;
    },
    onMessage({ parsed: { fields, data } }) {
      if (!Array.isArray(fields) || !Array.isArray(data)) return;
      const column = fields.indexOf('symbol');
      const atMs = time.monoMs();
      for (const row of data as readonly unknown[]) {
        const symbol: unknown = Array.isArray(row) ? row[column] : undefined;
        if (typeof symbol === 'string') rows.set(symbol, { fields, row: row as readonly unknown[], atMs });
      }
    },
    onRestart: () => rows.clear(),
  };
}
