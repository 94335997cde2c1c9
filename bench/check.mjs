/**
 * A quick look, under a minute, at whether the instrumentation has become expensive: `node bench/check.mjs`.
 * Its limits are far from what the benchmark shows, so that a busy machine does not fail it.
 */

import { prepare } from './prepare.mjs';

const AS_MUCH = 'by hand, as much as ours';
const PROCESSES = 3;
const [HOT, CHUNKS] = ['5,001–20,000', '21–120'];

await prepare();
const { measureCalls } = await import('./calls.mjs');
const { addedStart } = await import('./startup.mjs');
const { workloads } = await import('./workloads.mjs');

const { cost, addedRatio } = await measureCalls({
  processes: PROCESSES,
  variants: ['bare', AS_MUCH, 'ours', 'ours, disabled'],
  workloads: ['light', 'undecoded'],
});
const chunks = workloads.find(({ name }) => name === 'undecoded')?.chunks ?? 1;
const checks = [
  {
    what: 'hot call: added time, ours over a span by hand with the same attributes',
    got: addedRatio('light', HOT, 'ours', AS_MUCH)?.value,
    limit: 5,
    unit: '×',
  },
  {
    what: 'calls 101 to 1,000: the same',
    got: addedRatio('light', '101–1,000', 'ours', AS_MUCH)?.value,
    limit: 4,
    unit: '×',
  },
  {
    what: 'a chunk of an undecoded stream: added time',
    got: (addedUs('undecoded', CHUNKS, 'ours') * 1_000) / chunks,
    limit: 1_000,
    unit: 'ns',
  },
  {
    what: 'hot call with the instrumentation disabled: added time',
    got: addedUs('light', HOT, 'ours, disabled'),
    limit: 3,
    unit: 'µs',
  },
  {
    what: 'start of 500 modules under --import …/register, over hooks that do nothing',
    ...(await addedStart(PROCESSES)),
  },
];
for (const { what, got = Number.NaN, limit, unit } of checks) {
  console.log(`${got <= limit ? 'ok  ' : 'SLOW'} ${what}: ${got.toFixed(1)} ${unit}, at most ${limit} ${unit}`);
}
if (!checks.every(({ got = Number.NaN, limit }) => got <= limit)) process.exitCode = 1;

/**
 * @param {string} workload
 * @param {string} phase
 * @param {string} variant
 */
function addedUs(workload, phase, variant) {
  return cost(workload, phase, variant)?.addedUs.value ?? Number.NaN;
}
