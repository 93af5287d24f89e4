/**
 * The paper exchange's market, spoken to as any client would: time from start to the first tick with full history; and an
 * hour of market at sixty times the speed while 64 book topics are read, with the processor time and memory it takes.
 * 16 products at four depths stand for the 64 books: every topic is diffed and written on its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { makeDataDir } from '../e2e/processes.ts';
import { median, printTable } from './table.ts';

const PROGRAM = join(dirname(dirname(fileURLToPath(import.meta.url))), 'dist/server/paper.mjs');
const STARTS = 5;
const RESOLUTIONS = [60, 300, 900, 1800, 3600, 14_400, 86_400, 604_800];
const CANDLES = 1000;
const DEPTHS = [1, 5, 10, 30];
const SPEED = 60;
const PARTS = 6;
/** Ten minutes of market each. */
const PART_MS = 10_000;
const WARM_UP_MS = 5_000;
const TOKEN = 'bench-token-0123456789';

interface Paper {
  readonly child: ChildProcess;
  readonly url: string;
  readonly wsUrl: string;
  stop(): Promise<void>;
}

async function startPaper(args: readonly string[]): Promise<Paper> {
  const dir = makeDataDir();
  const child = spawn(
    process.execPath,
    [PROGRAM, '--port', '0', '--seed', '7', '--rate-limit', 'off', '--admin-token', TOKEN, ...args],
    { env: { ...process.env, PERPDECK_DATA_DIR: dir.path }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const wsUrl = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += String(chunk);
      const match = /ws:\/\/\S+/.exec(text);
      if (match !== null) resolve(match[0]);
    });
    child.once('exit', (code) => reject(new Error(`The paper exchange ended with ${code}: ${text}`)));
  });
  return {
    child,
    wsUrl,
    url: wsUrl.replace('ws:', 'http:').replace(/\/ws$/, ''),
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      dir.remove();
    },
  };
}

async function openSocket(wsUrl: string): Promise<WebSocket> {
  const socket = new WebSocket(wsUrl, { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}

function subscribe(socket: WebSocket, id: number, method: string, params: readonly unknown[]): Promise<void> {
  return new Promise((resolve) => {
    const onMessage = (bytes: Buffer) => {
      if (!bytes.toString().includes(`"id":${id},`)) return;
      socket.off('message', onMessage);
      resolve();
    };
    socket.on('message', onMessage);
    socket.send(JSON.stringify({ id, method, params }));
  });
}

/** Milliseconds from the start of the process: first book change, and a thousand candles of every resolution. */
async function startOnce(): Promise<{ tick: number; history: number }> {
  const startNs = process.hrtime.bigint();
  const sinceMs = () => Number(process.hrtime.bigint() - startNs) / 1e6;
  const paper = await startPaper([]);
  const socket = await openSocket(paper.wsUrl);
  const ticked = new Promise<number>((resolve) => {
    socket.on('message', (bytes: Buffer) => {
      if (bytes.includes('"type":"incremental"')) resolve(sinceMs());
    });
  });
  await subscribe(socket, 1, 'orderbook_p.subscribe', ['BTCUSDT']);
  for (const resolution of RESOLUTIONS) {
    const query = `symbol=BTCUSDT&resolution=${resolution}&limit=${CANDLES}`;
    const answer = await fetch(`${paper.url}/exchange/public/md/v2/kline/last?${query}`);
    if (!answer.ok) throw new Error(`Candles of ${resolution} s: ${answer.status}`);
    await answer.arrayBuffer();
  }
  const history = sinceMs();
  const tick = await ticked;
  socket.terminate();
  await paper.stop();
  return { tick, history };
}

/** Processor seconds and resident megabytes so far, from Linux's accounting; undefined elsewhere. */
function usage(pid: number | undefined): { cpuSec: number; residentMB: number } | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  const TICKS_PER_SEC = 100;
  return {
    cpuSec: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SEC,
    residentMB: Number(resident) / 1024,
  };
}

async function marketMs(paper: Paper): Promise<number> {
  const answer = await fetch(`${paper.url}/admin/clock`, { headers: { authorization: `Bearer ${TOKEN}` } });
  return ((await answer.json()) as { nowMs: number }).nowMs;
}

async function symbolsOf(paper: Paper): Promise<readonly string[]> {
  const answer = await fetch(`${paper.url}/public/products`);
  const { data } = (await answer.json()) as { data: { perpProductsV2: { symbol: string }[] } };
  return data.perpProductsV2.map(({ symbol }) => symbol);
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function runHour(): Promise<string[][]> {
  const paper = await startPaper(['--speed', String(SPEED)]);
  const symbols = await symbolsOf(paper);
  let messages = 0;
  let bytes = 0;
  const sockets: WebSocket[] = [];
  for (const depth of DEPTHS) {
    const socket = await openSocket(paper.wsUrl);
    sockets.push(socket);
    for (const [id, symbol] of symbols.entries()) {
      await subscribe(socket, id, 'orderbook_p.subscribe', [symbol, false, depth]);
    }
    socket.on('message', (message: Buffer) => {
      messages++;
      bytes += message.length;
    });
  }
  const beats = setInterval(() => {
    for (const socket of sockets) socket.send('{"id":999,"method":"server.ping","params":[]}');
  }, 5_000);
  await wait(WARM_UP_MS);
  const rows: string[][] = [];
  for (let part = 1; part <= PARTS; part++) {
    const before = usage(paper.child.pid);
    const [fromMs, fromNs, fromMessages, fromBytes] = [
      await marketMs(paper),
      process.hrtime.bigint(),
      messages,
      bytes,
    ];
    await wait(PART_MS);
    const after = usage(paper.child.pid);
    const seconds = Number(process.hrtime.bigint() - fromNs) / 1e9;
    const cpu =
      before === undefined || after === undefined ? undefined : (after.cpuSec - before.cpuSec) / seconds;
    rows.push([
      `${part}`,
      `${(((await marketMs(paper)) - fromMs) / 1000 / seconds).toFixed(1)}x`,
      ((messages - fromMessages) / seconds).toFixed(0),
      ((bytes - fromBytes) / seconds / 1e6).toFixed(2),
      cpu === undefined ? '?' : `${(100 * cpu).toFixed(0)} %`,
      after === undefined ? '?' : after.residentMB.toFixed(0),
    ]);
  }
  clearInterval(beats);
  for (const socket of sockets) socket.terminate();
  await paper.stop();
  return rows;
}

const starts: { tick: number; history: number }[] = [];
for (let round = 0; round < STARTS; round++) starts.push(await startOnce());
printTable(
  `Start of the paper exchange, a process of its own, median of ${STARTS}; ms`,
  ['from the start of the process to', 'ms'],
  [
    ['the first change of a book on a socket', median(starts.map(({ tick }) => tick)).toFixed(0)],
    [
      `${CANDLES} candles of each of ${RESOLUTIONS.length} resolutions read, minutes to weeks`,
      median(starts.map(({ history }) => history)).toFixed(0),
    ],
  ],
);
printTable(
  `An hour of market at ${SPEED}x, 16 products x ${DEPTHS.length} depths = 64 book topics; 50 symbols x 50 updates/s are 2,500 messages/s`,
  ['ten minutes', 'pace', 'messages/s', 'MB/s', 'of one core', 'resident MB'],
  await runHour(),
);
