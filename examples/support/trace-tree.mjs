import { renderTrace } from './render-trace.mjs';

export { renderTrace };

/** @typedef {import('@opentelemetry/sdk-node').tracing.SpanExporter} SpanExporter */
/** @typedef {import('@opentelemetry/sdk-node').tracing.ReadableSpan} ReadableSpan */

/**
 * Prints each trace as a tree once its first span has ended, and what came later, or without one, at shutdown.
 *
 * @implements {SpanExporter}
 */
export class TraceTreeExporter {
  /** @type {Map<string, ReadableSpan[]>} */
  #traces = new Map();
  #options;

  /**
   * @param {object} [options]
   * @param {number} [options.width] in columns; by default the terminal's
   * @param {boolean} [options.color] by default whether the terminal has colours and `NO_COLOR` is not set
   * @param {(text: string) => unknown} [options.write]
   */
  constructor(options = {}) {
    this.#options = options;
  }

  /** @type {SpanExporter['export']} */
  export(spans, onResult) {
    for (const span of spans) this.#add(span);
    for (const span of spans) if (isFirstHere(span)) this.#print(span.spanContext().traceId);
    onResult({ code: 0 });
  }

  async shutdown() {
    for (const traceId of [...this.#traces.keys()]) this.#print(traceId);
  }

  /** @param {ReadableSpan} span */
  #add(span) {
    const { traceId } = span.spanContext();
    this.#traces.set(traceId, [...(this.#traces.get(traceId) ?? []), span]);
  }

  /** @param {string} traceId */
  #print(traceId) {
    const spans = this.#traces.get(traceId) ?? [];
    this.#traces.delete(traceId);
    const { width = process.stdout.columns, color, write = (text) => process.stdout.write(text) } = this.#options;
    if (spans.length > 0) write(`\n${renderTrace(spans, { width, color })}`);
  }
}

/** @param {ReadableSpan} span */
function isFirstHere(span) {
  return span.parentSpanContext === undefined || span.parentSpanContext.isRemote === true;
}
