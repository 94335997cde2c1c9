// Sentry alone, with its own integration of openai.
import * as Sentry from '@sentry/node';

const finished = [];
Sentry.init({ dsn: 'http://key@127.0.0.1:1/1', tracesSampleRate: 1 });
Sentry.getClient().on('spanEnd', (span) => {
  const { description, name = description, data, attributes = data } = Sentry.spanToJSON(span);
  finished.push({ name, attributes, events: [] });
});
globalThis.peer = { finishedSpans: () => finished };
