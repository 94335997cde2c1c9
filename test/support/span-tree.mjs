/** @typedef {import('@opentelemetry/sdk-node').tracing.ReadableSpan} ReadableSpan */
/** @typedef {{ span: ReadableSpan, children: SpanNode[] }} SpanNode */

/**
 * The spans of one trace by parent, siblings by start time. A span whose parent is missing is a root.
 *
 * @param {readonly ReadableSpan[]} spans
 * @returns {SpanNode[]}
 */
export function spanTree(spans) {
  const nodes = new Map(
    spans.map((span) => [span.spanContext().spanId, { span, children: /** @type {SpanNode[]} */ ([]) }]),
  );
  const inOrder = [...nodes.values()].sort((a, b) => nanos(a.span) - nanos(b.span));
  return inOrder.filter((node) => {
    const parent = nodes.get(node.span.parentSpanContext?.spanId ?? '');
    parent?.children.push(node);
    return !parent;
  });
}

/** @param {ReadableSpan} span relative to the process start, so that a double holds nanoseconds */
function nanos({ startTime: [seconds, nanoseconds] }) {
  return (seconds - Math.floor(performance.timeOrigin / 1e3)) * 1e9 + nanoseconds;
}
