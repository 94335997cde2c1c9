/** The helpers that poll. They return a plain promise, and call other methods of the SDK. */

import { outcome, untyped } from './case.mjs';

/** @typedef {import('./case.mjs').Case} Case */
/** @typedef {import('../stage.mjs').Stage} Stage */
/** @typedef {import('openai').OpenAI} OpenAI */
/** @typedef {import('openai').OpenAI.RequestOptions & { pollIntervalMs?: number }} Options */

/**
 * @typedef {object} Helper
 * @property {(client: OpenAI, options: Options, major: number, file: File) => Promise<unknown>} call
 * @property {boolean} [inside] calls a traced method first
 * @property {number} [polls] the number of its first poll among its requests
 * @property {readonly string[]} [without] ways that do not work: not every version of it passes the options on, and version 4
 * cannot send a form twice
 */

const RUN = { assistant_id: 'asst_1' };
const PATIENCE_MS = 80;
const OUTPUTS = { tool_outputs: [{ tool_call_id: 'call_fake0', output: 'Rain' }] };

/**
 * In version 4 the ids of a run are two arguments.
 * @param {number} major
 * @param {object} [params]
 * @returns {[never, never]}
 */
function ofRun(major, params) {
  const args =
    major === 4 ? ['thread_1', 'run_1', ...(params ? [params] : [])] : ['run_1', { thread_id: 'thread_1', ...params }];
  return /** @type {[never, never]} */ (/** @type {unknown} */ (args));
}

/** @type {Record<string, Helper>} */
const HELPERS = {
  'beta.threads.createAndRunPoll': {
    polls: 2,
    call: ({ beta }, options) => beta.threads.createAndRunPoll(RUN, options),
    inside: true,
  },
  'beta.threads.runs.createAndPoll': {
    polls: 2,
    call: ({ beta }, options) => beta.threads.runs.createAndPoll('thread_1', RUN, options),
    inside: true,
  },
  'beta.threads.runs.submitToolOutputsAndPoll': {
    polls: 2,
    call: ({ beta }, options, major) =>
      beta.threads.runs.submitToolOutputsAndPoll(...ofRun(major, OUTPUTS), untyped(options)),
    inside: true,
  },
  'beta.threads.runs.poll': {
    call: ({ beta }, options, major) => beta.threads.runs.poll(...ofRun(major), untyped(options)),
  },
  'vectorStores.files.createAndPoll': {
    polls: 2,
    call: ({ vectorStores }, options) => vectorStores.files.createAndPoll('vs_1', { file_id: 'file-1' }, options),
  },
  'vectorStores.files.uploadAndPoll': {
    polls: 3,
    without: ['retried'],
    call: ({ vectorStores }, options, _, file) => vectorStores.files.uploadAndPoll('vs_1', file, options),
  },
  'vectorStores.files.poll': {
    call: ({ vectorStores }, options) => vectorStores.files.poll('vs_1', 'file-1', options),
  },
  'vectorStores.fileBatches.createAndPoll': {
    polls: 2,
    call: ({ vectorStores }, options) =>
      vectorStores.fileBatches.createAndPoll('vs_1', { file_ids: ['file-1'] }, options),
  },
  'vectorStores.fileBatches.uploadAndPoll': {
    polls: 3,
    call: ({ vectorStores }, options, _, file) =>
      vectorStores.fileBatches.uploadAndPoll('vs_1', { files: [file] }, options),
    without: ['aborted while it polls', 'retried'],
  },
  'vectorStores.fileBatches.poll': {
    call: ({ vectorStores }, options) => vectorStores.fileBatches.poll('vs_1', 'vsfb_1', options),
  },
  'files.waitForProcessing': {
    call: ({ files }) => files.waitForProcessing('file-1', { pollInterval: 5 }),
    without: ['aborted while it polls', 'retried'],
  },
};

/** @typedef {'none' | 'any' | string} ErrorType */

/**
 * @typedef {object} Way
 * @property {string} name
 * @property {ErrorType} [error] of the helper
 * @property {ErrorType} [first] of the traced method that the helper calls first
 * @property {(start: (scenario?: string, options?: Options) => Promise<unknown>, stage: Stage, polls: number) => unknown} run
 */

