/**
 * Registers ES module loader hooks, so that instrumentations can patch ES modules when they are loaded:
 * `node --import opentelemetry-instrumentation-openai/register app.mjs`, or imported first in the file that starts the
 * OpenTelemetry SDK. It does not start an SDK.
 *
 * Only what an instrumentation has asked for is hooked; the modules of the application are not. See `HookedModules`.
 */
import nodeModule from 'node:module';
import type { MessagePort } from 'node:worker_threads';
import { createAddHookMessageChannel, Hook } from 'import-in-the-middle';
import { supportsSyncHooks } from 'import-in-the-middle/supports-sync-hooks.mjs';
import { AUTO_INSTRUMENTED_MODULES, modulesOfEarlierHooks } from './patching/earlier-hooks.js';
import { HookedModules } from './patching/hooked-modules.js';
import { canRequireModules, LazyImportHook } from './patching/import-hook.js';
import { fieldsOf } from './read.js';

/** Set on the copy of `import-in-the-middle` that has hooks: a second copy of this package adds none. */
const REGISTERED = Symbol.for('opentelemetry-instrumentation-openai.registered');

/**
 * Whether a hook of somebody else's, such as `@opentelemetry/instrumentation/hook.mjs`, marks every module.
 * `import.meta.resolve` is missing while `--require` loads this file on Node.js 20.
 */
const hookedByOthers = import.meta.resolve?.('node:module').includes('iitm=');

if (!hookedByOthers && !Object.hasOwn(Hook, REGISTERED)) {
  Object.defineProperty(Hook, REGISTERED, { value: true });
  registerHooks();
}

/** In the application's thread if Node.js can (22.22.3, 24.11.1, 25.1, 26 and later), otherwise in a thread of its own. */
function registerHooks(): void {
  // Bun has the version number, but not the function. Not in @types/node 20.
  const { registerHooks: registerSync } = fieldsOf(nodeModule);
  // Its type is the one of the DOM.
  const port = createAddHookMessageChannel().addHookMessagePort as unknown as MessagePort;
  const options = { names: modulesOfEarlierHooks(), port };
  if (typeof registerSync === 'function' && supportsSyncHooks() && canRequireModules()) {
    const { resolve, load } = new LazyImportHook(new HookedModules(options).includes);
    registerSync({ resolve, load });
  } else if (typeof nodeModule.register === 'function') {
    // While `--require` loads this file, Node.js 20 ends without a word if something is transferred to the hooks thread.
    const isRequired = hookedByOthers === undefined;
    const hooks = isRequired ? { data: { names: AUTO_INSTRUMENTED_MODULES } } : { data: options, transferList: [port] };
    nodeModule.register('./hooks.mjs', import.meta.url, hooks);
  }
}
