/** One process of the load test: calls the API for some seconds, and prints what happened as JSON. */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import OpenAI from 'openai';
import { Ledger } from './ledger.mjs';
import { startTelemetry } from './telemetry.mjs';

/** Weighted by repetition: long streams (so that many are open at once), short streams, and each fault. */
const SCENARIOS = [
  ...Array(12).fill('chunk-delay-1500'),
  ...Array(4).fill('chunk-delay-60'),
  ...['delay-50', 'status-429', 'status-500-times-1', 'drop', 'drop-body', 'drop-after-2', 'sse-error-after-2'],
  ...['sse-garbage-after-1', 'not-json', 'null-body', 'slow-body-30', 'empty-stream', 'chunk-no-choices'],
];
const WAYS = [...Array(6).fill('read'), 'read', 'left', 'left', 'aborted', 'raw', 'call', 'call', 'call'];
/** One in this many streams is dropped unread. */
const DROPPED = 50;
const WARM_UP_MS = 5_000;
const GRACE_MS = 30_000;

const { values } = parseArgs({
  options: {
    mode: { type: 'string', default: 'traced' },
    url: { type: 'string', default: '' },
    seconds: { type: 'string', default: '90' },
    streams: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
  },
});

const ledger = new Ledger();
const telemetry = values.mode === 'traced' ? startTelemetry(OpenAI, ledger) : undefined;
const random = numbers(Number(values.seed));
/** @type {Map<string, OpenAI>} */
const clients = new Map();
/**
 * Calls that the application aborted and that have not returned. On Node.js 20 a pending read of `fetch` sometimes never
 * settles after an abort, without instrumentation too.
 * @type {Set<string>}
 */
const aborting = new Set();
let calls = 0;
let underWay = 0;
let peak = 0;

await soak();

async function soak() {
  const end = Date.now() + Number(values.seconds) * 1000;
  const width = Number(values.streams);
  const start = await during(WARM_UP_MS, end, width);
  const heapAtStart = await heap();
  /** @type {ReturnType<typeof monitorEventLoopDelay>} */
  let last = start;
  while (Date.now() < end) last = await during(Math.min(WARM_UP_MS, Math.max(1, end - Date.now())), end, width);

  const deadline = Date.now() + GRACE_MS;
  while (underWay > 0 && Date.now() < deadline) await wait(50);
  for (let round = 0; round < 20 && telemetry && ledger.open > 0; round++) await heap();
  const letGo = telemetry ? ledger.open : 0;
  for (const id of aborting) ledger.saw(id, 'aborted');
  telemetry?.stop();
  await wait(100);

  const mismatches = telemetry ? ledger.mismatches() : [];
  console.log(
    JSON.stringify({
      mode: values.mode,
      calls,
      peak,
      unfinished: underWay,
      ofTheseAborted: aborting.size,
      ...(telemetry && { spans: ledger.spans, endedByDisable: letGo, mismatches: mismatches.length }),
      heapMB: { start: megabytes(heapAtStart), end: megabytes(await heap()) },
      loopDelayMs: { start: delays(start), end: delays(last) },
    }),
  );
  for (const line of mismatches.slice(0, 10)) console.log(line);
  process.exit(mismatches.length > 0 || underWay > aborting.size ? 1 : 0);
}

/**
 * Keeps `width` calls open for `ms` milliseconds.
 * @param {number} ms
 * @param {number} end
 * @param {number} width
 */
async function during(ms, end, width) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const until = Math.min(Date.now() + ms, end);
  while (Date.now() < until) {
    // Start them in small groups: starting all at once would block the event loop.
    for (let i = 0; i < 25 && underWay < width; i++) void oneCall();
    peak = Math.max(peak, underWay);
    await wait(10);
  }
  delay.disable();
  return delay;
}

async function oneCall() {
  const id = `call-${calls++}`;
  underWay++;
  try {
    ledger.saw(id, await carryOut(id));
  } finally {
    underWay--;
    aborting.delete(id);
  }
}

/**
 * @param {string} id
 * @returns {Promise<string>} what the application saw
 */
async function carryOut(id) {
  const way = pick(WAYS);
  const params = { model: id, messages: [{ role: /** @type {const} */ ('user'), content: 'Say something.' }] };
  const { completions } = clientOf(pick(SCENARIOS)).chat;
  try {
    if (way === 'raw') {
      await (await completions.create(params).asResponse()).text().catch(() => {});
      return 'ok';
    }
    if (way === 'call') {
      await completions.create(params);
      return 'ok';
    }
  } catch {
    return 'error';
  }
  let aborted = false;
  try {
    const stream = await completions.create({ ...params, stream: true });
    if (random() * DROPPED < 1) return 'abandoned';
    for await (const _ of stream) {
      if (way === 'left') return 'cancelled';
      if (way !== 'aborted') continue;
      stream.controller.abort();
      aborted = true;
      aborting.add(id);
    }
    return aborted ? 'aborted' : 'completed';
  } catch {
    // A broken chunk that arrived before the abort.
    return aborted ? 'aborted' : 'failed';
  }
}

/** @param {string} scenario */
function clientOf(scenario) {
  const known = clients.get(scenario);
  if (known) return known;
  const baseURL = String(values.url).replace(/\/v1$/, `/${scenario}/v1`);
  const client = new OpenAI({ apiKey: 'sk-test', baseURL, maxRetries: 1, logLevel: 'off' });
  clients.set(scenario, client);
  return client;
}

/** @param {readonly string[]} all */
function pick(all) {
  return all[Math.floor(random() * all.length)] ?? '';
}

/** Used heap after garbage collection and finalizers. */
async function heap() {
  globalThis.gc?.();
  await wait(20);
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return Math.round(bytes / 2 ** 20);
}

/** @param {{ percentile: (p: number) => number }} delay */
function delays(delay) {
  return { p50: Math.round(delay.percentile(50) / 1e6), p99: Math.round(delay.percentile(99) / 1e6) };
}

/**
 * Pseudo-random numbers from 0 to 1, repeatable by seed (mulberry32).
 * @param {number} seed
 */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
