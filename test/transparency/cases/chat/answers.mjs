/** Calls that succeed. */

import { outcome, PARAMS, read, STREAMING } from '../case.mjs';

/** @type {import('../case.mjs').Params} */
const WITH_TOOL = {
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
  tools: [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }],
};

/** @type {import('../case.mjs').Case[]} */
export const ANSWERS = [
  {
    name: 'success',
    expect: { spans: 1 },
    run: ({ client }) => client().chat.completions.create(PARAMS),
  },
  {
    name: 'two choices',
    expect: { spans: 1 },
    run: ({ client }) => client().chat.completions.create({ ...PARAMS, n: 2 }),
  },
  {
    name: 'tool call',
    expect: { spans: 1 },
    run: ({ client }) => client().chat.completions.create(WITH_TOOL),
  },
  {
    name: 'awaited twice',
    expect: { spans: 1 },
    async run({ client }) {
      const promise = client().chat.completions.create(PARAMS);
      const first = await promise;
      return { same: first === (await promise), id: first.id, requestId: first._request_id };
    },
  },
  {
    name: 'then twice before the answer',
    expect: { spans: 1 },
    async run({ client }) {
      const promise = client().chat.completions.create(PARAMS);
      const [first, second] = await Promise.all([promise.then((data) => data), promise.then((data) => data)]);
      return { same: first === second, first };
    },
  },
  {
    name: 'catch and finally on success',
    expect: { spans: 1 },
    async run({ client }) {
      /** @type {string[]} */
      const order = [];
      const promise = client().chat.completions.create(PARAMS);
      const caught = promise.catch(() => order.push('catch'));
      const finished = promise.finally(() => order.push('finally'));
      const plain = [caught, finished].map((each) => each.constructor === Promise);
      return { values: await Promise.all([caught, finished]), order, plain };
    },
  },
  {
    name: 'the order of handlers',
    expect: { spans: 1 },
    async run({ client }) {
      /** @type {string[]} */
      const order = [];
      const promise = client().chat.completions.create(PARAMS);
      const first = promise.then(() => order.push('first'));
      const second = promise.then(() => order.push('second'));
      const response = promise.asResponse().then(() => order.push('response'));
      await Promise.all([first, second, response]);
      return order;
    },
  },
  {
    name: 'asResponse, body read by the application',
    expect: { spans: 1 },
    async run({ client }) {
      const response = await client().chat.completions.create(PARAMS).asResponse();
      return { response, body: await response.text(), again: await outcome(() => response.text()) };
    },
  },
  {
    name: 'asResponse, body never read',
    expect: { spans: 1 },
    run: ({ client }) => client().chat.completions.create(PARAMS).asResponse(),
  },
  {
    name: 'asResponse twice',
    expect: { spans: 1 },
    async run({ client }) {
      const promise = client().chat.completions.create(PARAMS);
      const first = await promise.asResponse();
      return first === (await promise.asResponse());
    },
  },
  {
    name: 'asResponse, then awaited',
    expect: { spans: 1 },
    async run({ client }) {
      const promise = client().chat.completions.create(PARAMS);
      const response = await promise.asResponse();
      return { before: response.bodyUsed, data: await promise, after: response.bodyUsed };
    },
  },
  {
    name: 'asResponse body taken, then awaited',
    expect: { spans: 1 },
    async run({ client }) {
      const promise = client().chat.completions.create(PARAMS);
      const response = await promise.asResponse();
      return { text: await response.text(), data: await outcome(() => promise) };
    },
  },
  {
    name: 'asResponse of a streaming request, read as text',
    expect: { spans: 1, endReason: 'any' },
    async run({ client }) {
      const response = await client().chat.completions.create(STREAMING).asResponse();
      return { response, body: await response.text() };
    },
  },
  {
    name: 'withResponse',
    expect: { spans: 1 },
    async run({ client }) {
      const { data, response, request_id } = await client().chat.completions.create(PARAMS).withResponse();
      return { data, response, request_id };
    },
  },
  {
    name: 'withResponse detached',
    expect: { spans: 1 },
    async run({ client }) {
      const promise = client().chat.completions.create(PARAMS);
      const { withResponse } = promise;
      const { data, request_id } = await withResponse.call(promise);
      return { data, request_id, same: data === (await promise) };
    },
  },
  {
    name: 'withResponse on a stream',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    async run({ client }) {
      const promise = client('stream-chunks-6').chat.completions.create(STREAMING);
      const { data, response, request_id } = await promise.withResponse();
      return { response, request_id, chunks: await read(data) };
    },
  },
  {
    name: 'given to a function that takes a promise',
    expect: { spans: 1 },
    async run({ client, sdk }) {
      const promise = client().chat.completions.create(PARAMS);
      const resolved = Promise.resolve(promise);
      return {
        sameObject: resolved === /** @type {unknown} */ (promise),
        isPromise: promise instanceof Promise,
        sdk: typeof sdk,
        value: await resolved,
      };
    },
  },
  {
    name: 'the application keeps its own async context',
    expect: { spans: 2, endReason: ['none', 'completed'], chunkCount: ['none', 8] },
    run: ({ client, within, surroundings }) =>
      within('request 7', async () => {
        const completions = client('stream-chunks-6').chat.completions;
        const called = completions.create(PARAMS);
        const seen = [surroundings()];
        seen.push(await called.then(() => surroundings()));
        for await (const _chunk of await completions.create(STREAMING)) seen.push(surroundings());
        return [...seen, surroundings()];
      }),
  },
];
