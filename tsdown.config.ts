import { defineConfig } from 'tsdown';

const shared = {
  outDir: 'dist',
  platform: 'node',
  target: 'node20',
  dts: true,
  sourcemap: true,
  // The application brings its own copy.
  deps: { neverBundle: ['openai'] as string[] },
  // Attribute names as literal keys: V8 makes an object of such a literal some twenty times as fast as one with computed keys.
  inputOptions: { optimization: { inlineConst: { mode: 'all', pass: 2 } }, checks: { pluginTimings: false } },
  minify: { compress: { sequences: false, joinVars: false }, mangle: false, codegen: { removeWhitespace: false } },
  // Modules are strict; in CommonJS they need the directive. Otherwise `this` of a method without object is the global object.
  outputOptions: { minifyInternalExports: false, strict: true },
} as const;

const entries = { index: 'src/index.ts', agents: 'src/agents.ts' };
const console = { console: 'src/console.ts' };
/** It has types only. */
const types = { 'openai-types': 'src/openai-types.ts' };
/** They register hooks for ES modules and are loaded with --import, so they have no CommonJS form. */
const preloads = { register: 'src/register.ts', hooks: 'src/patching/hooks-thread.ts', auto: 'src/auto.ts' };

/**
 * The modules that every call passes through are one CommonJS file: a function of another file is reached through a getter,
 * which costs as much as the function until the code is compiled.
 */
const CORE = /\/src\/(?!agents)/;

export default defineConfig([
  {
    ...shared,
    entry: entries,
    format: 'cjs',
    outputOptions: { ...shared.outputOptions, codeSplitting: { groups: [{ name: 'instrumentation', test: CORE }] } },
  },
  { ...shared, entry: console, format: 'cjs', clean: false },
  { ...shared, entry: { ...entries, ...console, ...preloads, ...types }, format: 'esm', clean: false },
]);
