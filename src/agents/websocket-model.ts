import type { Attributes, DiagLogger } from '@opentelemetry/api';
import { currentContext } from '../active-context.js';
import { Servers } from '../calls/server.js';
import type { Claimant } from '../claims.js';
import { PENDING_MODEL_CALL } from '../context-keys.js';
import { attempt } from '../guard.js';
import { patchMethod } from '../patching/patch-method.js';
import { fieldsOf, isObject, text } from '../read.js';
import * as semconv from '../semconv.js';
import { ModelCall } from './model-call.js';

/**
 * The WebSocket transport of the Agents SDK (`OpenAIResponsesWSModel`) does not go through `openai`, and its span does not
 * say which model is asked, nor where. Its `_fetchResponse` knows both (agents-openai 0.20, `dist/openaiResponsesModel.mjs`).
 *
 * @param agents the module `@openai/agents-openai`, or one that exports the same. Older versions lack the class
 */
export function watchWebSocketModel(agents: unknown, claimant: Claimant, diag: DiagLogger): void {
  const { OpenAIResponsesWSModel } = fieldsOf(agents);
  patchMethod(fieldsOf(OpenAIResponsesWSModel).prototype, '_fetchResponse', claimant, (original) => {
    return (self, [request, stream, given, ...rest]) => {
      // The SDK writes the URL of the request into this object.
      const endpoint = given ?? {};
      attempt(diag, () => {
        const call = currentContext().getValue(PENDING_MODEL_CALL);
        if (call instanceof ModelCall) call.setRequest(() => requestAttributes(self, request, endpoint));
      });
      return original.call(self, request, stream, endpoint, ...rest);
    };
  });
}

function requestAttributes(model: unknown, request: unknown, endpoint: unknown): Attributes {
  const { prompt, overridePromptModel } = fieldsOf(request);
  // A stored prompt has its own model.
  const isAsked = !isObject(prompt) || overridePromptModel === true;
  const url = text(fieldsOf(endpoint).requestURL)?.replace(/^ws/, 'http');
  const server = url === undefined ? undefined : new Servers().of({ baseURL: url }, undefined, () => {});
  return {
    [semconv.ATTR_GEN_AI_REQUEST_MODEL]: isAsked ? text(fieldsOf(model)._model) : undefined,
    [semconv.ATTR_GEN_AI_PROVIDER_NAME]: server?.provider,
    [semconv.ATTR_SERVER_ADDRESS]: server?.address,
    [semconv.ATTR_SERVER_PORT]: server?.port,
  };
}
