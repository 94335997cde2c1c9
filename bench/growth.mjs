import { setImmediate as nextTurn } from 'node:timers/promises';
import { completion, jsonAnswer, longParams, sseAnswer, streamParams } from './answers.mjs';
import { cpuTime } from './cpu-time.mjs';
import { kept, openStreams, settle } from './memory.mjs';
import { Supply, setUp, undecodedLength } from './stage.mjs';
import { median, random, shuffled } from './statistics.mjs';
import { variants } from './variants.mjs';

/** @import { Actor } from './stage.mjs' */

/** @typedef {{ seed: number, variants: readonly string[] }} Wanted */
/** @typedef {Record<string, { x: number, us: number, bytes?: number }[]>} Curves by variant; totals at each size */

const SIZES = {
  chunks: [100, 1_000, 10_000, 100_000],
  streams: [1, 10, 100, 500, 2_000],
  messages: [1, 10, 100, 1_000, 10_000],
};
const ABANDONED = { streams: 100_000, batch: 1_000 };

/**
 * Time of one undecoded stream against its chunks.
 * @param {Wanted} wanted
 */
export async function chunks({ seed, variants: names }) {
  const next = random(seed);
  const actors = setUp(chosen(names), next).map((actor) => ({ actor, app: actor.app('memory', new Supply()) }));
  return curves(
    actors,
    SIZES.chunks,
    next,
    async ({ app }, count) => {
      undecodedLength.chunks = count;
      return timed(() => app.stream(streamParams));
    },
    (count) => Math.max(5, Math.min(40, 100_000 / count)),
  );
}

/**
 * Time of streams of 20 chunks each read at once, and the memory they keep while open, against how many there are.
 * @param {Wanted} wanted
 */
export async function concurrency({ seed, variants: names }) {
  const next = random(seed);
  const api = { answer: sseAnswer(20) };
  const actors = setUp(chosen(names), next).map((actor) => {
    const supply = new Supply();
    return { actor, supply, app: actor.app(api, supply), undecoded: actor.app('memory', new Supply()) };
  });
  const found = await curves(
    actors,
    SIZES.streams,
    next,
    async ({ app, supply }, count) => {
      supply.fill(api, count);
      return timed(() => Promise.all(Array.from({ length: count }, () => app.stream(streamParams))));
    },
    (count) => Math.max(3, Math.min(30, 600 / count)),
  );

  undecodedLength.chunks = 10;
  for (const { actor, undecoded } of actors) {
    for (const point of found[actor.variant.name] ?? []) {
      const bytes = [];
      for (let round = 0; round < 4; round++) bytes.push(await kept(actor, () => openStreams(undecoded, point.x)));
      // The first round pays for what is made once.
      point.bytes = median(bytes.slice(1));
    }
  }
  return found;
}

/**
 * Time of a small call against the messages sent with it.
 * @param {Wanted} wanted
 */
export async function history({ seed, variants: names }) {
  const next = random(seed);
  const api = { answer: jsonAnswer(completion('The capital of France is Paris.')) };
  const params = new Map(SIZES.messages.map((count) => [count, longParams(count)]));
  const actors = setUp(chosen(names), next).map((actor) => {
    const supply = new Supply();
    return { actor, supply, app: actor.app(api, supply) };
  });
  return curves(
    actors,
    SIZES.messages,
    next,
    async ({ app, supply }, count) => {
      const asked = params.get(count) ?? longParams(count);
      const calls = count > 100 ? 3 : 15;
      supply.fill(api, calls);
      return (
        (await timed(async () => {
          for (let call = 0; call < calls; call++) await app.chat(asked);
        })) / calls
      );
    },
    () => 30,
  );
}

/**
 * The heap after a great many streams of which one half is broken off and the other dropped while open, over what it
 * was after the first thousand.
 *
 * @param {Wanted} wanted
 * @returns {Promise<Record<string, { before: number, after: number, spans: number, streams: number }>>}
 */
export async function abandoned({ seed, variants: names }) {
  undecodedLength.chunks = 10;
  /** @type {Awaited<ReturnType<typeof abandoned>>} */
  const found = {};
  for (const actor of setUp(chosen(names), random(seed))) {
    const app = actor.app('memory', new Supply());
    await openAndLeave(app);
    await settle(actor);
    const before = process.memoryUsage().heapUsed;
    const spans = actor.ended?.spans ?? 0;
    for (let streams = 0; streams < ABANDONED.streams; streams += ABANDONED.batch) {
      await openAndLeave(app);
      await nextTurn();
    }
    await settle(actor);
    const after = process.memoryUsage().heapUsed;
    found[actor.variant.name] = {
      before,
      after,
      spans: (actor.ended?.spans ?? 0) - spans,
      streams: ABANDONED.streams,
    };
  }
  return found;
}

/** @param {import('./app.mjs').App} app */
async function openAndLeave(app) {
  for (let opened = 0; opened < ABANDONED.batch; opened++) {
    const { iterator } = Object(await app.open(streamParams));
    if (opened % 2 === 0) await iterator.return();
  }
}

/** @param {readonly string[]} names */
function chosen(names) {
  return variants.filter(({ name }) => names.includes(name));
}

/**
 * @template {{ actor: Actor }} A
 * @param {readonly A[]} actors
 * @param {readonly number[]} sizes
 * @param {() => number} next
 * @param {(actor: A, size: number) => Promise<number>} measure
 * @param {(size: number) => number} rounds
 * @returns {Promise<Curves>}
 */
async function curves(actors, sizes, next, measure, rounds) {
  /** @type {Curves} */
  const found = Object.fromEntries(actors.map(({ actor }) => [actor.variant.name, []]));
  for (const size of sizes) {
    /** @type {Map<string, number[]>} */
    const times = new Map(actors.map(({ actor }) => [actor.variant.name, []]));
    const warmUp = 3;
    for (let round = -warmUp; round < rounds(size); round++) {
      for (const actor of shuffled(actors, next)) {
        await nextTurn();
        globalThis.gc?.({ type: 'minor' });
        const us = await measure(actor, size);
        if (round >= 0) times.get(actor.actor.variant.name)?.push(us);
      }
    }
    for (const [name, values] of times) found[name]?.push({ x: size, us: median(values) });
  }
  return found;
}

/**
 * @param {() => Promise<unknown>} work
 * @returns {Promise<number>} microseconds
 */
async function timed(work) {
  const start = cpuTime();
  await work();
  return cpuTime() - start;
}
