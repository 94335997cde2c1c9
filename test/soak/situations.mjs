/** What applications do with calls, again and again for months. */

import { AsyncResource } from 'node:async_hooks';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';

/** @typedef {typeof import('openai').OpenAI} OpenAIClass */

/**
 * @typedef {object} Situation
 * @property {string} name
 * @property {number} [share] of the operations; less than 1 for slow ones
 * @property {(OpenAI: OpenAIClass) => Promise<Running> | Running} start
 */

/** @typedef {{ operate: () => Promise<unknown>, stop?: () => Promise<void> }} Running */

const CHUNKS = 8;
const MODEL = 'gpt-4o-mini';
const messages = Array.from({ length: 20 }, (_, i) => ({
  role: i % 2 === 0 ? /** @type {const} */ ('user') : /** @type {const} */ ('assistant'),
  content: `Message ${i}: ${'something that was said '.repeat(10)}`,
}));
const PARAMS = { model: MODEL, messages };
const STREAMING = { ...PARAMS, stream: /** @type {const} */ (true) };

/** @typedef {Awaited<ReturnType<typeof openStream>>} Stream */

/** @param {InstanceType<OpenAIClass>} client @param {AbortSignal} signal */
function openStream(client, signal) {
  return client.chat.completions.create(STREAMING, { signal });
}

/**
 * A situation in which each operation opens a stream under the application's one abort signal.
 * @param {string} name
 * @param {(stream: Stream) => unknown} use
 * @returns {Situation}
 */
function streams(name, use) {
  return calls(name, async (client, signal) => use(await openStream(client, signal)));
}

/**
 * @param {string} name
 * @param {(client: InstanceType<OpenAIClass>, signal: AbortSignal) => unknown} use
 * @returns {Situation}
 */
function calls(name, use) {
  return {
    name,
    start(OpenAI) {
      const { signal } = new AbortController();
      const client = new OpenAI({ apiKey: 'sk-test', fetch: answer, maxRetries: 0, logLevel: 'off' });
      return { operate: async () => void (await use(client, signal)) };
    },
  };
}

/**
 * @param {string} name
 * @param {(client: InstanceType<OpenAIClass>, signal: AbortSignal) => unknown} use returns what the application keeps
 * @returns {Situation}
 */
function keeping(name, use) {
  return {
    name,
    start(OpenAI) {
      /** @type {unknown[]} */
      const kept = [];
      const { signal } = new AbortController();
      const client = new OpenAI({ apiKey: 'sk-test', fetch: answer, maxRetries: 0, logLevel: 'off' });
      return { operate: async () => kept.push(await use(client, signal)) };
    },
  };
}

/** @type {Situation[]} */
export const situations = [
  calls('whole answer', (client, signal) => client.chat.completions.create(PARAMS, { signal })),
  calls('error', (client, signal) =>
    client.chat.completions.create({ ...PARAMS, model: 'unknown' }, { signal }).catch(() => {}),
  ),
  calls('raw response', async (client, signal) =>
    (await client.chat.completions.create(PARAMS, { signal }).asResponse()).text(),
  ),
  calls('promise dropped', (client, signal) => void client.chat.completions.create(PARAMS, { signal })),
  streams('stream dropped', () => {}),
  streams('read to the end', async (stream) => {
    for await (const _ of stream);
  }),
  streams('break', async (stream) => {
    for await (const _ of stream) break;
  }),
  streams('abort', async (stream) => {
    for await (const _ of stream) stream.controller.abort();
  }),
  streams('iterator dropped', (stream) => stream[Symbol.asyncIterator]().next()),
  streams('tee half read', async (stream) => {
    const [left] = stream.tee();
    for await (const _ of left);
  }),
  streams('tee left early', async (stream) => {
    const [left, right] = stream.tee();
    await left[Symbol.asyncIterator]().next();
    await right[Symbol.asyncIterator]().next();
  }),
  streams('ReadableStream dropped', (stream) => void stream.toReadableStream()),
  streams('ReadableStream left early', (stream) => stream.toReadableStream().getReader().read()),
  streams('ReadableStream cancelled', (stream) => stream.toReadableStream().cancel()),
  keeping('finished stream kept', async (client, signal) => {
    const stream = await openStream(client, signal);
    for await (const _ of stream);
    return stream;
  }),
  keeping('promise kept', async (client) => {
    const promise = client.chat.completions.create(PARAMS);
    await promise;
    return { promise };
  }),
  { name: 'socket kept', share: 0.1, start: keepSockets },
  { name: 'a tool begins the next run', share: 0.5, start: beginNextInTool },
];

