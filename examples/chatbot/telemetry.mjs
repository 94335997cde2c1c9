/**
 * Traces, metrics and logs over OTLP, wherever the `OTEL_EXPORTER_OTLP_…` variables say.
 *
 * `ContextAttributesSpanProcessor` puts what the application gives to `withAttributes` on every span inside, also on those
 * of HTTP requests. Streams are read, for their tokens and their text, only with `CHATBOT_INSPECT_STREAMS=true`.
 */
import 'opentelemetry-instrumentation-openai/register';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { NodeSDK, tracing } from '@opentelemetry/sdk-node';
import { ContextAttributesSpanProcessor, OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';

const sdk = new NodeSDK({
  serviceName: 'chatbot',
  instrumentations: [
    // `chunkMetrics` is for the panel "Time between chunks" of examples/production.
    new OpenAIInstrumentation({ inspectStreams: process.env.CHATBOT_INSPECT_STREAMS === 'true', chunkMetrics: true }),
    new UndiciInstrumentation(),
  ],
  spanProcessors: [new ContextAttributesSpanProcessor(), new tracing.BatchSpanProcessor(new OTLPTraceExporter())],
});
sdk.start();
process.once('beforeExit', () => sdk.shutdown().catch((error) => console.error(`Not exported: ${error.message}`)));
