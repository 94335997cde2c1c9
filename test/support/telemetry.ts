import { type Attributes, type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { OpenAIInstrumentation, type OpenAIInstrumentationConfig } from 'opentelemetry-instrumentation-openai';
import { checkConventions } from './conventions.mjs';
import { instrumentations } from './instrumentations.js';
import { logs, metrics, tracing } from './otel.mjs';

export type Span = tracing.ReadableSpan;
export type LogRecord = ReturnType<logs.InMemoryLogRecordExporter['getFinishedLogRecords']>[number];

interface DiagLine {
  level: keyof DiagLogger;
  /** All that was passed, without the namespace. */
  args: unknown[];
}

/** One metric, as exported since the last look. A counter has no boundaries, and a sum only. */
export interface Metric {
  name: string;
  unit: string;
  boundaries: readonly number[];
  points: { attributes: Attributes; count: number; sum: number }[];
}

/**
 * An application's OpenTelemetry SDK with all three signals, to be set up once a test file, and the instrumentation,
 * whose options are changed at run time.
 */
export class Telemetry {
  readonly instrumentation: OpenAIInstrumentation;
  readonly diagLines: DiagLine[] = [];
  /** Whether spans that start from now on are recorded. */
  sampled = true;
  readonly #spans = new tracing.InMemorySpanExporter();
  readonly #logs = new logs.InMemoryLogRecordExporter();
  readonly #metrics = new metrics.InMemoryMetricExporter(metrics.AggregationTemporality.DELTA);
  readonly #reader = new metrics.PeriodicExportingMetricReader({ exporter: this.#metrics });
  #open = 0;

  constructor(config: OpenAIInstrumentationConfig = {}, spanProcessors: tracing.SpanProcessor[] = []) {
    this.#listenToDiag();
    const tracers = new tracing.NodeTracerProvider({
      sampler: {
        shouldSample: () => ({
          decision: this.sampled ? tracing.SamplingDecision.RECORD_AND_SAMPLED : tracing.SamplingDecision.NOT_RECORD,
        }),
        toString: () => 'the test decides',
      },
      spanProcessors: [this.#counter(), ...spanProcessors, new tracing.SimpleSpanProcessor(this.#spans)],
    });
    tracers.register();
    this.instrumentation = new OpenAIInstrumentation(config);
    instrumentations.add(this.instrumentation);
    this.instrumentation.setTracerProvider(tracers);
    this.instrumentation.setMeterProvider(new metrics.MeterProvider({ readers: [this.#reader] }));
    this.useOwnLogger();
  }

  /** Undoes a `setLoggerProvider` of a test. */
  useOwnLogger(): void {
    this.instrumentation.setLoggerProvider(
      new logs.LoggerProvider({ processors: [new logs.SimpleLogRecordProcessor({ exporter: this.#logs })] }),
    );
  }

  /** Forgets what was recorded, and sets the options anew. */
  async reset(config: OpenAIInstrumentationConfig = {}): Promise<void> {
    this.sampled = true;
    this.instrumentation.setConfig(config);
    await this.metrics();
    this.spans();
    this.logs();
    this.diagLines.length = 0;
  }

  /** The spans since the last call. Throws if one of them is still open, or violates the conventions. */
  spans(): Span[] {
    const spans = this.#spans.getFinishedSpans();
    const open = this.#open;
    this.#spans.reset();
    this.#open = 0;
    if (open !== 0) throw new Error(`${open} spans are still open`);
    for (const { attributes } of spans) this.#check(attributes);
    return spans;
  }

  /** The only span since the last call. */
  span(): Span {
    const [span, ...more] = this.spans();
    if (!span || more.length > 0) throw new Error(`${more.length + (span ? 1 : 0)} spans, not one`);
    return span;
  }

  logs(): LogRecord[] {
    const records = this.#logs.getFinishedLogRecords();
    this.#logs.reset();
    for (const { attributes } of records) this.#check(attributes);
    return [...records];
  }

  /** What a hook of the test returns may be anything. */
  #check(attributes: Readonly<Record<string, unknown>>): void {
    if (!this.instrumentation.getConfig().contentHook) checkConventions(attributes);
  }

  async metrics(): Promise<Metric[]> {
    await this.#reader.forceFlush();
    const exported = this.#metrics.getMetrics();
    this.#metrics.reset();
    const all = exported.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    return all.map(readMetric).filter(({ points }) => points.length > 0);
  }

  /** What was said at one level. */
  said(level: keyof DiagLogger): string[] {
    return this.diagLines.filter((line) => line.level === level).map(({ args }) => args.map(String).join(' '));
  }

  #listenToDiag(): void {
    const line =
      (level: keyof DiagLogger) =>
      (...args: unknown[]) =>
        this.diagLines.push({ level, args });
    const logger = {
      error: line('error'),
      warn: line('warn'),
      info: line('info'),
      debug: line('debug'),
      verbose: line('verbose'),
    };
    diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
  }

  #counter(): tracing.SpanProcessor {
    return {
      onStart: () => {
        this.#open++;
      },
      onEnd: () => {
        this.#open--;
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
  }
}

function readMetric({ descriptor, dataPoints }: metrics.MetricData): Metric {
  const points = dataPoints.map(({ attributes, value }) => {
    if (typeof value === 'number') return { attributes, count: Number.NaN, sum: value, boundaries: undefined };
    if (!('buckets' in value)) throw new Error(`${descriptor.name} is neither a counter nor a histogram`);
    return { attributes, count: value.count, sum: value.sum ?? Number.NaN, boundaries: value.buckets };
  });
  const [first] = points;
  return {
    name: descriptor.name,
    unit: descriptor.unit,
    boundaries: first?.boundaries && 'boundaries' in first.boundaries ? first.boundaries.boundaries : [],
    points: points.map(({ attributes, count, sum }) => ({ attributes, count, sum })),
  };
}

/** The attributes of each event of a name. */
export function eventsOf(span: Span, name: string): Attributes[] {
  return span.events.filter((event) => event.name === name).map(({ attributes = {} }) => attributes);
}

/** An attribute that holds JSON. */
export function json(span: Span, name: string): unknown {
  return JSON.parse(String(span.attributes[name]));
}
