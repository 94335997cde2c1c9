import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { checkConventions } from '../support/conventions.mjs';
import { tracing } from '../support/otel.mjs';

/** @typedef {ReturnType<typeof picture>} SpanPicture */

/** Records all spans of the process from now on, in the order in which they start. */
export function recordSpans() {
  /** @type {tracing.ReadableSpan[]} */
  const spans = [];
  const recorder = {
    onStart: (/** @type {tracing.ReadableSpan} */ span) => void spans.push(span),
    onEnd() {},
    async forceFlush() {},
    async shutdown() {},
  };
  new tracing.NodeTracerProvider({ spanProcessors: [recorder] }).register();
  const peek = () => {
    const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
    return spans.map((span) => picture(span, names.get(span.parentSpanContext?.spanId ?? '')));
  };
  const take = () => {
    const taken = peek();
    spans.length = 0;
    for (const { attributes } of taken) checkConventions(attributes);
    return taken;
  };
  return { peek, take };
}

/**
 * @param {tracing.ReadableSpan} span
 * @param {string} [parent]
 */
function picture(span, parent) {
  const { name, kind, attributes, status, events, ended } = span;
  return {
    name,
    parent,
    kind: SpanKind[kind],
    traceId: span.spanContext().traceId,
    attributes,
    error: status.code === SpanStatusCode.ERROR ? status.message : undefined,
    events: events.map((event) => event.name),
    ended,
  };
}
