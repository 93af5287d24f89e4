/** CPU the proxy spends per delivered message as browsers are added, beside a plain `ws` broadcast of one buffer. */
import { read, startBareHop, startFeed, startPerpdeck } from './relay/rig.ts';
import { printTable } from './table.ts';

const CROWDS = [1, 10, 100, 500];
const SECONDS = 6;

const feed = await startFeed();
const plain = await startBareHop(feed.wsUrl, '--broadcast');
const deck = await startPerpdeck(feed, 512);
const rows: string[][] = [];
for (const sockets of CROWDS) {
  const crowd = { sockets, books: 1, seconds: SECONDS };
  const [ours, theirs] = [await read(deck, crowd), await read(plain, crowd)];
  const cost = (us: number | undefined) => (us === undefined ? 'n/a' : us.toFixed(1));
  rows.push([
    String(sockets),
    String(ours.delivered),
    cost(ours.cpuUsPerMessage),
    cost(theirs.cpuUsPerMessage),
    ((theirs.cpuUsPerMessage ?? Number.NaN) / (ours.cpuUsPerMessage ?? Number.NaN)).toFixed(2),
  ]);
}
await deck.stop();
await plain.stop();
await feed.stop();
printTable(
  `Fan-out: one book at 50 messages/s, CPU per delivered message over ${SECONDS} s`,
  ['browsers', 'delivered', 'Perpdeck µs', 'plain ws µs', 'delivered per CPU-s, ratio to plain ws'],
  rows,
);
