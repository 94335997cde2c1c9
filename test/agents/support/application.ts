import { createRequire } from 'node:module';
import { type Context, type DiagLogger, DiagLogLevel, diag, type Span, trace } from '@opentelemetry/api';
import {
  ContextAttributesSpanProcessor,
  OpenAIInstrumentation,
  type OpenAIInstrumentationConfig,
} from 'opentelemetry-instrumentation-openai';
import {
  OpenAIAgentsInstrumentation,
  type OpenAIAgentsInstrumentationConfig,
} from 'opentelemetry-instrumentation-openai/agents';
import { checkConventions } from '../../support/conventions.mjs';
import { logs, metrics, tracing } from '../../support/otel.mjs';

export type Agents = typeof import('@openai/agents');

/** Collects when it is asked to. */
class PullReader extends metrics.MetricReader {
  protected override async onForceFlush() {}
  protected override async onShutdown() {}
}

/** An application with an OpenTelemetry SDK and the Agents SDK, one a test file. */
export class Application {
  readonly #exporter = new tracing.InMemorySpanExporter();
  readonly #metricReader = new PullReader();
  readonly #logs = new logs.InMemoryLogRecordExporter();
  #started: Span[] = [];
  /** What OpenTelemetry was told to log, `[level, …]`. */
  readonly said: [string, ...unknown[]][] = [];
  /** Called as any span starts, with the context that is active then. */
  onStart: ((span: Span, parent: Context) => void) | undefined;
  readonly openai = new OpenAIInstrumentation();
  readonly instrumentation: OpenAIAgentsInstrumentation;
  readonly tracer = trace.getTracer('application');
  readonly agents: Agents;

  constructor(config?: OpenAIAgentsInstrumentationConfig) {
    const log =
      (level: string) =>
      (namespace: string, ...said: unknown[]) => {
        if (!String(said[0]).startsWith('Registered a global')) this.said.push([level, namespace, ...said]);
      };
    const logger: DiagLogger = {
      error: log('error'),
      warn: log('warn'),
      info: () => {},
      debug: () => {},
      verbose: () => {},
    };
    diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
    const watch: tracing.SpanProcessor = {
      onStart: (span, parent) => {
        this.#started.push(span);
        this.onStart?.(span, parent);
      },
      onEnd: () => {},
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const spanProcessors = [
      new ContextAttributesSpanProcessor() as unknown as tracing.SpanProcessor,
      watch,
      new tracing.SimpleSpanProcessor(this.#exporter),
    ];
    const tracers = new tracing.NodeTracerProvider({ spanProcessors });
    tracers.register();
    const processors = [new logs.SimpleLogRecordProcessor({ exporter: this.#logs })];
    const loggers = new logs.LoggerProvider({ processors });
    const meters = new metrics.MeterProvider({ readers: [this.#metricReader] });
    this.instrumentation = new OpenAIAgentsInstrumentation(config);
    this.instrumentation.setMeterProvider(meters);
    for (const instrumentation of [this.openai, this.instrumentation]) {
      instrumentation.setTracerProvider(tracers);
      instrumentation.setLoggerProvider(loggers);
    }
    // AGENTS_SDK: a file of an application with another version.
    this.agents = createRequire(process.env.AGENTS_SDK ?? import.meta.url)('@openai/agents') as Agents;
    // It does not trace where NODE_ENV is "test", and would export to OpenAI.
    this.agents.setTracingDisabled(false);
    this.agents.setTraceProcessors([]);
  }

  configure(config: OpenAIAgentsInstrumentationConfig, openai: OpenAIInstrumentationConfig = {}): void {
    this.instrumentation.setConfig(config);
    this.openai.setConfig(openai);
  }

  runner(baseURL: string) {
    const { OpenAIProvider, Runner } = this.agents;
    const modelProvider = new OpenAIProvider({ apiKey: 'sk-pretend', baseURL, useResponses: false });
    return new Runner({ model: 'gpt-4.1-mini', modelProvider });
  }

  /** Does something under a span of the application's. */
  step<T>(name: string, work: () => T | Promise<T>): Promise<T> {
    return this.tracer.startActiveSpan(name, async (span) => {
      try {
        return await work();
      } finally {
        span.end();
      }
    });
  }

  /** Waits until all spans have ended: those of a streamed run end a moment after its last event. */
  async settled(): Promise<void> {
    for (let round = 0; round < 1_000 && this.openCount > 0; round++)
      await new Promise((resolve) => setTimeout(resolve, 2));
  }

  /** All that was measured. */
  async metrics(): Promise<metrics.MetricData[]> {
    const { resourceMetrics } = await this.#metricReader.collect();
    return resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  }

  /** How many spans of those since the last `take()` have not ended. */
  get openCount(): number {
    return this.#started.length - this.#exporter.getFinishedSpans().length;
  }

  /** How many spans have started since the last `take()`. */
  get started(): readonly Span[] {
    return this.#started;
  }

  /** The spans since the last call, in the order of their start. Throws if one of them has not ended. */
  take(): tracing.ReadableSpan[] {
    const ended = new Map(this.#exporter.getFinishedSpans().map((span) => [span.spanContext().spanId, span]));
    const spans = this.#started.map((span) => ended.get(span.spanContext().spanId));
    const open = this.#started.filter((_, i) => !spans[i]).map((span) => (span as unknown as { name: string }).name);
    this.#started = [];
    this.#exporter.reset();
    if (open.length > 0) throw new Error(`not ended: ${open.join(', ')}`);
    const taken = spans.filter((span) => span !== undefined);
    for (const { attributes } of taken) checkConventions(attributes);
    return taken;
  }

  takeLogs(): logs.ReadableLogRecord[] {
    const records = [...this.#logs.getFinishedLogRecords()];
    this.#logs.reset();
    for (const { attributes } of records) checkConventions(attributes);
    return records;
  }
}

/** `parent > child`, one line a span. */
export function lineage(spans: readonly tracing.ReadableSpan[]): string[] {
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  const path = (span: tracing.ReadableSpan): string => {
    const parent = byId.get(span.parentSpanContext?.spanId ?? '');
    return parent ? `${path(parent)} > ${span.name}` : span.name;
  };
  return spans.map(path);
}

export function named(spans: readonly tracing.ReadableSpan[], start: string): tracing.ReadableSpan {
  const found = spans.find(({ name }) => name.startsWith(start));
  if (!found) throw new Error(`no span ${start}; there are ${spans.map(({ name }) => name).join(', ')}`);
  return found;
}
