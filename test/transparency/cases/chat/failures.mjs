/** Calls that fail: errors of the API, of the network, timeouts and aborts. */

import { createServer } from 'node:net';
import { outcome, PARAMS, STREAMING } from '../case.mjs';

/** @typedef {import('../case.mjs').Case} Case */
/** @typedef {import('../case.mjs').Stage} Stage */

const ERROR_CLASSES = /** @type {const} */ ([
  'OpenAIError',
  'APIError',
  'APIConnectionError',
  'APIConnectionTimeoutError',
  'APIUserAbortError',
  'BadRequestError',
  'AuthenticationError',
  'NotFoundError',
  'RateLimitError',
  'InternalServerError',
]);

/**
 * What an application can tell from an error: its classes, the request id and all properties.
 * @param {Stage} stage
 * @param {() => unknown} work
 */
async function failure({ sdk }, work) {
  const { thrown, value } = await outcome(work);
  const error = /** @type {{ requestID?: unknown, request_id?: unknown } | undefined} */ (thrown);
  const classes = ERROR_CLASSES.filter((name) => thrown instanceof sdk[name]);
  return { value, thrown, classes, requestId: error?.requestID ?? error?.request_id };
}

/**
 * @param {number} status
 * @param {string} errorType
 * @param {number} [maxRetries]
 * @returns {Case}
 */
const statusCase = (status, errorType, maxRetries = 0) => ({
  name: `status ${status}${maxRetries ? ` after ${maxRetries} retries` : ''}`,
  expect: { spans: 1, status: 'ERROR', errorType },
  run: (stage) =>
    failure(stage, () => stage.client(`status-${status}`, { maxRetries }).chat.completions.create(PARAMS)),
});

/**
 * @param {string} name
 * @param {string} scenario
 * @param {string} errorType
 * @returns {Case}
 */
const failureCase = (name, scenario, errorType) => ({
  name,
  expect: { spans: 1, status: 'ERROR', errorType },
  run: (stage) => failure(stage, () => stage.client(scenario).chat.completions.create(PARAMS)),
});

async function closedPort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' ? address?.port : undefined;
}

/**
 * Aborts after the request has arrived.
 * @param {Stage} stage
 * @param {{ reason?: unknown, attempt?: number, patience?: number }} [options]
 */
function abortUnderWay({ requestArrived, wait }, { reason, attempt = 1, patience = 150 } = {}) {
  const controller = new AbortController();
  // Long enough to receive what the scenario sends at once.
  requestArrived(attempt)
    .then(() => wait(patience))
    .then(() => controller.abort(reason));
  return { signal: controller.signal };
}

