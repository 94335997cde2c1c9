import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { APPLICATIONS, SHARED, THOROUGH } from './test/setup/groups.js';
import { LongestFirst } from './test/setup/longest-first.js';

// They need programs or packages that a machine may not have: `npm run test:backends`, `test:runtimes`, `test:installed`.
const elsewhere = ['test/backends/**', 'test/runtimes/**', 'test/installed/**', 'test/sdk/**'];

/** Files that share a process. */
const together = { isolate: false, setupFiles: 'test/setup/clean-up.ts' };

export default defineConfig(({ mode }) => ({
  test: {
    env: mode === 'quick' ? { NEWEST_SDK_ONLY: 'true' } : {},
    globalSetup: 'test/setup/fresh-build.ts',
    // One more than there are cores: some wait, for a process or for the next attempt of a call.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    // Above that of child processes.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text', 'html'] },
    projects: [
      { extends: true, test: { name: 'applications', include: APPLICATIONS } },
      { extends: true, test: { name: 'thorough', include: THOROUGH, ...together } },
      { extends: true, test: { name: 'shared', include: SHARED, ...together } },
      {
        extends: true,
        test: {
          name: 'alone',
          include: ['test/**/*.test.ts'],
          exclude: [...APPLICATIONS, ...THOROUGH, ...SHARED, ...elsewhere],
        },
      },
    ],
  },
}));
