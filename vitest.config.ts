import { defineConfig } from 'vitest/config';
import { ownTempFolder } from './scripts/temp-folder.mjs';

ownTempFolder();

export default defineConfig({
  test: {
    include: ['{contract,paper,proxy,web,scripts}/**/*.test.ts'],
    // Failing tests of the exchange print their seed; nothing else should need a second try.
    retry: 0,
    pool: 'forks',
    // Every core: most of what these tests wait for is another process of their own.
    maxWorkers: '100%',
    // A bound for what hangs, far above what a busy machine needs.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
