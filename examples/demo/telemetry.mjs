/** Telemetry as an application sets it up, except that its traces are drawn in the terminal. */
import 'opentelemetry-instrumentation-openai/register';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { NodeSDK, tracing } from '@opentelemetry/sdk-node';
import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
import { TreeSpanExporter } from 'opentelemetry-instrumentation-openai/console';

const { BatchSpanProcessor, SimpleSpanProcessor } = tracing;
const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;

/** @type {tracing.SpanProcessor[]} */
const spanProcessors = [new SimpleSpanProcessor(new TreeSpanExporter())];
if (endpoint) spanProcessors.push(new BatchSpanProcessor(new OTLPTraceExporter()));

const sdk = new NodeSDK({
  serviceName: 'openai-demo',
  instrumentations: [new OpenAIInstrumentation()],
  spanProcessors,
  // This is about traces; left out, both would be sent to localhost:4318.
  metricReaders: [],
  logRecordProcessors: [],
});
sdk.start();

process.once('beforeExit', async () => {
  const failure = await sdk.shutdown().catch((error) => error);
  if (endpoint)
    console.log(failure ? `\nNot exported to ${endpoint}: ${failure.message}` : `\nExported to ${endpoint}`);
});
