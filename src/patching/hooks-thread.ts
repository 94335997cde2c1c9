/**
 * The ES module hooks of `/register` for Node.js versions that run hooks in a thread of their own. Node.js loads this file
 * there: see `module.register()`.
 */
import { HookedModules, type HookedModulesOptions } from './hooked-modules.js';
import { createImportHook } from './import-hook.js';

const hook = createImportHook();

/** One for each thread of the application that loads `/register`: they share the hooks thread. */
const threads: HookedModules[] = [];

hook.applyOptions({ shouldInclude: (url, specifier) => threads.some((thread) => thread.includes(url, specifier)) });

export const { resolve, load } = hook;

export function initialize(options: HookedModulesOptions): void {
  threads.push(new HookedModules(options));
}
