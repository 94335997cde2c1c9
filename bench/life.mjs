import { setImmediate as nextTurn } from 'node:timers/promises';
import { cpuTime } from './cpu-time.mjs';
import { Supply, setUp } from './stage.mjs';
import { random } from './statistics.mjs';
import { variants } from './variants.mjs';
import { label, workloads } from './workloads.mjs';

/** @import { Actor } from './stage.mjs' */
/** @import { Workload } from './workloads.mjs' */

/**
 * What one process found about one variant.
 *
 * @typedef {object} Life
 * @property {Record<string, number>} us microseconds of CPU a call, by phase
 * @property {number | null} attributes of the last span and its events; null (NaN, as JSON) where there is none to see
 */

/** After so many calls the event loop has a turn, which span processors and finalizers need. */
const BLOCK = 25;

/**
 * The calls of one process from its first one on. One variant has the process for itself, as in production, so the first
 * calls run code that is not compiled yet, and what is compiled later is optimized for this variant alone.
 *
 * @param {{ seed: number, variant: string, workload: string }} wanted
 * @returns {Promise<Life>}
 */
export async function life(wanted) {
  const [actor] = setUp(
    variants.filter(({ name }) => name === wanted.variant),
    random(wanted.seed),
  );
  const workload = workloads.find(({ name }) => name === wanted.workload);
  if (!actor || !workload) throw new Error(`no variant ${wanted.variant} or no workload ${wanted.workload}`);
  const app = actor.app(workload.api, supplyOf(workload));

  let calls = 0;
  const callUntil = async (/** @type {number} */ end) => {
    while (calls < end) {
      const blockEnd = Math.min(end, calls + BLOCK);
      for (; calls < blockEnd; calls++) await workload.run(app);
      await nextTurn();
    }
  };
  /** @type {Life['us']} */
  const us = {};
  for (const phase of workload.phases) {
    const [from, to] = phase;
    await callUntil(from);
    const start = cpuTime();
    await callUntil(to);
    us[label(phase)] = (cpuTime() - start) / (to - from);
  }
  return { us, attributes: attributesOf(actor) };
}

/** @param {Workload} workload */
function supplyOf({ api }) {
  return typeof api === 'object' ? { fetch: async () => api.answer() } : new Supply();
}

/** @param {Actor} actor */
function attributesOf({ ended }) {
  if (!ended?.last) return Number.NaN;
  return [ended.last, ...ended.last.events].flatMap((each) => Object.keys(each.attributes ?? {})).length;
}
