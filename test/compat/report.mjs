import { moduleSystems } from './matrix.mjs';
/** @import { Cell } from './run.mjs' */
export const markdown = (/** @type {Cell[]} */ cells, /** @type {string[]} */ runtimes) =>
  JSON.stringify([cells, runtimes, Object.keys(moduleSystems)]);
