import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * A module as an application that depends on this major version of the SDK gets it.
 *
 * @param {string} major
 * @param {string} format `cjs` or `esm`
 * @param {string} specifier
 */
export async function load(major, format, specifier) {
  const require = createRequire(new URL(`../sdk/${major}/package.json`, import.meta.url));
  if (format === 'cjs') return require(specifier);
  return import(pathToFileURL(require.resolve(specifier).replace(/\.js$/, '.mjs')).href);
}
