import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { CreateHook, ImportHook } from 'import-in-the-middle/create-hook.mjs';
import { fieldsOf } from '../read.js';

type Includes = (url: string, specifier: string) => boolean;

type Resolve = ImportHook['resolveSync'];
type Load = ImportHook['loadSync'];

const require = createRequire(import.meta.url);

/**
 * Creates a hook of `import-in-the-middle`, which still has to be registered. Its ready-made `hook.mjs` and `register-hooks.mjs` are not
 * used, because they print a warning if another package in the process uses them too.
 */
export function createImportHook(createHook: CreateHook, shouldInclude: Includes): ImportHook {
  // `import.meta.resolve` does not exist in the hooks thread.
  const hook = createHook({ url: pathToFileURL(require.resolve('import-in-the-middle/hook.mjs')).href });
  hook.applyOptions({ shouldInclude });
  return hook;
}

/** Whether `LazyImportHook` can load its hook. Not in @types/node 20. */
export function canRequireModules(): boolean {
  return fieldsOf(process.features).require_module === true;
}

/**
 * Synchronous hooks that load `create-hook.mjs` of `import-in-the-middle`, with its parsers, when the first module is hooked. A process
 * that imports none of these modules saves 11 ms of its start. With `NODE_OPTIONS` that is most of them: npm, build tools, workers.
 */
export class LazyImportHook {
  readonly #includes: Includes;
  #hook: ImportHook | undefined;
  #loading = false;

  constructor(includes: Includes) {
    this.#includes = includes;
  }

  readonly resolve: Resolve = (specifier, context, next) => {
    if (!this.#hook) {
      const resolved = next(specifier, context);
      if (this.#loading || isRequired(context) || !this.#includes(resolved.url, specifier)) return resolved;
      this.#hook = this.#load();
    }
    return this.#hook.resolveSync(specifier, context, next);
  };

  readonly load: Load = (url, context, next) =>
    this.#hook ? this.#hook.loadSync(url, context, next) : next(url, context);

  /** What this imports comes to `resolve` too. */
  #load(): ImportHook {
    this.#loading = true;
    const { createHook } = require('import-in-the-middle/create-hook.mjs') as { createHook: CreateHook };
    return createImportHook(createHook, this.#includes);
  }
}

/** Modules that are required are not hooked here. */
function isRequired({ conditions }: Parameters<Resolve>[1]): boolean {
  return conditions?.includes('require') ?? false;
}
