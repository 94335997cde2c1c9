/** Streams: every way to read one, and to stop reading it. */

import { CHUNKS, drain, outcome, read, SLOW_CHUNKS, STREAMING } from '../case.mjs';

/** @typedef {import('../case.mjs').Case} Case */
/** @typedef {import('../case.mjs').Stage} Stage */

/**
 * @param {Stage} stage
 * @param {string} [scenario]
 */
const open = ({ client }, scenario = CHUNKS) => client(scenario).chat.completions.create(STREAMING);

/**
 * @param {Stage} stage
 * @param {string} scenario
 * @param {AbortSignal} signal
 */
const openWith = ({ client }, scenario, signal) => client(scenario).chat.completions.create(STREAMING, { signal });

/**
 * Runs `act` while the reader waits for the item after the first `count`.
 * @param {AsyncIterable<unknown>} items
 * @param {number} count
 * @param {() => void} act
 */
async function drainAndThen(items, count, act) {
  let left = count;
  const counted = async function* () {
    for await (const item of items) {
      if (--left === 0) setTimeout(act, 10);
      yield item;
    }
  };
  return drain(counted());
}

const FAREWELL = { from: 'the application' };

/** @type {Case[]} */
const READ = [
  {
    name: 'stream read to the end',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    run: async (stage) => read(await open(stage)),
  },
  {
    name: 'slow stream read to the end',
    expect: { spans: 1, endReason: 'completed', chunkCount: 6 },
    run: async (stage) => read(await open(stage, SLOW_CHUNKS)),
  },
  {
    name: 'stream with usage',
    expect: { spans: 1, endReason: 'completed', chunkCount: 7 },
    run: async ({ client }) =>
      read(await client().chat.completions.create({ ...STREAMING, stream_options: { include_usage: true } })),
  },
  {
    name: 'stream with two choices',
    expect: { spans: 1, endReason: 'completed', chunkCount: 14 },
    run: async ({ client }) => read(await client().chat.completions.create({ ...STREAMING, n: 2 })),
  },
  {
    name: 'iterator read by hand, and past the end',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    async run(stage) {
      const iterator = (await open(stage))[Symbol.asyncIterator]();
      const results = [];
      for (let step = 0; step < 11; step++) results.push(await iterator.next());
      return results;
    },
  },
  {
    name: 'concurrent next()',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    async run(stage) {
      const iterator = (await open(stage))[Symbol.asyncIterator]();
      return Promise.all(Array.from({ length: 10 }, () => iterator.next()));
    },
  },
  {
    name: 'a consumed stream iterated again',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    async run(stage) {
      const stream = await open(stage);
      return { first: await drain(stream), second: await drain(stream) };
    },
  },
  {
    name: 'a stream iterated twice at once',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    async run(stage) {
      const stream = await open(stage);
      return Promise.all([drain(stream), drain(stream)]);
    },
  },
  {
    name: 'the same stream from two awaits',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    async run(stage) {
      const promise = open(stage);
      const stream = await promise;
      return { same: stream === (await promise), chunks: (await read(stream)).length };
    },
  },
];

/** @type {Case[]} */
const LEFT = [
  {
    name: 'stream break',
    expect: { spans: 1, endReason: 'cancelled', chunkCount: 2 },
    run: async (stage) => read(await open(stage, 'stall-after-3'), 2),
  },
  {
    name: 'stream break at the last chunk',
    expect: { spans: 1, endReason: 'cancelled', chunkCount: 8 },
    run: async (stage) => read(await open(stage), 8),
  },
  {
    name: 'throw in the loop',
    expect: { spans: 1, endReason: 'cancelled', chunkCount: 1 },
    async run(stage) {
      const stream = await open(stage, 'stall-after-3');
      return outcome(async () => {
        for await (const chunk of stream) throw new RangeError(`no more after ${chunk.id}`);
      });
    },
  },
  {
    name: 'iterator return()',
    expect: { spans: 1, endReason: 'cancelled', chunkCount: 1 },
    async run(stage) {
      const iterator = (await open(stage, 'stall-after-3'))[Symbol.asyncIterator]();
      const first = await iterator.next();
      const returned = await iterator.return?.(FAREWELL);
      return { first, returned, after: await iterator.next() };
    },
  },
  {
    name: 'iterator return() before the first next()',
    // Version 7 wraps the source in another generator. `return()` on a generator that has not started does not run its `finally`.
    expect: (major) => ({ spans: 1, endReason: major < 7 ? 'cancelled' : 'abandoned', chunkCount: 0 }),
    async run(stage) {
      const iterator = (await open(stage))[Symbol.asyncIterator]();
      return { returned: await iterator.return?.(), after: await iterator.next() };
    },
  },
  {
    name: 'iterator return() while a next() waits',
    expect: { spans: 1, endReason: 'cancelled', chunkCount: 'any' },
    async run(stage) {
      const stream = await open(stage, SLOW_CHUNKS);
      const iterator = stream[Symbol.asyncIterator]();
      const first = await iterator.next();
      const waiting = iterator.next();
      const returned = iterator.return?.();
      return { first, waiting: await waiting, returned: await returned };
    },
  },
  {
    name: 'iterator throw()',
    expect: { spans: 1, endReason: 'cancelled', chunkCount: 1 },
    async run(stage) {
      const iterator = (await open(stage, 'stall-after-3'))[Symbol.asyncIterator]();
      const first = await iterator.next();
      const thrown = await outcome(() => iterator.throw?.(new RangeError('from outside')));
      return { first, thrown, after: await iterator.next() };
    },
  },
  {
    name: 'async disposal',
    expect: { spans: 1, endReason: 'cancelled', chunkCount: 1 },
    async run(stage) {
      const iterator = (await open(stage))[Symbol.asyncIterator]();
      const first = await iterator.next();
      const disposable = /** @type {{ [Symbol.asyncDispose]?: () => Promise<void> }} */ (iterator);
      // Before Node.js 24, generators lack the method, and `await using` is compiled to this.
      await (disposable[Symbol.asyncDispose] ? disposable[Symbol.asyncDispose]?.() : iterator.return?.());
      return { first, after: await iterator.next() };
    },
  },
];

