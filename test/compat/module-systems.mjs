/**
 * How an application is started, without telemetry and with it, on top of what its module system needs anyway.
 *
 * @typedef {object} ModuleSystem
 * @property {string} title
 * @property {string[]} app
 * @property {string[]} telemetry
 * @property {Record<string, string>} [environment] For telemetry.
 * @property {boolean} [otherMajor] A second major version of the SDK is in the process.
 * @property {(cell: { openai: number, node: string }) => string | undefined} [without] Why there is no such thing.
 */

const IMPORT = ['--import', './telemetry.mjs'];
const AUTO = [
  'opentelemetry-instrumentation-openai/register',
  '@opentelemetry/auto-instrumentations-node/register',
  './telemetry-auto.mjs',
].flatMap((module) => ['--import', module]);
const REQUIRE = ['--require', './telemetry.cjs'];

/** @type {ModuleSystem['without']} */
const noSubpaths = ({ openai }) => (openai < 5 ? 'openai 4 has no such subpaths' : undefined);

/** @type {ModuleSystem['without']} */
const noTypeStripping = ({ node }) => {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18) ? undefined : 'Node.js strips types from 22.18 on';
};

/** @type {Record<string, ModuleSystem>} */
export const moduleSystems = {
  cjs: { title: 'CommonJS', app: ['app.cjs'], telemetry: REQUIRE },
  'cjs-import': { title: 'CommonJS, `--import`', app: ['app.cjs'], telemetry: IMPORT },
  esm: { title: 'ES modules', app: ['app.mjs'], telemetry: IMPORT },
  mixed: { title: 'ES modules and a CommonJS dependency', app: ['mixed.mjs'], telemetry: IMPORT },
  majors: { title: 'two SDK majors in one process', app: ['majors.mjs'], telemetry: IMPORT, otherMajor: true },
  subpaths: { title: '`openai/azure`, `openai/client`', app: ['subpaths.mjs'], telemetry: IMPORT, without: noSubpaths },
  'subpaths-cjs': { title: 'the same, required', app: ['subpaths.cjs'], telemetry: REQUIRE, without: noSubpaths },
  tsc: { title: 'tsc to ES modules', app: ['compiled.mjs'], telemetry: IMPORT },
  'tsc-cjs': { title: 'tsc to CommonJS', app: ['compiled.cjs'], telemetry: REQUIRE },
  tsx: { title: 'tsx', app: ['--import', 'tsx', 'typed.mts'], telemetry: IMPORT },
  // With `--import tsx`, tsx itself fails on CommonJS on Node.js 20.
  'tsx-cjs': { title: 'tsx, CommonJS', app: ['--require', 'tsx/cjs', 'typed.cts'], telemetry: REQUIRE },
  auto: {
    title: 'with auto-instrumentations-node',
    app: ['app.mjs'],
    telemetry: AUTO,
    environment: { OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'openai' },
  },
  'strip-types': { title: 'type stripping', app: ['typed.mts'], telemetry: IMPORT, without: noTypeStripping },
};

/** @param {string} name */
export function moduleSystem(name) {
  const found = moduleSystems[name];
  if (!found) throw new Error(`no module system ${name}`);
  return found;
}
