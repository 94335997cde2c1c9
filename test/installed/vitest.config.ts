import { defineConfig } from 'vitest/config';

/** `npm run test:installed`: beside other packages, which come from the registry (700 MB). Not in `npm test` for that reason. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    globalSetup: ['test/setup/fresh-build.ts', 'test/installed/install.ts'],
    include: ['test/installed/**/*.test.ts'],
    reporters: ['verbose'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
