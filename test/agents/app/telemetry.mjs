/** Loaded before the scenarios: an application's OpenTelemetry SDK, whose spans can be looked at. */
import 'opentelemetry-instrumentation-openai/register';
import { DiagConsoleLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
import { OpenAIAgentsInstrumentation } from 'opentelemetry-instrumentation-openai/agents';
import { tracing } from '../../support/otel.mjs';

// As `NodeSDK` does where OTEL_LOG_LEVEL is `warn`.
if (process.env.OTEL_LOG_LEVEL) diag.setLogger(new DiagConsoleLogger(), DiagLogLevel.WARN);
const exporter = new tracing.InMemorySpanExporter();
/** In the order of their start, which their times in milliseconds do not always tell. @type {import('@opentelemetry/api').Span[]} */
let started = [];
/** Made only where they are wanted: an instrumentation is at work from the start. */
const dresses = {
  bare: () => [],
  alone: () => [new OpenAIAgentsInstrumentation()],
  instrumented: () => [new OpenAIInstrumentation(), new OpenAIAgentsInstrumentation()],
};

new tracing.NodeTracerProvider({
  spanProcessors: [
    {
      onStart: (span) => void started.push(span),
      onEnd: () => {},
      forceFlush: async () => {},
      shutdown: async () => {},
    },
    new tracing.SimpleSpanProcessor(exporter),
  ],
}).register();
dresses[/** @type {keyof typeof dresses} */ (process.env.DRESS)]();

/** The spans since the last call, and how many of them are still open. */
export function takeSpans() {
  const ended = new Map(exporter.getFinishedSpans().map((span) => [span.spanContext().spanId, span]));
  const spans = started.map((span) => ended.get(span.spanContext().spanId)).filter((span) => span !== undefined);
  const open = started.length - spans.length;
  exporter.reset();
  started = [];
  return { spans, open };
}
