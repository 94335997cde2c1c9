/** Calls with 20 MB in them, in every shape that an API takes or gives. */

/** @typedef {import('openai').OpenAI} Client */

/**
 * @typedef {object} Shape
 * @property {(client: Client) => Promise<unknown>} call
 * @property {unknown} [answer] the body of the response; `Hi` if left out
 * @property {unknown[]} [events] the events of a stream, in place of a body
 */

export const BYTES = 20_000_000;
const MODEL = 'gpt-4o-mini';

/** @param {number} length */
const text = (length) => 'Some words that were said. '.repeat(Math.ceil(length / 27)).slice(0, length);

/**
 * V8 joins the parts of a text when it is first read, and whoever does that pays for it. Here it is done in advance.
 * @param {number} length
 */
const imageUrl = (length) => Buffer.from(`data:image/png;base64,${'A'.repeat(length)}`).toString('latin1');

/** @param {number} count @param {(i: number) => unknown} make @returns {any[]} */
const list = (count, make) => Array.from({ length: count }, (_, i) => make(i));

/** @param {number} depth @param {unknown} inside */
const nested = (depth, inside) => list(depth, () => 0).reduce((value) => [value], inside);

/** @param {number} length */
const wide = (length) => ({ list: list(length / 20, (i) => ({ number: i, text: 'text' })) });

/** @param {number} i @param {number} length */
const toolCall = (i, length) => ({
  id: `call_${i}`,
  type: 'function',
  function: { name: `tool_${i}`, arguments: JSON.stringify({ text: text(length) }) },
});

/** @param {Record<string, unknown>} message */
const choice = (message, index = 0) => ({ index, finish_reason: 'stop', message: { role: 'assistant', ...message } });

/** @param {Record<string, unknown>} delta */
const chunk = (delta, index = 0) => ({ id: 'chatcmpl-1', choices: [{ index, delta }] });

/** @param {unknown[]} choices */
const completion = (choices) => ({ id: 'chatcmpl-1', model: MODEL, choices });

/** @param {unknown[]} output */
const response = (output) => ({ id: 'resp_1', model: MODEL, status: 'completed', output });

/** @param {Record<string, any>} params @returns {Shape['call']} */
const chat = (params) => (client) =>
  client.chat.completions.create({ model: MODEL, messages: [{ role: 'user', content: 'Hello' }], ...params });

/** @param {Record<string, any>} params @returns {Shape['call']} */
const respond = (params) => (client) => client.responses.create({ model: MODEL, input: 'Hello', ...params });

/**
 * @param {(client: Client) => { create(params: any): PromiseLike<unknown> }} resource
 * @param {object} params made before the call
 * @returns {Shape['call']}
 */
const request = (resource, params) => async (client) => resource(client).create(params);

/** @param {any} content */
const asked = (content) => ({ role: 'user', content });

