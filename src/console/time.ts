import type { HrTime } from '@opentelemetry/api';

/**
 * Milliseconds from one time to another. It subtracts first, because a double cannot hold seconds since 1970 in nanoseconds.
 */
export function millisBetween(from: HrTime, to: HrTime): number {
  return (to[0] - from[0]) * 1e3 + (to[1] - from[1]) / 1e6;
}

/** Three digits: `0.42 ms`, `3.4 ms`, `340 ms`, `3.40 s`, `2 min 5 s`. */
export function formatDuration(millis: number): string {
  if (millis === 0) return '0 ms';
  if (millis < 0.995) return `${millis.toFixed(2)} ms`;
  if (millis < 9.95) return `${millis.toFixed(1)} ms`;
  if (millis < 999.5) return `${millis.toFixed(0)} ms`;
  if (millis < 59_995) return `${(millis / 1e3).toFixed(2)} s`;
  const seconds = Math.round(millis / 1e3);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
