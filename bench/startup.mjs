import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import * as module from 'node:module';
import { fileURLToPath } from 'node:url';
import { require } from './modules.mjs';
import { estimate, median, random, shuffled } from './statistics.mjs';

/** @import { Estimate } from './statistics.mjs' */

const OURS = fileURLToPath(new URL('.cache/node_modules/ours/', import.meta.url));
const PEERS = [
  '@opentelemetry/instrumentation-openai',
  '@traceloop/instrumentation-openai',
  '@arizeai/openinference-instrumentation-openai',
];

/** What an application with the OpenTelemetry SDK has loaded anyway. */
const BASE = ['@opentelemetry/sdk-trace-base', '@opentelemetry/instrumentation'];

const CACHE = new URL('.cache/start/', import.meta.url);
const MODULES = 500;
/** Programs of ES modules, by title. */
const APPS = { [`${MODULES} modules`]: 'modules.mjs', 'one module': 'empty.mjs' };
/** What is preloaded with `--import`. Hooks that do nothing show what hooks cost as such. */
const PRELOADS = {
  nothing: [],
  'hooks that do nothing': ['--import', fileURLToPath(new URL('idle.mjs', CACHE))],
  '`/register`': ['--import', `${OURS}dist/register.mjs`],
  '`/auto`': ['--import', `${OURS}dist/auto.mjs`],
};

/**
 * A program that times the last of its steps, in milliseconds of CPU.
 * @typedef {{ title: string, esm: boolean, program: string, flags?: string[] }} Case
 */

/** @type {readonly Case[]} */
const cases = [
  { title: '`require` of openai', esm: false, program: timedRequire([], ["require('openai')"]) },
  {
    title: '`require` of the OpenTelemetry SDK',
    esm: false,
    program: timedRequire([], BASE.map(requireOf)),
  },
  {
    title: '`require` of ours after that',
    esm: false,
    program: timedRequire(BASE.map(requireOf), [requireOf(`${OURS}dist/index.cjs`)]),
  },
  ...PEERS.map((peer) => ({
    title: `\`require\` of ${peer} after that`,
    esm: false,
    program: timedRequire(BASE.map(requireOf), [requireOf(peer)]),
  })),
  {
    title: '`require` of ours after that and openai',
    esm: false,
    program: timedRequire([requireOf('openai'), ...BASE.map(requireOf)], [requireOf(`${OURS}dist/index.cjs`)]),
  },
  {
    title: '`new OpenAIInstrumentation()`, then `require` of openai',
    esm: false,
    program: timedRequire(
      [`const { OpenAIInstrumentation } = ${requireOf(`${OURS}dist/index.cjs`)}`],
      ['new OpenAIInstrumentation()', "require('openai')"],
    ),
  },
  { title: '`import` of openai', esm: true, program: timedImport([], ["'openai'"]) },
  {
    title: '`import` of the OpenTelemetry SDK',
    esm: true,
    program: timedImport([], BASE.map(quoted)),
  },
  {
    title: '`import` of ours after that',
    esm: true,
    program: timedImport(BASE.map(quoted), [quoted(`${OURS}dist/index.mjs`)]),
  },
  {
    title: '`import` of ours after that and openai',
    esm: true,
    program: timedImport([quoted('openai'), ...BASE.map(quoted)], [quoted(`${OURS}dist/index.mjs`)]),
  },
  {
    title: '`import` of openai under `--import …/register`, traced',
    esm: true,
    flags: ['--import', `${OURS}dist/register.mjs`],
    program: `const { OpenAIInstrumentation } = await import(${quoted(`${OURS}dist/index.mjs`)}); new OpenAIInstrumentation();${timedImport([], ["'openai'"])}`,
  },
];

/**
 * @param {number} processes
 */
export async function measureStartup(processes) {
  /** @type {Map<string, number[]>} */
  const times = new Map(cases.map(({ title }) => [title, []]));
  const next = random(1);
  for (let round = 0; round < processes; round++) {
    for (const { title, esm, program, flags = [] } of shuffled(cases, next)) {
      const type = esm ? 'module' : 'commonjs';
      const cwd = fileURLToPath(new URL('.', import.meta.url));
      const out = execFileSync(process.execPath, [...flags, `--input-type=${type}`, '-e', program], {
        cwd,
        encoding: 'utf8',
      });
      times.get(title)?.push(Number(out));
    }
  }
  /** @type {Record<string, Estimate>} in milliseconds */
  const milliseconds = Object.fromEntries([...times].map(([title, values]) => [title, estimate(values)]));
  return { milliseconds, starts: await measureStarts(processes), packages: sizes() };
}

