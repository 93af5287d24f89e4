import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { createTopics } from './stream-topics.ts';

const BTC = 'BTCUSDT' as ProductSymbol;
const ETH = 'ETHUSDT' as ProductSymbol;

function stage() {
  const sent: string[] = [];
  let later: (() => void)[] = [];
  let isOpen = true;
  const topics = createTopics<string>({
    request: (frame) => {
      if (!isOpen) return false;
      const { method, params } = JSON.parse(frame(1)) as { method: string; params: unknown[] };
      sent.push(`${method} ${params.join(' ')}`.trim());
      return true;
    },
    soon: (run) => later.push(run),
  });
  return {
    topics,
    sent,
    settle() {
      const due = later;
      later = [];
      for (const run of due) run();
    },
    setOpen(open: boolean) {
      isOpen = open;
    },
  };
}

const nothing = () => {};

describe('topics', () => {
  it('are subscribed once, however many listen, and dropped with the last listener', () => {
    const { topics, sent, settle } = stage();
    const first = topics.add({ kind: 'book', symbol: BTC }, nothing);
    const second = topics.add({ kind: 'book', symbol: BTC }, nothing);
    settle();
    expect(sent).toEqual(['orderbook_p.subscribe BTCUSDT']);
    first();
    first();
    settle();
    expect(sent).toHaveLength(1);
    second();
    settle();
    expect(sent).toEqual(['orderbook_p.subscribe BTCUSDT', 'orderbook_p.unsubscribe BTCUSDT']);
  });

  it('begin with a snapshot for whoever joins later', () => {
    const { topics, sent, settle } = stage();
    topics.add({ kind: 'account' }, nothing);
    settle();
    topics.add({ kind: 'account' }, nothing);
    settle();
    expect(sent).toEqual(['aop_p.subscribe', 'aop_p.unsubscribe', 'aop_p.subscribe']);
  });

  it('end before others begin when the symbol changes', () => {
    const { topics, sent, settle } = stage();
    const stop = topics.add({ kind: 'candles', symbol: BTC, resolutionSec: 60 }, nothing);
    settle();
    stop();
    topics.add({ kind: 'candles', symbol: ETH, resolutionSec: 60 }, nothing);
    settle();
    expect(sent).toEqual([
      'kline_p.subscribe BTCUSDT 60',
      'kline_p.unsubscribe BTCUSDT 60',
      'kline_p.subscribe ETHUSDT 60',
    ]);
  });

  it('begin anew for a listener that takes the place of another: it knows nothing yet', () => {
    const { topics, sent, settle } = stage();
    const stop = topics.add({ kind: 'candles', symbol: BTC, resolutionSec: 60 }, nothing);
    settle();
    sent.length = 0;
    stop();
    topics.add({ kind: 'candles', symbol: BTC, resolutionSec: 60 }, nothing);
    settle();
    expect(sent).toEqual(['kline_p.unsubscribe BTCUSDT 60', 'kline_p.subscribe BTCUSDT 60']);
  });

  it('send nothing for a listener that is gone before it was heard of', () => {
    const { topics, sent, settle } = stage();
    const stop = topics.add({ kind: 'tickers' }, nothing);
    stop();
    settle();
    expect(sent).toEqual([]);
  });

  it('are all asked for again after a reconnect, and only those still wanted', () => {
    const { topics, sent, settle, setOpen } = stage();
    topics.add({ kind: 'account' }, nothing);
    const stop = topics.add({ kind: 'trades', symbol: BTC }, nothing);
    settle();
    sent.length = 0;
    setOpen(false);
    stop();
    topics.add({ kind: 'trades', symbol: ETH }, nothing);
    settle();
    expect(sent).toEqual([]);
    setOpen(true);
    topics.restart();
    settle();
    expect(sent).toEqual(['aop_p.subscribe', 'trade_p.subscribe ETHUSDT']);
  });

  it('deliver to their own listeners alone', () => {
    const { topics } = stage();
    const heard: string[] = [];
    topics.add({ kind: 'book', symbol: BTC }, (message) => heard.push(`btc ${message}`));
    topics.add({ kind: 'book', symbol: ETH }, (message) => heard.push(`eth ${message}`));
    topics.add({ kind: 'candles', symbol: BTC, resolutionSec: 60 }, (message) => heard.push(`1m ${message}`));
    topics.add({ kind: 'candles', symbol: BTC, resolutionSec: 300 }, (message) =>
      heard.push(`5m ${message}`),
    );
    topics.deliver({ kind: 'book', symbol: ETH }, 'book');
    topics.deliver({ kind: 'candles', symbol: BTC, resolutionSec: 300 }, 'candle');
    topics.deliver({ kind: 'trades', symbol: BTC }, 'nobody hears this');
    expect(heard).toEqual(['eth book', '5m candle']);
  });
});
