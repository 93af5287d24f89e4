/**
 * `npm test`: check, unit and contract tests, then the flows in a real browser.
 * The last line counts them all: `N passed, N failed`.
 */
import './node-version.mjs';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { root, runScript, tool } from './run.mjs';
import { ownTempFolder } from './temp-folder.mjs';

ownTempFolder();
const reports = mkdtempSync(join(tmpdir(), 'reports-'));
const total = { passed: 0, failed: 0 };

const count = (passed, failed) => {
  total.passed += passed;
  total.failed += failed;
};

/** Adds what a runner counted; a runner that failed without a failing test (a crash, no test found) counts as one. */
function countReport(file, exitCode, read) {
  let tally = { passed: 0, failed: 0 };
  try {
    tally = read(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    console.error(`No report at ${file}: the runner stopped before it could write one.`);
  }
  const isBroken = tally.failed === 0 && (exitCode !== 0 || tally.passed === 0);
  count(tally.passed, isBroken ? 1 : tally.failed);
}

async function check() {
  const code = await runScript(join(root, 'scripts/check.mjs'));
  count(code === 0 ? 1 : 0, code === 0 ? 0 : 1);
}

async function unitAndContract() {
  console.log('\n— Unit and contract tests');
  const file = join(reports, 'vitest.json');
  const code = await runScript(tool('vitest'), [
    'run',
    '--exclude=scripts/**',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  countReport(file, code, (report) => ({ passed: report.numPassedTests, failed: report.numFailedTests }));
}

async function endToEnd() {
  console.log('\n— End to end, in a browser');
  const chromium = ensureChromium();
  if (chromium === undefined) return count(0, 1);
  if ((await runScript(join(root, 'scripts/build.mjs'))) !== 0) return count(0, 1);
  const file = join(reports, 'playwright.json');
  const code = await runScript(tool('playwright'), ['test', '--config=e2e/playwright.config.ts'], {
    env: { ...process.env, PERPDECK_CHROMIUM: chromium, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  });
  countReport(file, code, ({ stats }) => ({
    passed: stats.expected,
    // A test that passed only at a second try is a bug to find, so it is no pass.
    failed: stats.unexpected + stats.flaky,
  }));
}

await check();
await unitAndContract();
await endToEnd();
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
