/** Starts one process of a comparison and returns what it reports. */

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const CHILD = fileURLToPath(new URL('./child.mjs', import.meta.url));
const TIMEOUT_MS = 180_000;
const MAX_REPORT_BYTES = 256 * 1024 * 1024;

/** @typedef {import('./child.mjs').ChildReport} ChildReport */

/**
 * @param {{ node: string, major: number, mode: string, cases?: readonly string[] | undefined }} options
 * @returns {Promise<ChildReport>}
 */
export async function runChild({ node, major, mode, cases }) {
  // Collections discard the code of functions that were not called lately. Compiling it again takes a tenth of the time.
  const args = ['--expose-gc', '--no-flush-bytecode', CHILD, '--sdk', String(major), '--mode', mode];
  if (cases) args.push('--cases', cases.join(';'));
  const options = { timeout: TIMEOUT_MS, maxBuffer: MAX_REPORT_BYTES, env: environment() };
  const { stdout } = await promisify(execFile)(node, args, options);
  return JSON.parse(stdout);
}

/** Without what would change an SDK or the instrumentation: the same everywhere. */
function environment() {
  const kept = Object.entries(process.env).filter(([name]) => !/^(OPENAI|OTEL|AZURE|NODE_OPTIONS|VITEST)/.test(name));
  return { ...Object.fromEntries(kept), NODE_ENV: 'production' };
}
