/**
 * `npm run dev`: the proxy restarts and the page reloads as their sources change. The page comes from Vite, which
 * passes its requests on to the proxy; the sign-in link is rewritten to Vite's port.
 */
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { root, tool } from './run.mjs';

/** How long Ctrl-C, which a terminal sends to all of us, has before whoever is left is told again. */
const CTRL_C_MS = 3_000;

const proxyPort = process.env.PERPDECK_PORT ?? '8787';
const webPort = process.env.PERPDECK_WEB_PORT ?? '5173';
const env = {
  ...process.env,
  PERPDECK_PROXY_ORIGIN: `http://127.0.0.1:${proxyPort}`,
  PERPDECK_WEB_PORT: webPort,
};
const start = (name, args, stdio) =>
  spawn(process.execPath, [tool(name), ...args], { cwd: root, env, stdio });

const proxy = start(
  'tsx',
  [
    'watch',
    '--clear-screen=false',
    'proxy/src/main.ts',
    '--no-open',
    '--port',
    proxyPort,
    ...process.argv.slice(2),
  ],
  ['inherit', 'pipe', 'inherit'],
);
createInterface({ input: proxy.stdout }).on('line', (line) =>
  console.log(line.replaceAll(`127.0.0.1:${proxyPort}/`, `127.0.0.1:${webPort}/`)),
);
const page = start(
  'vite',
  ['--clearScreen', 'false', '--logLevel', 'warn'],
  ['ignore', 'inherit', 'inherit'],
);

const children = [proxy, page];
let isInterrupted = false;
const stop = () => {
  for (const child of children) child.kill('SIGTERM');
};
for (const child of children) {
  child.once('exit', (code) => {
    process.exitCode ??= code ?? 1;
    if (!isInterrupted) stop();
  });
}
process.on('SIGINT', () => {
  process.exitCode = 0;
  // Told twice, tsx kills the proxy before that could say goodbye.
  isInterrupted = true;
  setTimeout(stop, CTRL_C_MS).unref();
});
process.on('SIGTERM', () => {
  process.exitCode = 0;
  stop();
});
