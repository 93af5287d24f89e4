/** CPU the proxy spends per delivered message as browsers are added, beside a plain `ws` broadcast of one buffer. */
import { type Hop, read, startBareHop, startFeed, startPerpdeck } from './relay/rig.ts';
import { printTable, rigLine } from './table.ts';

const CROWDS = [10, 100, 500];
const ROUNDS = 3;
const SECONDS = 4;
const GOAL_RATIO = 0.9;

const feed = await startFeed();
const plain = await startBareHop(feed.wsUrl, '--broadcast');
const deck = await startPerpdeck(feed, 512);

/** Delivered and CPU, over all rounds. */
function total(readings: readonly Awaited<ReturnType<typeof read>>[]) {
  const delivered = readings.reduce((sum, reading) => sum + reading.delivered, 0);
  const cpuUs = readings.reduce((sum, r) => sum + r.delivered * (r.cpuUsPerMessage ?? Number.NaN), 0);
  return { delivered, cost: cpuUs / delivered };
}

const rows: string[][] = [];
for (const sockets of CROWDS) {
  const readings = new Map<Hop, Awaited<ReturnType<typeof read>>[]>([
    [deck, []],
    [plain, []],
  ]);
  // Rounds take turns, so that a machine that slows down slows both.
  for (let round = 0; round < ROUNDS; round++) {
    for (const [hop, all] of readings) all.push(await read(hop, { sockets, books: 1, seconds: SECONDS }));
  }
  const [ours, theirs] = [total(readings.get(deck) ?? []), total(readings.get(plain) ?? [])];
  const ratio = theirs.cost / ours.cost;
  rows.push([
    String(sockets),
    String(ours.delivered),
    ours.cost.toFixed(1),
    theirs.cost.toFixed(1),
    ratio.toFixed(2),
    sockets === 500 ? (ratio / GOAL_RATIO).toFixed(2) : '',
  ]);
}
await deck.stop();
await plain.stop();
await feed.stop();
printTable(
  `Fan-out: one book at 50 messages/s, CPU per delivered message, ${ROUNDS} rounds of ${SECONDS} s`,
  [
    'browsers',
    'delivered',
    'Perpdeck µs',
    'plain ws µs',
    'delivered per CPU-s / plain ws',
    `/ goal of ${GOAL_RATIO}`,
  ],
  rows,
);
console.log(rigLine());
