/**
 * The browsers of the relay's benchmarks, a process of its own: opens sockets, subscribes to books, and prints one
 * JSON line with the number of messages and the latency from the exchange's send to here (µs).
 */
import { WebSocket } from 'ws';

interface Job {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** First frame of a signed-in socket; absent for peers that ask for none. */
  readonly token?: string;
  readonly sockets: number;
  readonly books: number;
  readonly seconds: number;
}

const job = JSON.parse(process.argv[2] ?? '{}') as Job;
const WARM_UP_MS = 2000;
const latenciesUs: number[] = [];
let delivered = 0;
let isMeasuring = false;

function onMessage(bytes: Buffer): void {
  if (!isMeasuring) return;
  delivered += 1;
  // Only a share of a large crowd parses, so that reading does not become what is measured.
  if (job.sockets > 10 && delivered % job.sockets !== 0) return;
  const text = bytes.toString();
  const at = text.lastIndexOf('"timestamp":');
  if (at < 0 || !text.includes('incremental')) return;
  const sentNs = BigInt(text.slice(at + 12, text.indexOf(',', at)));
  latenciesUs.push(Number(process.hrtime.bigint() - sentNs) / 1000);
}

async function open(): Promise<void> {
  const socket = new WebSocket(job.url, { headers: job.headers, perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  let id = 0;
  const ask = (method: string, params: readonly unknown[]) =>
    socket.send(JSON.stringify({ id: id++, method, params }));
  if (job.token !== undefined) ask('perpdeck.auth', [job.token]);
  for (let book = 0; book < job.books; book++) ask('orderbook_p.subscribe', [`BENCH${book}USDT`]);
  socket.on('message', onMessage);
}

const percentile = (sorted: readonly number[], p: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;

for (let i = 0; i < job.sockets; i++) await open();
setTimeout(() => {
  isMeasuring = true;
  console.log('measuring');
  setTimeout(() => {
    isMeasuring = false;
    latenciesUs.sort((a, b) => a - b);
    console.log(
      JSON.stringify({ delivered, p50: percentile(latenciesUs, 0.5), p99: percentile(latenciesUs, 0.99) }),
    );
    process.exit(0);
  }, job.seconds * 1000);
}, WARM_UP_MS);
