/**
 * Numbers in one direction: seeded randomness, medians, how far they can be trusted, and slopes.
 */

/**
 * Random numbers from 0 to 1 that come again with the same seed (mulberry32).
 * @param {number} seed
 */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * @template T
 * @param {readonly T[]} items
 * @param {() => number} next
 * @returns {T[]}
 */
export function shuffled(items, next) {
  const keyed = items.map((item) => ({ item, key: next() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[sorted.length >> 1] ?? Number.NaN;
  const lower = sorted[(sorted.length - 1) >> 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** @typedef {{ value: number, low: number, high: number }} Estimate */

const RESAMPLES = 2_000;

/**
 * The median of what each process found, with a 95 % interval: processes are drawn again with replacement, because
 * the rounds of one process share its compiled code and are not independent.
 *
 * @param {readonly number[]} values one a process
 * @returns {Estimate}
 */
export function estimate(values) {
  const next = random(values.length);
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(values.map(() => values[Math.floor(next() * values.length)] ?? Number.NaN)),
  ).sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => medians[Math.floor(share * (RESAMPLES - 1))] ?? Number.NaN;
  return { value: median(values), low: at(0.025), high: at(0.975) };
}

/**
 * The exponent by which `y` grows with `x`: 0 is flat, 1 linear, 2 quadratic (least squares on logarithms).
 * @param {readonly { x: number, y: number }[]} points those without a positive `y` are left out
 */
export function exponent(points) {
  const logs = points.filter(({ y }) => y > 0).map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }));
  const meanX = mean(logs.map(({ x }) => x));
  const meanY = mean(logs.map(({ y }) => y));
  const covariance = mean(logs.map(({ x, y }) => (x - meanX) * (y - meanY)));
  return covariance / mean(logs.map(({ x }) => (x - meanX) ** 2));
}

/** @param {readonly number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
