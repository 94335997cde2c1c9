import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { HOME, INSTALLED } from './home.js';

const TYPES = "import type { OpenAIOperations } from 'opentelemetry-instrumentation-openai/openai-types';\n";

/** A user's strict settings, except that a function of the application may leave the types of its parameters out. */
const STRICT: ts.CompilerOptions = {
  strict: true,
  noImplicitAny: false,
  skipLibCheck: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  types: ['node'],
};

const read = (page: string) => readFileSync(join(INSTALLED, page), 'utf8');

/** The errors that the compiler reports of files with these contents. */
function errorsOf(files: Record<string, string>, options: ts.CompilerOptions): string[] {
  for (const [name, code] of Object.entries(files)) writeFileSync(`${HOME}${name}`, code);
  const program = ts.createProgram(
    Object.keys(files).map((name) => `${HOME}${name}`),
    { ...STRICT, ...options },
  );
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
}

it('docs/recipes.md: every block compiles in TypeScript, with the types of the hooks', () => {
  const blocks = read('docs/recipes.md').matchAll(/^```js\n(\/\/ ((?:telemetry|application): [^\n]*)\n.*?)^```$/gms);
  const files: Record<string, string> = {};
  for (const [, code = '', name = ''] of blocks) {
    const typed = code.replace('new OpenAIInstrumentation(', 'new OpenAIInstrumentation<OpenAIOperations>(');
    files[`${name.replace(/\W+/g, '-')}.mts`] = typed === code ? code : TYPES + typed;
  }
  expect(Object.keys(files).length).toBeGreaterThan(10);
  expect(errorsOf(files, { module: ts.ModuleKind.NodeNext })).toEqual([]);
});

it.each([
  ['node16', { module: ts.ModuleKind.Node16 }],
  ['bundler', { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler }],
  [
    'node10',
    { module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Node10, ignoreDeprecations: '6.0' },
  ],
])('README.md: the hooks have types with moduleResolution %s', (name, options) => {
  const [, code = ''] = /^```ts\n(import type \{ OpenAIOperations.*?)^```$/ms.exec(read('README.md')) ?? [];
  const file = `import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';\n${code}`;
  // A file of CommonJS, for whatever can be one.
  expect(errorsOf({ [`${name}.cts`]: file }, options)).toEqual([]);
  const wrong = file.replace("'embeddings'", "'embedding'");
  expect(errorsOf({ [`${name}-wrong.cts`]: wrong }, options).join()).toContain('no overlap');
});
