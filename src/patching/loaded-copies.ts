import { createRequire } from 'node:module';

/** The main file of the SDK, and the one that subpath imports load (v5 and later), in any package manager's layout. */
const FILES = /[\\/]node_modules[\\/]openai[\\/](?:index|client)\.js$/;

export interface LoadedCopy {
  readonly path: string;
  readonly exports: unknown;
}

/** The CommonJS copies of the SDK that the process has loaded. Of ES modules there is no such record. */
export function loadedCopies(): LoadedCopy[] {
  // The record is one for all: from where it is asked does not matter.
  const { cache } = createRequire(process.execPath);
  return Object.values(cache).flatMap((module) =>
    module?.loaded && FILES.test(module.filename) ? [{ path: module.filename, exports: module.exports }] : [],
  );
}
