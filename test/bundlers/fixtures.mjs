const EXTERNAL = ['--import', './telemetry.mjs'];
const BUNDLED = ['--import', './telemetry-bundled.mjs'];

/**
 * How to start what each build script of the fixture's package makes.
 *
 * @type {Record<string, string[]>}
 */
export const fixtures = {
  'esbuild-external-cjs': [...EXTERNAL, 'dist/esbuild-external.cjs'],
  'esbuild-external-esm': [...EXTERNAL, 'dist/esbuild-external.mjs'],
  'esbuild-bundled-cjs': [...BUNDLED, 'dist/esbuild-bundled.cjs'],
  'esbuild-bundled-esm': [...BUNDLED, 'dist/esbuild-bundled.mjs'],
  'webpack-external': [...EXTERNAL, 'dist/webpack-external.cjs'],
  'webpack-bundled': [...BUNDLED, 'dist/webpack-bundled.cjs'],
  'rollup-external': [...EXTERNAL, 'dist/rollup-external.mjs'],
  'rollup-bundled': [...BUNDLED, 'dist/rollup-bundled.mjs'],
  'vite-external': [...EXTERNAL, 'dist/vite-external/external.mjs'],
  'vite-bundled': [...BUNDLED, 'dist/vite-bundled/bundled.mjs'],
};
