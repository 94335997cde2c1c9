import { setImmediate as nextTurn } from 'node:timers/promises';
import { Supply, setUp } from './stage.mjs';
import { random } from './statistics.mjs';
import { cpuTime } from './time.mjs';
import { variants } from './variants.mjs';
import { workloads } from './workloads.mjs';

/** @import { Workload } from './workloads.mjs' */

/**
 * What one process found about one variant: microseconds of CPU a call, by phase.
 * @typedef {Record<string, number>} Life
 */

/** After so many calls the event loop gets a turn, as span processors and garbage collection need. */
const BLOCK = 25;

/**
 * The calls of one process from its first one on. One variant has the process for itself, as in production.
 *
 * @param {{ seed: number, variants: readonly string[], workloads: readonly string[] }} wanted one of each
 * @returns {Promise<Life>}
 */
export async function life(wanted) {
  const [actor] = setUp(
    variants.filter(({ name }) => wanted.variants.includes(name)),
    random(wanted.seed),
  );
  const workload = workloads.find(({ name }) => wanted.workloads.includes(name));
  if (!actor || !workload?.phases) throw new Error('no such variant or workload');
  const app = actor.app(workload.api, supplyOf(workload));

  /** @type {Life} */
  const found = {};
  let calls = 0;
  const callUntil = async (/** @type {number} */ end) => {
    while (calls < end) {
      const blockEnd = Math.min(end, calls + BLOCK);
      for (; calls < blockEnd; calls++) await workload.run(app);
      await nextTurn();
    }
  };
  for (const [from, to] of workload.phases) {
    await callUntil(from);
    const start = cpuTime();
    await callUntil(to);
    found[`${from}–${to}`] = (cpuTime() - start) / (to - from);
  }
  return found;
}

/** @param {Workload} workload */
function supplyOf({ api }) {
  if (typeof api !== 'object') return new Supply();
  return { fetch: async () => api.answer() };
}
