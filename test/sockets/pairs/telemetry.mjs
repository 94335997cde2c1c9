import { node, tracing } from '@opentelemetry/sdk-node';
import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
import { OpenAIAgentsInstrumentation } from 'opentelemetry-instrumentation-openai/agents';

/** The keys that the scenarios use. SDK v4 to v6 puts the one of Azure into the URL of the global `WebSocket`. */
const SECRETS = ['sk-test', 'sk-from-function', 'azure-secret'];

/** @param {tracing.ReadableSpan} span */
function outcome({ name, status, attributes }) {
  const end = attributes['llm.stream.end_reason'] ?? attributes['llm.session.close_code'] ?? 'no end';
  return `${name}: ${end}${status.code === 2 ? ', failed' : ''}`;
}

/** @param {import('opentelemetry-instrumentation-openai').OpenAIInstrumentationConfig} options */
export function start(options) {
  const exporter = new tracing.InMemorySpanExporter();
  /** @type {Map<unknown, string>} */
  const open = new Map();
  const counter = {
    /** @param {import('@opentelemetry/api').Span & { name?: string }} span */
    onStart: (span) => {
      open.set(span.spanContext().spanId, String(span.name));
    },
    /** @param {tracing.ReadableSpan} span */
    onEnd(span) {
      if (!open.delete(span.spanContext().spanId)) throw new Error(`${span.name} ended twice`);
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const provider = new node.NodeTracerProvider({
    spanProcessors: [counter, new tracing.SimpleSpanProcessor(exporter)],
  });
  provider.register();
  const { captureMessageContent = false } = options;
  const instrumentations = [
    new OpenAIInstrumentation(options),
    new OpenAIAgentsInstrumentation({ captureMessageContent }),
  ];
  for (const instrumentation of instrumentations) instrumentation.setTracerProvider(provider);
  return async () => {
    // The socket of a tool that never ends may be open still.
    for (const instrumentation of instrumentations) instrumentation.disable();
    const ended = exporter.getFinishedSpans();
    const recorded = JSON.stringify(
      ended.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    );
    const secrets = SECRETS.filter((secret) => recorded.includes(secret));
    return { ended: ended.map(outcome), open: [...open.values()], secrets };
  };
}
