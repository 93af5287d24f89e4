/**
 * The paper exchange's market, spoken to as any client would: time from the start of its process (the built program, as
 * `npm run paper` runs it) to the first tick and to a thousand candles of every resolution; what the market costs when
 * nobody looks; and an hour of market at sixty times the speed while the books of 50 products are read, with the
 * processor time and memory it takes.
 */
import type { WebSocket } from 'ws';
import { RESOLUTIONS_SEC } from '#contract/vocabulary.ts';
import {
  mainThreadMs,
  marketMs,
  openSocket,
  type Paper,
  startPaper,
  subscribe,
  symbolsOf,
  usage,
  wait,
} from './market/paper-process.ts';
import { median, printTable } from './table.ts';

const STARTS = 5;
const CANDLES = 1000;
/** How far apart the products are whose history the starts read. */
const NEXT_PRODUCT = 13;
const BOOKS = 50;
/** What a connection may subscribe to on the exchange. */
const BOOKS_PER_SOCKET = 20;
const SPEED = 60;
const UPDATES_PER_SEC = 2_500;
const ALONE_MS = 15_000;
const PARTS = 6;
/** Ten minutes of market each. */
const PART_MS = 10_000;
const WARM_UP_MS = 5_000;

/** A thousand candles, as far as there are, and how long they took in ms. */
async function readCandles(paper: Paper, symbol: string, resolution: number): Promise<number> {
  const startNs = process.hrtime.bigint();
  const query = `symbol=${symbol}&resolution=${resolution}&limit=${CANDLES}`;
  const answer = await fetch(`${paper.url}/exchange/public/md/v2/kline/last?${query}`);
  if (!answer.ok) throw new Error(`Candles of ${symbol}, ${resolution} s: ${answer.status}`);
  await answer.arrayBuffer();
  return Number(process.hrtime.bigint() - startNs) / 1e6;
}

interface Start {
  /** Milliseconds from the start of the process to the first change of a book, and until the candles were read. */
  readonly tickMs: number;
  readonly historyMs: number;
  /** The main thread's processor time until then: what it takes where no other program is in the way. */
  readonly tickCpuMs: number;
  readonly historyCpuMs: number;
}

/** Every start reads another product. */
async function startOnce(round: number): Promise<Start> {
  const startNs = process.hrtime.bigint();
  const sinceMs = () => Number(process.hrtime.bigint() - startNs) / 1e6;
  const paper = await startPaper([]);
  const socket = await openSocket(paper.wsUrl);
  const ticked = new Promise<{ tickMs: number; tickCpuMs: number }>((resolve) => {
    socket.on('message', (bytes: Buffer) => {
      if (bytes.includes('"type":"incremental"')) {
        resolve({ tickMs: sinceMs(), tickCpuMs: mainThreadMs(paper.child.pid) });
      }
    });
  });
  await subscribe(socket, 1, 'orderbook_p.subscribe', ['BTCUSDT']);
  const tick = await ticked;
  const symbols = await symbolsOf(paper);
  const symbol = symbols[(round * NEXT_PRODUCT) % symbols.length] ?? 'BTCUSDT';
  for (const resolution of RESOLUTIONS_SEC) await readCandles(paper, symbol, resolution);
  const history = { historyMs: sinceMs(), historyCpuMs: mainThreadMs(paper.child.pid) };
  socket.terminate();
  await paper.stop();
  return { ...tick, ...history };
}

/** All products' history from one exchange: the time of each request, and the main thread's for all of them. */
async function readEverything(): Promise<{ times: readonly number[]; cpuMs: number }> {
  const paper = await startPaper([]);
  const symbols = await symbolsOf(paper);
  const fromMs = mainThreadMs(paper.child.pid);
  const times: number[] = [];
  for (const symbol of symbols) {
    for (const resolution of RESOLUTIONS_SEC) times.push(await readCandles(paper, symbol, resolution));
  }
  const cpuMs = mainThreadMs(paper.child.pid) - fromMs;
  await paper.stop();
  return { times, cpuMs };
}

interface Stretch {
  readonly seconds: number;
  readonly marketSec: number;
  readonly cpuSec: number;
  readonly residentMB: number;
}