/** Each operation begins in the async context of a tool function of an earlier one, such as one that sets a timer. */
function beginNextInTool(/** @type {OpenAIClass} */ OpenAI) {
  const client = new OpenAI({ apiKey: 'sk-test', fetch: answer, maxRetries: 0, logLevel: 'off' });
  const bind = () => AsyncResource.bind((/** @type {() => Promise<unknown>} */ work) => work());
  let within = bind();
  const tool = {
    type: /** @type {const} */ ('function'),
    function: {
      name: NEXT,
      description: 'Begins the next run',
      parameters: { type: 'object', properties: {} },
      parse: JSON.parse,
      function() {
        within = bind();
        return 'done';
      },
    },
  };
  const run = () => client.chat.completions.runTools({ ...PARAMS, tools: [tool] }).finalContent();
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  const operate = () => {
    last = last.then(() => within(run));
    return last;
  };
  return { operate };
}

/** Each operation calls through a connection of its own, which stays open: Node.js keeps the async context of its creation. */
async function keepSockets(/** @type {OpenAIClass} */ OpenAI) {
  const server = createServer((incoming, outgoing) => {
    incoming.resume().on('end', () => {
      outgoing.setHeader('content-type', 'application/json');
      outgoing.end(JSON.stringify(COMPLETION));
    });
  });
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  /** @type {Agent[]} */
  const agents = [];
  const operate = () => {
    const agent = new Agent({ keepAlive: true });
    agents.push(agent);
    const client = new OpenAI({ apiKey: 'sk-test', fetch: (url, init) => send(port, agent, url, init), maxRetries: 0 });
    return client.chat.completions.create(PARAMS);
  };
  const stop = async () => {
    for (const agent of agents) agent.destroy();
    server.close();
  };
  return { operate, stop };
}

/**
 * `fetch` over `node:http`, with a given agent.
 * @param {number} port
 * @param {Agent} agent
 * @param {string | URL | Request} url
 * @param {RequestInit | undefined} init
 * @returns {Promise<Response>}
 */
function send(port, agent, url, init) {
  return new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', agent, method: 'POST', path: new URL(String(url)).pathname };
    const outgoing = request(options, async (incoming) => {
      let body = '';
      for await (const piece of incoming.setEncoding('utf8')) body += piece;
      resolve(new Response(body, { headers: { 'content-type': 'application/json' } }));
    });
    outgoing.on('error', reject).end(String(init?.body));
  });
}

const COMPLETION = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: MODEL,
  choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Something. '.repeat(20) } }],
  usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
};

const NEXT = 'begin_next';
const TOOL_CALL = {
  ...COMPLETION,
  choices: [
    {
      index: 0,
      finish_reason: 'tool_calls',
      message: {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: NEXT, arguments: '{}' } }],
      },
    },
  ],
};

const CHUNK = {
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  model: MODEL,
  choices: [{ index: 0, delta: { role: 'assistant', content: 'Something. ' } }],
};

const STREAM = `${`data: ${JSON.stringify(CHUNK)}\n\n`.repeat(CHUNKS)}data: [DONE]\n\n`;

/**
 * The API, in the application's own process.
 * @param {unknown} _
 * @param {RequestInit} [init]
 */
async function answer(_, init) {
  // Like the real `fetch`.
  init?.signal?.addEventListener('abort', () => {}, { once: true });
  const { stream, model, tools, messages } = JSON.parse(String(init?.body));
  if (model === 'unknown') return Response.json({ error: { message: 'no such model' } }, { status: 404 });
  if (tools && messages.at(-1).role !== 'tool') return Response.json(TOOL_CALL);
  if (!stream) return Response.json(COMPLETION);
  return new Response(STREAM, { headers: { 'content-type': 'text/event-stream' } });
}