/** @type {Case[]} */
const ABORTED = [
  {
    name: 'controller.abort() half-way',
    expect: { spans: 1, endReason: 'aborted', chunkCount: 2 },
    async run(stage) {
      const stream = await open(stage, 'stall-after-3');
      /** @type {unknown[]} */
      const taken = [];
      const end = await outcome(async () => {
        for await (const chunk of stream) if (taken.push(chunk) === 2) stream.controller.abort();
      });
      return { taken: taken.slice(0, 2), end, aborted: stream.controller.signal.aborted };
    },
  },
  {
    name: 'signal aborted half-way, from outside of the loop',
    expect: { spans: 1, endReason: 'aborted', chunkCount: 3 },
    async run(stage) {
      const controller = new AbortController();
      const stream = await openWith(stage, 'stall-after-3', controller.signal);
      return drainAndThen(stream, 3, () => controller.abort());
    },
  },
  {
    name: 'signal aborted half-way with a reason',
    expect: { spans: 1, endReason: 'aborted', chunkCount: 3 },
    async run(stage) {
      const controller = new AbortController();
      const stream = await openWith(stage, 'stall-after-3', controller.signal);
      return drainAndThen(stream, 3, () => controller.abort(new RangeError('enough')));
    },
  },
  {
    name: 'aborted before iterating',
    expect: { spans: 1, endReason: 'aborted', chunkCount: 0 },
    async run(stage) {
      const stream = await open(stage, 'stall-after-3');
      stream.controller.abort();
      return drain(stream);
    },
  },
  {
    name: 'aborted and never iterated',
    expect: { spans: 1, endReason: 'aborted', chunkCount: 0 },
    async run(stage) {
      const stream = await open(stage, 'stall-after-3');
      stream.controller.abort();
    },
  },
  {
    name: 'aborted after the end',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    async run(stage) {
      const stream = await open(stage);
      const taken = await read(stream);
      stream.controller.abort();
      return taken.length;
    },
  },
  {
    name: 'streaming request aborted before headers',
    expect: { spans: 1, endReason: 'aborted', chunkCount: 0 },
    async run(stage) {
      const controller = new AbortController();
      stage.requestArrived().then(() => controller.abort());
      return outcome(() => openWith(stage, 'delay-1000', controller.signal));
    },
  },
];

/** @type {Case[]} */
const SPLIT = [
  {
    name: 'tee, both read',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    async run(stage) {
      const [left, right] = (await open(stage)).tee();
      return { left: await read(left), right: await read(right) };
    },
  },
  {
    name: 'tee, both read at once',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    async run(stage) {
      const [left, right] = (await open(stage)).tee();
      return Promise.all([read(left), read(right)]);
    },
  },
  {
    name: 'tee, one read and the other left',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    async run(stage) {
      const [left, right] = (await open(stage)).tee();
      return { left: await read(left, 2), right: await read(right) };
    },
  },
  {
    name: 'tee, both left',
    // Version 7 alone closes the source when no branch is read.
    expect: (major) => ({ spans: 1, endReason: major < 7 ? 'abandoned' : 'cancelled', chunkCount: 3 }),
    async run(stage) {
      const [left, right] = (await open(stage, 'stall-after-5')).tee();
      return { left: await read(left, 2), right: await read(right, 3) };
    },
  },
  {
    name: 'tee of a stream that fails',
    expect: { spans: 1, endReason: 'failed', status: 'ERROR', errorType: 'APIError', chunkCount: 2 },
    async run(stage) {
      const [left, right] = (await open(stage, 'sse-error-after-2')).tee();
      return { left: await drain(left), right: await drain(right) };
    },
  },
  {
    name: 'tee, nobody reads',
    expect: { spans: 1, endReason: 'abandoned', chunkCount: 0 },
    async run(stage) {
      const branches = (await open(stage)).tee();
      return branches.length;
    },
  },
];

/** @type {Case[]} */
const READABLE = [
  {
    name: 'toReadableStream read',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    run: async (stage) => new Response((await open(stage)).toReadableStream()).text(),
  },
  {
    name: 'toReadableStream cancelled',
    // SDK 7 aborts its request during a pending read, as an application can do too.
    expect: (major) => ({ spans: 1, endReason: major < 7 ? 'cancelled' : 'aborted', chunkCount: 'any' }),
    async run(stage) {
      const reader = (await open(stage, 'stall-after-3')).toReadableStream().getReader();
      const first = await reader.read();
      return { first: String(first.value), cancelled: await reader.cancel('enough') };
    },
  },
  {
    name: 'toReadableStream partly read, then let go',
    expect: { spans: 1, endReason: 'abandoned', chunkCount: 'any' },
    async run(stage) {
      const reader = (await open(stage, 'stall-after-3')).toReadableStream().getReader();
      const first = await reader.read();
      reader.releaseLock();
      return { first: String(first.value) };
    },
  },
  {
    name: 'toReadableStream and back',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    async run(stage) {
      const stream = await open(stage);
      const { constructor: Stream } = stream;
      const { fromReadableStream } = /** @type {typeof import('openai/streaming').Stream} */ (Stream);
      return read(fromReadableStream.call(Stream, stream.toReadableStream(), new AbortController()));
    },
  },
];

export const STREAMS = [...READ, ...LEFT, ...ABORTED, ...SPLIT, ...READABLE];
