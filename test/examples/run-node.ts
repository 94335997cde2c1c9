import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CHILD_TIMEOUT_MS } from '../support/limits.mjs';

const PACKAGE_ROOT = new URL('../../', import.meta.url);
/** What would make a run depend on who starts it. */
const PERSONAL = /^(OPENAI_|CEREBRAS_|CHATBOT_|OTEL_|NODE_OPTIONS$|NO_COLOR$|FORCE_COLOR$|CI$)/;

/**
 * Runs Node.js in a folder of this package. Rejects unless it exits with 0; a run that has to be killed does not.
 */
export async function runNode(folder: string, args: readonly string[], env?: Record<string, string>) {
  return promisify(execFile)(process.execPath, args, {
    cwd: fileURLToPath(new URL(folder, PACKAGE_ROOT)),
    env: childEnv(env),
    timeout: CHILD_TIMEOUT_MS,
  });
}

/** The environment, without what is personal in it. */
export function childEnv(env: Record<string, string> = {}): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !PERSONAL.test(name));
  return { ...Object.fromEntries(inherited), ...env };
}
