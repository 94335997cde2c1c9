/** The SDK's helpers on top of `create`: `parse`, `stream` and `runTools`. */

import { HELPER_PARAMS, helpers, outcome, PARAMS } from '../case.mjs';

/** @typedef {import('../case.mjs').Case} Case */

/** @type {import('openai').OpenAI.ResponseFormatJSONSchema} */
const RESPONSE_FORMAT = {
  type: 'json_schema',
  json_schema: {
    name: 'visit',
    strict: true,
    schema: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer' } },
      required: ['city', 'days'],
      additionalProperties: false,
    },
  },
};

const WEATHER = /** @type {const} */ ([{ role: 'user', content: 'What is the weather in Paris?' }]);

/** @type {Case[]} */
const PARSE = [
  {
    name: 'parse',
    expect: { spans: 1 },
    run: ({ client }) => helpers(client()).parse({ ...PARAMS, response_format: RESPONSE_FORMAT }),
  },
  {
    name: 'parse awaited twice, with its response',
    expect: { spans: 1 },
    async run({ client }) {
      const promise = helpers(client()).parse({ ...PARAMS, response_format: RESPONSE_FORMAT });
      const { data, request_id } = await promise.withResponse();
      return { same: data === (await promise), parsed: data.choices[0]?.message.parsed, request_id };
    },
  },
  {
    name: 'parse of a tool call',
    expect: { spans: 1 },
    run: ({ client }) =>
      helpers(client()).parse({
        model: 'gpt-4o-mini',
        messages: [...WEATHER],
        tools: [
          {
            type: 'function',
            function: { name: 'get_weather', strict: true, parameters: { type: 'object', properties: {} } },
          },
        ],
      }),
  },
  {
    name: 'parse of an answer that was cut off',
    expect: { spans: 1, status: 'ERROR', errorType: 'LengthFinishReasonError' },
    run: ({ client }) =>
      outcome(() => helpers(client()).parse({ ...PARAMS, response_format: RESPONSE_FORMAT, max_tokens: 2 })),
  },
  {
    name: 'parse of a filtered answer',
    expect: { spans: 1, status: 'ERROR', errorType: 'ContentFilterFinishReasonError' },
    run: ({ client }) =>
      outcome(() => helpers(client('content-filter')).parse({ ...PARAMS, response_format: RESPONSE_FORMAT })),
  },
  {
    name: 'parse of a refusal',
    expect: { spans: 1 },
    run: ({ client }) => helpers(client('refusal')).parse({ ...PARAMS, response_format: RESPONSE_FORMAT }),
  },
  {
    name: 'parse that the API refuses',
    expect: { spans: 1, status: 'ERROR', errorType: 'BadRequestError' },
    run: ({ client }) =>
      outcome(() => helpers(client('status-400')).parse({ ...PARAMS, response_format: RESPONSE_FORMAT })),
  },
  {
    name: 'parse of nonsense',
    expect: (major) => ({ spans: 1, status: 'ERROR', errorType: major < 5 ? 'FetchError' : 'SyntaxError' }),
    run: ({ client }) =>
      outcome(() => helpers(client('not-json')).parse({ ...PARAMS, response_format: RESPONSE_FORMAT })),
  },
];

const STREAM_EVENTS = /** @type {const} */ ([
  'connect',
  'chunk',
  'content',
  'content.done',
  'message',
  'finalContent',
  'finalMessage',
  'totalUsage',
  'error',
  'abort',
  'end',
]);

/**
 * The names of the events, in order.
 * @param {ReturnType<import('openai').OpenAI.Chat.Completions['stream']>} stream
 */
function eventsOf(stream) {
  /** @type {string[]} */
  const events = [];
  for (const name of STREAM_EVENTS) stream.on(name, () => events.push(name));
  return events;
}

