/**
 * One process of the test of blocked time: makes a call with 20 MB in it several times, and prints as JSON for how many
 * milliseconds the event loop is blocked in the first call and later, apart from sending and parsing. Without a shape it
 * prints all shapes.
 *
 *   node --expose-gc blocked.mjs --mode content --shape "chat: an answer of one text"
 */

import { parseArgs } from 'node:util';
import OpenAI from 'openai';
import { SHAPES } from './blocked-shapes.mjs';
import { growthTelemetry } from './telemetry.mjs';

const { values } = parseArgs({
  options: { mode: { type: 'string', default: 'content' }, shape: { type: 'string', default: '' } },
});

/** @typedef {{ request: number, answer: number }} Blocked milliseconds */

const CALLS = 4;
/** Shorter JSON is that of something in the body, such as the arguments of a tool. */
const LEAST_BODY = 100_000;

/** When the SDK had the last JSON parsed. What follows in the same turn of the event loop is the work of this package. */
let parsedAt = time();
countAfterParsing();
console.log(JSON.stringify(values.shape ? await measure(values.shape) : Object.keys(SHAPES)));

/** @param {string} name @returns {Promise<{ first: Blocked, later: Blocked }>} */
async function measure(name) {
  const shape = SHAPES[name]?.();
  if (!shape) throw new Error(`no shape ${name}`);
  const { call, answer = { id: 'chatcmpl-1', choices: [{ message: { content: 'Hi' } }] }, events } = shape;
  const body = events
    ? `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`
    : JSON.stringify(answer).padEnd(LEAST_BODY);
  const headers = { 'content-type': events ? 'text/event-stream' : 'application/json' };
  const client = new OpenAI({ apiKey: 'sk-test', maxRetries: 0, fetch: async () => new Response(body, { headers }) });
  if (values.mode !== 'bare') growthTelemetry(OpenAI, values.mode);

  /** @type {Blocked[]} */
  const all = [];
  for (let i = 0; i < CALLS; i++) all.push(await one(() => call(client)));
  const [first, ...later] = all;
  const least = (/** @type {keyof Blocked} */ part) => Math.min(...later.map((blocked) => blocked[part]));
  return { first: first ?? { request: 0, answer: 0 }, later: { request: least('request'), answer: least('answer') } };
}

/** @param {() => Promise<unknown>} call @returns {Promise<Blocked>} */
async function one(call) {
  globalThis.gc?.();
  const start = time();
  const promise = call();
  const request = since(start);
  const result = await promise;
  let answer = since(parsedAt);
  if (!isIterable(result)) return { request, answer };
  answer = 0;
  for (const iterator = result[Symbol.asyncIterator](); ; ) {
    parsedAt = time();
    const { done } = await iterator.next();
    // The longest turn counts: between chunks the application does other work.
    answer = Math.max(answer, since(parsedAt));
    if (done) return { request, answer };
  }
}

/** @param {unknown} value @returns {value is AsyncIterable<unknown>} */
function isIterable(value) {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function countAfterParsing() {
  const { parse } = JSON;
  JSON.parse = (json, reviver) => {
    const parsed = parse(json, reviver);
    if (json.length < LEAST_BODY) return parsed;
    // What it takes to collect the garbage of parsing is the application's own cost.
    globalThis.gc?.();
    parsedAt = time();
    return parsed;
  };
}

function time() {
  return { wall: performance.now(), cpu: process.cpuUsage() };
}

/**
 * Milliseconds of work. Other processes add to the time that passes, and other threads to the CPU time, which is that of
 * the whole process. So the lesser of both is the better figure.
 * @param {ReturnType<typeof time>} start
 */
function since({ wall, cpu }) {
  const passed = performance.now() - wall;
  const { user, system } = process.cpuUsage(cpu);
  return Math.min(passed, (user + system) / 1_000);
}