/** What a process does and takes in so much time. */
async function observe(paper: Paper, ms: number): Promise<Stretch> {
  const [before, fromMs, fromNs] = [usage(paper.child.pid), await marketMs(paper), process.hrtime.bigint()];
  await wait(ms);
  const [after, toMs, toNs] = [usage(paper.child.pid), await marketMs(paper), process.hrtime.bigint()];
  return {
    seconds: Number(toNs - fromNs) / 1e9,
    marketSec: (toMs - fromMs) / 1000,
    cpuSec: (after?.cpuSec ?? Number.NaN) - (before?.cpuSec ?? 0),
    residentMB: after?.residentMB ?? Number.NaN,
  };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** What the market alone takes of a core at its usual speed: nobody is connected. */
async function runAlone(): Promise<number> {
  const paper = await startPaper([]);
  await wait(WARM_UP_MS);
  const { cpuSec, seconds } = await observe(paper, ALONE_MS);
  await paper.stop();
  return cpuSec / seconds;
}

/** Sockets that read so many books between them, and what they have received. */
async function readBooks(paper: Paper) {
  const received = { messages: 0, bytes: 0 };
  const symbols = (await symbolsOf(paper)).slice(0, BOOKS);
  const sockets: WebSocket[] = [];
  for (let first = 0; first < symbols.length; first += BOOKS_PER_SOCKET) {
    const socket = await openSocket(paper.wsUrl);
    sockets.push(socket);
    for (const [id, symbol] of symbols.slice(first, first + BOOKS_PER_SOCKET).entries()) {
      await subscribe(socket, id, 'orderbook_p.subscribe', [symbol]);
    }
    socket.on('message', (message: Buffer) => {
      received.messages++;
      received.bytes += message.length;
    });
  }
  const beats = setInterval(() => {
    for (const socket of sockets) socket.send('{"id":999,"method":"server.ping","params":[]}');
  }, 5_000);
  const stop = () => {
    clearInterval(beats);
    for (const socket of sockets) socket.terminate();
  };
  return { received, stop };
}

interface Hour {
  readonly rows: string[][];
  /** Processor seconds of a message, beyond what a market that nobody looks at takes in the same time of its own. */
  readonly secPerMessage: number;
}

async function runHour(): Promise<Hour> {
  const paper = await startPaper(['--speed', String(SPEED)]);
  await wait(WARM_UP_MS);
  const alone = await observe(paper, ALONE_MS);
  const { received, stop } = await readBooks(paper);
  await wait(WARM_UP_MS);
  const rows: string[][] = [];
  let extraSec = 0;
  let messagesAll = 0;
  for (let part = 1; part <= PARTS; part++) {
    const { messages, bytes } = received;
    const { seconds, marketSec, cpuSec, residentMB } = await observe(paper, PART_MS);
    extraSec += cpuSec - (alone.cpuSec / alone.marketSec) * marketSec;
    messagesAll += received.messages - messages;
    rows.push([
      `${part}`,
      `${(marketSec / seconds).toFixed(1)}x`,
      ((received.messages - messages) / seconds).toFixed(0),
      ((received.bytes - bytes) / seconds / 1e6).toFixed(2),
      percent(cpuSec / seconds),
      residentMB.toFixed(0),
    ]);
  }
  stop();
  await paper.stop();
  return { rows, secPerMessage: extraSec / messagesAll };
}

const starts: Start[] = [];
for (let round = 0; round < STARTS; round++) starts.push(await startOnce(round));
const middle = (of: keyof Start) => median(starts.map((start) => start[of])).toFixed(0);
printTable(
  `Start of the paper exchange, a process of its own, median of ${STARTS}, each of another product; ms from the start of the process to`,
  ['', 'by the clock', 'processor time of its main thread'],
  [
    ['the first change of a book on a socket', middle('tickMs'), middle('tickCpuMs')],
    [
      `${CANDLES} candles of each of ${RESOLUTIONS_SEC.length} resolutions read one after another`,
      middle('historyMs'),
      middle('historyCpuMs'),
    ],
  ],
);
const { times, cpuMs } = await readEverything();
printTable(
  `${CANDLES} candles of every product and resolution, ${times.length} requests one after another; ms`,
  ['', 'ms'],
  [
    ['median', median(times).toFixed(1)],
    ['slowest', Math.max(...times).toFixed(0)],
    ['mean processor time', (cpuMs / times.length).toFixed(1)],
  ],
);
const alone = await runAlone();
const { rows, secPerMessage } = await runHour();
printTable(
  `An hour of market at ${SPEED}x, ${BOOKS} books read`,
  ['ten minutes', 'pace', 'messages/s', 'MB/s', 'of one core', 'resident MB'],
  rows,
);
const wire = secPerMessage * UPDATES_PER_SEC;
printTable(
  `${BOOKS} symbols x ${UPDATES_PER_SEC / BOOKS} updates/s beside the market at 1x`,
  ['', 'of one core'],
  [
    ['the market, nobody connected', percent(alone)],
    [`${UPDATES_PER_SEC} messages/s at ${(1e6 * secPerMessage).toFixed(0)} µs`, percent(wire)],
    ['headroom', `${(1 / (alone + wire)).toFixed(1)} times`],
  ],
);
