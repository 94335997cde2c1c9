import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import OpenAI from 'openai';
import { OpenAIInstrumentation, type OpenAIInstrumentationConfig } from 'opentelemetry-instrumentation-openai';
import { OpenAIAgentsInstrumentation } from 'opentelemetry-instrumentation-openai/agents';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startFakeOpenAI } from '../support/fake-openai/index.mjs';
import { CHILD_TIMEOUT_MS } from '../support/limits.mjs';
import { logs, metrics, tracing } from '../support/otel.mjs';
import { startOtlpReceiver } from '../support/otlp-receiver.mjs';
import { CALL_COUNT, use } from './application.mjs';

/** Everything on, so that everything can fail. */
const EVERYTHING: OpenAIInstrumentationConfig = { captureMessageContent: 'span_and_event', inspectStreams: true };

/** Where what was recorded arrives. */
interface Rig {
  config?: OpenAIInstrumentationConfig;
  tracers?: { getTracer: () => unknown };
  meters?: { getMeter: () => unknown };
  loggers?: { getLogger: () => unknown };
  processor?: tracing.SpanProcessor;
  limits?: tracing.SpanLimits;
  /** At the receiver, if not in memory. */
  arrived?: () => number;
  /** While the application is at work. */
  meanwhile?: () => Promise<unknown>;
  after?: () => Promise<unknown>;
}

interface Arrived {
  spans: number;
  logs: number;
  points: number;
  errors: number;
}

interface Fault {
  rig: () => Rig | Promise<Rig>;
  /** What arrives of seven calls, if not all. */
  spans?: number;
  logs?: number;
  points?: number;
  /** Of our own lines on the diagnostic logger: one a call for whatever fails of it, one for the hook that ignores calls. */
  errors?: number;
  lost: string;
}

const fail = (what: string) => () => {
  throw new Error(`broken ${what}`);
};

/** Whatever is called of it throws. */
const broken = (what: string) => new Proxy({}, { get: (_, name) => fail(`${what}.${String(name)}`) });

const never = () => new Promise<never>(() => {});

/** A real span whose every method throws, but those that say what it is. */
function brokenSpans(provider: { getTracer: (name: string) => unknown }) {
  const tracer = provider.getTracer('faults') as { startSpan: (...args: unknown[]) => object };
  const known = new Set<PropertyKey>(['isRecording', 'spanContext']);
  const startSpan = (...args: unknown[]) => {
    const span = tracer.startSpan(...args);
    return new Proxy(span, {
      get: (target, name) => (known.has(name) ? Reflect.get(target, name).bind(target) : fail(`span.${String(name)}`)),
    });
  };
  return { getTracer: () => ({ startSpan }) };
}

function otlp(url: string) {
  const exporter = new OTLPTraceExporter({ url: `${url}/v1/traces`, timeoutMillis: 200 });
  return new tracing.BatchSpanProcessor(exporter, { exportTimeoutMillis: 300, scheduledDelayMillis: 5 });
}

async function receiver(response: { status?: number; delayMs?: number }): Promise<Rig> {
  const { url, spans, close } = await startOtlpReceiver({ respond: () => response });
  return { processor: otlp(url), arrived: () => spans.length, after: close };
}

const hooks = (hook: () => unknown): Rig => ({
  config: {
    requestHook: hook,
    responseHook: hook,
    ignoreRequestHook: hook as () => never,
    contentHook: hook as () => never,
    providerName: hook as () => never,
  },
});

const ALL = CALL_COUNT;

const idle: tracing.SpanProcessor = {
  onStart() {},
  onEnd() {},
  forceFlush: async () => {},
  shutdown: async () => {},
};

