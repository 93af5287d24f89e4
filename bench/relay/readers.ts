/**
 * The browsers of the relay's benchmarks, a process of its own: opens sockets, subscribes to books, and prints one
 * JSON line with the number of messages and the latency from the exchange's send to here (µs).
 */
import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { percentile } from '../table.ts';

interface Job {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** First frame of a signed-in socket; absent for peers that ask for none. */
  readonly token?: string;
  readonly sockets: number;
  readonly books: number;
  readonly seconds: number;
  /** Every product's tickers besides. */
  readonly tickers?: boolean;
  /** So many of the sockets stop reading once they have subscribed. */
  readonly stalled?: number;
}

const job = JSON.parse(process.argv[2] ?? '{}') as Job;
const WARM_UP_MS = 2000;
/** Below the 20 messages a second that exchange and proxy allow a client. */
const ASKED_PER_SECOND = 18;
/** A prime, so that no socket of a round number of them is read more often than another. */
const SAMPLED_OF_CROWD = 23;
const latenciesUs: number[] = [];
let delivered = 0;
let isMeasuring = false;

function onMessage(bytes: Buffer): void {
  if (!isMeasuring) return;
  delivered += 1;
  // Of a crowd only a share is read, so that reading does not become what is measured; of each socket in its turn.
  if (job.sockets > 10 && delivered % SAMPLED_OF_CROWD !== 0) return;
  const text = bytes.toString();
  const at = text.lastIndexOf('"timestamp":');
  if (at < 0 || !text.includes('incremental')) return;
  const sentNs = BigInt(text.slice(at + 12, text.indexOf(',', at)));
  latenciesUs.push(Number(process.hrtime.bigint() - sentNs) / 1000);
}

async function open(index: number): Promise<void> {
  const socket = new WebSocket(job.url, { headers: job.headers, perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  let id = 0;
  const ask = (method: string, params: readonly unknown[]) =>
    socket.send(JSON.stringify({ id: id++, method, params }));
  socket.on('message', onMessage);
  if (job.token !== undefined) ask('perpdeck.auth', [job.token]);
  for (let book = 0; book < job.books; book++) {
    if (book % ASKED_PER_SECOND === ASKED_PER_SECOND - 1) await setTimeout(1100);
    ask('orderbook_p.subscribe', [`BENCH${book}USDT`]);
  }
  if (job.tickers) ask('perp_market24h_pack_p.subscribe', []);
  if (index < (job.stalled ?? 0)) socket.pause();
}

// A few at a time: a listener's queue is short.
const OPENED_AT_ONCE = 20;
for (let i = 0; i < job.sockets; i += OPENED_AT_ONCE) {
  const crowd = Math.min(OPENED_AT_ONCE, job.sockets - i);
  await Promise.all(Array.from({ length: crowd }, (_, index) => open(i + index)));
}
await setTimeout(WARM_UP_MS);
isMeasuring = true;
console.log('measuring');
await setTimeout(job.seconds * 1000);
isMeasuring = false;
latenciesUs.sort((a, b) => a - b);
console.log(
  JSON.stringify({ delivered, p50: percentile(latenciesUs, 0.5), p99: percentile(latenciesUs, 0.99) }),
);
process.exit(0);
