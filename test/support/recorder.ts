import { OpenAIInstrumentation, type OpenAIInstrumentationConfig } from 'opentelemetry-instrumentation-openai';
import { checkConventions } from './conventions.mjs';
import { instrumentations } from './instrumentations.js';
import { metrics, tracing } from './otel.mjs';

/** An application's OpenTelemetry SDK, to be set up once a test file, that shows what was recorded. */
export class Recorder {
  readonly #exporter = new tracing.InMemorySpanExporter();
  readonly #metrics = new metrics.InMemoryMetricExporter(metrics.AggregationTemporality.DELTA);
  readonly #reader = new metrics.PeriodicExportingMetricReader({ exporter: this.#metrics });
  readonly #tracers: tracing.NodeTracerProvider;
  readonly instrumentation: OpenAIInstrumentation;
  #started = 0;

  constructor(config: OpenAIInstrumentationConfig = {}) {
    const counter: tracing.SpanProcessor = {
      onStart: () => {
        this.#started++;
      },
      onEnd: () => {},
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const spanProcessors = [counter, new tracing.SimpleSpanProcessor(this.#exporter)];
    this.#tracers = new tracing.NodeTracerProvider({ spanProcessors });
    this.#tracers.register();
    this.instrumentation = new OpenAIInstrumentation(config);
    instrumentations.add(this.instrumentation);
    this.instrumentation.setTracerProvider(this.#tracers);
    this.instrumentation.setMeterProvider(new metrics.MeterProvider({ readers: [this.#reader] }));
  }

  /** How many spans have not ended. */
  get open(): number {
    return this.#started - this.#exporter.getFinishedSpans().length;
  }

  /** The spans since the last call. Throws if one of them has not ended, or violates the conventions. */
  take(): tracing.ReadableSpan[] {
    const spans = this.#exporter.getFinishedSpans();
    const { open } = this;
    this.#started = 0;
    this.#exporter.reset();
    if (open !== 0) throw new Error(`${open} spans have not ended`);
    for (const { attributes } of spans) checkConventions(attributes);
    return spans;
  }

  /** The only span since the last call. */
  takeOne(): tracing.ReadableSpan {
    const [span, ...more] = this.take();
    if (!span || more.length > 0) throw new Error(`${more.length + (span ? 1 : 0)} spans, not one`);
    return span;
  }
}
