/**
 * One process of the test of blocked time: makes its first call, with 20 MB in it, and prints as JSON for how many
 * milliseconds the event loop is blocked, apart from sending and parsing. Without a shape it prints all shapes.
 *
 *   node --expose-gc blocked.mjs --mode content --shape "an answer of one text"
 */

import { parseArgs } from 'node:util';
import OpenAI from 'openai';
import { growthTelemetry } from './telemetry.mjs';

const { values } = parseArgs({
  options: { mode: { type: 'string', default: 'content' }, shape: { type: 'string', default: '' } },
});

const BYTES = 20_000_000;

/** @param {number} length */
const text = (length) => 'Some words that were said. '.repeat(Math.ceil(length / 27)).slice(0, length);

/** @param {number} count @param {(i: number) => unknown} make */
const list = (count, make) => Array.from({ length: count }, (_, i) => make(i));

/** @param {number} i @param {number} length */
const toolCall = (i, length) => ({
  id: `call_${i}`,
  type: 'function',
  function: { name: `tool_${i}`, arguments: JSON.stringify({ text: text(length) }) },
});

/** @param {unknown[]} choices */
const answer = (choices) => ({ answer: { id: 'chatcmpl-1', model: 'gpt-4o-mini', choices } });

/** @param {Record<string, unknown>} message */
const choice = (message, index = 0) => ({ index, finish_reason: 'stop', message: { role: 'assistant', ...message } });

/** @type {Record<string, () => { messages?: any, answer?: object }>} */
const SHAPES = {
  'an answer of one text': () => answer([choice({ content: text(BYTES) })]),
  'an answer of 128 choices of 100 calls': () =>
    answer(list(128, (i) => choice({ tool_calls: list(100, (j) => toolCall(Number(j), BYTES / 12_800)) }, Number(i)))),
  'a request of 10,000 messages': () => ({
    messages: list(10_000, () => ({ role: 'user', content: text(BYTES / 10_000) })),
  }),
  'a request of 1,000 messages of 20 parts': () => ({
    messages: list(1_000, () => ({
      role: 'user',
      content: list(20, () => ({ type: 'text', text: text(BYTES / 20_000) })),
    })),
  }),
};

console.log(JSON.stringify(values.shape ? await measure(values.shape) : Object.keys(SHAPES)));

/** @param {string} name */
async function measure(name) {
  const { messages = [{ role: 'user', content: 'Hello' }], answer: body = answer([choice({ content: 'Hi' })]).answer } =
    SHAPES[name]?.() ?? {};
  const json = JSON.stringify(body);
  let arrived = 0;
  const response = new Response('', { headers: { 'content-type': 'application/json' } });
  // The SDK awaits this, and what follows in the same turn of the event loop is the work of this package.
  Object.defineProperty(response, 'json', {
    async value() {
      const parsed = JSON.parse(json);
      // What it takes to collect the garbage of parsing is the application's own cost.
      globalThis.gc?.();
      arrived = cpuTime();
      return parsed;
    },
  });
  const client = new OpenAI({ apiKey: 'sk-test', maxRetries: 0, fetch: async () => response });
  if (values.mode !== 'bare') growthTelemetry(OpenAI, values.mode === 'content');

  globalThis.gc?.();
  const start = cpuTime();
  const promise = client.chat.completions.create({ model: 'gpt-4o-mini', messages });
  const called = cpuTime() - start;
  await promise;
  return { request: called, answer: cpuTime() - arrived };
}

/** Milliseconds of work, which other processes hardly change: of this thread, or before Node.js 23.9 of all threads. */
function cpuTime() {
  /** @type {NodeJS.Process & { threadCpuUsage?: typeof process.cpuUsage }} */
  const { threadCpuUsage = process.cpuUsage } = process;
  const { user, system } = threadCpuUsage();
  return (user + system) / 1_000;
}
