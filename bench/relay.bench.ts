/** Latency that a hop adds between the exchange and a browser's socket, at 50 books of 50 messages a second and 20 browsers. */
import {
  type Hop,
  type Reading,
  read,
  startBareHop,
  startFeed,
  startNginx,
  startPerpdeck,
  straight,
} from './relay/rig.ts';
import { median, printTable, rigLine } from './table.ts';

const ROUNDS = 5;
const CROWD = { sockets: 20, books: 50, seconds: 5 };

const feed = await startFeed();
const nginx = await startNginx(feed.wsUrl);
if (nginx === undefined) console.log('nginx is not installed: its row is left out.');
const hops: Hop[] = [
  straight(feed.wsUrl),
  ...(nginx === undefined ? [] : [nginx]),
  await startBareHop(feed.wsUrl, '--parse'),
  await startPerpdeck(feed, 64),
];

// Rounds interleave the hops, so that a machine that slows down slows all of them.
const readings = new Map<Hop, Reading[]>(hops.map((hop) => [hop, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const hop of hops) readings.get(hop)?.push(await read(hop, CROWD));
}
for (const hop of hops) await hop.stop();
await feed.stop();

const figures = hops.map((hop) => {
  const all = readings.get(hop) ?? [];
  return { name: hop.name, p50: median(all.map(({ p50 }) => p50)), p99: median(all.map(({ p99 }) => p99)) };
});
const base = figures[0];
const bare = figures.find(({ name }) => name.startsWith('bare'));
printTable(
  `Relay: exchange to browser socket, ${CROWD.books} books x 50 messages/s, ${CROWD.sockets} browsers, median of ${ROUNDS} rounds of ${CROWD.seconds} s`,
  [
    'path',
    'p50 µs',
    'p99 µs',
    'added p50',
    'added p99',
    'added p50 / bare hop’s',
    'p50 / bare hop',
    'p99 / bare hop',
  ],
  figures.map(({ name, p50, p99 }) => [
    name,
    p50.toFixed(0),
    p99.toFixed(0),
    (p50 - (base?.p50 ?? 0)).toFixed(0),
    (p99 - (base?.p99 ?? 0)).toFixed(0),
    ((p50 - (base?.p50 ?? 0)) / ((bare?.p50 ?? Number.NaN) - (base?.p50 ?? 0))).toFixed(2),
    (p50 / (bare?.p50 ?? Number.NaN)).toFixed(2),
    (p99 / (bare?.p99 ?? Number.NaN)).toFixed(2),
  ]),
);
console.log(rigLine());
