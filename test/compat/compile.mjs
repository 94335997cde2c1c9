import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { APPS } from './home.mjs';

/**
 * Puts what TypeScript makes of the typed applications beside them.
 *
 * @param {string} home
 */
export async function compileApps(home) {
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
