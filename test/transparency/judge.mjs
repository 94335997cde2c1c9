/** Compares the telemetry of a case with the expected telemetry. */

import { ABANDONED, STREAM_CHUNK_COUNT, STREAM_END_REASON } from './names.mjs';

/** @typedef {import('./cases/case.mjs').Expected} Expected */
/** @typedef {import('./recorder.mjs').SpanRecord} SpanRecord */

/** In a list of expected values, marks a call without a value. */
const ABSENT = 'none';
const ANY = 'any';

/**
 * @param {Expected} expected
 * @param {{ spans: SpanRecord[], diag: string[] }} actual
 * @returns {string[]} what is wrong, or nothing
 */
export function judge(expected, { spans, diag }) {
  const calls = spans.filter(({ kind }) => kind === 'CLIENT');
  const children = spans.length - calls.length;
  return [
    ...unequal('calls', expected.spans, calls.length),
    ...unequal('child spans', expected.children ?? 0, children),
    ...spans.filter(({ ends }) => ends !== 1).map(({ name, ends }) => `"${name}" ended ${ends} times`),
    ...calls.flatMap((span, index) => judgeCall(expected, span, index)),
    ...(expected.diag ? [] : diag.map((line) => `complained: ${line.slice(0, 200)}`)),
  ];
}

/**
 * @param {Expected} expected
 * @param {SpanRecord} span
 * @param {number} index
 */
function judgeCall(expected, { status, attributes }, index) {
  return [
    ...unequal('status', nth(expected.status, index) ?? 'UNSET', status),
    ...unequal('error.type', nth(expected.errorType, index), attributes['error.type']),
    ...unequal('abandoned', expected.abandoned, attributes[ABANDONED]),
    ...unequal('end reason', nth(expected.endReason, index), attributes[STREAM_END_REASON]),
    ...unequal('chunks', nth(expected.chunkCount, index), attributes[STREAM_CHUNK_COUNT]),
  ].map((line) => `call ${index + 1}: ${line}`);
}

/**
 * @param {string | number | readonly (string | number)[] | undefined} expected one for all calls, or one for each
 * @param {number} index
 */
function nth(expected, index) {
  const value = Array.isArray(expected) ? expected[index] : expected;
  return value === ABSENT ? undefined : value;
}

/**
 * @param {string} what
 * @param {unknown} expected
 * @param {unknown} actual
 */
function unequal(what, expected, actual) {
  return expected === ANY || expected === actual ? [] : [`${what}: ${actual} instead of ${expected}`];
}
