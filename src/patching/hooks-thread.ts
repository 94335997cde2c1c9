/**
 * The ES module hooks of `/register` for Node.js versions that run hooks in a thread of their own. Node.js loads this file
 * there: see `module.register()`.
 */
import { createHook } from 'import-in-the-middle/create-hook.mjs';
import { HookedModules, type HookedModulesOptions } from './hooked-modules.js';
import { createImportHook } from './import-hook.js';

/** One for each thread of the application that loads `/register`: they share the hooks thread. */
const threads: HookedModules[] = [];

export const { resolve, load } = createImportHook(createHook, (url, specifier) =>
  threads.some((thread) => thread.includes(url, specifier)),
);

export function initialize(options: HookedModulesOptions): void {
  threads.push(new HookedModules(options));
}
