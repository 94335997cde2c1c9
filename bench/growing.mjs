import { startAgent } from './processes.mjs';
import { exponent, median } from './statistics.mjs';
import { variants } from './variants.mjs';

/** @import { Curves } from './growth.mjs' */

/** @typedef {{ x: number, addedUs: number, addedBytes?: number }} Point over bare, in total */
/** @typedef {{ points: Point[], exponent: number, bytesExponent?: number }} Growth */

const CURVES = ['chunks', 'concurrency', 'history'];
const DRAWN = ['ours', 'ours, streams inspected', 'ours, content on'];

/**
 * @param {number} processes
 */
export async function measureGrowth(processes) {
  const names = ['bare', 'by hand', ...DRAWN].filter((name) => variants.some((variant) => variant.name === name));
  const agent = await startAgent();
  try {
    /** @type {Record<string, Record<string, Growth>>} by curve, then by variant */
    const curves = {};
    for (const measure of CURVES) {
      /** @type {Curves[]} */
      const found = [];
      for (let seed = 1; seed <= processes; seed++) found.push(await agent.measure({ measure, seed, variants: names }));
      curves[measure] = Object.fromEntries(names.slice(1).map((name) => [name, growth(found, name)]));
      process.stderr.write(`growth: ${measure}\n`);
    }
    const abandoned = await agent.measure({ measure: 'abandoned', seed: 1, variants: ['bare', 'ours'] });
    return { curves, abandoned };
  } finally {
    await agent.close();
  }
}

/**
 * @param {readonly Curves[]} found one a process
 * @param {string} name
 * @returns {Growth}
 */
function growth(found, name) {
  const points = (found[0]?.[name] ?? []).map(({ x, bytes }, at) => ({
    x,
    addedUs: median(found.map((curves) => (curves[name]?.[at]?.us ?? Number.NaN) - (curves.bare?.[at]?.us ?? 0))),
    ...(bytes === undefined
      ? {}
      : {
          addedBytes: median(
            found.map((curves) => (curves[name]?.[at]?.bytes ?? Number.NaN) - (curves.bare?.[at]?.bytes ?? 0)),
          ),
        }),
  }));
  const withBytes = points.flatMap(({ x, addedBytes }) => (addedBytes === undefined ? [] : [{ x, y: addedBytes }]));
  return {
    points,
    exponent: exponent(points.map(({ x, addedUs }) => ({ x, y: addedUs }))),
    ...(withBytes.length > 0 ? { bytesExponent: exponent(withBytes) } : {}),
  };
}
