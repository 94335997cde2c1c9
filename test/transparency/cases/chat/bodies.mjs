/** Malformed and unexpected response bodies. */

import { drain, outcome, PARAMS, STREAMING } from '../case.mjs';

/** @typedef {import('../case.mjs').Case} Case */
/** @typedef {import('../case.mjs').Expected} Expected */

/**
 * @param {string} name
 * @param {Partial<Expected> | ((major: number) => Partial<Expected>)} [expect]
 * @param {string} [scenario]
 * @returns {Case}
 */
const body = (name, expect = {}, scenario = name) => ({
  name: `body: ${name}`,
  expect: (major) => ({ spans: 1, ...(typeof expect === 'function' ? expect(major) : expect) }),
  run: ({ client }) => outcome(() => client(scenario).chat.completions.create(PARAMS)),
});

/**
 * @param {string} name
 * @param {Expected | ((major: number) => Expected)} expect
 * @param {string} [scenario]
 * @returns {Case}
 */
const stream = (name, expect, scenario = name) => ({
  name: `stream: ${name}`,
  expect,
  async run({ client }) {
    const opened = await outcome(() => client(scenario).chat.completions.create(STREAMING));
    if (!isIterable(opened.value)) return opened;
    return drain(opened.value);
  },
});

/**
 * @param {unknown} value
 * @returns {value is AsyncIterable<unknown>}
 */
function isIterable(value) {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/**
 * A body that cannot be read. Version 4 uses node-fetch, which has its own error class.
 * @param {string} errorType
 * @returns {(major: number) => Partial<Expected>}
 */
const unreadable = (errorType) => (major) => ({ status: 'ERROR', errorType: major === 4 ? 'FetchError' : errorType });

/**
 * A connection that breaks. Version 4 uses node-fetch, later versions the `fetch` of Node.js.
 * @param {number} chunkCount
 * @returns {(major: number) => Expected}
 */
const broken = (chunkCount) => (major) => ({
  spans: 1,
  endReason: 'failed',
  status: 'ERROR',
  errorType: major === 4 ? 'Error' : 'TypeError',
  chunkCount,
});

/** @type {Case[]} */
export const BODIES = [
  body('two halves with a pause', {}, 'slow-body-30'),
  body('no choices', {}, 'no-choices'),
  body('choices null', {}, 'choices-null'),
  body('choice null', {}, 'choice-null'),
  body('choices a string', {}, 'choices-string'),
  body('choices empty', {}, 'choices-empty'),
  body('refusal'),
  body('content filter', {}, 'content-filter'),
  body('null', {}, 'null-body'),
  body('array', {}, 'array-body'),
  body('text'),
  body('204', {}, 'no-content'),
  body('usage null', {}, 'usage-null'),
  body('no usage', {}, 'no-usage'),
  body('odd usage', {}, 'odd-usage'),
  body('no headers', {}, 'no-headers'),
  body('not JSON', unreadable('SyntaxError'), 'not-json'),
  body('dropped', unreadable('TypeError'), 'drop-body'),

  stream('no [DONE]', { spans: 1, endReason: 'completed', chunkCount: 6 }, 'no-done'),
  stream('empty', { spans: 1, endReason: 'completed', chunkCount: 0 }, 'empty-stream'),
  stream('chunk without choices', { spans: 1, endReason: 'completed', chunkCount: 10 }, 'chunk-no-choices'),
  stream(
    'error event',
    { spans: 1, endReason: 'failed', status: 'ERROR', errorType: 'APIError', chunkCount: 2 },
    'sse-error-after-2',
  ),
  stream(
    'error event at once',
    { spans: 1, endReason: 'failed', status: 'ERROR', errorType: 'APIError', chunkCount: 0 },
    'sse-error-after-0',
  ),
  stream(
    'garbage',
    { spans: 1, endReason: 'failed', status: 'ERROR', errorType: 'SyntaxError', chunkCount: 2 },
    'sse-garbage-after-2',
  ),
  stream('dropped', broken(2), 'drop-after-2'),
  stream('dropped before the first chunk', broken(0), 'drop-after-0'),
  stream('answered with JSON', { spans: 1, endReason: 'completed', chunkCount: 0 }, 'null-body'),
  stream('answered with text', { spans: 1, endReason: 'completed', chunkCount: 0 }, 'text'),
  stream('204', { spans: 1, endReason: 'any', chunkCount: 'any', status: 'any', errorType: 'any' }, 'no-content'),
  stream('odd usage', { spans: 1, endReason: 'completed', chunkCount: 6 }, 'odd-usage'),
  stream('choices null', { spans: 1, endReason: 'completed', chunkCount: 6 }, 'choices-null'),
];
