/**
 * A quick look, under a minute, at whether the instrumentation has become expensive: `node bench/check.mjs`.
 * Its limits are far from what the benchmark shows, so that a busy machine does not fail it.
 */

import { prepare } from './prepare.mjs';

const AS_MUCH = 'by hand, as much as ours';
const PROCESSES = 3;
const LIMITS = { timesByHand: 8, timesAsMuchByHand: 3, chunkNs: 1_000, disabledUs: 3 };

await prepare();
const { measureCalls } = await import('./calls.mjs');
const { workloads } = await import('./workloads.mjs');

const { time, addedRatio } = await measureCalls({
  processes: PROCESSES,
  variants: ['bare', 'by hand', AS_MUCH, 'ours', 'ours, disabled'],
  workloads: ['light', 'undecoded'],
});
const chunks = workloads.find(({ name }) => name === 'undecoded')?.chunks ?? 1;
const checks = [
  {
    what: 'small call: added time, ours over a span by hand',
    got: addedRatio('light', 'ours', 'by hand').value,
    limit: LIMITS.timesByHand,
    unit: '×',
  },
  {
    what: 'small call: added time, ours over a span by hand with the same attributes',
    got: addedRatio('light', 'ours', AS_MUCH).value,
    limit: LIMITS.timesAsMuchByHand,
    unit: '×',
  },
  {
    what: 'a chunk of an undecoded stream: added time',
    got: (addedUs('undecoded', 'ours') * 1_000) / chunks,
    limit: LIMITS.chunkNs,
    unit: 'ns',
  },
  {
    what: 'small call with the instrumentation disabled: added time',
    got: addedUs('light', 'ours, disabled'),
    limit: LIMITS.disabledUs,
    unit: 'µs',
  },
];
for (const { what, got, limit, unit } of checks) {
  console.log(`${got <= limit ? 'ok  ' : 'SLOW'} ${what}: ${got.toFixed(1)} ${unit}, at most ${limit} ${unit}`);
}
if (!checks.every(({ got, limit }) => got <= limit)) process.exitCode = 1;

/**
 * @param {string} workload
 * @param {string} variant
 */
function addedUs(workload, variant) {
  const cost = time[workload]?.[variant];
  if (!cost || 'failure' in cost) throw new Error(`${variant} did not run ${workload}: ${cost?.failure}`);
  return cost.addedUs.value;
}
