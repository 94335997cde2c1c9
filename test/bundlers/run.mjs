/**
 * `npm run test:bundlers`: builds each fixture with its bundler, runs what came out, and looks for spans. Names of fixtures
 * as arguments narrow it down. The recipes are those of docs/bundlers.md.
 */
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npm, packedPackage } from '../compat/provision.mjs';
import { runApp } from '../compat/run-app.mjs';
import { fixtures } from './fixtures.mjs';
import { runNext } from './next.mjs';

/** @import { Outcome } from '../compat/run-app.mjs' */

const FIXTURE = fileURLToPath(new URL('fixture', import.meta.url));
const HOME = fileURLToPath(new URL('../../.cache/bundlers', import.meta.url));
const PACKAGE = 'opentelemetry-instrumentation-openai';

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @param {string[]} wanted */
async function main(wanted) {
  const names = [...Object.keys(fixtures), 'next'];
  const unknown = wanted.find((name) => !names.includes(name));
  if (unknown) throw new Error(`no fixture ${unknown}: choose from ${names.join(', ')}`);

  await install(await packedPackage());
  const bare = await runApp({ node: process.execPath, home: HOME, args: ['src/external.mjs'] });
  for (const name of wanted.length > 0 ? wanted : names) {
    const started = performance.now();
    const fault = name === 'next' ? await runNext(HOME) : await run(name, bare);
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(fault ? `✗ ${name}: ${fault}` : `✓ ${name}, ${seconds} s`);
    if (fault) process.exitCode = 1;
  }
}

/** @param {string} archive */
async function install(archive) {
  const manifest = JSON.parse(await readFile(join(FIXTURE, 'package.json'), 'utf8'));
  manifest.dependencies[PACKAGE] = `file:${archive}`;
  const text = JSON.stringify(manifest);
  const marker = join(HOME, 'installed');
  if (!existsSync(marker) || (await readFile(marker, 'utf8')) !== text) {
    await mkdir(HOME, { recursive: true });
    await rm(marker, { force: true });
    await writeFile(join(HOME, 'package.json'), text);
    await npm(['install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'], HOME);
    await writeFile(marker, text);
  }
  await cp(FIXTURE, HOME, { recursive: true, filter: (source) => !source.endsWith('package.json') });
}

/**
 * @param {string} name
 * @param {Outcome} bare
 * @returns {Promise<string | undefined>} What is wrong.
 */
async function run(name, bare) {
  await npm(['run', name], HOME);
  const traced = await runApp({ node: process.execPath, home: HOME, args: fixtures[name] ?? [] });
  if (traced.shown !== bare.shown) return `the application shows something else: ${traced.shown}`;
  const { spans, calls } = traced;
  if (spans.length !== calls) return `${spans.length} spans for ${calls} calls`;
  const errors = spans.flatMap(({ attributes }) => attributes['error.type'] ?? []);
  return String(errors) === 'RateLimitError' ? undefined : `error.type is ${errors}`;
}
