/** Lists the differences between two pictures, one line each. */

/** @typedef {import('./picture.mjs').Picture | undefined} Picture */

const MAX_LINES = 12;
const MAX_LENGTH = 200;
const CONTEXT_LENGTH = 60;

/**
 * @param {Picture} expected
 * @param {Picture} actual
 * @returns {string[]}
 */
export function differences(expected, actual) {
  /** @type {string[]} */
  const lines = [];
  collect(expected, actual, '', lines);
  return lines.length > MAX_LINES ? [...lines.slice(0, MAX_LINES), `… and ${lines.length - MAX_LINES} more`] : lines;
}

/**
 * @param {Picture} expected
 * @param {Picture} actual
 * @param {string} path
 * @param {string[]} lines
 */
function collect(expected, actual, path, lines) {
  if (!isBranch(expected) || !isBranch(actual) || Array.isArray(expected) !== Array.isArray(actual)) {
    if (!Object.is(expected, actual)) lines.push(`${path || '(all)'}: ${change(expected, actual)}`);
    return;
  }
  const [before, after] = [Object.keys(expected), Object.keys(actual)];
  const shared = before.filter((key) => after.includes(key));
  // The order of properties matters: it is visible when an object is listed or printed.
  if (shared.join() !== after.filter((key) => before.includes(key)).join()) {
    lines.push(`${path}: order ${before.join()} became ${after.join()}`);
  }
  for (const key of new Set([...before, ...after])) {
    collect(Reflect.get(expected, key), Reflect.get(actual, key), path ? `${path}.${key}` : key, lines);
  }
}

/**
 * @param {Picture} picture
 * @returns {picture is Picture[] | { [key: string]: Picture }}
 */
function isBranch(picture) {
  return typeof picture === 'object' && picture !== null;
}

/**
 * Cuts long texts to start shortly before their first difference.
 * @param {Picture} expected
 * @param {Picture} actual
 */
function change(expected, actual) {
  if (typeof expected !== 'string' || typeof actual !== 'string') return `${show(expected)} became ${show(actual)}`;
  let at = 0;
  while (at < expected.length && expected[at] === actual[at]) at++;
  const start = Math.max(0, at - CONTEXT_LENGTH);
  const mark = start > 0 ? '…' : '';
  return `${show(mark + expected.slice(start))} became ${show(mark + actual.slice(start))}`;
}

/** @param {Picture} picture */
function show(picture) {
  const text = JSON.stringify(picture) ?? 'nothing';
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}
