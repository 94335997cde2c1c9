/**
 * Vitest calls this before any test runs, and again before each rerun of watch mode: `dist` is built if a source is newer.
 * If the build fails, so does the run.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { lock } from 'proper-lockfile';
import type { TestProject } from 'vitest/node';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const DIST = join(ROOT, 'dist');
const CACHE = join(ROOT, '.cache');
const SOURCES = ['src', 'package.json', 'tsconfig.json', 'tsdown.config.ts'];
/** A build takes six seconds of an idle machine, and took 73 of one with twelve times as much to do as it has cores. */
const BUILD_TIMEOUT_MS = 300_000;
const RETRY_MS = 100;

export default async function setup(project: TestProject): Promise<void> {
  await buildIfStale();
  project.onTestsRerun(buildIfStale);
}

async function buildIfStale(): Promise<void> {
  if (!isStale()) return;
  mkdirSync(CACHE, { recursive: true });
  // Another run may be about to build, too.
  const retries = { retries: BUILD_TIMEOUT_MS / RETRY_MS, factor: 1, minTimeout: RETRY_MS };
  const release = await lock(CACHE, { stale: BUILD_TIMEOUT_MS, retries });
  try {
    if (isStale()) await build();
  } finally {
    await release();
  }
}

function isStale(): boolean {
  const written = Math.min(...entryPoints().map((path) => modified(path) ?? 0));
  return newest(SOURCES.map((name) => join(ROOT, name))) > written;
}

/** What `package.json` exports of `dist`. */
function entryPoints(): string[] {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { exports: object };
  return [...JSON.stringify(exports).matchAll(/"\.\/(dist\/[^"]+)"/g)].map(([, path = '']) => join(ROOT, path));
}

/** The time of the last change, that of folders included: a file that was moved or deleted changes its folder alone. */
function newest(paths: string[]): number {
  const times = paths.map((path) => {
    const stats = statSync(path);
    const inside = stats.isDirectory() ? newest(readdirSync(path).map((name) => join(path, name))) : 0;
    return Math.max(stats.mtimeMs, inside);
  });
  return Math.max(0, ...times);
}

function modified(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/**
 * Builds in a folder beside `dist`, then moves one file after the other: a run that is using `dist` finds every file at
 * any moment. The entry points come last, when the chunks that they import are there.
 */
async function build(): Promise<void> {
  const started = new Date();
  const staging = join(ROOT, `.dist-${process.pid}`);
  try {
    await tsdown(staging);
    mkdirSync(DIST, { recursive: true });
    const built = readdirSync(staging);
    const entries = entryPoints();
    const isEntry = (name: string) => entries.includes(join(DIST, name));
    for (const name of [...built.filter((name) => !isEntry(name)), ...built.filter(isEntry)]) {
      // A source that was changed during the build is newer than it.
      utimesSync(join(staging, name), started, started);
      renameSync(join(staging, name), join(DIST, name));
    }
    for (const name of readdirSync(DIST)) if (!built.includes(name)) rmSync(join(DIST, name));
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function tsdown(outDir: string): Promise<void> {
  const script = join(ROOT, 'node_modules/tsdown/dist/run.mjs');
  const args = [script, '--logLevel', 'warn', '--out-dir', outDir];
  const { NODE_OPTIONS: _, ...env } = process.env;
  try {
    await promisify(execFile)(process.execPath, args, { cwd: ROOT, env, timeout: BUILD_TIMEOUT_MS });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`The build failed, and tests of an older one would lie.\n${stdout}${stderr}`);
  }
}
