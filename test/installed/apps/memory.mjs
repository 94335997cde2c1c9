// An OpenTelemetry SDK that keeps finished spans, for the applications here.
import { NodeSDK, tracing } from '@opentelemetry/sdk-node';

export function start({ instrumentations = [], spanProcessors = [], ...peer }) {
  const exporter = new tracing.InMemorySpanExporter();
  const sdk = new NodeSDK({
    autoDetectResources: false,
    metricReaders: [],
    logRecordProcessors: [],
    spanProcessors: [...spanProcessors, new tracing.SimpleSpanProcessor(exporter)],
    instrumentations,
  });
  sdk.start();
  globalThis.peer = {
    finishedSpans: () =>
      exporter.getFinishedSpans().map(({ name, kind, attributes, events, instrumentationScope }) => ({
        name,
        kind,
        attributes,
        events: events.map((event) => event.name),
        scope: instrumentationScope.name,
      })),
    ...peer,
  };
}
