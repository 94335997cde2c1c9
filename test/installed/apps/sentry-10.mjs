import 'opentelemetry-instrumentation-openai/register';
import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
import * as Sentry from 'sentry-10';

const finished = [];
Sentry.init({
  dsn: 'http://key@127.0.0.1:1/1',
  tracesSampleRate: 1,
  integrations: (all) => all.filter(({ name }) => name !== 'OpenAI'),
  openTelemetryInstrumentations: [new OpenAIInstrumentation()],
});
Sentry.getClient().on('spanEnd', (span) => {
  const { description, data, origin } = Sentry.spanToJSON(span);
  finished.push({ name: description, attributes: data, events: [], scope: origin });
});
globalThis.peer = { finishedSpans: () => finished };
