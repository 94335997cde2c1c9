import { defineConfig } from 'vitest/config';

/** `npm run test:runtimes`: in Bun, Deno and workerd. Not in `npm test`, because they come from the registry. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    globalSetup: 'test/setup/fresh-build.ts',
    include: ['test/runtimes/**/*.test.ts'],
    reporters: ['verbose'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
