import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { APPLICATIONS, UNITS } from './test/setup/groups.js';
import { LongestFirst } from './test/setup/longest-first.js';

// They need programs or packages that a machine may not have: `npm run test:backends`, `test:runtimes`, `test:installed`.
const elsewhere = ['test/backends/**', 'test/runtimes/**', 'test/installed/**', 'test/sdk/**'];

export default defineConfig({
  test: {
    globalSetup: 'test/setup/fresh-build.ts',
    // One more than there are cores: some wait, for a process or for the next attempt of a call.
    maxWorkers: availableParallelism() + 1,
    sequence: { sequencer: LongestFirst },
    // Child processes with real applications take a second each; two cores run several of them at once.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text', 'html'] },
    projects: [
      { extends: true, test: { name: 'applications', include: APPLICATIONS } },
      { extends: true, test: { name: 'units', include: UNITS, isolate: false } },
      {
        extends: true,
        test: { name: 'quick', include: ['test/**/*.test.ts'], exclude: [...APPLICATIONS, ...UNITS, ...elsewhere] },
      },
    ],
  },
});
