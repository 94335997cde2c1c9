import { existsSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { furnish } from './home.mjs';

const ROOT = new URL('../../', import.meta.url);

/**
 * A directory with the applications in it that finds everything in this repository's own packages: `openai` in the major
 * version that a workspace of test/sdk/ holds, ours as it was built.
 *
 * @param {string} major
 * @param {string} name
 */
export async function localHome(major, name) {
  const sdk = dirname(createRequire(new URL(`test/sdk/${major}/package.json`, ROOT)).resolve('openai'));
  const home = fileURLToPath(new URL(`.cache/compat/local/${name}/openai-${major}`, ROOT));
  const link = join(home, 'node_modules', 'openai');
  await mkdir(dirname(link), { recursive: true });
  if (!existsSync(link)) await symlink(sdk, link);
  await furnish(home);
  return home;
}
