import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @typedef {typeof import('openai')} Sdk */

export const require = createRequire(import.meta.url);

const root = new URL('../', import.meta.url);
/** A copy of what is published, beside the peers, so that it shares their `@opentelemetry/api` as in an application. */
const ours = new URL('.cache/node_modules/ours/', import.meta.url);

/** Puts the built package where the benchmark loads it. Once a run, before any process of it starts. */
export function stageOurs() {
  rmSync(ours, { recursive: true, force: true });
  mkdirSync(ours, { recursive: true });
  cpSync(new URL('dist', root), new URL('dist', ours), { recursive: true });
  cpSync(new URL('package.json', root), new URL('package.json', ours));
}

export const OURS = fileURLToPath(new URL('dist/index.cjs', ours));

/**
 * Whether the built package knows a word: an option or a method, for variants and workloads that need it.
 * @param {string} word
 */
export function oursKnows(word) {
  const files = readdirSync(dirname(OURS)).filter((name) => name.endsWith('.cjs'));
  return files.some((name) => readFileSync(join(dirname(OURS), name), 'utf8').includes(word));
}

/** A copy of the SDK of its own: what one instrumentation patches, another never sees. */
export function freshSdk() {
  purge(packageRoot('openai'));
  /** @type {Sdk} */
  const sdk = require('openai');
  const { Stream } = require('openai/streaming');
  return { sdk, Stream };
}

/**
 * A copy of a package of its own, so that its hot functions learn from one variant alone.
 * @param {string} specifier a name or a path
 */
export function freshPackage(specifier) {
  purge(packageRoot(specifier));
  return require(specifier);
}

/** @param {string} directory */
function purge(directory) {
  for (const file of Object.keys(require.cache)) {
    if (file.startsWith(directory + sep)) delete require.cache[file];
  }
}

/** @param {string} specifier */
function packageRoot(specifier) {
  if (specifier === OURS) return dirname(dirname(OURS));
  const file = require.resolve(specifier);
  const at = file.lastIndexOf(`node_modules${sep}${specifier.replace('/', sep)}`);
  return `${file.slice(0, at)}node_modules${sep}${specifier.replace('/', sep)}`;
}
