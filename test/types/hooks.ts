/** Compiled by `npm run typecheck`: the hooks with the types of `openai`, and without them. */
import { OpenAIInstrumentation } from 'opentelemetry-instrumentation-openai';
import type { OpenAIOperations } from 'opentelemetry-instrumentation-openai/openai-types';

export const typed = new OpenAIInstrumentation<OpenAIOperations>({
  requestHook(span, request) {
    if (request.operation === 'embeddings') span.setAttribute('app.input', typeof request.params.input);
    if (request.operation === 'chat' && 'messages' in request.params) {
      span.setAttribute('app.messages', request.params.messages.length);
    }
    // @ts-expect-error: not an operation
    if (request.operation === 'chats') return;
  },
  responseHook(span, { operation, response }) {
    if (operation === 'moderation')
      span.setAttribute(
        'app.flagged',
        response.results.some(({ flagged }) => flagged),
      );
  },
  ignoreRequestHook: (request) => request.operation === 'moderation' && request.params.model === 'omni',
});

export const untyped = new OpenAIInstrumentation({
  requestHook(span, { operation, params }) {
    span.setAttribute('app.operation', operation);
    // @ts-expect-error: unknown
    params.model;
  },
});
