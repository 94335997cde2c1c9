import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { createHook, type ImportHook } from 'import-in-the-middle/create-hook.mjs';

/**
 * A hook of `import-in-the-middle` that nothing is registered with yet. Not its ready-made `hook.mjs` or
 * `register-hooks.mjs`: both print a warning if they are used twice in a process, by whomever.
 */
export function createImportHook(): ImportHook {
  // `import.meta.resolve` does not exist in the hooks thread.
  const path = createRequire(import.meta.url).resolve('import-in-the-middle/hook.mjs');
  return createHook({ url: pathToFileURL(path).href });
}
