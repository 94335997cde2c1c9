import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { npm } from '../compat/provision.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HOME = join(ROOT, '.cache', 'runtimes');
const PACKAGES = { bun: '^1.4.5', deno: '^2.9.6', workerd: '^1.20261117.1', esbuild: '^0.28.2' };

/** What the applications import, from this repository. */
const LINKS = {
  openai: 'node_modules/openai',
  '@opentelemetry': 'node_modules/@opentelemetry',
  'opentelemetry-instrumentation-openai': '.',
};

/**
 * @typedef {object} Runtimes
 * @property {string} home The folder with the applications.
 * @property {Record<'bun' | 'deno' | 'workerd' | 'esbuild', string>} binaries
 */

/**
 * The runtimes, from the registry.
 *
 * @returns {Promise<Runtimes>}
 */
export async function runtimes() {
  const modules = join(HOME, 'node_modules');
  const bin = (/** @type {string} */ name) => join(modules, '.bin', name);
  const names = /** @type {(keyof typeof PACKAGES)[]} */ (Object.keys(PACKAGES));
  if (!names.every((name) => existsSync(bin(name)))) {
    await rm(HOME, { recursive: true, force: true });
    await mkdir(HOME, { recursive: true });
    await writeFile(join(HOME, 'package.json'), JSON.stringify({ private: true, dependencies: PACKAGES }));
    await npm(['install', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'], HOME);
  }
  for (const [name, target] of Object.entries(LINKS)) {
    const link = join(modules, name);
    await mkdir(dirname(link), { recursive: true });
    if (!existsSync(link)) await symlink(join(ROOT, target), link);
  }
  await cp(fileURLToPath(new URL('fixture', import.meta.url)), HOME, { recursive: true });
  return {
    home: HOME,
    binaries: { bun: bin('bun'), deno: bin('deno'), workerd: bin('workerd'), esbuild: bin('esbuild') },
  };
}

/**
 * The worker and all that it imports in one file, as wrangler builds it.
 *
 * @param {Runtimes} runtimes
 */
export async function bundleWorker({ home, binaries }) {
  const require = 'import { createRequire as load } from "node:module"; const require = load("/worker.mjs");';
  const flags = [
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--conditions=workerd,worker',
    `--banner:js=${require}`,
  ];
  await promisify(execFile)(binaries.esbuild, ['worker.mjs', '--outfile=bundle.mjs', ...flags], { cwd: home });
}

/**
 * @param {string} baseURL
 * @param {number} port
 */
export function workerdConfig(baseURL, port) {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "bundle.mjs")],
  compatibilityDate = "2026-11-01",
  bindings = [(name = "OPENAI_BASE_URL", text = "${baseURL}")],
);
`;
}