/** @type {Record<string, () => Shape>} */
export const SHAPES = {
  'chat: nothing much': () => ({ call: chat({}), answer: completion([choice({ content: 'Hi' })]) }),
  'chat: a message of one text': () => ({ call: chat({ messages: [asked(text(BYTES))] }) }),
  'chat: 10,000 messages': () => ({ call: chat({ messages: list(10_000, () => asked(text(BYTES / 10_000))) }) }),
  'chat: 500,000 messages': () => ({ call: chat({ messages: list(500_000, () => asked(text(40))) }) }),
  'chat: 1,000 messages of 20 parts': () => ({
    call: chat({
      messages: list(1_000, () => asked(list(20, () => ({ type: 'text', text: text(BYTES / 20_000) })))),
    }),
  }),
  'chat: a message of 400,000 parts': () => ({
    call: chat({ messages: [asked(list(400_000, () => ({ type: 'text', text: text(50) })))] }),
  }),
  'chat: messages with 128 calls each': () => ({
    call: chat({
      messages: list(1_000, () => ({
        role: 'assistant',
        tool_calls: list(128, (i) => toolCall(i, 150)),
      })),
    }),
  }),
  'chat: results of tools, as objects': () => ({
    call: chat({ messages: list(200, () => ({ role: 'tool', tool_call_id: 'call_1', content: wide(BYTES / 200) })) }),
  }),
  'chat: an image': () => ({
    call: chat({
      messages: [asked([{ type: 'image_url', image_url: { url: imageUrl(BYTES) } }])],
    }),
  }),
  'chat: 128 tools with schemas': () => ({
    call: chat({
      tools: list(128, (i) => ({
        type: 'function',
        function: { name: `tool_${i}`, description: text(1_000), parameters: wide(BYTES / 128) },
      })),
    }),
  }),
  'chat: 100,000 tools': () => ({
    call: chat({
      tools: list(100_000, (i) => ({ type: 'function', function: { name: `tool_${i}`, description: text(200) } })),
    }),
  }),
  'chat: lists in lists': () => ({ call: chat({ messages: list(20_000, () => asked(nested(64, text(900)))) }) }),
  'chat: an answer of one text': () => ({ call: chat({}), answer: completion([choice({ content: text(BYTES) })]) }),
  'chat: an answer of base64': () => ({ call: chat({}), answer: completion([choice({ content: 'A'.repeat(BYTES) })]) }),
  'chat: an answer of 128 choices of 100 calls': () => ({
    call: chat({}),
    answer: completion(list(128, (i) => choice({ tool_calls: list(100, (j) => toolCall(j, BYTES / 12_800)) }, i))),
  }),
  'chat: an answer of 400,000 parts': () => ({
    call: chat({}),
    answer: completion([choice({ content: list(400_000, () => ({ type: 'text', text: text(50) })) })]),
  }),
  'chat: an answer of 200,000 choices': () => ({
    call: chat({}),
    answer: completion(list(200_000, (i) => choice({ content: text(100) }, i))),
  }),
  'chat: an answer with lists in lists': () => ({
    call: chat({}),
    answer: completion(list(128, (i) => choice({ content: list(150, () => nested(64, text(900))) }, i))),
  }),
  'chat: reasoning in 200,000 pieces': () => ({
    call: chat({}),
    answer: completion([choice({ reasoning_details: list(200_000, () => ({ text: text(80) })) })]),
  }),
  'chat: a stream of 20 chunks': () => ({
    call: chat({ stream: true }),
    events: list(20, () => chunk({ content: text(BYTES / 20) })),
  }),
  'chat: a stream of 12,800 calls': () => ({
    call: chat({ stream: true }),
    events: list(128, (i) =>
      chunk({ tool_calls: list(100, (j) => ({ index: j, ...toolCall(j, BYTES / 12_800) })) }, i),
    ),
  }),
  'responses: an input of one text': () => ({ call: respond({ input: text(BYTES) }), answer: response([]) }),
  'responses: instructions': () => ({ call: respond({ instructions: text(BYTES) }), answer: response([]) }),
  'responses: 10,000 items': () => ({
    call: respond({ input: list(10_000, () => asked([{ type: 'input_text', text: text(BYTES / 10_000) }])) }),
    answer: response([]),
  }),
  'responses: 10,000 results of tools': () => ({
    call: respond({
      input: list(10_000, (i) => ({ type: 'function_call_output', call_id: `call_${i}`, output: text(2_000) })),
    }),
    answer: response([]),
  }),
  'responses: 1,000 files found 40 times': () => ({
    call: respond({
      input: list(1_000, (i) => ({
        type: 'file_search_call',
        id: `fs_${i}`,
        queries: list(40, () => text(80)),
        results: list(40, () => ({ file_id: 'file-1', filename: 'a.md', score: 1, text: text(400) })),
      })),
    }),
    answer: response([]),
  }),
  'responses: an answer of 10,000 items': () => ({
    call: respond({}),
    answer: response(
      list(10_000, () => ({
        type: 'message',
        role: 'assistant',
        content: [{ type: 'output_text', text: text(BYTES / 10_000) }],
      })),
    ),
  }),
  'responses: an answer of 128 items of 3,000 parts': () => ({
    call: respond({}),
    answer: response(
      list(128, () => ({
        type: 'message',
        role: 'assistant',
        content: list(3_000, () => ({ type: 'output_text', text: text(50) })),
      })),
    ),
  }),
  'responses: an answer of 128 searches': () => ({
    call: respond({}),
    answer: response(
      list(128, () => ({
        type: 'file_search_call',
        id: 'fs_1',
        results: list(1_500, () => ({ file_id: 'file-1', filename: 'a.md', score: 1, text: text(60) })),
      })),
    ),
  }),
  'responses: an answer of tool calls': () => ({
    call: respond({}),
    answer: response(
      list(10_000, (i) => ({ type: 'function_call', call_id: `c${i}`, name: 'f', arguments: text(1_900) })),
    ),
  }),
  'responses: a stream of 10,000 items': () => ({
    call: respond({ stream: true }),
    events: [
      ...list(128, (i) => ({
        type: 'response.output_item.done',
        output_index: i,
        item: { type: 'message', id: `msg_${i}`, content: list(800, () => ({ type: 'output_text', text: text(90) })) },
      })),
      {
        type: 'response.completed',
        response: response(
          list(128, () => ({ type: 'message', content: [{ type: 'output_text', text: text(80_000) }] })),
        ),
      },
    ],
  }),
  'completions: 10,000 prompts': () => ({
    call: request((client) => client.completions, {
      model: MODEL,
      prompt: list(10_000, () => text(BYTES / 10_000)),
    }),
    answer: { choices: [{ text: 'Hi' }] },
  }),
  'completions: token numbers': () => ({
    call: request((client) => client.completions, { model: MODEL, prompt: list(BYTES / 4, () => 123) }),
    answer: { choices: [{ text: 'Hi' }] },
  }),
  'completions: an answer of 10,000 choices': () => ({
    call: request((client) => client.completions, { model: MODEL, prompt: 'Hello' }),
    answer: { choices: list(10_000, (index) => ({ index, text: text(BYTES / 10_000) })) },
  }),
  'embeddings: 10,000 texts': () => ({
    call: request((client) => client.embeddings, { model: MODEL, input: list(10_000, () => text(BYTES / 10_000)) }),
    answer: { data: [{ embedding: 'AAAA' }] },
  }),
  'embeddings: an answer of 1,000 vectors': () => ({
    call: request((client) => client.embeddings, { model: MODEL, input: 'Hello', encoding_format: 'float' }),
    answer: { data: list(1_000, (index) => ({ index, embedding: list(3_000, () => 0.1234) })) },
  }),
  'moderations: 10,000 texts': () => ({
    call: request((client) => client.moderations, { input: list(10_000, () => text(BYTES / 10_000)) }),
    answer: { results: list(10_000, () => ({ flagged: false, categories: { hate: true }, category_scores: {} })) },
  }),
  'assistants: 10,000 messages': () => ({
    call: request((client) => ({ create: (params) => client.beta.threads.createAndRun(params) }), {
      assistant_id: 'asst_1',
      instructions: text(BYTES / 2),
      thread: { messages: list(10_000, () => asked(text(BYTES / 20_000))) },
    }),
    answer: { id: 'run_1', status: 'queued' },
  }),
  'assistants: 10,000 results of tools': () => ({
    call: request((client) => ({ create: (params) => client.beta.threads.runs.submitToolOutputs('run_1', params) }), {
      thread_id: 'thread_1',
      tool_outputs: list(10_000, (i) => ({ tool_call_id: `call_${i}`, output: text(BYTES / 10_000) })),
    }),
    answer: { id: 'run_1', status: 'queued' },
  }),
  'images: a prompt': () => ({
    call: request((client) => ({ create: (params) => client.images.generate(params) }), { prompt: text(BYTES) }),
    answer: { data: [] },
  }),
  'images: an answer of 10 images': () => ({
    call: request((client) => ({ create: (params) => client.images.generate(params) }), { prompt: 'A cat' }),
    answer: { data: list(10, () => ({ b64_json: 'A'.repeat(BYTES / 10), revised_prompt: text(100) })) },
  }),
  'speech: a text': () => ({
    call: request((client) => client.audio.speech, { model: 'tts-1', voice: 'alloy', input: text(BYTES) }),
  }),
  'transcriptions: an answer of 100,000 segments': () => ({
    call: request((client) => client.audio.transcriptions, {
      model: 'whisper-1',
      file: new File(['x'], 'a.wav'),
      prompt: text(BYTES),
    }),
    answer: { text: text(BYTES / 2), segments: list(100_000, (id) => ({ id, text: text(60) })) },
  }),
  'vector stores: an answer of 10,000 documents': () => ({
    call: request((client) => ({ create: (params) => client.vectorStores.search('vs_1', params) }), {
      query: list(1_000, () => text(100)),
    }),
    answer: {
      data: list(10_000, () => ({
        file_id: 'file-1',
        score: 1,
        content: list(10, () => ({ type: 'text', text: text(200) })),
      })),
    },
  }),
};