const faults: Record<string, Fault> = {
  'no fault': { rig: () => ({}), lost: 'nothing' },
  'OTLP endpoint: fine': { rig: () => receiver({}), lost: 'nothing' },
  'OTLP endpoint: down': {
    rig: () => ({ processor: otlp('http://127.0.0.1:1'), arrived: () => 0 }),
    spans: 0,
    lost: 'the spans that the exporter gave up on',
  },
  'OTLP endpoint: slow': {
    rig: () => receiver({ delayMs: 400 }),
    lost: 'nothing; the exporter may take it for lost and say so',
  },
  'OTLP endpoint: 500': { rig: () => receiver({ status: 500 }), spans: 0, lost: 'the spans' },
  'exporter throws': {
    rig: () => ({ processor: new tracing.SimpleSpanProcessor(broken('exporter') as tracing.SpanExporter) }),
    lost: 'the spans for that exporter',
  },
  'span processor throws at the start': {
    rig: () => ({ processor: { ...idle, onStart: fail('onStart') } }),
    spans: 0,
    logs: 0,
    points: 0,
    errors: ALL,
    lost: 'all: the call runs untraced',
  },
  'span processor throws at the end': {
    rig: () => ({ processor: { ...idle, onEnd: fail('onEnd') } }),
    spans: 0,
    errors: ALL,
    lost: 'the spans, for the processors behind it too',
  },
  'tracer throws': {
    rig: () => ({ tracers: { getTracer: () => broken('tracer') } }),
    spans: 0,
    logs: 0,
    points: 0,
    errors: ALL,
    lost: 'all: the call runs untraced',
  },
  'spans throw': {
    rig: () => ({ tracers: brokenSpans(new tracing.NodeTracerProvider()) }),
    spans: 0,
    errors: ALL,
    lost: 'the spans',
  },
  'meter throws': {
    rig: () => ({ meters: { getMeter: () => broken('meter') } }),
    points: 0,
    errors: 1,
    lost: 'the metrics',
  },
  'instruments throw': {
    rig: () => ({ meters: { getMeter: () => ({ createHistogram: () => broken('histogram') }) } }),
    points: 0,
    errors: ALL,
    lost: 'the metrics',
  },
  'logger throws': {
    rig: () => ({ loggers: { getLogger: () => broken('logger') } }),
    logs: 0,
    errors: ALL,
    lost: 'the log events',
  },
  'every hook throws': {
    rig: () => hooks(fail('hook')),
    errors: 2 * ALL + 1,
    lost: 'content, which the hook may have redacted',
  },
  'every hook rejects': {
    rig: () => hooks(() => Promise.reject(new Error('broken hook'))),
    errors: 2 * ALL + 1,
    lost: 'content, which the hook may have redacted',
  },
  'every hook never settles': {
    rig: () => hooks(never),
    errors: ALL,
    lost: 'content: the hook has to return it at once',
  },
  'span limits of 1': {
    rig: () => ({
      limits: { attributeCountLimit: 1, eventCountLimit: 1, attributeValueLengthLimit: 1, linkCountLimit: 1 },
    }),
    lost: 'what is over the limits',
  },
};

const instrumentation = new OpenAIInstrumentation(EVERYTHING);
const rows: string[][] = [['fault', 'application', 'spans', 'logs', 'metrics', 'complaints', 'what is lost']];
let api: Awaited<ReturnType<typeof startFakeOpenAI>>;
let bare: Record<string, string>;
let errors: string[] = [];

const newClient = (scenario?: string) =>
  new OpenAI({ apiKey: 'sk-test', baseURL: scenario ? api.scenario(scenario) : api.url, maxRetries: 0 });

const ignore = () => {};

function listen(error: (...said: unknown[]) => void, warn: (...said: unknown[]) => void = ignore) {
  const logger = { error, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.ALL, suppressOverrideMessage: true });
}

