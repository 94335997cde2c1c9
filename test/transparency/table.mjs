/** Comparisons as a table for people. */

import pc from 'picocolors';

/** @typedef {import('./compare.mjs').Comparison} Comparison */
/** @typedef {import('./compare.mjs').Row} Row */

/** @param {Comparison} comparison */
export function table({ rows }) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  return rows.map((row) => line(row, width)).join('\n');
}

/**
 * @param {Row} row
 * @param {number} width
 */
function line(row, width) {
  const same = row.same ? pc.green('same     ') : pc.red('DIFFERENT');
  const spans = `${row.spansEnded}/${row.spansStarted}`.padStart(5);
  const verdict = row.wrong.length === 0 ? pc.green('as expected') : pc.red('WRONG      ');
  const details = problems(row).map((problem) => `\n    ${pc.yellow(problem)}`);
  return `${row.name.padEnd(width)}  ${same}  ${spans}  ${verdict}  ${pc.dim(row.ends)}${details.join('')}`;
}

/** @param {Row} row */
export function problems(row) {
  return [...row.differences, ...row.wrong];
}

/** @param {Comparison} comparison */
export function summaryLine({ sdk, node, mode, rows }) {
  const same = rows.filter((row) => row.same).length;
  const line = `sdk ${sdk} ${mode} on Node.js ${node}: ${rows.length} cases, ${same} the same`;
  const started = rows.reduce((total, { spansStarted }) => total + spansStarted, 0);
  if (started === 0) return line;
  const ended = rows.reduce((total, { spansEnded }) => total + spansEnded, 0);
  const expected = rows.filter((row) => row.wrong.length === 0).length;
  return `${line}, ${ended} spans of ${started} ended once, ${expected} as expected`;
}
