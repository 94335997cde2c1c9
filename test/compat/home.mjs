import { cp, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export const APPS = fileURLToPath(new URL('apps', import.meta.url));

/**
 * Puts the applications where they find the packages to run with.
 *
 * @param {string} home
 */
export async function furnish(home) {
  await mkdir(home, { recursive: true });
  await cp(APPS, home, { recursive: true });
}
