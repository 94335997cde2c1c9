/** The other APIs, each with every way in which a call can end. The APIs differ in how the SDK reads the body. */

import { drain, outcome, read, untyped } from './case.mjs';

/** @typedef {import('./case.mjs').Case} Case */
/** @typedef {import('./case.mjs').Expected} Expected */
/** @typedef {import('../stage.mjs').Stage} Stage */
/** @typedef {import('openai').OpenAI} OpenAI */
/** @typedef {import('openai').OpenAI.RequestOptions} Options */
/** @typedef {AsyncIterable<unknown> & { tee(): AsyncIterable<unknown>[] }} SdkStream */
/**
 * The promise that the SDK returns, of any result.
 * @typedef {PromiseLike<unknown> & { asResponse(): Promise<Response>, withResponse(): Promise<{ data: unknown }> }} Pending
 */
/** @typedef {(client: OpenAI, options: Options, file: File) => unknown} Call */

/**
 * @typedef {object} Api
 * @property {Call} call
 * @property {Call} [stream] the same, streaming
 * @property {number} [chunks] of the whole stream
 * @property {readonly number[]} [sdks] major versions, if not all
 * @property {readonly number[]} [streamingIn] major versions, if not all
 * @property {(major: number) => Record<string, string>} [errors] unexpected bodies that make the SDK throw, besides those that cannot be read
 * @property {boolean} [upload] sends sends a form. Version 4 cannot send a form twice: a retry never settles
 * @property {boolean} [binary] the SDK returns the response and does not read the body
 */

const RESPONSE = { model: 'gpt-5', input: 'Say hello.' };
const COMPLETION = { model: 'gpt-3.5-turbo-instruct', prompt: 'Once' };
const IMAGE = { model: 'gpt-image-1', prompt: 'A cat' };
const TRANSCRIPTION = { model: 'gpt-4o-transcribe' };
const BATCH = /** @type {const} */ ({
  input_file_id: 'file-1',
  endpoint: '/v1/responses',
  completion_window: '24h',
});
const GRADING = { model_sample: 'Hi', grader: { type: 'score_model', model: 'gpt-4.1', name: 'g', input: [] } };
const RUN = { assistant_id: 'asst_1' };
const STREAM = /** @type {const} */ ({ stream: true });
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const FORMAT = { format: { type: 'json_schema', name: 'visit', schema: { ...SCHEMA, additionalProperties: false } } };

const SESSION = { environment: { type: 'none' }, agent: { model: 'gpt-6' }, input: 'Hi' };

/**
 * Version 7 alone has it; the types here are those of version 6.
 * @param {OpenAI} client
 */
function agents({ beta }) {
  return /** @type {{ sessions: Sessions, automations: { invocations: { create(...args: unknown[]): unknown } } }} */ (
    Reflect.get(beta, 'agents')
  );
}

/**
 * @typedef {object} Sessions
 * @property {(...args: unknown[]) => unknown} create
 * @property {(...args: unknown[]) => SdkStream & { finalResult(): Promise<unknown>, abort(): void }} stream
 * @property {{ create(...args: unknown[]): unknown, stream(...args: unknown[]): unknown }} events
 * @property {{ retrieve(...args: unknown[]): unknown }} turns
 */

/** The SDK adds a property to the body, and throws if the body is not an object. */
const NO_OBJECT = { 'null-body': 'TypeError', text: 'TypeError', 'no-content': 'TypeError' };

