/** Concurrent calls. */

import { outcome, PARAMS, read, STREAMING } from '../case.mjs';

/** Answers contain the order in which requests arrived, which differs from run to run. */
const CONTENT_ONLY = /** @param {import('openai').OpenAI.ChatCompletion} answer */ ({ choices }) => choices;

/** @type {import('../case.mjs').Case[]} */
export const TOGETHER = [
  {
    name: 'Promise.all of three calls',
    expect: { spans: 3 },
    async run({ client }) {
      const completions = client().chat.completions;
      const answers = await Promise.all([1, 2, 3].map((n) => completions.create({ ...PARAMS, n })));
      return answers.map(CONTENT_ONLY);
    },
  },
  {
    name: 'Promise.all with one failure',
    expect: { spans: 2, status: ['ERROR', 'UNSET'], errorType: ['NotFoundError', 'none'] },
    run: ({ client }) =>
      outcome(() =>
        Promise.all([
          client('status-404').chat.completions.create(PARAMS),
          client('delay-40').chat.completions.create(PARAMS),
        ]),
      ),
  },
  {
    name: 'Promise.allSettled',
    expect: { spans: 2, status: ['UNSET', 'ERROR'], errorType: ['none', 'BadRequestError'] },
    run: ({ client }) =>
      Promise.allSettled([
        client().chat.completions.create(PARAMS),
        client('status-400').chat.completions.create(PARAMS),
      ]),
  },
  {
    name: 'Promise.race, the slower one goes on',
    expect: { spans: 2 },
    async run({ client }) {
      const slow = client('delay-400').chat.completions.create(PARAMS);
      const fast = client().chat.completions.create(PARAMS);
      const winner = await Promise.race([slow.then(() => 'slow'), fast.then(() => 'fast')]);
      await slow;
      return winner;
    },
  },
  {
    name: 'Promise.race with a timer, the failure comes later',
    expect: { spans: 1, status: 'ERROR', errorType: 'InternalServerError' },
    async run({ client, wait }) {
      const slow = client('delay-400+status-500').chat.completions.create(PARAMS);
      const winner = await Promise.race([slow, wait(20)]);
      await wait(500);
      return { winner };
    },
  },
  {
    name: 'twenty streams at once',
    expect: { spans: 20, endReason: 'completed', chunkCount: 8 },
    async run({ client }) {
      const completions = client('stream-chunks-6').chat.completions;
      const streams = await Promise.all(Array.from({ length: 20 }, () => completions.create(STREAMING)));
      const all = await Promise.all(streams.map((stream) => read(stream)));
      return all.map((chunks) => chunks.flatMap(({ choices }) => choices));
    },
  },
  {
    name: 'twenty calls on one abort signal',
    expect: { spans: 20, status: 'ERROR', errorType: 'APIUserAbortError' },
    async run({ client, requestArrived }) {
      const controller = new AbortController();
      const completions = client('delay-1000').chat.completions;
      const options = { signal: controller.signal };
      const calls = Array.from({ length: 20 }, () => outcome(() => completions.create(PARAMS, options)));
      await requestArrived(20);
      controller.abort();
      return Promise.all(calls);
    },
  },
  {
    name: 'twenty streams on one abort signal',
    expect: { spans: 20, endReason: 'completed', chunkCount: 8 },
    async run({ client }) {
      const { signal } = new AbortController();
      const completions = client('stream-chunks-6').chat.completions;
      const lengths = [];
      for (let turn = 0; turn < 20; turn++) {
        lengths.push((await read(await completions.create(STREAMING, { signal }))).length);
      }
      return lengths;
    },
  },
];