/** @type {Case[]} */
export const FAILURES = [
  statusCase(400, 'BadRequestError'),
  statusCase(401, 'AuthenticationError'),
  statusCase(403, 'PermissionDeniedError'),
  statusCase(404, 'NotFoundError'),
  statusCase(409, 'ConflictError'),
  statusCase(422, 'UnprocessableEntityError'),
  statusCase(429, 'RateLimitError'),
  statusCase(500, 'InternalServerError'),
  statusCase(500, 'InternalServerError', 2),
  failureCase('an error page in HTML', 'status-502-html', 'InternalServerError'),
  failureCase('dropped before headers', 'drop', 'APIConnectionError'),
  {
    name: 'status 400 to a streaming request',
    expect: { spans: 1, status: 'ERROR', errorType: 'BadRequestError', endReason: 'failed', chunkCount: 0 },
    run: (stage) => failure(stage, () => stage.client('status-400').chat.completions.create(STREAMING)),
  },
  {
    name: 'status 503, recovered at the third attempt',
    expect: { spans: 1 },
    run: ({ client }) => client('status-503-times-2', { maxRetries: 2 }).chat.completions.create(PARAMS),
  },
  {
    name: 'connection refused',
    expect: { spans: 1, status: 'ERROR', errorType: 'APIConnectionError' },
    run: (stage) =>
      failure(stage, async () => {
        const baseURL = `http://127.0.0.1:${await closedPort()}/v1`;
        return stage.client(undefined, { baseURL }).chat.completions.create(PARAMS);
      }),
  },
  {
    name: 'client timeout',
    expect: { spans: 1, status: 'ERROR', errorType: 'APIConnectionTimeoutError' },
    run: (stage) => failure(stage, () => stage.client('delay-1000', { timeout: 50 }).chat.completions.create(PARAMS)),
  },
  {
    name: 'timeout of the body',
    // The timeout covers the body in version 7 only.
    sdks: [7],
    expect: { spans: 1, status: 'ERROR', errorType: 'APIConnectionTimeoutError' },
    run: (stage) => failure(stage, () => stage.client('stall-body', { timeout: 400 }).chat.completions.create(PARAMS)),
  },
  {
    name: 'timeout of the body, tried again',
    sdks: [7],
    expect: { spans: 1, status: 'ERROR', errorType: 'APIConnectionTimeoutError' },
    run: (stage) =>
      failure(stage, () => stage.client('stall-body', { timeout: 400, maxRetries: 1 }).chat.completions.create(PARAMS)),
  },
  {
    name: 'aborted while the body stalls',
    expect: (major) => ({ spans: 1, status: 'ERROR', errorType: major < 7 ? 'AbortError' : 'APIUserAbortError' }),
    run: (stage) =>
      failure(stage, () => stage.client('stall-body').chat.completions.create(PARAMS, abortUnderWay(stage))),
  },
  {
    name: 'aborted before the call',
    expect: { spans: 1, status: 'ERROR', errorType: 'APIUserAbortError' },
    run: (stage) =>
      failure(stage, () => stage.client().chat.completions.create(PARAMS, { signal: AbortSignal.abort() })),
  },
  {
    name: 'aborted before headers',
    expect: { spans: 1, status: 'ERROR', errorType: 'APIUserAbortError' },
    run: (stage) =>
      failure(stage, () => stage.client('delay-1000').chat.completions.create(PARAMS, abortUnderWay(stage))),
  },
  {
    name: 'aborted with a reason',
    expect: { spans: 1, status: 'ERROR', errorType: 'APIUserAbortError' },
    run: (stage) =>
      failure(stage, () => {
        const options = abortUnderWay(stage, { reason: new RangeError('the user left') });
        return stage.client('delay-1000').chat.completions.create(PARAMS, options);
      }),
  },
  {
    name: 'aborted during the second attempt',
    expect: { spans: 1, status: 'ERROR', errorType: 'APIUserAbortError' },
    run: (stage) =>
      failure(stage, () => {
        const options = abortUnderWay(stage, { attempt: 2, patience: 0 });
        return stage.client('delay-200+status-500', { maxRetries: 2 }).chat.completions.create(PARAMS, options);
      }),
  },
  {
    name: 'aborted during the body',
    expect: (major) => ({ spans: 1, status: 'ERROR', errorType: major < 7 ? 'AbortError' : 'APIUserAbortError' }),
    run: (stage) =>
      failure(stage, () => stage.client('slow-body-2000').chat.completions.create(PARAMS, abortUnderWay(stage))),
  },
  {
    name: 'a failure awaited twice',
    expect: { spans: 1, status: 'ERROR', errorType: 'BadRequestError' },
    async run({ client }) {
      const promise = client('status-400').chat.completions.create(PARAMS);
      const [first, second] = [await outcome(() => promise), await outcome(() => promise)];
      return { same: first.thrown === second.thrown, first };
    },
  },
  {
    name: 'catch and finally on failure',
    expect: { spans: 1, status: 'ERROR', errorType: 'NotFoundError' },
    async run({ client }) {
      /** @type {string[]} */
      const order = [];
      const promise = client('status-404').chat.completions.create(PARAMS);
      const caught = promise.catch((error) => ({ instead: error.status }));
      const finished = promise.finally(() => order.push('finally'));
      return { caught: await caught, finished: await outcome(() => finished), order };
    },
  },
  {
    name: 'asResponse on failure',
    expect: { spans: 1, status: 'ERROR', errorType: 'RateLimitError' },
    run: (stage) => failure(stage, () => stage.client('status-429').chat.completions.create(PARAMS).asResponse()),
  },
  {
    name: 'withResponse on failure',
    expect: { spans: 1, status: 'ERROR', errorType: 'RateLimitError' },
    run: (stage) => failure(stage, () => stage.client('status-429').chat.completions.create(PARAMS).withResponse()),
  },
  {
    name: 'a failure handled late',
    expect: { spans: 1, status: 'ERROR', errorType: 'BadRequestError' },
    async run({ client, requestArrived, wait }) {
      const promise = client('status-400').chat.completions.create(PARAMS);
      await requestArrived();
      await wait(100);
      return outcome(() => promise);
    },
  },
];
