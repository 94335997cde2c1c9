import 'opentelemetry-instrumentation-openai/register';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { NodeSDK } from '@opentelemetry/sdk-node';
import * as Sentry from '@sentry/node';
import { flushOnExit, OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';

const dsn = process.env.SENTRY_DSN;
// Without tracesSampleRate: OpenTelemetry traces, and Sentry puts its errors and logs on the same traces.
Sentry.init({ dsn, integrations: [Sentry.openTelemetryIntegration()] });
const sdk = new NodeSDK({
  traceExporter: new OTLPTraceExporter(Sentry.getOtlpTracesEndpoint(dsn)),
  instrumentations: [new OpenAIInstrumentation()],
});
sdk.start();
flushOnExit();
