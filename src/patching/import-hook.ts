import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { createHook, type ImportHook } from 'import-in-the-middle/create-hook.mjs';

/**
 * Creates a hook of `import-in-the-middle`, which still has to be registered. Its ready-made `hook.mjs` and `register-hooks.mjs` are not
 * used, because they print a warning if another package in the process uses them too.
 */
export function createImportHook(): ImportHook {
  // `import.meta.resolve` does not exist in the hooks thread.
  const path = createRequire(import.meta.url).resolve('import-in-the-middle/hook.mjs');
  return createHook({ url: pathToFileURL(path).href });
}