/**
 * CPU time of whole processes, in milliseconds.
 * @param {number} processes
 * @returns {Promise<Record<string, Record<string, number[]>>>} one a round, by title of the program, then by preload
 */
export async function measureStarts(processes) {
  writeApps();
  /** @type {Record<string, Record<string, number[]>>} */
  const found = {};
  const env = { ...process.env, OTEL_TRACES_EXPORTER: 'none' };
  for (let round = 0; round < processes; round++) {
    for (const [title, app] of Object.entries(APPS)) {
      found[title] ??= {};
      for (const [preload, flags] of shuffled(Object.entries(PRELOADS), random(round))) {
        const out = execFileSync(process.execPath, [...flags, fileURLToPath(new URL(app, CACHE))], {
          env,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        found[title][preload] ??= [];
        found[title][preload].push(Number(out));
      }
    }
  }
  return found;
}

/**
 * What `/register` adds to the start of an application, and its limit. Node.js 20 runs hooks in a thread of their own, whose
 * start costs much more than what they do: there, it is compared with hooks that do nothing.
 * @param {number} processes
 */
export async function addedStart(processes) {
  const starts = (await measureStarts(processes))[`${MODULES} modules`] ?? {};
  const of = (/** @type {string} */ preload) => median(starts[preload] ?? []);
  const added = of('`/register`') - of('nothing');
  const idle = of('hooks that do nothing') - of('nothing');
  return 'registerHooks' in module ? { got: added, limit: 60, unit: 'ms' } : { got: added / idle, limit: 2, unit: '×' };
}

function writeApps() {
  mkdirSync(CACHE, { recursive: true });
  const write = (/** @type {string} */ name, /** @type {string} */ text) => writeFileSync(new URL(name, CACHE), text);
  const end = 'const { user, system } = process.cpuUsage(); console.log((user + system) / 1_000);';
  const names = Array.from({ length: MODULES }, (_, i) => `m${i}.mjs`);
  for (const [i, name] of names.entries()) write(name, `export const value${i} = () => ${i};\n`);
  write('modules.mjs', `${names.map((name) => `import './${name}';`).join('\n')}\n${end}\n`);
  write('empty.mjs', `${end}\n`);
  write(
    'idle.mjs',
    `import * as module from 'node:module';
if (module.registerHooks) module.registerHooks({ resolve: (s, c, next) => next(s, c), load: (u, c, next) => next(u, c) });
else module.register('./idle-thread.mjs', import.meta.url);
`,
  );
  write(
    'idle-thread.mjs',
    'export const resolve = async (s, c, next) => next(s, c);\nexport const load = async (u, c, next) => next(u, c);\n',
  );
}

/** Bytes of the packages themselves, unpacked; what they depend on is counted apart. */
function sizes() {
  const packed = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  const [{ size, unpackedSize, files }] = Array.isArray(packed) ? packed : Object.values(packed);
  const code = files.find((/** @type {{ path: string }} */ { path }) =>
    /^dist\/instrumentation-.*\.cjs$/.test(path),
  )?.size;
  return {
    ours: { size, unpackedSize, code },
    peers: Object.fromEntries(PEERS.map((peer) => [peer, directorySize(packageDirectory(peer))])),
  };
}

/** @param {string} name */
function packageDirectory(name) {
  const file = require.resolve(name);
  return file.slice(0, file.lastIndexOf(name) + name.length);
}

/**
 * @param {string} directory
 * @returns {number}
 */
function directorySize(directory) {
  return readdirSync(directory, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((entry) => {
      const path = `${directory}/${entry.name}`;
      return entry.isDirectory() ? directorySize(path) : statSync(path).size;
    })
    .reduce((sum, size) => sum + size, 0);
}

/** @param {string} specifier */
function requireOf(specifier) {
  return `require(${quoted(specifier)})`;
}

/** @param {string} text */
function quoted(text) {
  return JSON.stringify(text);
}

/**
 * @param {readonly string[]} before
 * @param {readonly string[]} steps
 */
function timedRequire(before, steps) {
  return `${before.join(';')};const start = process.cpuUsage();${steps.join(';')};const { user, system } = process.cpuUsage(start);console.log((user + system) / 1_000)`;
}

/**
 * @param {readonly string[]} before
 * @param {readonly string[]} steps specifiers, quoted
 */
function timedImport(before, steps) {
  const load = (/** @type {string} */ specifier) => `await import(${specifier});`;
  return `${before.map(load).join('')}const start = process.cpuUsage();${steps.map(load).join('')}const { user, system } = process.cpuUsage(start);console.log((user + system) / 1_000)`;
}
