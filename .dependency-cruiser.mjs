/** The layout of `src/`, as rules: `npm run check:structure`. CONTRIBUTING.md explains it. */

const entries = '^src/(index|agents|register|auto|console|openai-types)\\.ts$';
const describe = '^src/operations/';
const watch = '^src/observe/';
const emit = '^src/telemetry/';
/** Plain data types, which every folder may import. */
const descriptions = '^src/operations/(operation|content)\\.ts$';
const coordinators = '^src/(calls|tools|agents)/';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Imports of values go one way.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'describe-alone',
      comment: 'Operations are pure functions: they know no promises and no OpenTelemetry signals.',
      severity: 'error',
      from: { path: describe },
      to: { path: [watch, emit, coordinators, '^src/patching/'] },
    },
    {
      name: 'watch-alone',
      comment: 'Watching knows no payloads and no telemetry.',
      severity: 'error',
      from: { path: watch },
      to: { path: [describe, emit, coordinators, '^src/patching/', '^src/(semconv|config)\\.ts$'] },
    },
    {
      name: 'emit-alone',
      comment: 'Emitting knows no promises, and of payloads only the types of their descriptions.',
      severity: 'error',
      from: { path: emit },
      to: { path: [watch, coordinators, '^src/patching/', describe], pathNot: descriptions },
    },
    {
      name: 'emit-types-only',
      severity: 'error',
      from: { path: emit },
      to: { path: descriptions, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'patching-alone',
      comment: 'Patching replaces methods. It does not know what happens in them.',
      severity: 'error',
      from: { path: '^src/patching/' },
      to: { path: [describe, watch, emit, coordinators] },
    },
    {
      name: 'no-import-of-instrumentation',
      comment: 'instrumentation.ts ties everything together. Only the entries import it.',
      severity: 'error',
      from: { pathNot: entries },
      to: { path: '^src/instrumentation\\.ts$' },
    },
    {
      name: 'no-import-of-entries',
      severity: 'error',
      // /auto is /register and more.
      from: { pathNot: '^src/auto\\.ts$' },
      to: { path: entries },
    },
    {
      name: 'types-of-openai-only',
      comment: 'The application brings its own copies of openai and of the Agents SDK.',
      severity: 'error',
      from: {},
      to: { path: 'node_modules/(openai|@openai)/', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
