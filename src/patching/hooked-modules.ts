import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { SDK_PACKAGES } from '../packages.js';

/** Those of an SDK that define the client class or a part that is patched. Some keep them in `dist/`. */
const SDK_FILES =
  /^(?:dist\/)?(?:index|client|helpers\/responses-tool-runner|(?:beta\/)?realtime\/(?:ws|websocket)|resources\/(?:beta\/)?responses\/ws-base)\.m?js$/;

/**
 * The files of packages that this package instruments, by their path in the package. They are hooked even if no
 * instrumentation has asked for them yet: the application may create its instrumentation after its imports. Other files of
 * these packages are never hooked, for two reasons: a hook on each of the SDK's 200 files costs start-up time, and SDK v4
 * breaks if `_shims` is hooked (it assigns its exports late).
 */
const OUR_FILES: Readonly<Record<string, RegExp>> = {
  ...Object.fromEntries(SDK_PACKAGES.map((name) => [name, SDK_FILES])),
  '@openai/agents-core': /^dist\/index\.m?js$/,
  '@openai/agents-realtime': /^dist\/index\.m?js$/,
};

const NODE_MODULES = '/node_modules/';

/** Can be sent to another thread. */
export interface HookedModulesOptions {
  /** Asked for from the start. */
  readonly names: readonly string[];
  /** Receives the names that are given to each new `Hook`, from `createAddHookMessageChannel()`. */
  readonly port?: MessagePort;
}

/**
 * Decides which ES modules are hooked: the files above, and every file of a package for which an instrumentation has
 * created a `Hook` of `import-in-the-middle`. Never a module of the application, because a hooked module exports a snapshot
 * of its bindings (opentelemetry-js issue 6984).
 */
export class HookedModules {
  readonly #names: Set<string>;
  readonly #port: MessagePort | undefined;

  constructor({ names, port }: HookedModulesOptions) {
    this.#names = new Set(names);
    this.#port = port;
  }

  /**
   * The `shouldInclude` of `import-in-the-middle`. It reads the port when a module is resolved, not when a message event
   * comes: so a `Hook` created before an `import` is known in time, in the hooks thread too.
   */
  readonly includes = (url: string, specifier: string): boolean => {
    this.#receive();
    if (url.startsWith('node:')) return this.#names.has(url) || this.#names.has(url.slice('node:'.length));
    const file = packageFile(url);
    const ours = file && OUR_FILES[file.package];
    if (ours) return ours.test(file.path);
    return this.#names.has(specifier) || this.#names.has(url) || (file !== undefined && this.#names.has(file.package));
  };

  #receive(): void {
    while (this.#port) {
      const received = receiveMessageOnPort(this.#port) as { message: readonly string[] } | undefined;
      if (!received) return;
      // A `Hook` for one file has its path.
      for (const name of received.message) this.#names.add(isAbsolute(name) ? pathToFileURL(name).href : name);
    }
  }
}

interface PackageFile {
  readonly package: string;
  readonly path: string;
}

/** The package that a file belongs to, in any package manager's layout. */
function packageFile(url: string): PackageFile | undefined {
  const start = url.lastIndexOf(NODE_MODULES);
  if (start === -1) return undefined;
  const [scopeOrName = '', ...rest] = url.slice(start + NODE_MODULES.length).split('/');
  const name = scopeOrName.startsWith('@') ? `${scopeOrName}/${rest.shift()}` : scopeOrName;
  return { package: name, path: rest.join('/') };
}
