// Makes the calls of docs/coming-from.md through whatever instrumentation the telemetry file started, and prints what came of them.
import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { z } from 'zod';

const { wrap = (client) => client, finishedSpans } = globalThis.peer;
const openai = wrap(new OpenAI({ maxRetries: 0 }));

const messages = [{ role: 'user', content: 'Say hello.' }];
const chat = { model: 'gpt-4.1-mini', messages };
const schema = z.object({ answer: z.string() });
const responseFormat = {
  type: 'json_schema',
  json_schema: { name: 'answer', strict: true, schema: z.toJSONSchema(schema) },
};

/** The chunks of a stream, to the end. */
async function read(stream) {
  let count = 0;
  for await (const _ of stream) count++;
  return count;
}

const calls = {
  async create() {
    await openai.chat.completions.create({ ...chat, temperature: 0.5, max_tokens: 20 });
  },
  async tools() {
    const parameters = { type: 'object', properties: {} };
    await openai.chat.completions.create({
      ...chat,
      tools: [{ type: 'function', function: { name: 'get_time', parameters } }],
    });
  },
  async embeddings() {
    await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'Hello' });
  },
  async chatParse() {
    await openai.chat.completions.parse({ ...chat, response_format: responseFormat });
  },
  async responsesParse() {
    await openai.responses.parse({
      model: 'gpt-4.1-mini',
      input: 'Say hello.',
      text: { format: zodTextFormat(schema, 'answer') },
    });
  },
  async asResponse() {
    await (await openai.chat.completions.create(chat).asResponse()).json();
  },
  async withResponse() {
    const { response, data } = await openai.chat.completions.create(chat).withResponse();
    if (response.status !== 200 || data.choices.length !== 1) throw new Error('not the response');
  },
  async stream() {
    await read(
      await openai.chat.completions.create({ ...chat, stream: true, stream_options: { include_usage: true } }),
    );
  },
  async streamWithResponse() {
    const { data } = await openai.chat.completions.create({ ...chat, stream: true }).withResponse();
    await read(data);
  },
  async tee() {
    const [left, right] = (await openai.chat.completions.create({ ...chat, stream: true })).tee();
    await Promise.all([read(left), read(right)]);
  },
  async streamHelper() {
    await openai.chat.completions.stream(chat).finalChatCompletion();
  },
  async break() {
    for await (const _ of await openai.chat.completions.create({ ...chat, stream: true })) break;
  },
};

const outcomes = {};
for (const [name, call] of Object.entries(calls)) {
  const before = finishedSpans().length;
  const error = await call().then(
    () => undefined,
    (error) => error,
  );
  // Some end their span a moment after the stream.
  await sleep(100);
  outcomes[name] = {
    error: error === undefined ? undefined : String(error?.message ?? error),
    spans: finishedSpans().slice(before),
  };
}
console.log(JSON.stringify(outcomes));
process.exit();
