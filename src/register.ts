/**
 * Lets instrumentations see ES modules as they are loaded:
 * `node --import opentelemetry-instrumentation-openai/register app.mjs`, or imported first in the file that starts the
 * OpenTelemetry SDK. It starts no SDK itself.
 *
 * Hooks run in the application's thread where Node.js can (22.22.3, 24.11.1, 25.1, 26 and later), elsewhere in a thread of
 * their own. Our own dependency on `import-in-the-middle` is used, so that it is found under pnpm too. Does nothing if
 * such hooks are there already, whoever registered them.
 */
import { register } from 'node:module';
import { register as registerSync, supportsSyncHooks } from 'import-in-the-middle/register-hooks.mjs';

/**
 * What lies in the inside of the SDK is patched by nobody, and to hook its hundred modules takes as long as all the rest.
 * SDK v4 registers its platform in live bindings there that a hooked module cannot carry: hooking `_shims` breaks the import.
 */
const exclude = [
  /\/openai\/_shims\//,
  // Except the classes that talk over a WebSocket: only the applications that use them load them.
  /\/node_modules\/openai\/(?!(?:beta\/realtime\/(?:ws|websocket)|resources\/(?:beta\/)?responses\/ws-base)\.m?js)(?:_vendor|beta|core|internal|lib|resources)\//,
];

/**
 * `import-in-the-middle` marks the URL of every module it is to hook; a second one would hook each module twice.
 * `resolve` is missing while `--require` loads this on Node.js 20.
 */
const hooked = import.meta.resolve?.('node:module').includes('iitm=');

if (!hooked) {
  if (supportsSyncHooks()) registerSync({ exclude });
  else register('import-in-the-middle/hook.mjs', import.meta.url, { data: { exclude } });
}
