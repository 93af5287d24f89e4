/** Starts the parts of the relay's benchmarks as processes and reads what they print. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, makeDataDir, startDeck } from '../../e2e/processes.ts';

const here = dirname(fileURLToPath(import.meta.url));

export interface Hop {
  readonly name: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly token?: string;
  readonly pid?: number;
  stop(): Promise<void>;
}

export interface Reading {
  readonly delivered: number;
  readonly p50: number;
  readonly p99: number;
  /** CPU the hop used while measuring, in µs per delivered message; undefined where the system does not tell. */
  readonly cpuUsPerMessage?: number;
}

function program(file: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', join(here, file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function line(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk) => {
      text += String(chunk);
      const match = pattern.exec(text);
      if (match !== null) resolve(match);
    });
    child.once('exit', (code) =>
      reject(new Error(`${child.spawnargs.join(' ')} ended with ${code}: ${text}`)),
    );
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await gone;
}

async function listening(file: string, args: readonly string[]) {
  const child = program(file, args);
  const [, port = ''] = await line(child, /listening (\d+)/);
  return { child, port: Number(port), stop: () => ended(child) };
}

export async function startFeed(): Promise<{ httpUrl: string; wsUrl: string; stop(): Promise<void> }> {
  const { port, stop } = await listening('feed-exchange.ts', []);
  return { httpUrl: `http://127.0.0.1:${port}`, wsUrl: `ws://127.0.0.1:${port}/ws`, stop };
}

export function straight(feedWs: string): Hop {
  return { name: 'straight', url: feedWs, headers: {}, stop: async () => {} };
}

export async function startBareHop(feedWs: string, mode: '--parse' | '--broadcast'): Promise<Hop> {
  const { child, port, stop } = await listening('bare-hop.ts', [feedWs, mode]);
  const name = mode === '--parse' ? 'bare parse-and-forward' : 'plain ws broadcast';
  const hop = { name, url: `ws://127.0.0.1:${port}/`, headers: {}, stop };
  return child.pid === undefined ? hop : { ...hop, pid: child.pid };
}

/** nginx as a plain WebSocket reverse proxy, or undefined where it is not installed. */
export async function startNginx(feedWs: string): Promise<Hop | undefined> {
  if (spawnSync('nginx', ['-v']).error !== undefined) return undefined;
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'perpdeck-nginx-'));
  mkdirSync(join(folder, 'tmp'));
  const target = new URL(feedWs).host;
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
     events {}
     http { access_log off; client_body_temp_path ${folder}/tmp; proxy_temp_path ${folder}/tmp;
       fastcgi_temp_path ${folder}/tmp; uwsgi_temp_path ${folder}/tmp; scgi_temp_path ${folder}/tmp;
       server { listen 127.0.0.1:${port};
         location / { proxy_pass http://${target}; proxy_http_version 1.1;
           proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade; proxy_buffering off; } } }`,
  );
  const child = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
  while (!existsSync(join(folder, 'pid'))) await new Promise((resolve) => setImmediate(resolve));
  return {
    name: 'nginx reverse proxy',
    url: `ws://127.0.0.1:${port}/ws`,
    headers: {},
    async stop() {
      await ended(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function signInTo(deck: { readonly url: string; readonly link: string }) {
  const token = deck.link.split('#t=')[1] ?? '';
  const answer = await fetch(`${deck.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: deck.url, 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ token }),
  });
  const { headerToken } = (await answer.json()) as { headerToken: string };
  return { cookie: answer.headers.get('set-cookie')?.split(';')[0] ?? '', headerToken };
}

/** Perpdeck's own proxy with everything on: gate, session, hub, snapshots. */
export async function startPerpdeck(
  feed: { httpUrl: string; wsUrl: string },
  sockets: number,
  env: NodeJS.ProcessEnv = {},
): Promise<Hop> {
  const dir = makeDataDir();
  const args = [
    '--exchange-url',
    feed.httpUrl,
    '--exchange-ws',
    feed.wsUrl,
    '--max-sockets',
    String(sockets),
  ];
  const deck = await startDeck(dir.path, args, env);
  const { cookie, headerToken } = await signInTo(deck);
  return {
    name: 'Perpdeck',
    url: `${deck.url.replace('http', 'ws')}/exchange/ws`,
    headers: { cookie, origin: deck.url },
    token: headerToken,
    pid: deck.pid,
    async stop() {
      await deck.stop();
      dir.remove();
    },
  };
}

/** CPU a process has used so far, in µs, from Linux's accounting; undefined elsewhere. */
function cpuUs(pid: number | undefined): number | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const TICK_US = 10_000;
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

export async function read(
  hop: Hop,
  crowd: { sockets: number; books: number; seconds: number; tickers?: boolean; stalled?: number },
): Promise<Reading> {
  const child = program('readers.ts', [
    JSON.stringify({ url: hop.url, headers: hop.headers, token: hop.token, ...crowd }),
  ]);
  const finished = line(child, /(\{.*\})/);
  await line(child, /measuring/);
  const before = cpuUs(hop.pid);
  const reading = JSON.parse((await finished)[1] ?? '{}') as Reading;
  const after = cpuUs(hop.pid);
  if (before === undefined || after === undefined) return reading;
  return { ...reading, cpuUsPerMessage: (after - before) / reading.delivered };
}
