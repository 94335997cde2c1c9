import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (file: string) => fileURLToPath(new URL(`../../src/${file}`, import.meta.url));

/**
 * The tests that `npm run test:mutants` runs, all of them in one process: on the sources, where the mutants are, also in
 * place of the package. What child processes see of a mutant, which is what was built, is not seen here.
 */
export default defineConfig({
  resolve: {
    alias: [
      { find: 'opentelemetry-instrumentation-openai/agents', replacement: source('agents.ts') },
      { find: 'opentelemetry-instrumentation-openai', replacement: source('index.ts') },
    ],
  },
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: [
      'test/calls/*.test.ts',
      'test/integration/{calls,content,metrics,options,recorded,stream-notices}.test.ts',
      'test/observe/{abandonment-tracker,api-promise,page-promise,stream}.test.ts',
      'test/operations/{background,by-path}.test.ts',
      'test/telemetry/{limit,parts}.test.ts',
      'test/tools/{pending-calls,recording,responses-loop}.test.ts',
    ],
    setupFiles: 'test/setup/clean-up.ts',
    isolate: false,
    testTimeout: 10_000,
  },
});
