import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const APPS = fileURLToPath(new URL('apps', import.meta.url));

/**
 * Puts the applications, and those that TypeScript makes of the typed ones, where they find the packages to run with.
 *
 * @param {string} home
 */
export async function furnish(home) {
  await mkdir(home, { recursive: true });
  await cp(APPS, home, { recursive: true });
  await compile('typed.mts', join(home, 'compiled.mjs'), ts.ModuleKind.ESNext);
  await compile('typed.cts', join(home, 'compiled.cjs'), ts.ModuleKind.CommonJS);
}

/**
 * @param {string} source
 * @param {string} target
 * @param {ts.ModuleKind} module
 */
async function compile(source, target, module) {
  const text = await readFile(join(APPS, source), 'utf8');
  const compilerOptions = { module, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
  await writeFile(target, ts.transpileModule(text, { compilerOptions }).outputText);
}
