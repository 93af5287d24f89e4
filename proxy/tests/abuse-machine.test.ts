/**
 * The abuse suite on the machine itself: where the programs listen, what other users and programs can read of them, and
 * what they leave behind. Ids as in abuse-http.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { openInBrowser } from '../src/browser-opener.ts';
import { readConfig } from '../src/config.ts';
import { CERTIFICATE, KEY } from './certificate.ts';
import { inAMinute, newBot, sign } from './gateway/bot.ts';
import { createManualTime } from './manual-time.ts';
import { childOf, clientOf, LINK, machinePerTest } from './program.ts';
import { call, sendRaw, signIn } from './rig.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const machine = machinePerTest();
const { start } = machine;

/** Local addresses that a process listens on, as `/proc/net/tcp` writes them; 0100007F is 127.0.0.1. */
function listeners(pid: number): string[] {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
      } catch {
        return [];
      }
    }),
  );
  return ['tcp', 'tcp6']
    .flatMap((name) => readFileSync(`/proc/${pid}/net/${name}`, 'utf8').split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A' && inodes.has(fields[9] ?? ''))
    .map((fields) => fields[1]?.split(':')[0] ?? '');
}

describe.runIf(process.platform === 'linux')('the programs on their machine', () => {
  it('[A16] [L5] [L7] [L10] [L11] [L12] [P1] listen on loopback alone, show nothing, leave nothing', async () => {
    // Words that other servers take for an address to listen on.
    const program = start(['--seed', '7'], { HOST: '0.0.0.0', HOSTNAME: '::', PORT: '80', DEBUG: '*' });
    const link = await program.says(LINK);
    const token = link.split('#t=')[1] ?? '';
    const me = await signIn(clientOf(link).proxy);
    const pid = program.child.pid ?? 0;
    const all = [pid, childOf(pid, 'signer'), childOf(pid, 'paper')];
    process.kill(pid, 'SIGUSR1');
    expect((await call(clientOf(link), me, 'GET', '/api/status')).status).toBe(200);
    for (const one of all) {
      expect(listeners(one).filter((address) => address !== '0100007F')).toEqual([]);
      const shown = ['cmdline', 'environ', 'comm'].map((name) =>
        readFileSync(`/proc/${one}/${name}`, 'latin1'),
      );
      for (const secret of [token, me.headerToken, me.cookie.split('=')[1] ?? '']) {
        expect(shown.join('\n')).not.toContain(secret);
      }
    }
    // The debugger would be one more.
    expect(all.map((one) => listeners(one).length)).toEqual([1, 0, 1]);
    for (const one of all.slice(0, 2)) {
      expect(Number.parseInt(readFileSync(`/proc/${one}/coredump_filter`, 'utf8'), 16)).toBe(0);
    }
    program.child.kill('SIGTERM');
    expect(await program.exitCode()).toBe(0);
    for (const name of ['sign-in.html', 'perpdeck.lock'])
      expect(existsSync(join(machine.dataDir, name))).toBe(false);
  });

  it('[L3] writes nothing that others can read, whatever the umask', async () => {
    const mask = process.umask(0);
    const program = start(['--seed', '7']);
    process.umask(mask);
    await program.says(LINK);
    program.child.kill('SIGTERM');
    await program.exitCode();
    const files = (readdirSync(machine.dataDir, { recursive: true }) as string[]).map((name) =>
      join(machine.dataDir, name),
    );
    expect(files.length).toBeGreaterThan(2);
    const open = files.filter((path) => (statSync(path).mode & 0o077) !== 0);
    expect(open).toEqual([]);
  });
});

it.each(['0.0.0.0', '0', '::', '', '0x0', '::ffff:0.0.0.0'])(
  '[A16] takes no address to listen on: --host %j is one clear line, with TLS and without',
  (host) => {
    expect(() => readConfig(['--host', host], {})).toThrow(/belong together: other machines come in by TLS/);
    const tls = ['--tls-cert', 'cert.pem', '--tls-key', 'key.pem'];
    expect(() => readConfig([...tls, '--host', host], {})).toThrow(/^--host takes names of this machine/);
  },
);

