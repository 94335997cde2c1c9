import { defineConfig } from 'vitest/config';

/** `npm run test:backends`: against real back-ends. Not in `npm test`, because a machine may have none of them. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    globalSetup: 'test/setup/fresh-build.ts',
    include: ['test/backends/**/*.test.ts'],
    reporters: ['verbose'],
    // Phoenix takes a while to start, and longer to install.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    // Each test has several processes of its own.
    fileParallelism: false,
  },
});
