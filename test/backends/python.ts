import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findCommand, run } from './program.js';

const INSTALL_TIMEOUT_MS = 600_000;

interface Package {
  /** The command it brings, also the name of its folder under `.cache`. */
  command: string;
  /** The variable that names another command to use. */
  variable: string;
  /** For pip, with its version. */
  requirement: string;
}

/**
 * A back-end from the Python package index: the command that is there, or else one that is installed into an ignored
 * folder, if there is a Python to do it with.
 */
export async function findPythonCommand({ command, variable, requirement }: Package): Promise<string | undefined> {
  const installed = await findCommand(variable, command);
  if (installed) return installed;
  const folder = fileURLToPath(new URL(`../../.cache/${command}`, import.meta.url));
  const cached = `${folder}/bin/${command}`;
  if (existsSync(cached)) return cached;
  if ((await run('python3', ['-c', 'import venv, ensurepip'])) === undefined) return undefined;
  console.warn(`\n*** Installing ${requirement} into .cache/${command}\n`);
  await run('python3', ['-m', 'venv', folder], INSTALL_TIMEOUT_MS);
  await run(`${folder}/bin/pip`, ['install', '--quiet', requirement], INSTALL_TIMEOUT_MS);
  return existsSync(cached) ? cached : undefined;
}
