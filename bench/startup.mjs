import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { require } from './modules.mjs';
import { estimate, random, shuffled } from './statistics.mjs';

/** @import { Estimate } from './statistics.mjs' */

const OURS = fileURLToPath(new URL('.cache/node_modules/ours/', import.meta.url));
const PEERS = [
  '@opentelemetry/instrumentation-openai',
  '@traceloop/instrumentation-openai',
  '@arizeai/openinference-instrumentation-openai',
];

/** What an application with the OpenTelemetry SDK has loaded anyway. */
const BASE = ['@opentelemetry/sdk-trace-base', '@opentelemetry/instrumentation'];

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
  return { milliseconds, packages: sizes() };
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
  const code = files.find((/** @type {{ path: string }} */ { path }) => path === 'dist/index.cjs')?.size;
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
