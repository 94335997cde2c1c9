import { setImmediate as nextTurn } from 'node:timers/promises';
import { Supply, setUp } from './stage.mjs';
import { median, random, shuffled } from './statistics.mjs';
import { variants } from './variants.mjs';
import { workloads } from './workloads.mjs';

/** @import { Actor } from './stage.mjs' */
/** @import { Workload } from './workloads.mjs' */

/**
 * What one process found about one variant in one workload: medians over its rounds.
 *
 * @typedef {object} Timing
 * @property {number} us a call, in microseconds
 * @property {number} ratio to bare in the same round
 * @property {number} addedUs a call over bare in the same round, in microseconds
 * @property {number | null} spans a call; null (NaN, as JSON) where they are not counted
 * @property {number | null} attributes of the last span and its events; null (NaN, as JSON) where there is none to see
 */

/** @typedef {Record<string, Record<string, Timing | { failure: string }>>} Timings by workload, then by variant */

/**
 * @typedef {object} Ready
 * @property {string} name
 * @property {() => Promise<number>} batch runs once more and says how long it took, in microseconds a call
 * @property {() => Promise<number>} spans ended so far
 * @property {() => number} attributes of the last of them and its events
 */

/**
 * @param {{ seed: number, variants: readonly string[], workloads: readonly string[] }} wanted
 * @returns {Promise<Timings>}
 */
export async function time(wanted) {
  const next = random(wanted.seed);
  const actors = setUp(
    variants.filter(({ name }) => wanted.variants.includes(name)),
    next,
  );
  /** @type {Timings} */
  const timings = {};
  for (const workload of workloads.filter(({ name }) => wanted.workloads.includes(name))) {
    timings[workload.name] = await timeWorkload(workload, actors, next);
  }
  return timings;
}

/**
 * @param {Workload} workload
 * @param {readonly Actor[]} actors
 * @param {() => number} next
 */
async function timeWorkload(workload, actors, next) {
  /** @type {Timings[string]} */
  const timings = {};
  /** @type {Ready[]} */
  const ready = [];
  for (const actor of actors) {
    const able = prepare(workload, actor);
    try {
      await able.batch();
      ready.push(able);
    } catch (error) {
      timings[actor.variant.name] = { failure: error instanceof Error ? error.message : String(error) };
    }
  }

  for (let round = 0; round < (workload.warmUp ?? workload.rounds); round++) await playRound(ready, next);
  const before = await countSpans(ready);
  /** @type {Map<string, number>[]} */
  const rounds = [];
  for (let round = 0; round < workload.rounds; round++) rounds.push(await playRound(ready, next));
  const after = await countSpans(ready);

  const calls = rounds.length * workload.runs * (workload.calls ?? 1);
  for (const { name, attributes } of ready) {
    const own = rounds.map((times) => times.get(name) ?? Number.NaN);
    const bare = rounds.map((times) => times.get('bare') ?? Number.NaN);
    timings[name] = {
      us: median(own),
      ratio: median(own.map((us, round) => us / (bare[round] ?? Number.NaN))),
      addedUs: median(own.map((us, round) => us - (bare[round] ?? Number.NaN))),
      spans: ((after.get(name) ?? Number.NaN) - (before.get(name) ?? Number.NaN)) / calls,
      attributes: attributes(),
    };
  }
  return timings;
}

/**
 * @param {Workload} workload
 * @param {Actor} actor
 * @returns {Ready}
 */
function prepare({ api, runs, calls = 1, run }, { variant, app: appOf, ended }) {
  const supply = new Supply();
  const app = appOf(api, supply);
  return {
    name: variant.name,
    async batch() {
      supply.fill(api, runs * calls);
      // What the others left behind shall not be collected on this one's time, but what it leaves behind itself shall.
      collect();
      const start = cpuTime();
      for (let count = 0; count < runs; count++) await run(app);
      collect();
      const ran = cpuTime() - start;
      return (ran - cpuTimeOf(collect)) / runs / calls;
    },
    async spans() {
      await ended?.flush();
      return ended?.spans ?? Number.NaN;
    },
    attributes() {
      if (!ended?.last) return Number.NaN;
      return [ended.last, ...ended.last.events].flatMap((each) => Object.keys(each.attributes ?? {})).length;
    },
  };
}

/**
 * Everybody once, in random order, with a turn of the event loop between them for span processors to do their work.
 *
 * @param {readonly Ready[]} ready
 * @param {() => number} next
 */
async function playRound(ready, next) {
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const { name, batch } of shuffled(ready, next)) {
    await nextTurn();
    times.set(name, await batch());
  }
  return times;
}

/** @param {readonly Ready[]} ready */
async function countSpans(ready) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { name, spans } of ready) counts.set(name, await spans());
  return counts;
}

function collect() {
  globalThis.gc?.({ type: 'minor' });
}

/** @param {() => void} work */
function cpuTimeOf(work) {
  const start = cpuTime();
  work();
  return cpuTime() - start;
}

/**
 * Microseconds of CPU that this process has had: unlike the clock on the wall, it does not run on while others do.
 * Waiting costs nothing in it.
 */
export function cpuTime() {
  const { user, system } = process.cpuUsage();
  return user + system;
}