/** @type {Case[]} */
const STREAM = [
  {
    name: 'stream() helper, final content and events',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    async run({ client }) {
      const stream = helpers(client('stream-chunks-6')).stream(HELPER_PARAMS);
      const events = eventsOf(stream);
      const content = await stream.finalContent();
      return { content, events, completion: await stream.finalChatCompletion() };
    },
  },
  {
    name: 'stream() helper, iterated',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    async run({ client }) {
      const contents = [];
      for await (const chunk of helpers(client('stream-chunks-6')).stream(HELPER_PARAMS)) contents.push(chunk.choices);
      return contents;
    },
  },
  {
    name: 'stream() helper, left early',
    expect: { spans: 1, endReason: 'aborted', chunkCount: 'any' },
    async run({ client }) {
      const stream = helpers(client('stall-after-3')).stream(HELPER_PARAMS);
      const events = eventsOf(stream);
      for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
      await outcome(() => stream.done());
      return { aborted: stream.aborted, ended: stream.ended, last: events.at(-1) };
    },
  },
  {
    name: 'stream() helper, aborted',
    expect: { spans: 1, endReason: 'aborted', chunkCount: 3 },
    async run({ client }) {
      let chunks = 0;
      const stream = helpers(client('stall-after-3')).stream(HELPER_PARAMS);
      const events = eventsOf(stream);
      stream.on('chunk', () => {
        if (++chunks === 3) setTimeout(() => stream.abort(), 10);
      });
      const end = await outcome(() => stream.finalContent());
      return { end, events, aborted: stream.aborted, errored: stream.errored };
    },
  },
  {
    name: 'stream() helper, an error in the middle',
    expect: { spans: 1, endReason: 'failed', status: 'ERROR', errorType: 'APIError', chunkCount: 2 },
    async run({ client }) {
      const stream = helpers(client('sse-error-after-2')).stream(HELPER_PARAMS);
      const events = eventsOf(stream);
      const end = await outcome(() => stream.finalContent());
      return { end, events, errored: stream.errored };
    },
  },
  {
    name: 'stream() helper that the API refuses',
    expect: { spans: 1, endReason: 'failed', status: 'ERROR', errorType: 'AuthenticationError', chunkCount: 0 },
    async run({ client }) {
      const stream = helpers(client('status-401')).stream(HELPER_PARAMS);
      const events = eventsOf(stream);
      return { end: await outcome(() => stream.done()), events };
    },
  },
  {
    name: 'stream() helper, an error that nobody handles',
    expect: { spans: 1, endReason: 'failed', status: 'ERROR', errorType: 'BadRequestError', chunkCount: 0 },
    async run({ client, requestArrived, wait }) {
      helpers(client('status-400')).stream(HELPER_PARAMS);
      await requestArrived();
      await wait(80);
    },
  },
  {
    name: 'stream() helper, read as a ReadableStream',
    expect: { spans: 1, endReason: 'completed', chunkCount: 8 },
    run: ({ client }) =>
      new Response(helpers(client('stream-chunks-6')).stream(HELPER_PARAMS).toReadableStream()).text(),
  },
  {
    name: 'stream() helper with a schema',
    expect: { spans: 1, endReason: 'completed', chunkCount: 7 },
    async run({ client }) {
      const stream = helpers(client()).stream({ ...HELPER_PARAMS, response_format: RESPONSE_FORMAT });
      return (await stream.finalChatCompletion()).choices[0]?.message;
    },
  },
];

/** @param {(args: { city?: string }) => unknown} run */
const weatherTool = (run) => ({
  type: /** @type {const} */ ('function'),
  function: {
    name: 'get_weather',
    description: 'Current weather',
    parse: JSON.parse,
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
    function: run,
  },
});

/** @param {unknown} arg */
const isRunner = (arg) => typeof arg === 'object' && arg !== null && 'messages' in arg;

/** @param {unknown[]} seen */
const recordingTool = (seen) =>
  weatherTool(
    /** @this {unknown} @param {unknown[]} args */ function (...args) {
      seen.push(args.map((arg) => (isRunner(arg) ? 'the runner' : arg)));
      // The SDK calls the function as a method of what the application gave it.
      seen.push(typeof this === 'object' && this !== null && Object.keys(this));
      return 'sunny';
    },
  );

/** @type {Case[]} */
const RUN_TOOLS = [
  {
    name: 'runTools',
    expect: { spans: 2, children: 1 },
    async run({ client }) {
      /** @type {unknown[]} */
      const seen = [];
      const runner = helpers(client()).runTools({
        model: 'gpt-4o-mini',
        messages: [...WEATHER],
        tools: [recordingTool(seen)],
      });
      return { content: await runner.finalContent(), seen, messages: runner.messages };
    },
  },
  {
    name: 'runTools streaming',
    expect: { spans: 2, children: 1, endReason: 'completed', chunkCount: [4, 6] },
    async run({ client }) {
      /** @type {unknown[]} */
      const seen = [];
      const runner = helpers(client()).runTools({
        model: 'gpt-4o-mini',
        messages: [...WEATHER],
        tools: [recordingTool(seen)],
        stream: true,
      });
      return { content: await runner.finalContent(), seen, messages: runner.messages };
    },
  },
  {
    name: 'runTools with a tool that throws',
    expect: { spans: 1, children: 1 },
    run: ({ client }) =>
      outcome(() =>
        helpers(client())
          .runTools({
            model: 'gpt-4o-mini',
            messages: [...WEATHER],
            tools: [
              weatherTool(() => {
                throw new RangeError('no weather today');
              }),
            ],
          })
          .finalContent(),
      ),
  },
  {
    name: 'runTools keeps the async context of the application',
    expect: { spans: 2, children: 1 },
    run: ({ client, within }) =>
      within('request 9', async () => {
        /** @type {string[]} */
        const seen = [];
        const runner = helpers(client()).runTools({
          model: 'gpt-4o-mini',
          messages: [...WEATHER],
          tools: [weatherTool(() => String(seen.push('ran')))],
        });
        return { content: await runner.finalContent(), seen };
      }),
  },
];

export const HELPERS = [...PARSE, ...STREAM, ...RUN_TOOLS];
