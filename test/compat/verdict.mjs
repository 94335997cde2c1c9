/** @import { Outcome } from './run-app.mjs' */

/**
 * What is wrong with a traced run of an application, compared with a run of it without telemetry.
 *
 * @param {Outcome} bare
 * @param {Outcome} traced
 * @returns {string | undefined} `undefined` if nothing is.
 */
export function fault(bare, traced) {
  if (bare.calls === 0) return `the application does not even run without telemetry: ${firstLine(bare.warnings)}`;
  if (traced.shown !== bare.shown)
    return `the application shows something else: ${difference(bare.shown, traced.shown)}`;
  const { calls, streams } = traced;
  const spans = traced.spans.filter(({ scope }) => /openai/.test(scope.name));
  if (spans.length !== calls) return `${spans.length} spans for ${calls} calls`;
  const odd = spans.find(({ name, status }) => name !== 'chat gpt-4o-mini' || status.code !== 'UNSET');
  if (odd) return `a span ${odd.name} with status ${odd.status.code}`;
  const streaming = spans.filter(({ attributes }) => attributes['llm.streaming'] === true).length;
  return streaming === streams ? undefined : `${streaming} streaming spans for ${streams} streams`;
}

/**
 * The first line that only one of them has.
 *
 * @param {string} bare
 * @param {string} traced
 */
export function difference(bare, traced) {
  const [before, after] = [bare.split('\n'), traced.split('\n')];
  const at = after.findIndex((line, index) => line !== before[index]);
  return at === -1 ? `missing ${before[after.length]}` : (after[at] ?? '');
}

/** @param {string} text */
function firstLine(text) {
  return text.split('\n').find((line) => /error/i.test(line)) ?? text.slice(0, 200);
}