/** @type {Record<string, Api>} */
const APIS = {
  'responses.create': {
    call: ({ responses }, options) => responses.create(RESPONSE, options),
    stream: ({ responses }, options) => responses.create({ ...RESPONSE, ...STREAM }, options),
    chunks: 14,
    errors: () => NO_OBJECT,
  },
  'responses.parse': {
    call: ({ responses }, options) => responses.parse(untyped({ ...RESPONSE, text: FORMAT }), options),
    errors: () => ({ ...NO_OBJECT, 'array-body': 'TypeError' }),
  },
  'responses.retrieve': {
    call: ({ responses }, options) => responses.retrieve('resp_1', {}, options),
    stream: ({ responses }, options) => responses.retrieve('resp_1', { ...STREAM }, options),
    chunks: 11,
    errors: (major) => (major === 4 ? {} : NO_OBJECT),
  },
  'completions.create': {
    call: ({ completions }, options) => completions.create(COMPLETION, options),
    stream: ({ completions }, options) => completions.create({ ...COMPLETION, ...STREAM }, options),
    chunks: 8,
  },
  'embeddings.create': {
    call: ({ embeddings }, options) => embeddings.create({ model: 'text-embedding-3-small', input: 'a' }, options),
  },
  'client.post': {
    call: (client, options) => client.post('/completions', { body: COMPLETION, ...options }),
    stream: (client, options) =>
      client.post('/completions', { body: { ...COMPLETION, ...STREAM }, ...STREAM, ...options }),
    chunks: 8,
  },
  'chat.completions.retrieve': {
    call: ({ chat }, options) => chat.completions.retrieve('chatcmpl_1', options),
  },
  'batches.create': { call: ({ batches }, options) => batches.create(BATCH, options) },
  'batches.retrieve': { call: ({ batches }, options) => batches.retrieve('batch_1', options) },
  'batches.cancel': { call: ({ batches }, options) => batches.cancel('batch_1', options) },
  'videos.create': {
    call: ({ videos }, options) => videos.create({ prompt: 'A cat' }, options),
    sdks: [6, 7],
    upload: true,
  },
  'conversations.items.create': {
    call: ({ conversations }, options) =>
      conversations.items.create('conv_1', { items: [{ role: 'user', content: 'Hi' }] }, options),
    sdks: [5, 6, 7],
  },
  'realtime.clientSecrets.create': {
    call: ({ realtime }, options) => realtime.clientSecrets.create({ session: { type: 'realtime' } }, options),
    sdks: [5, 6, 7],
  },
  'fineTuning.alpha.graders.run': {
    call: ({ fineTuning }, options) => fineTuning.alpha.graders.run(untyped(GRADING), options),
  },
  'moderations.create': { call: ({ moderations }, options) => moderations.create({ input: 'kill' }, options) },
  'images.generate': {
    call: ({ images }, options) => images.generate(IMAGE, options),
    stream: ({ images }, options) => images.generate({ ...IMAGE, ...STREAM, partial_images: 2 }, options),
    chunks: 3,
    streamingIn: [5, 6, 7],
  },
  'images.edit': { call: ({ images }, options, image) => images.edit({ ...IMAGE, image }, options), upload: true },
  'audio.speech.create': {
    call: ({ audio }, options) => audio.speech.create({ model: 'tts-1', input: 'Hi', voice: 'alloy' }, options),
    binary: true,
  },
  'audio.transcriptions.create': {
    call: ({ audio }, options, file) => audio.transcriptions.create({ ...TRANSCRIPTION, file }, options),
    stream: ({ audio }, options, file) => audio.transcriptions.create({ ...TRANSCRIPTION, file, ...STREAM }, options),
    chunks: 10,
    upload: true,
  },
  'vectorStores.search': {
    call: ({ vectorStores }, options) => vectorStores.search('vs_1', { query: 'cats' }, options),
    errors: () => ({ 'null-body': 'TypeError', 'no-content': 'TypeError' }),
  },
  'beta.agents.sessions.create': {
    call: (client, options) => agents(client).sessions.create(SESSION, options),
    stream: (client, options) => agents(client).sessions.create({ ...SESSION, ...STREAM }, options),
    chunks: 13,
    sdks: [7],
  },
  'beta.agents.sessions.events.create': {
    call: (client, options) =>
      agents(client).sessions.events.create('sess_1', { events: [{ type: 'agent.session.input.cancel' }] }, options),
    sdks: [7],
  },
  'beta.agents.sessions.turns.retrieve': {
    call: (client, options) => agents(client).sessions.turns.retrieve('turn_1', { session_id: 'sess_1' }, options),
    sdks: [7],
  },
  'beta.agents.automations.invocations.create': {
    call: (client, options) => agents(client).automations.invocations.create('auto_1', options),
    sdks: [7],
  },
  'beta.threads.runs.create': {
    call: ({ beta }, options) => beta.threads.runs.create('thread_1', RUN, options),
    stream: ({ beta }, options) => beta.threads.runs.create('thread_1', { ...RUN, ...STREAM }, options),
    chunks: 12,
  },
};

