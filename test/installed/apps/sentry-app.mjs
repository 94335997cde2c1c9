// Reports an error inside a span, after a model call.
import { trace } from '@opentelemetry/api';
import * as Sentry from '@sentry/node';
import OpenAI from 'openai';

await trace.getTracer('app').startActiveSpan('request', async (span) => {
  await new OpenAI().chat.completions.create({
    model: 'gpt-4.1-mini',
    messages: [{ role: 'user', content: 'Say hello.' }],
  });
  Sentry.captureException(new Error('an error of the application'));
  span.end();
});