it('lets no other machine in where the link alone would sign it in', async () => {
  const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(machine.dataDir, name));
  writeFileSync(cert ?? '', CERTIFICATE);
  writeFileSync(key ?? '', KEY);
  const program = start(['--tls-cert', cert ?? '', '--tls-key', key ?? '', '--host', 'deck.test']);
  expect(await program.exitCode()).toBe(1);
  expect(program.errors()).toMatch(/^Other machines need a second factor beside the link: .*\n$/);
  const swapped = ['--tls-cert', key ?? '', '--tls-key', cert ?? '', '--host', 'deck.test'];
  expect(() => readConfig(swapped, {})).toThrow(/do not fit/);
});

it('[L1] a neighbour with the right Host and no session is not answered', async () => {
  const program = start(['--seed', '7']);
  const port = Number(new URL(await program.says(LINK)).port);
  for (const path of [
    '/api/status',
    '/api/accounts',
    '/api/sessions',
    '/exchange/g-accounts/accountPositions',
  ]) {
    const { status } = await sendRaw(
      port,
      `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n\r\n`,
    );
    expect(status).toBe(401);
  }
});

/** A program of another user of this machine: only root can be one. */
it.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  '[L1] a neighbour with a stolen cookie and token or gateway key is not let in, by HTTP or by socket, nor without a key',
  async () => {
    const program = start(['--seed', '7']);
    const link = await program.says(LINK);
    const { port } = new URL(link);
    const me = await signIn(clientOf(link).proxy);
    const bot = await newBot(clientOf(link), me);
    const expiry = inAMinute();
    const asOf = (who: readonly string[], ...heads: readonly string[]) =>
      heads.map((head) => [head, `host: 127.0.0.1:${port}`, ...who]);
    const upgrade = [
      ...['GET /exchange/ws HTTP/1.1', 'upgrade: websocket', 'connection: upgrade'],
      ...['sec-websocket-version: 13', 'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA=='],
    ].join('\r\n');
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nconnection: close`;
    const page = [
      ...[`cookie: ${me.cookie}`, `x-perpdeck-token: ${me.headerToken}`],
      ...[`origin: http://127.0.0.1:${port}`, 'sec-fetch-site: same-origin'],
    ];
    const signature = sign(bot.secret, `/g-accounts/accountPositionscurrency=USDT${expiry}`);
    const signed = [
      ...[`x-phemex-access-token: ${bot.key.id}`, `x-phemex-request-expiry: ${expiry}`],
      `x-phemex-request-signature: ${signature}`,
    ];
    const heads = [
      ...asOf(page, get('/api/status'), upgrade),
      ...asOf(signed, get('/exchange/g-accounts/accountPositions?currency=USDT')),
      ...asOf([], get('/exchange/public/products'), upgrade),
    ];
    const asking = `
      const ask = (bytes) => new Promise((done) => {
        const socket = require('node:net').connect(${port}, '127.0.0.1');
        socket.once('data', (answer) => { done(String(answer).split(' ')[1]); socket.destroy(); });
        socket.write(bytes);
      });
      Promise.all(${JSON.stringify(heads.map((lines) => [...lines, '', ''].join('\r\n')))}.map(ask))
        .then((answers) => console.log(JSON.stringify(answers)));`;
    const answers = (uid: number): unknown =>
      JSON.parse(
        spawnSync(process.execPath, ['-e', asking], { uid, gid: uid, cwd: '/' }).stdout.toString() || '[]',
      );
    expect(answers(65_534)).toEqual(heads.map(() => '403'));
    expect(answers(0)).toEqual(['200', '101', '200', '200', '101']);
  },
);

it.runIf(process.platform === 'linux')('[L6] opens the browser by a file of the owner’s alone', () => {
  const seen = join(machine.dataDir, 'seen');
  const opener = join(machine.dataDir, 'xdg-open');
  writeFileSync(opener, `#!/bin/sh\nprintf '%s' "$*" > ${seen}.part\nmv ${seen}.part ${seen}\n`);
  chmodSync(opener, 0o755);
  const { PATH } = process.env;
  process.env.PATH = `${machine.dataDir}${delimiter}${PATH}`;
  const time = createManualTime();
  const link = 'http://127.0.0.1:1/#t=canary-token';
  const remove = openInBrowser(link, machine.dataDir, time);
  process.env.PATH = PATH;
  const file = join(machine.dataDir, 'sign-in.html');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toContain(link);
  // The shell is there for its exit code alone: it waits for the other program's last word.
  spawnSync('sh', ['-c', `while [ ! -e ${seen} ]; do :; done`]);
  expect(readFileSync(seen, 'utf8')).toBe(file);
  time.advance(60_000);
  expect(existsSync(file)).toBe(false);
  remove();
});
