/** Runs the same cases bare and in another mode, and says case by case what an application could have noticed. */

import { CASES } from './cases/all.mjs';
import { runChild } from './children.mjs';
import { differences } from './differences.mjs';
import { judge } from './judge.mjs';
import { STREAM_END_REASON } from './names.mjs';
import { normalise } from './normalise.mjs';

/** @typedef {import('./child.mjs').CaseRecord} CaseRecord */

/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} sdk
 * @property {string} mode
 * @property {boolean} same
 * @property {string[]} differences
 * @property {number} spansStarted
 * @property {number} spansEnded exactly once
 * @property {string} ends how the calls ended
 * @property {string[]} wrong what the telemetry should have been
 */

/** @typedef {{ sdk: string, node: string, mode: string, rows: Row[] }} Comparison */

/**
 * @param {{ node: string, major: number, modes: readonly string[], cases?: readonly string[] | undefined }} options
 * @returns {Promise<Comparison[]>} one for each mode
 */
export async function compare({ node, major, modes, cases }) {
  const [bare, ...others] = await Promise.all(['bare', ...modes].map((mode) => runChild({ node, major, mode, cases })));
  return others.map((report, index) => {
    const mode = modes[index] ?? '';
    const sdk = report.version;
    const rows = report.records.map((record, at) => ({ sdk, mode, ...compareCase(major, bare?.records[at], record) }));
    return { sdk, node: report.node, mode, rows };
  });
}

/**
 * @param {number} major
 * @param {CaseRecord | undefined} bare
 * @param {CaseRecord} record
 */
function compareCase(major, bare, record) {
  const found = differences(visible(bare), visible(record));
  const { spans } = record;
  return {
    name: record.name,
    same: found.length === 0,
    differences: found,
    spansStarted: spans.length,
    spansEnded: spans.filter(({ ends }) => ends === 1).length,
    ends: summary(record),
    wrong: record.diag ? judge(expectation(record.name, major), { spans, diag: record.diag }) : [],
  };
}

/** @param {CaseRecord | undefined} record */
function visible(record) {
  if (!record) return undefined;
  const { observation, requests, events } = record;
  return normalise({ observation, requests: sorted(requests), events });
}

/**
 * Requests of concurrent calls come in on several connections, in any order.
 * @param {import('./picture.mjs').Picture[]} requests
 */
function sorted(requests) {
  return [...requests].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/**
 * @param {string} name
 * @param {number} major
 */
function expectation(name, major) {
  const expect = CASES.find((testCase) => testCase.name === name)?.expect ?? { spans: 0 };
  return typeof expect === 'function' ? expect(major) : expect;
}

/** @param {CaseRecord} record */
function summary({ spans }) {
  const ends = spans.map(({ attributes, status }) =>
    [attributes[STREAM_END_REASON], status === 'ERROR' && attributes['error.type']].filter(Boolean).join(' '),
  );
  return [...new Set(ends.map((end) => end || 'done'))].join(', ');
}
