import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { HOME, INSTALLED } from './home.js';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const HERE = fileURLToPath(new URL('.', import.meta.url));
const MARKER = join(HOME, 'installed-lock.json');
const INSTALL_TIMEOUT_MS = 900_000;

/** Installs the other packages if the lock file has changed, and puts this package, as it would be published, beside them. */
export default async function install(): Promise<void> {
  await mkdir(HOME, { recursive: true });
  const lock = await readFile(join(HERE, 'package-lock.json'), 'utf8');
  if (!existsSync(MARKER) || (await readFile(MARKER, 'utf8')) !== lock) {
    for (const name of ['package.json', 'package-lock.json']) await cp(join(HERE, name), join(HOME, name));
    console.warn('\n*** Installing other packages into .cache/installed\n');
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
    await run('npm', ['ci', ...options], { cwd: HOME, timeout: INSTALL_TIMEOUT_MS });
    await writeFile(MARKER, lock);
  }
  await rm(join(HOME, 'apps'), { recursive: true, force: true });
  await cp(join(HERE, 'apps'), join(HOME, 'apps'), { recursive: true });
  const { stdout } = await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', HOME], {
    cwd: ROOT,
  });
  await rm(INSTALLED, { recursive: true, force: true });
  await mkdir(INSTALLED, { recursive: true });
  const archive = join(HOME, String(stdout.trim().split('\n').at(-1)));
  await run('tar', ['xzf', archive, '-C', INSTALLED, '--strip-components', '1']);
  await rm(archive);
}
