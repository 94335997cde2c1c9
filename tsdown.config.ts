import { defineConfig } from 'tsdown';

const shared = {
  outDir: 'dist',
  platform: 'node',
  target: 'node20',
  dts: true,
  sourcemap: true,
  // Attribute names as literal keys: V8 makes an object of such a literal some twenty times as fast as one with computed keys.
  inputOptions: { optimization: { inlineConst: { mode: 'all', pass: 2 } }, checks: { pluginTimings: false } },
  minify: { compress: { sequences: false, joinVars: false }, mangle: false, codegen: { removeWhitespace: false } },
  outputOptions: { minifyInternalExports: false },
} as const;

export default defineConfig([
  { ...shared, entry: { index: 'src/index.ts', agents: 'src/agents.ts' }, format: ['esm', 'cjs'] },
  // The preload registers ES module loader hooks and is itself loaded with --import: there is no CommonJS form of it.
  { ...shared, entry: ['src/register.ts', 'src/hooks.ts'], format: ['esm'], clean: false },
]);
