/** A paper exchange as a process of its own, for benchmarks: started, spoken to, and looked at from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { makeDataDir } from '../../e2e/processes.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const PROGRAM = join(ROOT, 'dist/server/paper.mjs');
const TOKEN = 'bench-token-0123456789';

export interface Paper {
  readonly child: ChildProcess;
  readonly url: string;
  readonly wsUrl: string;
  stop(): Promise<void>;
}

export async function startPaper(args: readonly string[]): Promise<Paper> {
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

export async function openSocket(wsUrl: string): Promise<WebSocket> {
  const socket = new WebSocket(wsUrl, { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return socket;
}

export function subscribe(
  socket: WebSocket,
  id: number,
  method: string,
  params: readonly unknown[],
): Promise<void> {
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

/** Linux's own account of it; not a number elsewhere. */
export function mainThreadMs(pid: number | undefined): number {
  if (pid === undefined || process.platform !== 'linux') return Number.NaN;
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

/** Processor seconds and resident megabytes so far, from Linux's accounting; undefined elsewhere. */
export function usage(pid: number | undefined): { cpuSec: number; residentMB: number } | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  const TICKS_PER_SEC = 100;
  return {
    cpuSec: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SEC,
    residentMB: Number(resident) / 1024,
  };
}

export async function marketMs(paper: Paper): Promise<number> {
  const answer = await fetch(`${paper.url}/admin/clock`, { headers: { authorization: `Bearer ${TOKEN}` } });
  return ((await answer.json()) as { nowMs: number }).nowMs;
}

export async function symbolsOf(paper: Paper): Promise<readonly string[]> {
  const answer = await fetch(`${paper.url}/public/products`);
  const { data } = (await answer.json()) as { data: { perpProductsV2: { symbol: string }[] } };
  return data.perpProductsV2.map(({ symbol }) => symbol);
}

export const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
