import { createRequire } from 'node:module';

/** The SDK's main file, and the file that subpath imports load (v5 and later). Matches the layout of any package manager. */
const FILES = /[\\/]node_modules[\\/]openai[\\/](?:index|client)\.js$/;

export interface LoadedCopy {
  readonly path: string;
  readonly exports: unknown;
}

/** The CommonJS copies of the SDK that the process has loaded. Node.js has no such list of ES modules. */
export function loadedCopies(): LoadedCopy[] {
  // All `require` functions share one cache.
  const { cache } = createRequire(process.execPath);
  return Object.values(cache).flatMap((module) =>
    module?.loaded && FILES.test(module.filename) ? [{ path: module.filename, exports: module.exports }] : [],
  );
}
