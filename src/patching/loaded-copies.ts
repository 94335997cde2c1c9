import { createRequire } from 'node:module';
import type { SdkPackage } from '../packages.js';

/** The SDK's main file, and the file that subpath imports load (v5 and later). Matches the layout of any package manager. */
const FILES = /[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/](?:dist[\\/])?(?:index|client)\.js$/;

export interface LoadedCopy {
  readonly name: SdkPackage;
  readonly path: string;
  readonly exports: unknown;
}

/** The CommonJS copies of the SDKs that the process has loaded. Node.js has no such list of ES modules. */
export function loadedCopies(packages: readonly SdkPackage[]): LoadedCopy[] {
  // All `require` functions share one cache.
  const { cache } = createRequire(process.execPath);
  return Object.values(cache).flatMap((module) => {
    if (!module?.loaded) return [];
    const found = FILES.exec(module.filename)?.[1]?.replace('\\', '/');
    const name = packages.find((wanted) => wanted === found);
    return name ? [{ name, path: module.filename, exports: module.exports }] : [];
  });
}
