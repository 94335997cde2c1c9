/** Telemetry as an application sets it up, except that its traces are drawn in the terminal. */
import 'opentelemetry-instrumentation-openai/register';
import { NodeSDK, tracing } from '@opentelemetry/sdk-node';
import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
import { OpenAIAgentsInstrumentation } from 'opentelemetry-instrumentation-openai/agents';
import { TreeSpanExporter } from 'opentelemetry-instrumentation-openai/console';

const sdk = new NodeSDK({
  serviceName: 'realtime-chat',
  instrumentations: [new OpenAIInstrumentation(), new OpenAIAgentsInstrumentation()],
  spanProcessors: [new tracing.SimpleSpanProcessor(new TreeSpanExporter())],
  // This is about traces; left out, both would be sent to localhost:4318.
  metricReaders: [],
  logRecordProcessors: [],
});
sdk.start();

process.once('beforeExit', () => sdk.shutdown());
