/** Finds the browser that the end-to-end tests drive, and installs Debian's where it may. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';

const CANDIDATES = [
  process.env.PERPDECK_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const find = () => CANDIDATES.find((path) => path !== undefined && isExecutable(path));

/** The browser's path, or undefined after having said how to get one. */
export function ensureChromium() {
  const found = find();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    console.log('Chromium is missing: installing Debian’s package …');
    const apt = (args) =>
      spawnSync('apt-get', args, {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      }).status === 0;
    if (
      apt(['update']) &&
      apt(['install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation'])
    ) {
      return find();
    }
  }
  console.error(
    'No Chromium found. Install it (Debian: sudo apt-get install chromium) or name one in PERPDECK_CHROMIUM, then run the tests again.',
  );
  return undefined;
}
