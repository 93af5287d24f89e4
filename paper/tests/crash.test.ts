/** kill -9 at any moment loses nothing acknowledged. All 200 kills: `npm run bench -- crash`. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCrashes } from './crash/crash-run.ts';

const KILLS = 12;
/** A new one each day, so that the days add up; a failure prints it. */
const SEED = Math.floor(Date.now() / 86_400_000);

it('[STO11] a killed exchange has every acknowledged order, cancel and fill, none twice, and all the money', {
  timeout: 120_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'perpdeck-crash-'));
  const report = await runCrashes({ kills: KILLS, seed: SEED, dataDir });
  // It really was under load, and the kills really cut requests off.
  expect(report.orders).toBeGreaterThan(KILLS * 5);
  expect(report.cancels).toBeGreaterThan(KILLS);
  expect(report.fills).toBeGreaterThan(KILLS);
  expect(report.unanswered).toBeGreaterThan(KILLS);
});
