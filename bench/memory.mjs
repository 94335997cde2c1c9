import { setImmediate as nextTurn } from 'node:timers/promises';
import { chatParams, completion, jsonAnswer, streamParams } from './answers.mjs';
import { Supply, setUp, undecodedLength } from './stage.mjs';
import { median, random } from './statistics.mjs';
import { variants } from './variants.mjs';

/** @import { App } from './app.mjs' */
/** @import { Actor } from './stage.mjs' */

/**
 * Bytes, medians of some rounds.
 *
 * @typedef {object} Memory
 * @property {number} perCall allocated by a small call
 * @property {number} perChunk allocated by a chunk of an undecoded stream
 * @property {number} perOpenStream kept alive by a stream in the middle of being read
 */

const ROUNDS = 5;
/** Code that is not optimized allocates more, and the compiler is done after ten thousand calls. */
const WARM_UP_ROUNDS = 120;
const CALLS = 100;
const CHUNKS = 5_000;
const OPEN_STREAMS = 300;

/**
 * Runs with a young generation so large that nothing is collected while it counts (see processes.mjs).
 *
 * @param {{ seed: number, variant: string }} wanted
 * @returns {Promise<Memory>}
 */
export async function memory(wanted) {
  const [actor] = setUp(
    variants.filter(({ name }) => name === wanted.variant),
    random(wanted.seed),
  );
  if (!actor) throw new Error(`no variant ${wanted.variant}`);
  return { perCall: await perCall(actor), perChunk: await perChunk(actor), perOpenStream: await perOpenStream(actor) };
}

/** @param {Actor} actor */
async function perCall(actor) {
  const api = { answer: jsonAnswer(completion('The capital of France is Paris.')) };
  const supply = new Supply();
  const app = actor.app(api, supply);
  return repeated(async () => {
    supply.fill(api, CALLS);
    const bytes = await allocated(async () => {
      for (let count = 0; count < CALLS; count++) await app.chat(chatParams);
    });
    return bytes / CALLS;
  }, WARM_UP_ROUNDS);
}

/** @param {Actor} actor */
async function perChunk(actor) {
  const app = actor.app('memory', new Supply());
  /** @param {number} chunks */
  const stream = async (chunks) => {
    undecodedLength.chunks = chunks;
    return allocated(() => app.stream(streamParams));
  };
  return repeated(async () => ((await stream(2 * CHUNKS)) - (await stream(CHUNKS))) / CHUNKS);
}

/** @param {Actor} actor */
async function perOpenStream(actor) {
  undecodedLength.chunks = 10;
  const app = actor.app('memory', new Supply());
  return repeated(async () => (await kept(actor, () => openStreams(app, OPEN_STREAMS))) / OPEN_STREAMS);
}

/**
 * @param {App} app
 * @param {number} count
 */
export async function openStreams(app, count) {
  const held = [];
  for (let opened = 0; opened < count; opened++) held.push(await app.open(streamParams));
  return held;
}

/**
 * Bytes that stay while what `make` returns is held.
 *
 * @param {Actor} actor
 * @param {() => Promise<unknown>} make
 */
export async function kept(actor, make) {
  await settle(actor);
  const before = process.memoryUsage().heapUsed;
  const held = await make();
  await settle(actor);
  const bytes = process.memoryUsage().heapUsed - before;
  return held ? bytes : Number.NaN;
}

/**
 * Collects what nobody holds, also what finalizers and span processors let go of only then.
 * @param {Actor} actor
 */
export async function settle({ ended }) {
  for (let pass = 0; pass < 3; pass++) {
    globalThis.gc?.();
    await nextTurn();
    await ended?.flush();
  }
  globalThis.gc?.();
}

/** @param {() => Promise<unknown>} work */
async function allocated(work) {
  await nextTurn();
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  await work();
  return process.memoryUsage().heapUsed - before;
}

/**
 * @param {() => Promise<number>} measure
 * @param {number} [warmUp] rounds that do not count
 */
async function repeated(measure, warmUp = 2 * ROUNDS) {
  for (let round = 0; round < warmUp; round++) await measure();
  const values = [];
  for (let round = 0; round < ROUNDS; round++) values.push(await measure());
  return median(values);
}
