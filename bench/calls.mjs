import { startAgent } from './processes.mjs';
import { estimate, median, random, shuffled } from './statistics.mjs';

/** @import { Life } from './life.mjs' */
/** @import { Memory } from './memory.mjs' */
/** @import { Estimate } from './statistics.mjs' */

/**
 * What all processes together say of one variant in one phase.
 *
 * @typedef {object} Cost
 * @property {Estimate} ratio to bare in the same round
 * @property {Estimate} addedUs microseconds a call over bare in the same round
 */

/**
 * @typedef {object} Results
 * @property {(workload: string, phase: string, variant: string) => Cost | undefined} cost
 * @property {(workload: string, phase: string, variant: string, other: string) => Estimate | undefined} addedRatio one's
 * added time over another's in the same round
 * @property {(workload: string, variant: string) => number} attributes a span and its events have; NaN if unknown
 * @property {Record<string, Record<keyof Memory, Estimate>>} memory by variant, over bare
 */

/** Memory varies little from one process to the next. */
const MEMORY_PROCESSES = 2;

/**
 * Runs every variant in every workload, each in processes of its own. In a round each has one, in random order.
 *
 * @param {{ processes: number, variants: readonly string[], workloads: readonly string[], memory?: boolean }} wanted
 * @returns {Promise<Results>}
 */
export async function measureCalls({ processes, variants, workloads, memory: withMemory }) {
  /** @type {Record<string, Record<string, Life>>[]} by workload, then by variant */
  const rounds = [];
  /** @type {Record<string, Memory>[]} */
  const memories = [];
  const agent = await startAgent();
  try {
    for (let seed = 1; seed <= processes; seed++) {
      const next = random(seed);
      /** @type {Record<string, Record<string, Life>>} */
      const round = {};
      for (const workload of workloads) {
        /** @type {Record<string, Life>} */
        const lives = {};
        for (const variant of shuffled(variants, next)) {
          lives[variant] = await agent.measure({ measure: 'life', seed, variant, workload });
        }
        round[workload] = lives;
      }
      rounds.push(round);
      if (withMemory && seed <= MEMORY_PROCESSES) memories.push(await measureMemory(agent, seed, variants));
      process.stderr.write(`round ${seed} of ${processes}\n`);
    }
  } finally {
    await agent.close();
  }

  /** @param {string} workload @param {string} phase @param {string} variant */
  const timesOf = (workload, phase, variant) =>
    rounds.map((round) => round[workload]?.[variant]?.us[phase] ?? Number.NaN);
  /** @param {string} workload @param {string} phase @param {string} variant */
  const addedOf = (workload, phase, variant) => {
    const bare = timesOf(workload, phase, 'bare');
    return timesOf(workload, phase, variant).map((us, at) => us - (bare[at] ?? Number.NaN));
  };
  return {
    cost(workload, phase, variant) {
      const bare = timesOf(workload, phase, 'bare');
      const ratios = timesOf(workload, phase, variant).map((us, at) => us / (bare[at] ?? Number.NaN));
      if (ratios.some(Number.isNaN)) return undefined;
      return { ratio: estimate(ratios), addedUs: estimate(addedOf(workload, phase, variant)) };
    },
    addedRatio(workload, phase, variant, other) {
      const others = addedOf(workload, phase, other);
      const ratios = addedOf(workload, phase, variant).map((added, at) => added / (others[at] ?? Number.NaN));
      return ratios.some(Number.isNaN) ? undefined : estimate(ratios);
    },
    attributes: (workload, variant) =>
      median(rounds.map((round) => round[workload]?.[variant]?.attributes ?? Number.NaN)),
    memory: memoryOf(memories),
  };
}

/**
 * @param {Awaited<ReturnType<typeof startAgent>>} agent
 * @param {number} seed
 * @param {readonly string[]} variants
 * @returns {Promise<Record<string, Memory>>} over bare
 */
async function measureMemory(agent, seed, variants) {
  /** @type {Record<string, Memory>} */
  const found = {};
  for (const variant of variants) found[variant] = await agent.measure({ measure: 'memory', seed, variant });
  const { bare } = found;
  if (!bare) throw new Error('bare did not run');
  return Object.fromEntries(
    Object.entries(found).map(([variant, { perCall, perChunk, perOpenStream }]) => [
      variant,
      {
        perCall: perCall - bare.perCall,
        perChunk: perChunk - bare.perChunk,
        perOpenStream: perOpenStream - bare.perOpenStream,
      },
    ]),
  );
}

/**
 * @param {readonly Record<string, Memory>[]} memories
 * @returns {Results['memory']}
 */
function memoryOf(memories) {
  const of = (/** @type {string} */ variant, /** @type {keyof Memory} */ what) =>
    estimate(memories.map((memory) => memory[variant]?.[what] ?? Number.NaN));
  return Object.fromEntries(
    Object.keys(memories[0] ?? {}).map((variant) => [
      variant,
      {
        perCall: of(variant, 'perCall'),
        perChunk: of(variant, 'perChunk'),
        perOpenStream: of(variant, 'perOpenStream'),
      },
    ]),
  );
}
