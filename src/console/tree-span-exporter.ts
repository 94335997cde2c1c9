import type { ReadableSpan } from './readable-span.js';
import { renderTrace } from './render-trace.js';

/** The options of `TreeSpanExporter`. */
export interface TreeSpanExporterOptions {
  /** The width of the drawing in columns, from 60 to 120. @default the terminal's width */
  width?: number;
  /** Whether to use colours. @default whether the terminal supports them and `NO_COLOR` is not set */
  color?: boolean;
  /** Receives each drawn trace. @default writes to `process.stdout` */
  write?: (text: string) => unknown;
}

/** Traces whose root span has not ended. The oldest is printed when there are more. */
const MAX_OPEN_TRACES = 1_000;

/**
 * A span exporter for development. It draws each trace as a tree in the terminal when the trace's root span has ended; the
 * spans can come from any instrumentation. Spans that end later, or whose root never ends, are drawn at `forceFlush()` and
 * `shutdown()`. For OpenTelemetry SDK 2.x and 3.x.
 *
 * @example
 * ```js
 * import { NodeSDK, tracing } from '@opentelemetry/sdk-node';
 * import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
 * import { TreeSpanExporter } from 'opentelemetry-instrumentation-openai/console';
 *
 * new NodeSDK({
 *   instrumentations: [new OpenAIInstrumentation()],
 *   spanProcessors: [new tracing.SimpleSpanProcessor(new TreeSpanExporter())],
 * }).start();
 * ```
 */
export class TreeSpanExporter {
  readonly #traces = new Map<string, ReadableSpan[]>();
  readonly #options: TreeSpanExporterOptions;

  constructor(options: TreeSpanExporterOptions = {}) {
    this.#options = options;
  }

  export(spans: readonly ReadableSpan[], onResult: (result: { code: number }) => void): void {
    for (const span of spans) this.#add(span);
    for (const span of spans) if (isLocalRoot(span)) this.#print(span.spanContext().traceId);
    onResult({ code: 0 });
  }

  async forceFlush(): Promise<void> {
    for (const traceId of [...this.#traces.keys()]) this.#print(traceId);
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
  }

  #add(span: ReadableSpan): void {
    const { traceId } = span.spanContext();
    const trace = this.#traces.get(traceId);
    if (trace) trace.push(span);
    else this.#traces.set(traceId, [span]);
    const [oldest] = this.#traces.keys();
    if (this.#traces.size > MAX_OPEN_TRACES && oldest !== undefined) this.#print(oldest);
  }

  #print(traceId: string): void {
    const spans = this.#traces.get(traceId) ?? [];
    this.#traces.delete(traceId);
    const { width = process.stdout.columns, color, write = (text) => process.stdout.write(text) } = this.#options;
    if (spans.length > 0) write(`\n${renderTrace(spans, { width, color })}`);
  }
}

/** The first span of its trace in this process. */
function isLocalRoot(span: ReadableSpan): boolean {
  return span.parentSpanContext === undefined || span.parentSpanContext.isRemote === true;
}
