/** What every route and stream of the wire works with. */
import type { Clock } from '../clock.ts';
import type { Exchange } from '../exchange.ts';
import type { FaultDesk } from '../faults/fault-desk.ts';
import type { Market } from '../market/market.ts';
import type { Catalogue } from './catalogue.ts';
import type { DoorClock } from './door-clock.ts';
import type { KeyRing } from './key-ring.ts';
import type { RateLimits } from './rate-limits.ts';
import type { BookStream } from './streams/book-stream.ts';

export interface WireContext {
  /** The time of the exchange and its market. */
  readonly clock: Clock;
  /** What connections are promised (heartbeats, budgets, the pace of messages) is counted by the machine's time. */
  readonly machine: Clock;
  readonly door: DoorClock;
  readonly faults: FaultDesk;
  readonly exchange: Exchange;
  readonly market: Market;
  readonly catalogue: Catalogue;
  readonly keys: KeyRing;
  readonly limits: RateLimits;
  /** An id for a request that brought none. */
  readonly newTracing: () => string;
  /** The book that REST and the streams share, with its sequences. */
  readonly books: BookStream;
}
