/**
 * One process of the growth test. Runs situations in sequence, each as many calls of an application that keeps one abort
 * signal for its whole life, and prints as JSON what each operation leaves behind.
 *
 *   node --expose-gc growth.mjs --mode content --operations 4000 --situations "break; tee half read"
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import OpenAI from 'openai';
import { situations } from './situations.mjs';
import { growthTelemetry } from './telemetry.mjs';

/**
 * @typedef {object} Growth
 * @property {string} situation
 * @property {number} bytes heap growth per operation, over the second half of the operations
 * @property {number} listeners abort listeners left behind per operation, over all operations
 * @property {number} openSpans
 */

const { values } = parseArgs({
  options: {
    mode: { type: 'string', default: 'traced' },
    operations: { type: 'string', default: '4000' },
    situations: { type: 'string' },
  },
});

/** With fewer, code that is compiled meanwhile is most of what is measured. */
const LEAST_OPERATIONS = 300;

/**
 * Each operation has an async context, as each request of a server has: with it Node.js makes what is created inside larger,
 * whether or not a call is traced.
 */
const requests = new AsyncLocalStorage();
const listeners = countListeners();
const telemetry = values.mode === 'bare' ? undefined : growthTelemetry(OpenAI, values.mode);
const wanted = values.situations?.split(';').map((name) => name.trim());

/** @type {Growth[]} */
const report = [];
for (const situation of situations) {
  if (!wanted || wanted.includes(situation.name)) report.push(await measure(situation));
}
console.log(JSON.stringify(report));
process.exit();

/**
 * @param {import('./situations.mjs').Situation} situation
 * @returns {Promise<Growth>}
 */
async function measure({ name, share = 1, start }) {
  const half = Math.ceil(Math.max(LEAST_OPERATIONS, Number(values.operations) * share) / 2);
  const { operate, stop } = await start(OpenAI);
  const listenersBefore = listeners.count;
  await repeat(half, operate);
  const before = await settledHeap();
  await repeat(half, operate);
  const after = await settledHeap();
  const growth = {
    situation: name,
    bytes: Math.round((after - before) / half),
    listeners: (listeners.count - listenersBefore) / (2 * half),
    openSpans: telemetry?.open ?? 0,
  };
  await stop?.();
  return growth;
}

/**
 * @param {number} times
 * @param {() => Promise<unknown>} work
 */
async function repeat(times, work) {
  const atOnce = 20;
  for (let done = 0; done < times; done += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, () => requests.run({}, work)));
    // Between turns of the event loop finalizers run.
    await wait(0);
  }
}

/** The used heap, when finalizers have run and what they released is collected. */
async function settledHeap() {
  for (let round = 0; round < 5; round++) {
    globalThis.gc?.();
    await wait(20);
  }
  return process.memoryUsage().heapUsed;
}

/** Counts the listeners of all abort signals: those added less those removed. */
function countListeners() {
  const counter = { count: 0 };
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  /** @param {keyof EventTarget} name @param {Function} original @param {number} change */
  const count = (name, original, change) => {
    Object.defineProperty(EventTarget.prototype, name, {
      configurable: true,
      writable: true,
      /** @this {EventTarget} @param {unknown[]} args */
      value(...args) {
        if (this instanceof AbortSignal) counter.count += change;
        return original.apply(this, args);
      },
    });
  };
  count('addEventListener', addEventListener, 1);
  count('removeEventListener', removeEventListener, -1);
  return counter;
}
