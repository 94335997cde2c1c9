import { startServers } from './processes.mjs';
import { estimate, median } from './statistics.mjs';
import { variants } from './variants.mjs';
import { workloads } from './workloads.mjs';

/** @import { Memory } from './memory.mjs' */
/** @import { Estimate } from './statistics.mjs' */
/** @import { Timing, Timings } from './time.mjs' */

/**
 * What all processes together say.
 *
 * @typedef {object} Cost
 * @property {Estimate} ratio to bare in the same round
 * @property {Estimate} addedUs a call
 * @property {number} spans a call; NaN where they are not counted
 * @property {number} attributes a span and its events have; NaN where they are not counted
 */

/**
 * @typedef {object} Results
 * @property {Record<string, Record<string, Cost | { failure: string }>>} time by workload, then by variant
 * @property {Record<string, Record<keyof Memory, Estimate>>} memory by variant, over bare
 * @property {(workload: string, variant: string, other: string) => Estimate} addedRatio one's added time over another's
 */

/** For what varies little from one process to the next, or takes long. */
const FEW_PROCESSES = 2;

/**
 * Runs everything in fresh processes: copies of a module are compiled apart, and one process can favour one of them.
 *
 * @param {{ processes: number, variants: readonly string[], workloads: readonly string[], memory?: boolean }} wanted
 * @returns {Promise<Results>}
 */
export async function measureCalls(wanted) {
  const together = wanted.variants.filter((name) => !isAlone(name));
  const alone = wanted.variants.filter(isAlone).map((name) => ['bare', 'by hand', name]);
  const short = wanted.workloads.filter(
    (name) => !workloads.some((workload) => workload.name === name && workload.long),
  );
  const groups = [together, ...alone].map((names) => ({ names, own: names.filter((name) => isOwn(name, names)) }));

  /** @type {Timings[]} */
  const timings = [];
  /** @type {Record<string, Memory>[]} */
  const memories = [];
  const servers = await startServers();
  try {
    for (let seed = 1; seed <= wanted.processes; seed++) {
      /** @type {Timings} */
      const timing = {};
      /** @type {Record<string, Memory>} */
      const memory = {};
      const few = seed <= FEW_PROCESSES;
      const chosen = few ? wanted.workloads : short;
      for (const { names, own } of groups) {
        const time = await servers.measure({ measure: 'time', seed, variants: names, workloads: chosen });
        for (const workload of chosen) timing[workload] = { ...timing[workload], ...pick(time[workload], own) };
      }
      if (wanted.memory && few) {
        // Each by itself: what is counted must not wait for the garbage of others.
        for (const name of wanted.variants) {
          Object.assign(memory, await servers.measure({ measure: 'memory', seed, variants: [name] }));
        }
        memories.push(overBare(memory));
      }
      timings.push(timing);
      process.stderr.write(`process ${seed} of ${wanted.processes}\n`);
    }
  } finally {
    await servers.close();
  }
  return summary(wanted, timings, memories);
}

/**
 * @param {{ variants: readonly string[], workloads: readonly string[] }} wanted
 * @param {readonly Timings[]} timings one a process
 * @param {readonly Record<string, Memory>[]} memories
 * @returns {Results}
 */
function summary(wanted, timings, memories) {
  /** @param {string} workload @param {string} variant */
  const told = (workload, variant) => timings.flatMap((timing) => timing[workload]?.[variant] ?? []).filter(isTiming);
  /** @param {string} workload @param {string} variant */
  const cost = (workload, variant) => {
    const all = told(workload, variant);
    if (all.length === 0) {
      const [first] = timings.flatMap((timing) => timing[workload]?.[variant] ?? []);
      return { failure: first && 'failure' in first ? first.failure : 'did not run' };
    }
    return {
      ratio: estimate(all.map(({ ratio }) => ratio)),
      addedUs: estimate(all.map(({ addedUs }) => addedUs)),
      spans: median(all.map(({ spans }) => spans ?? Number.NaN)),
      attributes: median(all.map(({ attributes }) => attributes ?? Number.NaN)),
    };
  };
  return {
    time: Object.fromEntries(
      wanted.workloads.map((workload) => [
        workload,
        Object.fromEntries(wanted.variants.map((variant) => [variant, cost(workload, variant)])),
      ]),
    ),
    memory: Object.fromEntries(
      Object.keys(memories[0] ?? {}).map((variant) => [
        variant,
        {
          perCall: estimate(memories.map((memory) => memory[variant]?.perCall ?? Number.NaN)),
          perChunk: estimate(memories.map((memory) => memory[variant]?.perChunk ?? Number.NaN)),
          perOpenStream: estimate(memories.map((memory) => memory[variant]?.perOpenStream ?? Number.NaN)),
        },
      ]),
    ),
    addedRatio(workload, variant, other) {
      const others = told(workload, other);
      return estimate(told(workload, variant).map(({ addedUs }, at) => addedUs / (others[at]?.addedUs ?? Number.NaN)));
    },
  };
}

/** @param {string} name */
function isAlone(name) {
  return variants.some((variant) => variant.name === name && variant.alone);
}

/**
 * Whether a group speaks for a variant: the baselines beside one that runs alone are its yardstick only.
 * @param {string} name
 * @param {readonly string[]} group
 */
function isOwn(name, group) {
  return group.some(isAlone) ? isAlone(name) : true;
}

/** @param {Timing | { failure: string }} timing @returns {timing is Timing} */
function isTiming(timing) {
  return !('failure' in timing);
}

/**
 * @template T
 * @param {Record<string, T>} values
 * @param {readonly string[]} keys
 */
function pick(values, keys) {
  return Object.fromEntries(Object.entries(values).filter(([key]) => keys.includes(key)));
}

/**
 * @param {Record<string, Memory>} bytes
 * @returns {Record<string, Memory>}
 */
function overBare(bytes) {
  const bare = bytes.bare;
  if (!bare) throw new Error('bare did not run');
  return Object.fromEntries(
    Object.entries(bytes).map(([name, { perCall, perChunk, perOpenStream }]) => [
      name,
      {
        perCall: perCall - bare.perCall,
        perChunk: perChunk - bare.perChunk,
        perOpenStream: perOpenStream - bare.perOpenStream,
      },
    ]),
  );
}
