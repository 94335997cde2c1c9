/** The arguments of a case: an SDK, clients for its own fake API, and ways to wait. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as immediate, setTimeout as wait } from 'node:timers/promises';
import { context, trace } from '@opentelemetry/api';

/** @typedef {import('openai').OpenAI} OpenAI */
/** @typedef {ConstructorParameters<typeof import('openai').OpenAI>[0]} ClientOptions */

/**
 * @typedef {object} Stage
 * @property {typeof import('openai')} sdk
 * @property {number} major
 * @property {(scenario?: string) => string} url the base URL of a scenario; without a name, of correct answers
 * @property {(scenario?: string, options?: ClientOptions) => OpenAI} client
 * @property {(ms: number) => Promise<unknown>} wait
 * @property {(count?: number) => Promise<void>} requestArrived waits until the API has received this many requests
 * @property {() => Promise<void>} collectGarbage
 * @property {() => string} surroundings the application's async context, and whether a span is active in it
 * @property {<T>(name: string, run: () => T) => T} within runs a function in an async context of the application's
 */

/** @type {AsyncLocalStorage<string>} */
const storage = new AsyncLocalStorage();

/** @typedef {{ url: string, scenario: (name: string) => string, requests: readonly unknown[] }} Api */

/**
 * @param {{ sdk: typeof import('openai'), major: number, api: Api }} input
 * @returns {Stage}
 */
export function createStage({ sdk, major, api }) {
  /** @param {string} [scenario] */
  const url = (scenario) => (scenario ? api.scenario(scenario) : api.url);
  return {
    sdk,
    major,
    url,
    client: (scenario, options) =>
      new sdk.OpenAI({ apiKey: 'sk-test', baseURL: url(scenario), maxRetries: 0, ...options }),
    wait,
    requestArrived: (count = 1) => requestArrived(api, count),
    collectGarbage,
    surroundings: () => `${storage.getStore() ?? 'nothing'}, ${activeSpan()}`,
    within: (name, run) => storage.run(name, run),
  };
}

/** A span must be active inside a call only. Between calls the application must have its own context. */
function activeSpan() {
  return trace.getSpan(context.active()) ? 'inside a span' : 'outside of any span';
}

/**
 * @param {Api} api
 * @param {number} count
 */
async function requestArrived(api, count) {
  for (let round = 0; round < 400 && api.requests.length < count; round++) await wait(5);
}

/** Finalizers run between turns of the event loop only. */
export async function collectGarbage() {
  globalThis.gc?.();
  await immediate();
}
