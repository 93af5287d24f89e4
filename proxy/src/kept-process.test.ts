import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { createManualTime } from '../tests/manual-time.ts';
import { keepRunning } from './kept-process.ts';

const STAYS = 'setInterval(() => {}, 1_000)';

function keepingOf(start: () => Promise<ChildProcess>) {
  const time = createManualTime();
  const keeping = {
    ...{ name: 'a child', time, start, restartFirstMs: 100, stopMs: 1_000, log: { error: () => {} } },
    askToStop: (child: ChildProcess) => void child.kill('SIGTERM'),
  };
  return { time, keeping };
}
const started = () => spawn(process.execPath, ['-e', STAYS], { stdio: 'ignore' });

test('a child that ends by itself is started again, and one that was told to stop is not', async () => {
  const children: ChildProcess[] = [];
  const { time, keeping } = keepingOf(async () => {
    const child = started();
    children.push(child);
    return child;
  });
  const kept = await keepRunning(keeping);
  children[0]?.kill('SIGKILL');
  await expect.poll(() => kept.child()).toBeUndefined();
  time.advance(100);
  await expect.poll(() => kept.child()?.pid).toBe(children[1]?.pid);
  await kept.stop();
  time.advance(60_000);
  expect(children.map((child) => child.signalCode)).toEqual(['SIGKILL', 'SIGTERM']);
});

test('a child that becomes ready only after it was told to stop does not outlive it', async () => {
  let isReady: (child: ChildProcess) => void = () => {};
  const late = new Promise<ChildProcess>((resolve) => {
    isReady = resolve;
  });
  const starts = [Promise.resolve(started()), late];
  const { time, keeping } = keepingOf(
    () => starts.shift() ?? Promise.reject(new Error('one start too many')),
  );
  const kept = await keepRunning(keeping);
  kept.child()?.kill('SIGKILL');
  await expect.poll(() => kept.child()).toBeUndefined();
  time.advance(100);
  await kept.stop();
  const child = started();
  const ended = once(child, 'exit');
  isReady(child);
  expect(await ended).toEqual([null, 'SIGKILL']);
});
