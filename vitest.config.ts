import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // These want programs that a machine may not have: `npm run test:backends`.
    exclude: ['test/backends/**', 'test/runtimes/**'],
    // Child processes with real applications take a second each; two cores run several of them at once.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: { provider: 'v8', include: ['src/**'], reporter: ['text', 'html'] },
  },
});