/** Malformed and unexpected response bodies. */
const ODD_BODIES = [
  'null-body',
  'array-body',
  'text',
  'not-json',
  'no-content',
  'usage-null',
  'odd-usage',
  'drop-body',
];

/** @typedef {{ status?: 'ERROR', errorType?: string, endReason?: string, chunkCount?: number | 'none' }} One */

/**
 * @typedef {object} Way
 * @property {string} name
 * @property {One} expect
 * @property {boolean} [resends]
 * @property {(start: (scenario?: string, options?: Options) => Pending, stage: Stage) => unknown} run
 */

/** @type {Way[]} */
const WAYS = [
  // This case comes first: it waits for the first request.
  {
    name: 'aborted',
    expect: { status: 'ERROR', errorType: 'APIUserAbortError' },
    async run(start, { requestArrived }) {
      const controller = new AbortController();
      const pending = outcome(() => start('delay-1000', { signal: controller.signal }));
      await requestArrived();
      controller.abort();
      return pending;
    },
  },
  {
    name: 'success',
    expect: {},
    async run(start) {
      const pending = start();
      return { looks: [pending], answer: await seen(await pending), afterwards: [pending] };
    },
  },
  {
    name: 'withResponse',
    expect: {},
    async run(start) {
      const { data, ...rest } = await start().withResponse();
      return { ...rest, data: await seen(data) };
    },
  },
  {
    name: 'asResponse',
    expect: {},
    async run(start) {
      const response = await start().asResponse();
      return { response, body: await response.text() };
    },
  },
  {
    name: 'asResponse, then awaited all the same',
    expect: {},
    async run(start) {
      const pending = start();
      const response = await pending.asResponse();
      return { response, ...(await outcome(async () => seen(await pending))) };
    },
  },
  {
    name: 'retried',
    resends: true,
    expect: {},
    run: async (start) => seen(await start('status-500-times-1', { maxRetries: 1 })),
  },
  {
    name: 'API error',
    expect: { status: 'ERROR', errorType: 'RateLimitError' },
    run: (start) => outcome(() => start('status-429')),
  },
];

/** @type {Way[]} */
const STREAM_WAYS = [
  { name: 'stream', expect: { endReason: 'completed' }, run: async (start) => read(await streamOf(start())) },
  {
    name: 'stream withResponse',
    expect: { endReason: 'completed' },
    async run(start) {
      const { data, ...rest } = await start().withResponse();
      return { ...rest, chunks: await read(/** @type {SdkStream} */ (data)) };
    },
  },
  {
    name: 'stream asResponse',
    expect: { chunkCount: 'none' },
    async run(start) {
      const response = await start().asResponse();
      return { response, body: await response.text() };
    },
  },
  {
    name: 'stream left after the first chunk',
    expect: { endReason: 'cancelled', chunkCount: 1 },
    // So slow that the API has more to send when it learns of that, however busy the machine is.
    run: async (start) => read(await streamOf(start('chunk-delay-200')), 1),
  },
  {
    name: 'stream read twice at once',
    expect: { endReason: 'completed' },
    async run(start) {
      const [one, other] = (await streamOf(start())).tee();
      return one && other && Promise.all([read(one), read(other)]);
    },
  },
  {
    name: 'stream aborted',
    expect: { endReason: 'aborted', chunkCount: 1 },
    async run(start) {
      const controller = new AbortController();
      const stream = await streamOf(start('stall-after-1', { signal: controller.signal }));
      return drain(stream, () => controller.abort());
    },
  },
  {
    name: 'stream broken off',
    expect: { endReason: 'failed', chunkCount: 1, status: 'ERROR', errorType: 'any' },
    run: async (start) => drain(await streamOf(start('drop-after-1'))),
  },
];

