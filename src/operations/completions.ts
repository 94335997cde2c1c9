import { count, fieldsOf, listOf, text } from '../read.js';
import * as semconv from '../semconv.js';
import { CompletionAssembly } from './completions-stream.js';
import { type Choice, MAX_LISTED, type Operation } from './operation.js';
import { textParts } from './shared/content-parts.js';
import { finishReason, finishReasons } from './shared/finish-reasons.js';
import { modelRequest } from './shared/model-request.js';
import { tokenUsage } from './shared/token-usage.js';
import { userTexts } from './shared/user-texts.js';

/** `POST /completions`, the legacy API without messages; SDK v4 to v7. */
export const completions: Operation = {
  name: 'text_completion',
  resource: 'Completions',
  method: 'create',

  request: ([params], deployment) => modelRequest(fieldsOf(params), deployment),

  response(result) {
    const body = fieldsOf(result);
    const choices = listOf(body.choices).slice(0, MAX_LISTED).map(describeChoice);
    return {
      attributes: {
        [semconv.ATTR_GEN_AI_RESPONSE_ID]: text(body.id),
        [semconv.ATTR_GEN_AI_RESPONSE_MODEL]: text(body.model),
        [semconv.ATTR_GEN_AI_RESPONSE_FINISH_REASONS]: finishReasons(choices),
        [semconv.ATTR_OPENAI_RESPONSE_SYSTEM_FINGERPRINT]: text(body.system_fingerprint),
        ...tokenUsage(body.usage),
      },
      choices,
    };
  },

  input: ([params]) => ({ inputMessages: userTexts(fieldsOf(params).prompt) }),

  output: (result) =>
    listOf(fieldsOf(result).choices)
      .slice(0, MAX_LISTED)
      .map((choice) => {
        const { text: content, finish_reason } = fieldsOf(choice);
        return { role: 'assistant', parts: textParts('text', content), finish_reason: finishReason(finish_reason) };
      }),

  assemble: (textLimit) => new CompletionAssembly(textLimit),
};

function describeChoice(choice: unknown, position: number): Choice {
  const { index, finish_reason } = fieldsOf(choice);
  return { index: count(index) ?? position, finishReason: finishReason(finish_reason) };
}
