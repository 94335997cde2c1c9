/** Calls whose promise or stream the application drops. */

import { outcome, PARAMS, STREAMING } from '../case.mjs';

const PATIENCE_MS = 80;

/** @type {import('../case.mjs').Case[]} */
export const ABANDONED = [
  {
    name: 'never awaited, succeeds',
    expect: { spans: 1, abandoned: true },
    async run({ client, requestArrived, wait }) {
      client().chat.completions.create(PARAMS);
      await requestArrived();
      await wait(PATIENCE_MS);
    },
  },
  {
    name: 'never awaited, fails',
    expect: { spans: 1, abandoned: true },
    async run({ client, requestArrived, wait }) {
      client('status-500').chat.completions.create(PARAMS);
      await requestArrived();
      await wait(PATIENCE_MS);
    },
  },
  {
    name: 'never awaited, fails, streaming',
    expect: { spans: 1, endReason: 'abandoned', chunkCount: 0 },
    async run({ client, requestArrived, wait }) {
      client('status-500').chat.completions.create(STREAMING);
      await requestArrived();
      await wait(PATIENCE_MS);
    },
  },
  {
    name: 'parse never awaited, fails',
    expect: { spans: 1, abandoned: true },
    async run({ client, requestArrived, wait }) {
      const completions = client('status-500').chat.completions;
      completions.create(PARAMS)._thenUnwrap((data) => data);
      await requestArrived();
      await wait(PATIENCE_MS);
    },
  },
  {
    name: 'then without catch, fails',
    expect: { spans: 1, status: 'ERROR', errorType: 'NotFoundError' },
    async run({ client, requestArrived, wait }) {
      client('status-404')
        .chat.completions.create(PARAMS)
        .then(() => {});
      await requestArrived();
      await wait(PATIENCE_MS);
    },
  },
  {
    name: 'finally without catch, fails',
    expect: { spans: 1, status: 'ERROR', errorType: 'NotFoundError' },
    async run({ client, requestArrived, wait }) {
      client('status-404')
        .chat.completions.create(PARAMS)
        .finally(() => {});
      await requestArrived();
      await wait(PATIENCE_MS);
    },
  },
  {
    name: 'asResponse never awaited, fails',
    expect: { spans: 1, status: 'ERROR', errorType: 'NotFoundError' },
    async run({ client, requestArrived, wait }) {
      client('status-404').chat.completions.create(PARAMS).asResponse();
      await requestArrived();
      await wait(PATIENCE_MS);
    },
  },
  {
    name: 'withResponse never awaited, fails',
    expect: { spans: 1, status: 'ERROR', errorType: 'NotFoundError' },
    async run({ client, requestArrived, wait }) {
      client('status-404').chat.completions.create(PARAMS).withResponse();
      await requestArrived();
      await wait(PATIENCE_MS);
    },
  },
  {
    name: 'a handler that throws',
    expect: { spans: 1 },
    async run({ client, requestArrived, wait }) {
      client()
        .chat.completions.create(PARAMS)
        .then(() => {
          throw new RangeError('in a handler');
        });
      await requestArrived();
      await wait(PATIENCE_MS);
    },
  },
  {
    name: 'streaming promise never awaited',
    expect: { spans: 1, endReason: 'abandoned', chunkCount: 0 },
    async run({ client, requestArrived, wait }) {
      client('stream-chunks-6').chat.completions.create(STREAMING);
      await requestArrived();
      await wait(PATIENCE_MS);
    },
  },
  {
    name: 'stream never read',
    expect: { spans: 1, endReason: 'abandoned', chunkCount: 0 },
    run: async ({ client }) => typeof (await client('stream-chunks-6').chat.completions.create(STREAMING)),
  },
  {
    name: 'endless stream never read',
    expect: { spans: 1, endReason: 'abandoned', chunkCount: 0 },
    run: async ({ client }) => typeof (await client('stall-after-3').chat.completions.create(STREAMING)),
  },
  {
    name: 'iterator dropped half-way',
    expect: { spans: 1, endReason: 'abandoned', chunkCount: 2 },
    async run({ client }) {
      const stream = await client('stall-after-5').chat.completions.create(STREAMING);
      const iterator = stream[Symbol.asyncIterator]();
      return [await iterator.next(), await iterator.next()];
    },
  },
  {
    name: 'garbage collected while it is being read',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    async run({ client, collectGarbage }) {
      const chunks = [];
      for await (const chunk of await client('stream-chunks-6').chat.completions.create(STREAMING)) {
        chunks.push(chunk);
        await collectGarbage();
      }
      return chunks;
    },
  },
  {
    name: 'garbage collected while the answer is awaited',
    expect: { spans: 1 },
    async run({ client, collectGarbage }) {
      const answer = client('slow-body-60')
        .chat.completions.create(PARAMS)
        .then((data) => data.id);
      for (let round = 0; round < 5; round++) await collectGarbage();
      return answer;
    },
  },
  {
    name: 'garbage collected while the response is awaited',
    expect: { spans: 1 },
    async run({ client, requestArrived, collectGarbage }) {
      const response = client('delay-60').chat.completions.create(PARAMS).asResponse();
      await requestArrived();
      for (let round = 0; round < 5; round++) await collectGarbage();
      return (await response).status;
    },
  },
  {
    name: 'next() that fails and that nobody handles',
    expect: { spans: 1, endReason: 'failed', status: 'ERROR', errorType: 'APIError', chunkCount: 1 },
    async run({ client, requestArrived, wait }) {
      const stream = await client('sse-error-after-1').chat.completions.create(STREAMING);
      const iterator = stream[Symbol.asyncIterator]();
      const first = await iterator.next();
      iterator.next();
      await requestArrived();
      await wait(PATIENCE_MS);
      return { first, after: await outcome(() => iterator.next()) };
    },
  },
];
