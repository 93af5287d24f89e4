/** A temporary folder for one run of tests or benchmarks: whatever they make in it goes with it, however they end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Node and Chromium look for the folder in these. A name is short, for a socket's path in it may have 104 bytes. */
const VARIABLES = process.platform === 'win32' ? ['TEMP', 'TMP'] : ['TMPDIR'];

/** For this process and all that it starts; removed when it ends. */
export function ownTempFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'pd-'));
  for (const name of VARIABLES) process.env[name] = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
}
