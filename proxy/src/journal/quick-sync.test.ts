import { expect, it } from 'vitest';
import { createQuickSync } from './quick-sync.ts';

/** A disk that takes `takesMs`, by a clock of its own; where each sync was done. */
function startDisk() {
  const disk = { takesMs: 0.1, isBroken: false, done: [] as string[] };
  let nowMs = 0;
  const work = (where: string) => {
    nowMs += disk.takesMs;
    disk.done.push(where);
    if (disk.isBroken) throw new Error('EIO');
  };
  const { sync, isStalling } = createQuickSync<undefined>({
    here: () => work('here'),
    elsewhere: async () => work('elsewhere'),
    nowMs: () => nowMs,
  });
  const syncTimes = async (count: number) => {
    disk.done = [];
    for (let i = 0; i < count; i++) await sync(undefined);
    return new Set(disk.done);
  };
  return { disk, sync, isStalling, syncTimes };
}

it('is done here once the disk has proved quick, and elsewhere after three that were slow', async () => {
  const { disk, syncTimes } = startDisk();
  expect(await syncTimes(8)).toEqual(new Set(['elsewhere']));
  expect(await syncTimes(20)).toEqual(new Set(['here']));
  disk.takesMs = 5;
  expect(await syncTimes(3)).toEqual(new Set(['here']));
  expect(await syncTimes(50)).toEqual(new Set(['elsewhere']));
  disk.takesMs = 0.1;
  expect(await syncTimes(8)).toEqual(new Set(['elsewhere']));
  expect(await syncTimes(1)).toEqual(new Set(['here']));
});

it('is done elsewhere after a single one that stalls, which is said until the disk is well again', async () => {
  const { disk, isStalling, syncTimes } = startDisk();
  await syncTimes(20);
  expect(isStalling()).toBe(false);
  disk.takesMs = 2_000;
  await syncTimes(2);
  expect(disk.done).toEqual(['here', 'elsewhere']);
  expect(isStalling()).toBe(true);
  disk.takesMs = 5;
  await syncTimes(1);
  expect(isStalling()).toBe(false);
});

it('stays here where one in ten is slow, and elsewhere where one in three is', async () => {
  const { disk, syncTimes } = startDisk();
  const where = async (slowEach: number) => {
    let done = new Set<string>();
    for (let i = 0; i < 100; i++) {
      disk.takesMs = i % slowEach === 0 ? 5 : 0.1;
      const latest = await syncTimes(1);
      if (i > 50) done = new Set([...done, ...latest]);
    }
    return done;
  };
  expect(await where(10)).toEqual(new Set(['here']));
  expect(await where(3)).toEqual(new Set(['elsewhere']));
});

it('fails where the disk does, wherever it is done, and goes elsewhere', async () => {
  const { disk, sync, syncTimes } = startDisk();
  await syncTimes(8);
  disk.isBroken = true;
  await expect(sync(undefined)).rejects.toThrow('EIO');
  await expect(sync(undefined)).rejects.toThrow('EIO');
  disk.isBroken = false;
  expect(disk.done.slice(-2)).toEqual(['here', 'elsewhere']);
  expect(await syncTimes(8)).toEqual(new Set(['elsewhere']));
});
