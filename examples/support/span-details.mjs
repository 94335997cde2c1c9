import { SpanStatusCode } from '@opentelemetry/api';
import { oneLine } from './terminal-text.mjs';
import { formatDuration } from './time.mjs';

/** @typedef {import('@opentelemetry/api').Attributes} Attributes */
/** @typedef {import('@opentelemetry/sdk-node').tracing.ReadableSpan} ReadableSpan */
/** @typedef {ReadableSpan['events'][number]} SpanEvent */
/** @typedef {'ok' | 'error' | 'stopped'} Outcome */
/** @typedef {{ label: string, value: string, outcome?: Outcome }} Fact */

/** The ways a stream ends that are neither success nor error. */
const STOPPED = ['cancelled', 'aborted', 'abandoned'];

/**
 * @param {ReadableSpan} span
 * @returns {Outcome}
 */
export function outcomeOf({ status, attributes }) {
  if (status.code === SpanStatusCode.ERROR) return 'error';
  const stopped = STOPPED.includes(text(attributes['llm.stream.end_reason'])) || attributes['llm.abandoned'] === true;
  return stopped ? 'stopped' : 'ok';
}

/**
 * What a reader wants to know about a model call at a glance: what was said, then how it got here. Of any other span,
 * nothing.
 *
 * @param {ReadableSpan} span
 * @returns {Fact[][]}
 */
export function factsOf({ name, attributes }) {
  const said = [
    model(name, attributes),
    { label: 'tokens', value: tokens(attributes) },
    { label: 'finish', value: text(attributes['gen_ai.response.finish_reasons']) },
    { label: 'tools', value: toolNames(attributes['gen_ai.tool.definitions']) },
  ];
  const transport = [
    { label: 'HTTP', value: text(attributes['http.response.status_code']) },
    retries(attributes),
    streaming(attributes),
    { label: 'request', value: text(attributes['llm.request_id']) },
  ];
  return [said, transport].map((facts) => facts.filter(({ value }) => value !== ''));
}

/**
 * @param {ReadableSpan} span
 * @returns {string} empty if there was no error
 */
export function errorOf({ status, attributes }) {
  const message = status.code === SpanStatusCode.ERROR ? (status.message ?? '') : '';
  return joined([text(attributes['error.type']), oneLine(message)], ': ');
}

/**
 * @param {SpanEvent} event
 * @param {ReadableSpan} span the one it belongs to
 * @returns {Fact}
 */
export function describeEvent({ name, attributes = {} }, span) {
  const label = `• ${oneLine(name)}`;
  if (name === 'llm.choice') return { label, value: choice(attributes) };
  if (name === 'exception') return { label, value: exception(attributes, span), outcome: 'error' };
  const pairs = Object.entries(attributes).map(([key, value]) => `${key}=${text(value)}`);
  return { label, value: pairs.join(' ') };
}

/**
 * @param {string} spanName
 * @param {Attributes} attributes
 * @returns {Fact}
 */
function model(spanName, attributes) {
  const requested = text(attributes['gen_ai.request.model']);
  const answered = text(attributes['gen_ai.response.model']);
  const change = answered === requested ? '' : answered;
  if (spanName.includes(requested)) return { label: '→', value: change };
  return { label: 'model', value: joined([requested, change], ' → ') };
}

/** @param {Attributes} attributes */
function tokens(attributes) {
  const usage = (/** @type {string} */ kind) => text(attributes[`gen_ai.usage.${kind}`]);
  return joined(
    [
      counted(usage('input_tokens'), 'in', usage('cache_read.input_tokens'), 'cached'),
      counted(usage('output_tokens'), 'out', usage('reasoning.output_tokens'), 'reasoning'),
    ],
    ', ',
  );
}

/**
 * @param {string} count
 * @param {string} unit
 * @param {string} part how many of them were special; said only if any
 * @param {string} kind
 */
function counted(count, unit, part, kind) {
  if (count === '') return '';
  return `${count} ${unit}${Number(part) > 0 ? ` (${part} ${kind})` : ''}`;
}

/**
 * @param {Attributes} attributes
 * @returns {Fact}
 */
function streaming(attributes) {
  if (attributes['llm.streaming'] !== true) return { label: 'streaming', value: '' };
  const reason = text(attributes['llm.stream.end_reason']);
  const chunks = text(attributes['llm.stream.chunk_count']);
  const wait = attributes['gen_ai.response.time_to_first_chunk'];
  const value = joined(
    [
      reason,
      chunks && `${chunks} ${chunks === '1' ? 'chunk' : 'chunks'}`,
      typeof wait === 'number' ? `first after ${formatDuration(wait * 1e3)}` : '',
    ],
    ', ',
  );
  return { label: 'streaming', value: value || 'yes', ...(STOPPED.includes(reason) ? { outcome: 'stopped' } : {}) };
}

/**
 * @param {Attributes} attributes
 * @returns {Fact}
 */
function retries(attributes) {
  return { label: 'retries', value: text(attributes['http.request.resend_count']), outcome: 'stopped' };
}

/** @param {Attributes} attributes */
function choice(attributes) {
  const index = text(attributes['llm.choice.index']);
  const tools = toolNames(attributes['llm.choice.tool_calls']);
  const content = text(attributes['llm.choice.content']);
  return joined(
    [
      index && `#${index}`,
      text(attributes['llm.choice.finish_reason']),
      tools && `→ ${tools}`,
      attributes['llm.choice.refused'] === true ? 'refused' : '',
      content && `“${content}”`,
    ],
    ' ',
  );
}

/**
 * The message is said once: the line above has it, unless the span's status is another.
 *
 * @param {Attributes} attributes
 * @param {ReadableSpan} span
 */
function exception(attributes, span) {
  const message = text(attributes['exception.message']);
  const known = message === oneLine(span.status.message ?? '');
  return joined([text(attributes['exception.type']), known ? '' : message], ': ');
}

/**
 * @param {unknown} json a list of tools, or of calls of them
 */
function toolNames(json) {
  return parseList(json)
    .map((tool) => text(Object(tool).name ?? Object(tool).type))
    .filter(Boolean)
    .join(', ');
}

/**
 * @param {unknown} json
 * @returns {unknown[]}
 */
function parseList(json) {
  try {
    const list = JSON.parse(String(json));
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

/** @param {unknown} value */
function text(value) {
  if (value === undefined || value === null) return '';
  return oneLine(Array.isArray(value) ? value.join(', ') : String(value));
}

/**
 * @param {readonly string[]} parts
 * @param {string} separator
 */
function joined(parts, separator) {
  return parts.filter(Boolean).join(separator);
}