/** Has the application do its work on an OpenTelemetry SDK like this, and tells what arrives. */
async function underFault(rig: Rig, spansExpected = ALL): Promise<{ seen: Record<string, string>; arrived: Arrived }> {
  const spans = new tracing.InMemorySpanExporter();
  const records = new logs.InMemoryLogRecordExporter();
  const measured = new metrics.InMemoryMetricExporter(metrics.AggregationTemporality.DELTA);
  const reader = new metrics.PeriodicExportingMetricReader({ exporter: measured });
  // What is behind a broken processor gets what is left.
  const behind = rig.arrived ? [] : [new tracing.SimpleSpanProcessor(spans)];
  const tracers = new tracing.NodeTracerProvider({
    spanProcessors: [...(rig.processor ? [rig.processor] : []), ...behind],
    ...(rig.limits && { spanLimits: rig.limits }),
  });
  const meters = new metrics.MeterProvider({ readers: [reader] });
  const loggers = new logs.LoggerProvider({ processors: [new logs.SimpleLogRecordProcessor({ exporter: records })] });
  instrumentation.setConfig({ ...EVERYTHING, ...rig.config });
  instrumentation.setTracerProvider((rig.tracers ?? tracers) as typeof tracers);
  instrumentation.setMeterProvider((rig.meters ?? meters) as typeof meters);
  instrumentation.setLoggerProvider((rig.loggers ?? loggers) as typeof loggers);
  errors = [];

  const [seen] = await Promise.all([use(newClient()), rig.meanwhile?.()]);
  await new Promise(setImmediate);
  // The SDK's own business: it may fail, and say so.
  await Promise.allSettled([tracers.forceFlush(), reader.forceFlush()]);
  const { arrived: received } = rig;
  // What is missing is seen below; what comes after that time would be too much.
  if (received) await vi.waitUntil(() => received() >= spansExpected, { timeout: 5_000 }).catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, received ? 250 : 0));
  const arrived = {
    spans: rig.arrived?.() ?? spans.getFinishedSpans().length,
    logs: records.getFinishedLogRecords().length,
    points: durations(measured),
    errors: errors.length,
  };
  await Promise.allSettled([rig.after?.(), tracers.shutdown(), meters.shutdown(), loggers.shutdown()]);
  return { seen, arrived };
}

/** How many calls have been measured. */
function durations(exporter: metrics.InMemoryMetricExporter): number {
  const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  let count = 0;
  for (const { descriptor, dataPoints } of all) {
    if (descriptor.name !== 'gen_ai.client.operation.duration') continue;
    for (const { value } of dataPoints) count += typeof value === 'object' && 'count' in value ? value.count : 0;
  }
  return count;
}

