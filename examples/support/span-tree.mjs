import { millisBetween } from './time.mjs';

/** @typedef {import('@opentelemetry/sdk-node').tracing.ReadableSpan} ReadableSpan */

/**
 * @typedef {object} SpanNode
 * @property {ReadableSpan} span
 * @property {SpanNode[]} children
 */

/**
 * The spans of one trace by parentage, each level in order of time. A span whose parent is not among them (it is still
 * open, was not sampled, or belongs to another service) stands at the top.
 *
 * @param {readonly ReadableSpan[]} spans
 * @returns {SpanNode[]} the spans at the top
 */
export function spanTree(spans) {
  /** @type {Map<string, SpanNode>} */
  const nodes = new Map();
  for (const span of [...spans].sort(byStart)) nodes.set(span.spanContext().spanId, { span, children: [] });

  /** @type {SpanNode[]} */
  const roots = [];
  for (const node of nodes.values()) {
    const parent = nodes.get(node.span.parentSpanContext?.spanId ?? '');
    (parent?.children ?? roots).push(node);
  }
  return roots;
}

/**
 * @param {ReadableSpan} a
 * @param {ReadableSpan} b
 */
function byStart(a, b) {
  return millisBetween(b.startTime, a.startTime);
}
