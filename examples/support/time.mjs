/** @typedef {import('@opentelemetry/api').HrTime} HrTime */

/**
 * Milliseconds from one moment to another. Differences first: the seconds of today leave a double no room for
 * nanoseconds.
 *
 * @param {HrTime} from
 * @param {HrTime} to
 */
export function millisBetween(from, to) {
  return (to[0] - from[0]) * 1e3 + (to[1] - from[1]) / 1e6;
}

/**
 * Three digits are enough to compare by eye: `0.42 ms`, `3.4 ms`, `340 ms`, `3.40 s`, `2 min 5 s`.
 *
 * @param {number} millis
 */
export function formatDuration(millis) {
  if (millis === 0) return '0 ms';
  if (millis < 0.995) return `${millis.toFixed(2)} ms`;
  if (millis < 9.95) return `${millis.toFixed(1)} ms`;
  if (millis < 999.5) return `${millis.toFixed(0)} ms`;
  if (millis < 59_995) return `${(millis / 1e3).toFixed(2)} s`;
  const seconds = Math.round(millis / 1e3);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