beforeAll(async () => {
  api = await startFakeOpenAI();
  bare = await use(newClient());
  instrumentation.manuallyInstrument(OpenAI);
});
afterAll(async () => {
  await api.close();
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  console.log(rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')).join('\n'));
});
beforeEach(() =>
  listen((...said) => {
    if (said.some((each) => String(each).includes('opentelemetry-instrumentation-openai'))) errors.push(said.join(' '));
  }),
);

/** What a process does, and how many spans arrive of those it starts. */
const situations: Record<
  string,
  { started: number; spans?: number; env?: Record<string, string>; preload?: false; lost: string }
> = {
  'client before telemetry': { started: ALL, preload: false, lost: 'nothing' },
  twins: { started: ALL, env: { OPENAI_INSTRUMENTATIONS: '2' }, lost: 'nothing; the second one is idle, and says so' },
  'clock that goes backwards': { started: ALL, lost: 'true lengths of time' },
  shutdown: { started: ALL + 1, spans: 0, lost: 'spans that are open, and all later ones' },
  'disable, then shutdown': { started: 1, lost: 'nothing; the span open at disable() says `abandoned`' },
  exit: { started: 1, spans: 0, lost: 'spans that are open, or that the exporter has not sent yet' },
  'worker thread': { started: 2 * ALL, lost: 'nothing' },
  cluster: { started: 2 * ALL, lost: 'nothing' },
};

const APP = fileURLToPath(new URL('./apps/app.cjs', import.meta.url));
const PRELOAD = ['--require', fileURLToPath(new URL('./apps/telemetry.cjs', import.meta.url))];

/** What a process saw. */
async function run(situation: string, args: readonly string[], env: Record<string, string>): Promise<unknown> {
  const own = Object.entries(process.env).filter(([name]) => !/^(OTEL|OPENAI|NODE_OPTIONS|VITEST)/.test(name));
  const all = { ...Object.fromEntries(own), SITUATION: situation, API_URL: api.url, ...env };
  const { stdout } = await promisify(execFile)(process.execPath, [...args, APP], {
    env: all,
    timeout: CHILD_TIMEOUT_MS,
  });
  return JSON.parse(stdout);
}

describe('a process with calls under way', () => {
  it.each(Object.entries(situations))('%s: the application sees nothing of it', async (name, situation) => {
    const { started, spans = started, preload, env, lost } = situation;
    const { url, spans: received, close } = await startOtlpReceiver();
    const exporting = {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      ...env,
    };
    const [without, seen] = await Promise.all([
      run(name, [], { BARE: 'yes' }),
      run(name, preload === false ? [] : PRELOAD, exporting),
    ]);
    const model = received.filter(({ scope }) => scope.name.includes('openai'));
    await close();
    rows.push([name, 'as without', `${model.length}/${started}`, '', '', '', lost]);
    expect(seen).toEqual(without);
    expect(model).toHaveLength(spans);
    expect(model.map(({ attributes }) => attributes['llm.stream.end_reason'] === 'abandoned').includes(true)).toBe(
      name === 'disable, then shutdown',
    );
  });
});

describe('a fault in telemetry', () => {
  it.each(Object.entries(faults))('%s: the application sees nothing of it', async (name, fault) => {
    const { seen, arrived } = await underFault(await fault.rig(), fault.spans);
    const { spans, logs: records, points, errors: complaints } = arrived;
    rows.push([name, 'as without', ...[spans, records, points].map((n) => `${n}/${ALL}`), `${complaints}`, fault.lost]);
    expect(seen).toEqual(bare);
    expect(arrived).toEqual({
      spans: fault.spans ?? ALL,
      logs: fault.logs ?? ALL,
      points: fault.points ?? ALL,
      errors: fault.errors ?? 0,
    });
  });

  it('a diagnostic logger that throws costs its lines', async () => {
    listen(fail('logger'), fail('logger'));
    for (const Instrumentation of [OpenAIInstrumentation, OpenAIAgentsInstrumentation]) {
      expect(() => new Instrumentation({ maxContentLength: -1, enabled: false })).not.toThrow();
    }
    const { seen, arrived } = await underFault({ tracers: { getTracer: () => broken('tracer') } });
    expect(seen).toEqual(bare);
    expect(arrived.spans).toBe(0);
  });
});

describe('disable() and enable()', () => {
  it('in the middle of calls and streams end each span once, and the calls go on', async () => {
    const switchOften = async () => {
      for (let i = 0; i < 40; i++) {
        if (i % 2) instrumentation.enable();
        else instrumentation.disable();
        await new Promise((resolve) => setTimeout(resolve, i % 3));
      }
      instrumentation.enable();
    };
    const ends = new Map<string, number>();
    const count: tracing.SpanProcessor = {
      ...idle,
      onStart: (span) => void ends.set(span.spanContext().spanId, 0),
      onEnd: (span) => void ends.set(span.spanContext().spanId, (ends.get(span.spanContext().spanId) ?? 0) + 1),
    };
    const many = async () => {
      for (let i = 0; i < 5; i++) expect(await use(newClient('chunk-delay-1'))).toEqual(bare);
    };
    const { seen } = await underFault({ processor: count, meanwhile: () => Promise.all([switchOften(), many()]) });

    expect(seen).toEqual(bare);
    expect([...ends.values()].every((times) => times === 1)).toBe(true);
    expect(ends.size).toBeGreaterThan(0);
    expect(errors).toEqual([]);
    rows.push([
      'disable() and enable()',
      'as without',
      `${ends.size}/${ends.size}`,
      '',
      '',
      '0',
      'what is called while disabled',
    ]);
  });
});
