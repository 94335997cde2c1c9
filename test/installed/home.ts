import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { childEnv } from '../examples/run-node.js';

const run = promisify(execFile);

/** Where this package is installed, as it would be published, beside the packages of package.json. */
export const HOME = fileURLToPath(new URL('../../.cache/installed/', import.meta.url));
export const INSTALLED = join(HOME, 'node_modules/opentelemetry-instrumentation-openai');

/** A span as the applications here print it. */
export interface PrintedSpan {
  name: string;
  attributes: Record<string, unknown>;
  events: string[];
  /** The name of the instrumentation. */
  scope?: string;
}

/**
 * Runs a file of `apps/` with others loaded before it.
 *
 * @param preloads files of `apps/`, or modules of installed packages
 * @returns what it printed last, as JSON
 */
export async function runApp<T>(preloads: string[], args: string[], env: Record<string, string>): Promise<T> {
  const imports = preloads.flatMap((name) => ['--import', name.includes('/') ? name : `./apps/${name}`]);
  const { stdout } = await run(process.execPath, [...imports, ...args], {
    cwd: HOME,
    env: childEnv({ OPENAI_API_KEY: 'sk-pretend', ...env }),
    timeout: 100_000,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1) || 'null');
}
