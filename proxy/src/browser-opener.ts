/**
 * Opens the sign-in link in the user's browser by way of a file only its owner can read: a program's arguments are
 * there for everyone on the machine to see.
 */
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Time } from './time.ts';

/** Long enough for a browser to start. */
const FILE_MS = 60_000;
const FILE_NAME = 'sign-in.html';

/** A person sits at this terminal, and there is a screen to open a browser on. */
export function canOpenBrowser(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (!isTerminal) return false;
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(env.DISPLAY) || Boolean(env.WAYLAND_DISPLAY);
}

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['explorer.exe'],
};

/** Answers how to remove the file before its time. Where no browser can be opened, the printed link is there. */
export function openInBrowser(link: string, folder: string, time: Time): () => void {
  const file = join(folder, FILE_NAME);
  const remove = () => rmSync(file, { force: true });
  remove();
  writeFileSync(
    file,
    `<!doctype html><meta charset="utf-8"><title>Perpdeck</title><meta http-equiv="refresh" content="0;url=${link}">`,
    { mode: 0o600, flag: 'wx' },
  );
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const opener = spawn(command, [...args, file], { stdio: 'ignore', detached: true });
  opener.once('error', () => {});
  opener.unref();
  const cancel = time.after(FILE_MS, remove);
  return () => {
    cancel();
    remove();
  };
}