/** @param {PromiseLike<unknown>} pending */
async function streamOf(pending) {
  return /** @type {SdkStream} */ (await pending);
}

/**
 * What an application sees of an answer, with the bytes of a binary one.
 * @param {unknown} answer
 */
async function seen(answer) {
  if (!(typeof answer === 'object' && answer !== null && 'arrayBuffer' in answer)) return answer;
  const response = /** @type {Response} */ (answer);
  const { bodyUsed } = response;
  return { bodyUsed, response, bytes: Buffer.from(await response.arrayBuffer()).toString('base64') };
}

/**
 * One case per kind of call. It makes the calls in sequence, because hundreds of separate cases would take minutes.
 * @param {string} name
 * @param {Api} api
 * @returns {Case[]}
 */
function casesOf(name, api) {
  const { call, stream, sdks, streamingIn = sdks } = api;
  const inSome = sdks && { sdks };
  const streaming = stream && { ...caseOf(`${name}, streaming`, streamWaysOf(api), stream) };
  return [
    {
      ...caseOf(name, (major) => WAYS.filter(({ resends }) => !(resends && api.upload && major === 4)), call),
      ...inSome,
    },
    { ...caseOf(`${name}, odd bodies`, (major) => oddWaysOf(api, major), call), ...inSome },
    ...(streaming ? [{ ...streaming, ...(streamingIn && { sdks: streamingIn }) }] : []),
  ];
}

/**
 * @param {Api} api
 * @returns {() => Way[]}
 */
function streamWaysOf({ chunks = 0 }) {
  return () => STREAM_WAYS.map(({ expect, ...way }) => ({ ...way, expect: { chunkCount: chunks, ...expect } }));
}

/**
 * @param {Api} api
 * @param {number} major
 * @returns {Way[]}
 */
function oddWaysOf({ errors = () => ({}), binary = false }, major) {
  const failing = { ...(binary ? {} : unreadable(major)), ...errors(major) };
  const bodies = binary ? ['null-body', 'no-content'] : ODD_BODIES;
  return bodies.map((body) => ({
    name: body,
    expect: failing[body] ? { status: 'ERROR', errorType: failing[body] } : {},
    run: async (start) => seen(await start(body)),
  }));
}

/**
 * @param {string} name
 * @param {(major: number) => readonly Way[]} ways
 * @param {Call} call
 * @returns {Case}
 */
function caseOf(name, ways, call) {
  return {
    name,
    expect: (major) => inARow(ways(major).map(({ expect }) => expect)),
    async run(stage) {
      const file = await stage.sdk.toFile(Buffer.from('bytes'), 'file.png');
      /** @type {Parameters<Way['run']>[0]} */
      const start = (scenario, options = {}) => /** @type {Pending} */ (call(stage.client(scenario), options, file));
      /** @type {Record<string, unknown>} */
      const outcomes = {};
      for (const way of ways(stage.major)) outcomes[way.name] = await outcome(() => way.run(start, stage));
      return outcomes;
    },
  };
}

/**
 * The expected telemetry of calls made in sequence.
 * @param {readonly One[]} each
 * @returns {Expected}
 */
function inARow(each) {
  return {
    spans: each.length,
    status: each.map(({ status }) => status ?? 'UNSET'),
    errorType: each.map(({ errorType }) => errorType ?? 'none'),
    endReason: each.map(({ endReason }) => endReason ?? 'none'),
    chunkCount: each.map(({ chunkCount }) => chunkCount ?? 'none'),
  };
}

/**
 * Bodies that cannot be read. Version 4 uses node-fetch, which has its own error class.
 * @param {number} major
 * @returns {Record<string, string>}
 */
function unreadable(major) {
  return major === 4
    ? { 'not-json': 'FetchError', 'drop-body': 'FetchError' }
    : { 'not-json': 'SyntaxError', 'drop-body': 'TypeError' };
}