/** @type {Way[]} */
const WAYS = [
  // This one comes first: it waits for a number of requests.
  {
    name: 'aborted while it polls',
    error: 'APIUserAbortError',
    async run(start, { requestArrived }, polls) {
      const controller = new AbortController();
      const pending = outcome(() => start('poll-delay-3000', { signal: controller.signal }));
      await requestArrived(polls);
      controller.abort();
      return pending;
    },
  },
  {
    name: 'success',
    async run(start) {
      const pending = start();
      return { looks: [pending], result: await pending, afterwards: [pending] };
    },
  },
  {
    name: 'then, catch, finally',
    async run(start) {
      const pending = start();
      /** @type {unknown[]} */
      const order = [];
      await Promise.all([
        pending.then((result) => order.push(['then', result])),
        pending.catch(() => order.push('catch')),
        pending.finally(() => order.push('finally')),
      ]);
      return order;
    },
  },
  // The SDK does not pass the number of retries on to all requests.
  { name: 'retried', error: 'any', run: (start) => outcome(() => start('status-500-times-1', { maxRetries: 1 })) },
  { name: 'poll fails', error: 'any', run: (start) => outcome(() => start('poll-status-404')) },
  { name: 'fails', error: 'any', first: 'any', run: (start) => outcome(() => start('status-429')) },
  { name: 'null-body', error: 'any', first: 'any', run: (start) => outcome(() => start('null-body')) },
  { name: 'not-json', error: 'any', first: 'any', run: (start) => outcome(() => start('not-json')) },
  { name: 'drop-body', error: 'any', first: 'any', run: (start) => outcome(() => start('drop-body')) },
];

/**
 * One case that makes the calls in sequence, and two in which the application drops the promise.
 * @param {string} name
 * @param {Helper} helper
 * @returns {Case[]}
 */
function casesOf(name, { call, inside = false, polls = 1, without = [] }) {
  const ways = WAYS.filter((way) => !without.includes(way.name));
  /** @param {Stage} stage */
  const starter = async (stage) => {
    const file = await stage.sdk.toFile(Buffer.from('bytes'), 'file.txt');
    /** @type {Parameters<Way['run']>[0]} */
    return (scenario, options = {}) => call(stage.client(scenario), options, stage.major, file);
  };
  return [
    {
      name,
      expect: expected(ways, inside),
      async run(stage) {
        const start = await starter(stage);
        /** @type {Record<string, unknown>} */
        const outcomes = {};
        for (const way of ways) outcomes[way.name] = await outcome(() => way.run(start, stage, polls));
        return outcomes;
      },
    },
    {
      name: `${name}, never awaited`,
      expect: expected([{}], inside),
      async run(stage) {
        void (await starter(stage))(undefined, { pollIntervalMs: 1 });
        await stage.requestArrived(polls + 2);
        await stage.wait(PATIENCE_MS);
      },
    },
    {
      name: `${name}, never awaited, fails`,
      expect: expected([{ error: 'any' }], inside),
      async run(stage) {
        void (await starter(stage))('poll-status-404', { pollIntervalMs: 1 });
        await stage.requestArrived(polls + 1);
        await stage.wait(PATIENCE_MS);
      },
    },
  ];
}

/**
 * The span of the helper starts first.
 * @param {readonly Pick<Way, 'error' | 'first'>[]} ways
 * @param {boolean} inside
 * @returns {import('./case.mjs').Expected}
 */
function expected(ways, inside) {
  const errors = ways.flatMap(({ error, first }) => (inside ? [error, first] : [error]));
  return {
    spans: errors.length,
    status: errors.map((error) => (error === undefined ? 'UNSET' : error === 'any' ? 'any' : 'ERROR')),
    errorType: errors.map((error) => error ?? 'none'),
  };
}

/** @type {readonly Case[]} */
export const POLLING_CASES = Object.entries(HELPERS).flatMap(([name, helper]) => casesOf(name, helper));
