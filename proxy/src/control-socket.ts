/**
 * The terminal's own way in, for `npm run kill` and `npm run keys`: a socket in the data folder that its owner alone can
 * open. It needs no sign-in and no free HTTP connection, so it works when the page does not. One line in; the kill
 * switch's state as lines out, or one answer about gateway keys.
 */
import { createHash } from 'node:crypto';
import { chmodSync, rmSync, statSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { HaltState } from '#contract/halt.ts';
import { parseHalt } from '#contract/wire/relay-notice.ts';
import type { Gateway } from './gateway/gateway.ts';
import { answerKeys, type KeyAnswer, type KeyCommand } from './gateway/keys-control.ts';
import type { KillSwitch } from './kill/kill-switch.ts';
import type { Time } from './time.ts';

export type Control = 'kill' | 'kill and close' | 'arm' | 'look';
const CONTROLS: readonly string[] = ['kill', 'kill and close', 'arm', 'look'] satisfies Control[];

/** What fits into a socket's address on every system, in bytes. */
const ADDRESS_MAX = 100;
/** A key may name hundreds of symbols. */
const LINE_MAX = 20_000;
const KEYS_PREFIX = 'keys ';
const LOOK_MS = 100;
const MOVED =
  'Perpdeck has left this account meanwhile. The account stays halted, and what is not cleared out yet is once Perpdeck is back on it.';

/** The folder's own place, or one named after it where that is too long. */
export function controlAddress(folder: string): string {
  const path = join(resolve(folder), 'control.sock');
  const name = `perpdeck-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return Buffer.byteLength(path) <= ADDRESS_MAX ? path : join(tmpdir(), `${name}.sock`);
}

const isDone = (state: HaltState): boolean => state.at !== 'halting';

function obey(control: Control, killSwitch: KillSwitch): void {
  if (control === 'arm') killSwitch.arm();
  if (control === 'kill' || control === 'kill and close') {
    killSwitch.pull('npm run kill', { closesPositions: control === 'kill and close' });
  }
}

const tellProblem = (socket: Socket, problem: string): void =>
  void socket.end(`${JSON.stringify({ problem })}\n`);

function answer(socket: Socket, control: Control, current: Controlled['killSwitch'], time: Time): void {
  const killSwitch = current();
  if (killSwitch === undefined) return void tellProblem(socket, 'There is nothing to halt.');
  try {
    obey(control, killSwitch);
  } catch (error) {
    return void tellProblem(socket, (error as Error).message);
  }
  let told = '';
  const tell = () => {
    if (current() !== killSwitch) {
      stop();
      return tellProblem(socket, MOVED);
    }
    const state = killSwitch.state();
    const line = `${JSON.stringify(state)}\n`;
    if (line !== told) socket.write(line);
    told = line;
    if (control !== 'look' && !isDone(state)) return;
    stop();
    socket.end();
  };
  const stop = time.every(LOOK_MS, tell);
  socket.on('close', stop);
  tell();
}

export interface Controlled {
  killSwitch(): KillSwitch | undefined;
  /** undefined while there is no key, so nothing to sign with. */
  gateway(): Gateway | undefined;
}

/** @throws the listener's error */
export async function openControlSocket(
  folder: string,
  controlled: Controlled,
  time: Time,
): Promise<() => Promise<void>> {
  const address = controlAddress(folder);
  const server = createServer((socket) => {
    let heard = '';
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('data', (text: string) => {
      heard += text;
      const [line = '', rest] = heard.split('\n');
      if (rest === undefined && heard.length <= LINE_MAX) return;
      socket.removeAllListeners('data');
      if (line.startsWith(KEYS_PREFIX)) {
        const answered = answerKeys(line.slice(KEYS_PREFIX.length), controlled.gateway());
        return void answered.then((told) => socket.end(`${JSON.stringify(told)}\n`));
      }
      if (!CONTROLS.includes(line)) return tellProblem(socket, 'This Perpdeck does not know that.');
      answer(socket, line as Control, controlled.killSwitch, time);
    });
  });
  // The data folder's lock is ours, so what lies there is a dead one's.
  if (process.platform !== 'win32') rmSync(address, { force: true });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(address, done);
  });
  if (process.platform !== 'win32') chmodSync(address, 0o600);
  return () => new Promise((done) => server.close(() => done()));
}

export type Told =
  | { readonly kind: 'state'; readonly state: HaltState }
  /** It was not done. */
  | { readonly kind: 'problem'; readonly problem: string }
  /** No Perpdeck runs on this folder. */
  | { readonly kind: 'not-running' };

/** Says one line and hears the answer to its end; where no Perpdeck runs on this folder there is none. */
function converse(folder: string, line: string, onText: (text: string) => void): Promise<void> {
  const address = controlAddress(folder);
  if (process.platform !== 'win32') {
    const owner = statSync(address, { throwIfNoEntry: false })?.uid;
    if (owner !== process.getuid?.()) return Promise.resolve();
  }
  return new Promise((done) => {
    const socket = createConnection(address);
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(`${line}\n`));
    // Its end follows, and says that nothing was told.
    socket.on('error', () => {});
    socket.on('data', onText);
    socket.on('close', () => done());
  });
}

/** Asks the Perpdeck on this folder; `onState` hears every change, the answer is the last that was told. */
export async function askControl(
  folder: string,
  control: Control,
  onState: (state: HaltState) => void,
): Promise<Told> {
  let heard = '';
  let last: Told = { kind: 'not-running' };
  await converse(folder, control, (text) => {
    const lines = (heard + text).split('\n');
    heard = lines.pop() ?? '';
    for (const line of lines) {
      const answered = JSON.parse(line) as { problem?: unknown };
      const state = parseHalt(answered);
      last = state.ok
        ? { kind: 'state', state: state.value }
        : { kind: 'problem', problem: String(answered.problem) };
      if (state.ok) onState(state.value);
    }
  });
  return last;
}

/** undefined: no Perpdeck runs on this folder. */
export async function askKeys(folder: string, command: KeyCommand): Promise<KeyAnswer | undefined> {
  let heard = '';
  await converse(folder, KEYS_PREFIX + JSON.stringify(command), (text) => {
    heard += text;
  });
  return heard === '' ? undefined : (JSON.parse(heard) as KeyAnswer);
}