/** @type {Case[]} */
const HELPERS = [
  {
    name: 'responses.stream',
    expect: { spans: 1, endReason: 'completed', chunkCount: 14 },
    async run({ client }) {
      const runner = client().responses.stream(RESPONSE);
      const events = await read(runner);
      return { events, answer: await runner.finalResponse() };
    },
  },
  {
    name: 'responses.stream, aborted',
    expect: { spans: 1, endReason: 'aborted', chunkCount: 1 },
    async run({ client }) {
      const runner = client('stall-after-1').responses.stream(RESPONSE);
      return drain(runner, () => runner.abort());
    },
  },
  {
    name: 'vectorStores.search, each result',
    expect: { spans: 1 },
    run: ({ client }) => read(client().vectorStores.search('vs_1', { query: 'cats' })),
  },
  {
    name: 'vectorStores.search, each result of a failure',
    expect: { spans: 1, status: 'ERROR', errorType: 'NotFoundError' },
    run: ({ client }) => drain(client('status-404').vectorStores.search('vs_1', { query: 'cats' })),
  },
  {
    name: 'vectorStores.search, left after the first result',
    expect: { spans: 1 },
    run: ({ client }) => read(client().vectorStores.search('vs_1', { query: 'cats' }), 1),
  },
  {
    name: 'beta.agents.sessions.events.stream',
    sdks: [7],
    expect: { spans: 1, endReason: 'completed', chunkCount: 12 },
    run: async ({ client }) => read(/** @type {SdkStream} */ (await agents(client()).sessions.events.stream('sess_1'))),
  },
  {
    name: 'beta.agents.sessions.stream',
    sdks: [7],
    expect: { spans: 2, endReason: ['aborted', 'none'], chunkCount: [12, 'none'] },
    run: ({ client }) => read(agents(client()).sessions.stream('sess_1', { input: 'Hi' })),
  },
  {
    name: 'beta.agents.sessions.stream, its result',
    sdks: [7],
    expect: { spans: 2, endReason: ['aborted', 'none'], chunkCount: [12, 'none'] },
    run: ({ client }) => agents(client()).sessions.stream('sess_1', { input: 'Hi' }).finalResult(),
  },
  {
    name: 'beta.agents.sessions.stream, aborted',
    sdks: [7],
    expect: { spans: 2, endReason: ['aborted', 'none'], chunkCount: ['any', 'none'] },
    async run({ client, requestArrived, wait }) {
      const stream = agents(client('stall-after-1')).sessions.stream('sess_1', { input: 'Hi' });
      const read = drain(stream);
      await requestArrived(3);
      await wait(60);
      stream.abort();
      return read;
    },
  },
  {
    name: 'beta.agents.sessions.create, the result of its stream',
    sdks: [7],
    // `finalResult()` reads the stream below the iterator that is watched.
    expect: { spans: 1, endReason: 'aborted', chunkCount: 0 },
    async run({ client }) {
      const stream = await agents(client()).sessions.create({ ...SESSION, ...STREAM });
      return /** @type {{ finalResult(): Promise<unknown> }} */ (stream).finalResult();
    },
  },
  {
    name: 'beta.threads.runs.stream',
    expect: { spans: 1, endReason: 'completed', chunkCount: 12 },
    async run({ client }) {
      const runner = client().beta.threads.runs.stream('thread_1', RUN);
      const events = await read(runner);
      return { events, ...(await outcome(() => runner.finalRun())) };
    },
  },
  {
    name: 'audio.speech.create, read as a stream',
    expect: { spans: 1 },
    async run({ client }) {
      const { body } = await client().audio.speech.create({ model: 'tts-1', input: 'Hi', voice: 'alloy' });
      return Buffer.concat(await read(/** @type {AsyncIterable<Buffer>} */ (/** @type {unknown} */ (body)))).length;
    },
  },
];

/** @type {readonly Case[]} */
export const API_CASES = [...Object.entries(APIS).flatMap(([name, api]) => casesOf(name, api)), ...HELPERS];
